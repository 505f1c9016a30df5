/**
 * Somebody is going to hospital, begun without a network: who, why, the bag, ready.
 *
 * What is typed is kept sealed at every step, so that a reload or a killed tab loses nothing. The packing and the hand-over
 * go through the queue, each with the moment when it happened.
 */

import { NO_BAG, bagChoice, codeField } from "./bag-choice.js"
import { journeySecret } from "./codes.js"
import { clock, draw, field } from "./draw.js"
import { plan, strip } from "./first.js"
import { found, nameIn } from "./labels.js"
import { bagForm, codeCard, crewForm, keptOrSaid, refuse, told } from "./leaving.js"
import { asOf, back, face, noPages, sheet, tiles } from "./residents.js"
import { WHY, whyPart } from "./why.js"

/** Who is going; `#/going`. */
export async function goingScreen(all) {
  const known = await all.residents.known()
  if (!known) return [draw("h1", {}, "Who is going to hospital?"), await noPages(all), back()]
  const [begun, bundle] = [await begunHere(all), await all.keeping.known()]
  const out = new Map(bundle.journeys.filter((each) => each.resident.id).map((each) => [each.resident.id, `#/journey/${each.id}`]))
  for (const each of begun) out.set(each.resident, `#/start/${each.id}`)
  const tile = (person) =>
    out.has(person.id)
      ? draw("a", { class: "rb-tile", href: out.get(person.id) }, face(person), draw("span", { class: "rb-tag rb-tag--wait" }, "◐ Going or away already"))
      : draw("button", { class: "rb-tile", type: "button", onclick: () => begin(all, person) }, face(person))
  return [draw("h1", {}, "Who is going to hospital?"), asOf(known), ...tiles(known.people, tile), back()]
}

/** Journeys begun on this device of which the service has not told this device yet; what is over goes from it. */
export async function begunHere(all) {
  const bundle = await all.keeping.known()
  const known = new Set(bundle?.journeys.map((each) => each.id))
  const begun = (await all.store.all("starting")).map((row) => row.value)
  const waits = new Set((await all.queue.rows()).map((row) => row.id))
  const confirmed = new Map((await all.queue.done()).map((row) => [row.id, row.answered_at]))
  const dealtWith = (each) => each.packed_at && !waits.has(each.id) && bundle?.read_at > (confirmed.get(each.id) ?? 0)
  const over = begun.filter((each) => known.has(each.id) || dealtWith(each))
  for (const each of over) await all.store.remove("starting", each.id)
  return begun.filter((each) => !over.includes(each))
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
  if (!begun || !person) return [draw("h1", {}, "This journey is not kept on this tablet"), await noPages(all), back()]
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
  const kept = draw("p", { class: "rb-quiet ro-kept", role: "status" })
  let writing = Promise.resolve()
  const keep = (change) => {
    Object.assign(begun, change)
    kept.textContent = "Keeping ..."
    writing = writing // one after the other, so that the newest words stay
      .then(() => all.store.put("starting", begun.id, begun))
      .then(() => "✓ Kept on this tablet", () => "✗ This tablet is full: what you type is not kept")
      .then((said) => (kept.textContent = said))
    return writing
  }
  const typing = (event) => keep({ why: { ...begun.why, [event.target.name]: event.target.value } })
  const why = WHY.map(([name, label], at) => field({ id: name, label, value: begun.why[name] ?? "", oninput: typing, maxlength: "4000", ...(at === 0 && { hint: "One line is enough" }) }))
  const scanned = begun.bag === "label" ? [{ value: "label", text: "The bag you scanned" }] : []
  const bags = bagChoice(bundle, { chosen: begun.bag, extra: scanned })
  bags.addEventListener("change", (event) => keep({ bag: event.target.value, tracker: bundle.bags.find((bag) => bag.id === event.target.value)?.tracker ?? "" }))
  const typed = codeField()
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
    strip(person),
    asOf(known),
    draw("p", { class: "go-danger" }, draw("strong", {}, "999 first, if it is an emergency. "), "This can wait."),
    answer,
    crewIsHere(all, begun, answer),
    plan(person),
    draw(
      "form",
      { novalidate: true, onsubmit: send },
      draw("section", { class: "rb-card" }, draw("h2", {}, "Why"), why, kept),
      draw("section", { class: "rb-card" }, draw("h2", {}, "The bag"), draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: `#/scan-for/${begun.id}` }, "Scan its label")), bags, typed),
      draw("button", { class: "rb-big", type: "submit" }, "Ready to go"),
    ),
    draw("p", { class: "ro-apart" }, draw("button", { class: "rb-button rb-button--second", type: "button", onclick: () => forget(all, begun) }, "Nobody goes: throw this away")),
    back(),
  ]
}

/** The crew stands there: one line of why where there is none, and they can go. The bag can be named after. */
function crewIsHere(all, begun, answer) {
  const line = draw("input", { class: "nhsuk-input", id: "crew_line", maxlength: "300", autocomplete: "off" })
  const go = async (event) => {
    event.preventDefault()
    const concern = [begun.why.concern?.trim(), line.value.trim()].filter(Boolean).join(". ")
    Object.assign(begun, { why: { ...begun.why, concern }, bag: begun.bag || NO_BAG })
    await pack(all, begun, answer)
  }
  return draw(
    "form",
    { novalidate: true, onsubmit: go },
    draw(
      "div",
      { class: "rb-crew-here" },
      draw("p", { class: "rb-crew-here__line" }, draw("label", { for: "crew_line" }, "Why, in one line"), line),
      draw("button", { class: "rb-button rb-button--crew", type: "submit" }, "Crew is here now: go"),
    ),
  )
}

async function forget(all, begun) {
  await all.store.remove("starting", begun.id)
  location.hash = "#/going"
}

async function pack(all, begun, answer) {
  const reason = Object.fromEntries(Object.entries(begun.why).map(([name, words]) => [name, words.trim()]).filter(([, words]) => words))
  const bag = begun.bag === "label" ? { token: begun.token } : begun.bag === NO_BAG ? {} : { bag: begun.bag }
  const packed = Date.now()
  const fact = { id: begun.id, kind: "pack", resident: begun.resident, ...bag, reason, occurred_at: new Date(packed).toISOString() }
  await keptOrSaid(all, answer, async (person) => {
    await all.queue.add({ fact, about: `Going to hospital: ${aboutBag(begun)}`, person })
    await all.store.put("starting", begun.id, { ...begun, packed_at: packed })
  })
}

function aboutBag(begun) {
  if (begun.bag === NO_BAG) return "without a bag"
  return begun.tracker ? `bag ${begun.tracker}` : "the bag that was scanned"
}

async function readyScreen(all, { known, person, begun }) {
  const keep = (change) => all.store.put("starting", begun.id, { ...begun, ...change })
  const day = new Date(begun.packed_at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })
  const time = new Date(begun.packed_at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  const journey = { journey: begun.id, organisation: known.organisation }
  const bag = begun.bag !== NO_BAG
  const leave = async () => [
    bag ? null : bagForm(all, { ...journey, bundle: await all.keeping.known(), done: keep }),
    await code(all, begun, known),
    crewForm(all, { ...journey, places: known.near, about: aboutBag(begun), bag, done: ({ said, left }) => keep({ left_at: left, to_name: said }) }),
  ]
  return [
    draw("h1", { class: "rb-no-print" }, `Ready: ${person.name}`),
    await told(all, begun.id),
    ...(begun.left_at ? [gone(begun)] : await leave()),
    draw("p", { class: "rb-no-print" }, draw("button", { class: "rb-button", type: "button", onclick: () => print() }, "Print the summary")),
    sheet({ known, person, why: whyPart(begun.why, `Ready to go: ${day}, ${time}, ${aboutBag(begun)}. Written without a network.`) }),
    back(),
  ]
}

function gone(begun) {
  return draw("p", { class: "rb-message rb-no-print", role: "status" }, `✓ ${begun.to_name} has ${begun.bag === NO_BAG ? "taken over" : "the bag"} since ${clock(begun.left_at)}. Saved on this tablet; it is sent as soon as there is a network.`)
}

async function code(all, begun, known) {
  const home = (await all.keeping.known()).places.find((place) => place.organisation === known.organisation)
  return home?.handover_secret ? codeCard(await journeySecret(home.handover_secret, begun.id)) : null
}
