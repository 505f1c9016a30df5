/**
 * Somebody is going to hospital, begun without a network: who, why, the bag, ready.
 *
 * What is typed is kept sealed at every step, so that a reload or a killed tab loses nothing. The packing and the hand-over
 * go through the queue, each with the moment when it happened.
 */

import { codeAt, journeySecret } from "./codes.js"
import { choices, clock, draw, field, wrong } from "./draw.js"
import { found, nameIn } from "./labels.js"
import { back, face, noPages, sheet, tiles, asOf } from "./residents.js"
import { bad, good } from "./signals.js"
import { stateTag } from "./words.js"

export const WHY = [
  ["concern", "What are you worried about?"],
  ["last_seen_well", "Last seen well at"],
  ["action", "What have you done?"],
  ["response", "How did they respond?"],
  ["examination", "What do you see?"],
  ["shared", "Who was told?"],
]
const NO_BAG = "none"

/** Who is going; `#/going`. */
export async function goingScreen(all) {
  const known = await all.residents.known()
  if (!known) return [draw("h1", {}, "Who is going to hospital?"), noPages(), back()]
  const [begun, bundle] = [await begunHere(all), await all.keeping.known()]
  const out = new Map(bundle.journeys.filter((each) => each.resident.id).map((each) => [each.resident.id, `#/journey/${each.id}`]))
  for (const each of begun) out.set(each.resident, `#/start/${each.id}`)
  const tile = (person) =>
    out.has(person.id)
      ? draw("a", { class: "rb-tile", href: out.get(person.id) }, face(person), draw("span", { class: "rb-tag rb-tag--wait" }, "◐ Going or away already"))
      : draw("button", { class: "rb-tile", type: "button", onclick: () => begin(all, person) }, face(person))
  return [draw("h1", {}, "Who is going to hospital?"), asOf(known), ...tiles(known.people, tile), back()]
}

/** Journeys begun on this device of which the service has not told this device yet. */
async function begunHere(all) {
  const known = new Set((await all.keeping.known())?.journeys.map((each) => each.id))
  const rows = (await all.store.all("starting")).map((row) => row.value)
  for (const each of rows) if (known.has(each.id)) await all.store.remove("starting", each.id)
  return rows.filter((each) => !known.has(each.id))
}

async function begin(all, person) {
  const id = crypto.randomUUID()
  await all.store.put("starting", id, { id, resident: person.id, why: {}, bag: "", began_at: Date.now() })
  location.hash = `#/start/${id}`
}

/** Why and which bag, and once the bag is ready: code, paper, *crew has the bag*; `#/start/<id>` or `#/start/<id>/<label>`. */
export async function startTransferScreen(all, text) {
  const [id, label] = text.split("/")
  const begun = await all.store.get("starting", id)
  const known = await all.residents.known()
  const person = known?.people.find((each) => each.id === begun?.resident)
  if (!begun || !person) return [draw("h1", {}, "This journey is not kept on this tablet"), noPages(), back()]
  if (label) await takeLabel(all, begun, label)
  return begun.packed_at ? readyScreen(all, { known, person, begun }) : packScreen(all, { known, person, begun })
}

async function takeLabel(all, begun, label) {
  const name = nameIn(label)
  if (!name || begun.packed_at) return
  const { bag } = await found(name, await all.keeping.known())
  Object.assign(begun, bag ? { bag: bag.id, tracker: bag.tracker } : { bag: "label", token: name.text, tracker: "" })
  await all.store.put("starting", begun.id, begun)
  history.replaceState(null, "", `#/start/${begun.id}`)
}

async function packScreen(all, { known, person, begun }) {
  const bundle = await all.keeping.known()
  const answer = draw("div", { class: "ro-answer" })
  const keep = (change) => {
    Object.assign(begun, change)
    return all.store.put("starting", begun.id, begun)
  }
  const typing = (event) => keep({ why: { ...begun.why, [event.target.name]: event.target.value } })
  const why = WHY.map(([name, label], at) => field({ id: name, label, value: begun.why[name] ?? "", oninput: typing, maxlength: "4000", ...(at === 0 && { hint: "One line is enough" }) }))
  const free = bundle.bags.filter((bag) => ["available", "back", "cleaning"].includes(bag.state) || bag.id === begun.bag)
  const options = [
    ...(begun.bag === "label" ? [{ value: "label", text: "The bag you scanned" }] : []),
    ...free.map((bag) => ({ value: bag.id, text: `Bag ${bag.tracker}` })),
    { value: NO_BAG, text: "No bag" },
  ]
  const bags = choices({ name: "bag", question: "Which bag?", options, chosen: begun.bag })
  bags.addEventListener("change", (event) => keep({ bag: event.target.value, tracker: bundle.bags.find((bag) => bag.id === event.target.value)?.tracker ?? "" }))
  const typed = field({ id: "code", label: "Or type the code on the label", hint: "9 letters and numbers under the square" })
  const send = async (event) => {
    event.preventDefault()
    const code = typed.querySelector("input").value
    if (code.trim()) {
      if (!nameIn(code)) return refuse(answer, "This is not a Red Bag code. Look at the label again.", "#code")
      await takeLabel(all, begun, code)
    }
    if (!begun.bag) return refuse(answer, "Which bag? Choose one, or no bag.", "#bag-0")
    await pack(all, begun, answer)
  }
  return [
    draw("h1", {}, `${person.name} is going to hospital`),
    draw("p", {}, draw("a", { href: `#/resident/${person.id}` }, "Read the emergency page"), `, as of ${clock(known.read_at)}.`),
    draw("p", { class: "go-danger" }, draw("strong", {}, "999 first, if it is an emergency. "), "This can wait."),
    answer,
    draw(
      "form",
      { novalidate: true, onsubmit: send },
      draw("section", { class: "rb-card" }, draw("h2", {}, "Why"), why),
      draw("section", { class: "rb-card" }, draw("h2", {}, "The bag"), draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: `#/scan-for/${begun.id}` }, "Scan its label")), bags, typed),
      draw("button", { class: "rb-big", type: "submit" }, "Ready to go"),
    ),
    draw("p", { class: "rb-row" }, draw("button", { class: "rb-button rb-button--second", type: "button", onclick: () => forget(all, begun) }, "Nobody goes: throw this away")),
    back(),
  ]
}

async function forget(all, begun) {
  await all.store.remove("starting", begun.id)
  location.hash = "#/going"
}

function refuse(into, words, href) {
  bad()
  into.replaceChildren(wrong(words))
  into.firstChild.focus()
  document.querySelector(href)?.focus()
}

async function pack(all, begun, answer) {
  const reason = Object.fromEntries(Object.entries(begun.why).map(([name, words]) => [name, words.trim()]).filter(([, words]) => words))
  const bag = begun.bag === "label" ? { token: begun.token } : begun.bag === NO_BAG ? {} : { bag: begun.bag }
  const packed = Date.now()
  const fact = { id: begun.id, kind: "pack", resident: begun.resident, ...bag, reason, occurred_at: new Date(packed).toISOString() }
  await keptOrSaid(all, answer, async (person) => {
    await all.queue.add({ fact, about: `Going to hospital: ${aboutBag(begun)}`, person })
    await all.store.put("starting", begun.id, { ...begun, packed_at: packed })
    dispatchEvent(new HashChangeEvent("hashchange"))
  })
}

function aboutBag(begun) {
  if (begun.bag === NO_BAG) return "without a bag"
  return begun.tracker ? `bag ${begun.tracker}` : "the bag that was scanned"
}

/** Does the work for whoever is known here; says loudly when it could not be kept. */
async function keptOrSaid(all, answer, work) {
  try {
    const person = await all.keeping.person()
    if (!person) throw new Error("Nobody is signed in on this tablet, so it cannot be kept. Write it on paper.")
    await work(person)
    good()
    all.sender.flush({ hurry: navigator.onLine })
  } catch (fault) {
    bad()
    answer.replaceChildren(wrong(fault.message))
    answer.firstChild.focus()
  }
}

async function readyScreen(all, { known, person, begun }) {
  return [
    draw("h1", { class: "rb-no-print" }, `Ready: ${person.name}`),
    draw("div", { class: "rb-no-print" }, [await saved(all, begun), begun.left_at ? gone(begun) : [await code(all, begun, known), crewForm(all, { known, begun })]]),
    draw("p", { class: "rb-no-print" }, draw("button", { class: "rb-button", type: "button", onclick: () => print() }, "Print the summary")),
    sheet({ known, person, why: whyLines(begun) }),
    back(),
  ]
}

function gone(begun) {
  return draw("p", { class: "rb-message", role: "status" }, `✓ ${begun.to_name} has ${begun.bag === NO_BAG ? "taken over" : "the bag"} since ${clock(begun.left_at)}. Saved on this tablet; it is sent as soon as there is a network.`)
}

/** This journey in the place where the page says why. */
function whyLines(begun) {
  const lines = WHY.filter(([name]) => begun.why[name]?.trim()).map(([name, label]) => draw("p", { class: name === "concern" ? "e-lead" : null }, name === "concern" ? null : draw("b", {}, `${label} `), begun.why[name].trim()))
  const day = new Date(begun.packed_at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })
  return draw(
    "div",
    { class: "e-part e-why" },
    draw("h2", {}, "Why they are going"),
    lines.length ? lines : draw("p", { class: "e-none" }, "The home has not said why yet. Ring them."),
    draw("p", {}, draw("b", {}, "Ready to go: "), `${day}, ${new Date(begun.packed_at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}, ${aboutBag(begun)}. Written without a network.`),
  )
}

async function saved(all, begun) {
  const rows = [...(await all.queue.rows()), ...(await all.queue.done())].filter((row) => row.id === begun.id || row.fact?.transfer === begun.id)
  return draw("ul", { class: "rb-list" }, rows.map((row) => draw("li", { class: "rb-row" }, draw("span", {}, `${clock(row.saved_at)} ${row.about}`), stateTag(row))))
}

async function code(all, begun, known) {
  const home = (await all.keeping.known()).places.find((place) => place.organisation === known.organisation)
  if (!home?.handover_secret) return null
  const secret = await journeySecret(home.handover_secret, begun.id)
  const [digits, lasts] = [draw("p", { class: "rb-code" }), draw("p", { class: "rb-quiet" })]
  const show = async () => {
    const { code: shown, until } = await codeAt(secret, Date.now())
    digits.textContent = `${shown.slice(0, 3)} ${shown.slice(3)}`
    lasts.textContent = `Show it to whoever takes the bag; they type it, or write it on their paper. Good until ${clock(until)}.`
    setTimeout(() => digits.isConnected && show(), until - Date.now() + 50)
  }
  await show()
  return draw(
    "section",
    { class: "rb-card", "aria-labelledby": "code-title" },
    draw("h2", { id: "code-title" }, "Hand-over code"),
    digits,
    lasts,
  )
}

function crewForm(all, { known, begun }) {
  const crews = known.near.filter((place) => place.kind === "ambulance")
  const options = [...crews.map((place) => ({ value: place.organisation, text: place.name })), { value: "other", text: "Somebody else" }]
  const answer = draw("div", { class: "ro-answer" })
  const form = draw(
    "form",
    { novalidate: true },
    choices({ name: "to", question: "Who takes over?", options, chosen: crews.length === 1 ? crews[0].organisation : "" }),
    field({ id: "to_text", label: "If somebody else: who?", maxlength: "200" }),
    field({ id: "to_name", label: "Name of who took it", maxlength: "150" }),
    draw("button", { class: "rb-big", type: "submit" }, begun.bag === NO_BAG ? "They have left" : "Crew has the bag"),
  )
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const typed = Object.fromEntries(new FormData(form))
    const words = typed.to_text.trim()
    if (!words && (!typed.to || typed.to === "other")) return refuse(answer, "Who takes over? Choose one, or write who it is.", "#to_text")
    const crew = crews.find((place) => place.organisation === typed.to)
    await handOver(all, { known, begun, answer, to: crew && typed.to !== "other" ? { to: crew.organisation } : { to_text: words }, said: crew?.name ?? words, name: typed.to_name.trim() })
  })
  return draw("section", { class: "rb-card", "aria-labelledby": "crew-title" }, draw("h2", { id: "crew-title" }, "Handing over"), answer, form)
}

async function handOver(all, { known, begun, answer, to, said, name }) {
  const left = Date.now()
  const fact = { kind: "handoff", transfer: begun.id, organisation: known.organisation, ...to, ...(name && { to_name: name }), occurred_at: new Date(left).toISOString() }
  await keptOrSaid(all, answer, async (person) => {
    await all.queue.add({ fact, about: `To ${said}: ${aboutBag(begun)}`, person })
    await all.store.put("starting", begun.id, { ...begun, left_at: left, to_name: said })
    dispatchEvent(new HashChangeEvent("hashchange"))
  })
}
