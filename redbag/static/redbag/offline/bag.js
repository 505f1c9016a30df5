/** A bag and its journey as this device knows them, and what can be recorded about them without a network. */

import { codeAt } from "./codes.js"
import { choices, clock, draw, field, wrong } from "./draw.js"
import { keptPart } from "./kept-pages.js"
import { found, nameIn } from "./labels.js"
import { ownJourney } from "./own-journey.js"
import { bad, good } from "./signals.js"
import { ago, stateTag } from "./words.js"

const LOOKS = [
  { value: "present", text: "There" },
  { value: "missing", text: "Not found" },
  { value: "changed", text: "Changed" },
]

/** What a typed code or a scanned label leads to: its screen, or words that it is none; `page` is what was read of it before. */
export async function bagScreen(all, text, { page } = {}) {
  const known = await all.keeping.known()
  const name = nameIn(text)
  if (!name) return [draw("h1", {}, "This is not a Red Bag code"), draw("p", {}, "It has 9 letters and numbers, under the square on the label."), back()]
  const { journey, bag } = await found(name, known ?? { bags: [], journeys: [] })
  return journey ? journeyScreen(all, journey.id, { name, page }) : strangeScreen(all, { name, bag, known, page })
}

export async function journeyScreen(all, id, { name, page } = {}) {
  const known = await all.keeping.known()
  const journey = known?.journeys.find((each) => each.id === id)
  if (!journey) return [draw("h1", {}, "This journey is not kept on this tablet"), draw("p", {}, "Open it when there is a network, or scan the bag."), back()]
  const subject = name?.kind === "token" ? { token: name.text } : { transfer: journey.id }
  const about = journey.bag ? `bag ${journey.bag.tracker}` : "a journey without a bag"
  const told = await toldHere(all, journey.id, about)
  const record = recorder(all, { subject, about, acting: journey.acting, told })
  const own = await ownJourney(all, { journey, bundle: known })
  const top = own?.top ?? [
    draw(page ? "p" : "h1", page ? { class: "ro-who" } : {}, journey.bag ? `Bag ${journey.bag.tracker}` : "Without a bag"),
    draw("p", { class: "ro-who" }, draw("strong", {}, journey.resident.name), `, from ${journey.home.name}`),
    draw("p", {}, draw("strong", {}, `${journey.stage_words}: `), `${journey.holder.words}, since ${clock(journey.holder.since)}.`),
  ]
  return [
    ...top,
    asOf(known),
    told.element,
    page ? draw("section", { "aria-label": "What was read" }, keptPart(page)) : journey.patient && firstScreen(journey.patient, journey.home),
    await codeShown(journey),
    own?.leave,
    journey.holds ? null : takeForm(record, journey.acting),
    contentsForm(record, journey),
    own?.packing ? null : giveForm(record, journey.receivers.filter((each) => each.organisation !== journey.acting)),
    back(),
    own?.paper,
  ]
}

/** A bag this device knows nothing of on a journey: taking it can be recorded all the same. */
async function strangeScreen(all, { name, bag, known, page }) {
  const acting = known?.places.find((place) => place.may.includes("move bags"))?.organisation
  const subject = { token: name.text }
  const about = bag ? `bag ${bag.tracker}` : "a bag not known here"
  const title = bag ? `Bag ${bag.tracker}` : "A bag this phone or tablet does not know"
  const told = await toldHere(all, null, about)
  const words = bag ? "No open journey of this bag is kept on this tablet." : "What is in it and whose it is can be seen when there is a network."
  return [
    ...(page ? keptPart(page) : [draw("h1", {}, title), known && asOf(known), draw("p", {}, words)]),
    told.element,
    acting ? takeForm(recorder(all, { subject, about, acting, told }), acting) : null,
    back(),
  ]
}

function asOf(known) {
  return draw("p", { class: "ro-asof" }, draw("span", { "aria-hidden": "true" }, "◷ "), `As of ${clock(known.read_at)} (${ago(known.read_at)}). It may have changed since.`)
}

function back() {
  return draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Back to the start"))
}

/** Keeps a fact; the answer is drawn into `into`: green once it is on disk, red and loud when it is not. */
function recorder(all, { subject, about, acting, told }) {
  return async ({ into, does, fact }) => {
    const person = await all.keeping.person()
    try {
      if (!person) throw new Error("Nobody is signed in on this tablet, so it cannot be kept. Write it on paper.")
      const { row, already } = await all.queue.add({ fact: { ...fact, ...subject, ...(acting && { organisation: acting }) }, about: `${does}: ${about}`, person })
      good()
      await told.show()
      const words = already ? `Already saved by you at ${clock(row.saved_at)}.` : `Saved on this tablet at ${clock(row.saved_at)}. It is sent as soon as there is a network.`
      into.replaceChildren(draw("p", { class: "rb-message ro-saved", role: "status", tabindex: "-1" }, draw("span", { "aria-hidden": "true" }, "✓ "), words))
      into.firstChild.focus()
      follow(all, row, into)
      all.sender.flush({ hurry: navigator.onLine })
      return true
    } catch (fault) {
      bad()
      into.replaceChildren(wrong(fault.message))
      into.firstChild.focus()
      return false
    }
  }
}

/** Says that it was sent once the service has it; the button for what is done then goes. */
function follow(all, { id, fact }, into) {
  const stop = all.listen(async () => {
    if (!into.isConnected) return stop()
    const row = (await all.queue.done()).find((each) => each.id === id)
    if (!row) return
    stop()
    const again = location.pathname.startsWith("/b/") && [" ", draw("a", { href: location.pathname }, "Open the page again")]
    into.replaceChildren(draw("p", { class: "rb-message ro-saved", role: "status" }, draw("span", { "aria-hidden": "true" }, "✓ "), `Sent: the service has it since ${clock(row.answered_at)}.`, again))
    if (fact.kind === "handoff") into.parentElement.querySelector("form")?.remove()
  })
}

function form(title, id, parts, button, send) {
  const answer = draw("div", { class: "ro-answer" })
  const press = draw("button", { class: "rb-button", type: "submit" }, button)
  const whole = draw("form", { novalidate: true, id }, typeof parts === "function" ? parts(press) : [parts, press])
  whole.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (press.disabled) return
    press.disabled = true
    const typed = Object.fromEntries(new FormData(whole, event.submitter))
    await send(typed, answer)
    press.disabled = false
  })
  return draw("section", { class: "rb-card", "aria-labelledby": `${id}-title` }, draw("h2", { id: `${id}-title` }, title), answer, whole)
}

function takeForm(record, acting) {
  if (!acting) return null
  const code = field({ id: "handover_code", label: "Code on their screen, if they show one", inputmode: "numeric", maxlength: "7" })
  return form("I have this bag", "take", [code], "I have this bag", (typed, into) =>
    record({ into, does: "I have", fact: { kind: "handoff", to: acting, ...(typed.handover_code?.trim() && { handover_code: typed.handover_code.trim() }) } }),
  )
}

function contentsForm(record, journey) {
  const carried = journey.items.filter((item) => item.where !== "home")
  if (!journey.acting || !carried.length) return null
  const rows = carried.map((item) =>
    choices({ name: `item-${item.id}`, question: itemWords(item), options: LOOKS, chosen: "" }),
  )
  const all = draw("button", { class: "rb-button", type: "submit", name: "all", value: "yes" }, "All there")
  const send = (typed, into) => {
    const items = carried
      .map((item) => ({ item: item.id, state: typed[`item-${item.id}`] ?? (typed.all ? "present" : "") }))
      .filter((item) => item.state)
    if (!items.length) return refuse(into, "Say of at least one thing whether it is there.", `#item-${carried[0].id}`)
    return record({ into, does: "Looked what is in", fact: { kind: "check", items } })
  }
  const summary = draw("summary", { class: "nhsuk-details__summary" }, draw("span", { class: "nhsuk-details__summary-text" }, "One by one"))
  const parts = (press) => [all, draw("details", { class: "nhsuk-details" }, summary, draw("div", { class: "nhsuk-details__text" }, rows, press))]
  return form("What is in it", "contents", parts, "Save what I found", send)
}

function itemWords(item) {
  const many = item.quantity > 1 ? ` (${item.quantity})` : ""
  const before = item.state === "missing" ? ". Not found last time" : ""
  return `${item.what}${item.description ? `: ${item.description}` : ""}${many}${before}`
}

function giveForm(record, receivers) {
  const options = [...receivers.map((place) => ({ value: place.organisation, text: place.name })), { value: "other", text: "Somebody else" }]
  const parts = [
    choices({ name: "to", question: "Who has it now?", options }),
    field({ id: "to_text", label: "If somebody else: who?", maxlength: "200" }),
    field({ id: "place", label: "Ward or place", maxlength: "100" }),
    field({ id: "to_name", label: "Name of who took it", maxlength: "150" }),
  ]
  const send = (typed, into) => {
    const other = typed.to === "other" || (!typed.to && typed.to_text.trim())
    if (other && !typed.to_text.trim()) return refuse(into, "Say who has the bag now.", "#to_text")
    if (!typed.to && !other) return refuse(into, "Choose who has the bag now.", "#to")
    const name = other ? typed.to_text.trim() : receivers.find((place) => place.organisation === typed.to).name
    const more = Object.fromEntries(["place", "to_name"].map((each) => [each, typed[each].trim()]).filter(([, words]) => words))
    const fact = { kind: "handoff", ...(other ? { to_text: name } : { to: typed.to }), ...more }
    return record({ into, does: `To ${name}`, fact })
  }
  return form("Hand it over", "give", parts, "Save the hand-over", send)
}

function refuse(into, words, href) {
  bad()
  const told = wrong(words)
  told.querySelector("p").replaceChildren(draw("button", { type: "button", class: "rb-link", onclick: () => (document.querySelector(`${href} input`) ?? document.querySelector(href))?.focus() }, words))
  into.replaceChildren(told)
  into.firstChild.focus()
  return false
}

/** What was recorded here about this journey, each with how far it got: `{ element, show }`, true while the screen is open. */
async function toldHere(all, id, about) {
  const list = draw("ul", { class: "rb-list" })
  const element = draw("section", { "aria-labelledby": "told-here" }, draw("h2", { id: "told-here" }, "Recorded on this tablet"), list)
  const show = async () => {
    const rows = [...(await all.queue.rows()), ...(await all.queue.done())].filter((row) => (id && row.fact.transfer === id) || row.about.endsWith(about))
    element.hidden = rows.length === 0
    list.replaceChildren(...rows.map((row) => draw("li", { class: "rb-row" }, draw("span", {}, `${clock(row.saved_at)} ${row.about}, ${row.person.name}`), stateTag(row))))
  }
  await show()
  let seen = false
  const stop = all.listen(() => {
    seen ||= element.isConnected
    if (seen && !element.isConnected) stop()
    else show()
  })
  return { element, show }
}

/** What protects at once, in the words and frames of the page online; for the rest there is the home's number. */
function firstScreen(patient, home) {
  const known = patient.allergies.state === "not_known" ? " rb-alert--unknown" : patient.allergies.state === "none_known" ? " rb-alert--none" : ""
  const decided = patient.cpr.state === "not_known" ? " rb-alert--unknown" : ""
  const lines = [
    ["Look out", patient.flags.map((flag) => (flag.words ? `${flag.label}: ${flag.words}` : flag.label)).join("; ")],
    ["Papers", [...patient.papers_said, patient.paper_place, patient.decision_check].filter(Boolean).join(". ")],
    ["Speak first", patient.speak_first],
    ["What matters", patient.stay],
    ...[...patient.why, ...patient.alerts].map((line) => [line.label, line.words]),
    ["Limits of treatment", patient.limits],
    ["Infection", [patient.infection, patient.infection_today].filter(Boolean).join(". Today: ")],
    ["Swallowing", patient.swallowing],
    ["Last doses", patient.last_doses],
    ...patient.handling.map((line) => [line.label, line.words]),
  ].filter(([, words]) => words)
  const born = new Date(patient.born).toLocaleDateString("en-GB", { day: "2-digit", month: "short", year: "numeric" }).replaceAll(" ", "-")
  const number = patient.nhs_number ? patient.nhs_number.replace(/^(...)(...)(....)$/, "$1 $2 $3") : "not recorded"
  return draw(
    "section",
    { "aria-labelledby": "first" },
    draw("h2", { id: "first" }, "What to know at once"),
    draw("p", {}, "Born ", draw("strong", {}, born), ", NHS number ", draw("strong", {}, number)),
    draw("p", { class: `rb-alert${known}` }, `Allergies: ${patient.allergies.words}`),
    draw("p", { class: `rb-alert${decided}` }, `If heart or breathing stops: ${[patient.cpr.words, patient.cpr_note].filter(Boolean).join(" ")}`),
    draw("dl", { class: "rb-card" }, lines.map(([label, words]) => draw("div", {}, draw("dt", {}, draw("strong", {}, label)), draw("dd", {}, words)))),
    draw("p", {}, "This is the short form, without vital signs and medicines. ", home.phone ? ["For more ring ", draw("a", { class: "rb-link", href: `tel:${home.phone.replaceAll(" ", "")}` }, home.phone), "."] : ""),
  )
}

/** The six digits the receiver types: drawn only while the home gives the bag. */
async function codeShown(journey) {
  if (!journey.handover_secret || !journey.holds) return null
  const { code, until } = await codeAt(journey.handover_secret, Date.now())
  return draw(
    "section",
    { class: "rb-card", "aria-labelledby": "code-title" },
    draw("h2", { id: "code-title" }, "Hand-over code"),
    draw("p", { class: "rb-code" }, `${code.slice(0, 3)} ${code.slice(3)}`),
    draw("p", { class: "rb-quiet" }, `Show it to whoever takes the bag; they type it. Good until ${clock(until)}.`),
  )
}
