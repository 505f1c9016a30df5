/** The screens without a network that are not about one bag: the start, scanning, what waits, after a form that failed. */

import { clock, draw, field } from "./draw.js"
import { nameIn } from "./labels.js"
import { toldOf } from "./told.js"
import { begunHere } from "./start-transfer.js"
import { pressedLast } from "./why.js"
import { doubted } from "./sender.js"
import { ago, clockWords, reasonWords, stateTag, waitingWords } from "./words.js"

export async function startScreen(all) {
  const known = await all.keeping.known()
  const counts = await all.queue.counts()
  return [
    draw("h1", {}, "Without a network"),
    !all.state.reachable ? null : draw("p", { class: "rb-message", role: "status" }, "There is a network. ", draw("a", { href: "/" }, "Go to the board")),
    all.state.clock ? draw("p", { class: "rb-alert" }, clockWords(all.state.clock)) : null,
    known ? who(known) : nobody(all.state),
    (await packs(all)) ? draw("p", {}, draw("a", { class: "rb-big rb-big--go", href: "#/going" }, "Someone is going to hospital")) : null,
    draw("p", {}, draw("a", { class: "rb-big", href: "#/scan" }, "Scan a bag")),
    (await packs(all)) ? draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/residents" }, "Residents: emergency pages")) : null,
    draw("p", { class: "rb-row" }, draw("a", { class: "rb-button rb-button--second", href: "#/waiting" }, `Waiting to be sent: ${waitingWords(counts) || "nothing"}`), draw("a", { class: "rb-button rb-button--second", href: "/offline/what-works" }, "What works without a network")),
    known ? await journeys(all, known) : null,
    known?.person ? draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/sign-out" }, "Sign out on this tablet")) : null,
  ]
}

/** Whether who is known here works at a home that packs. */
async function packs(all) {
  return (await all.keeping.known())?.places.some((place) => place.may.includes("pack"))
}

function who(known) {
  const places = known.places.map((place) => place.name).join(", ")
  return [
    draw("p", {}, "On this tablet: ", draw("strong", {}, known.person?.name ?? "an organisation"), places ? `, ${places}` : ""),
    draw("p", { class: "ro-asof" }, draw("span", { "aria-hidden": "true" }, "◷ "), `As of ${clock(known.read_at)} (${ago(known.read_at)}). It may have changed since.`),
  ]
}

function nobody(state) {
  const why = state.revoked ? "This tablet was taken out of use." : "Nobody is signed in on this tablet, or it had no network for 3 days."
  return draw("p", { class: "rb-alert rb-alert--unknown" }, `${why} Nothing can be read or recorded here until somebody signs in with a network. Use paper.`)
}

async function journeys(all, known) {
  const pages = (await all.residents.known())?.people ?? []
  const begun = (await begunHere(all)).map((each) => ({ ...each, name: pages.find((person) => person.id === each.resident)?.name })).filter((each) => each.name)
  const rows = [...begun.map(begunRow), ...known.journeys.map(knownRow)]
  return [
    draw("h2", {}, "Journeys kept here"),
    rows.length ? draw("ul", { class: "rb-list" }, rows.map((row) => draw("li", {}, row))) : draw("p", { class: "rb-empty" }, "No journey was open when this tablet last had a network."),
  ]
}

function begunRow(each) {
  const far = each.left_at ? `${each.to_name} since ${clock(each.left_at)}` : each.packed_at ? `Ready since ${clock(each.packed_at)}, not left yet` : `Not finished: begun at ${clock(each.began_at)}`
  return draw("a", { class: "ro-journey", href: `#/start/${each.id}` }, draw("strong", {}, each.name), each.tracker ? `, bag ${each.tracker}` : "", draw("br"), `${far}. Begun on this tablet without a network.`)
}

function knownRow(each) {
  const far = each.stage === "PACKED" && each.resident.id ? (each.bag ? "Not left yet" : "Not packed yet, no bag chosen") : each.stage_words
  return draw("a", { class: "ro-journey", href: `#/journey/${each.id}` }, draw("strong", {}, each.resident.name), each.bag ? `, bag ${each.bag.tracker}` : "", draw("br"), `${far}: ${each.holder.words}, since ${clock(each.holder.since)}`)
}

/** Only where something waits: some browsers clear what a full tablet keeps. */
async function persistWords() {
  const kept = await navigator.storage?.persisted?.()
  return kept === false ? draw("p", {}, "Send it soon. If this tablet runs out of room, its browser may clear what waits here.") : null
}

/** The camera and one field; `label` is where a code leads to. */
export async function scanScreen(all, { reader, wasm, label = "/offline#/bag/" }) {
  const error = draw("div")
  const send = (event) => {
    event.preventDefault()
    const typed = new FormData(event.target).get("code")
    const name = nameIn(typed)
    if (name) location.hash = `${label.slice(label.indexOf("#"))}${name.text}`
    else error.replaceChildren(draw("p", { class: "rb-alert", role: "alert" }, "This is not a Red Bag code. It has 9 letters and numbers, under the square on the label."))
  }
  return [
    draw("h1", {}, "Scan a bag"),
    error,
    draw(
      "div",
      { class: "sc", "data-reader": reader, "data-wasm": wasm, "data-label": label, "data-start": "camera" },
      draw("div", { class: "sc-frame", hidden: true }, draw("video", { class: "sc-video", muted: true, playsinline: true })),
      draw("p", { class: "sc-said", role: "status", "aria-live": "assertive" }),
      draw("button", { class: "rb-big sc-start", type: "button", hidden: true }, "Open the camera"),
      draw("button", { class: "rb-button rb-button--second sc-light", type: "button", hidden: true, "aria-pressed": "false" }, "Light"),
    ),
    draw("form", { novalidate: true, onsubmit: send }, field({ id: "code", label: "Or type the code on the label", hint: "9 letters and numbers under the square. A hand-held scanner types it here by itself." }), draw("button", { class: "rb-button", type: "submit" }, "Open")),
    draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Back to the start")),
  ]
}

export async function waitingScreen(all) {
  const [rows, done, settled] = [await all.queue.rows(), await all.queue.done(), await all.queue.settled()]
  const person = await all.keeping.person()
  const again = () => all.sender.flush({ hurry: true })
  const [told, home] = [await toldOf(all, [...rows, ...settled]), await packs(all)]
  return [
    draw("h1", {}, "Waiting to be sent"),
    all.state.clock ? draw("p", { class: "rb-alert" }, clockWords(all.state.clock)) : null,
    rows.length ? draw("ul", { class: "rb-list" }, rows.map((row) => waiting(all, row, person, told, home))) : draw("p", { class: "rb-empty" }, "Nothing waits. All that was recorded here has arrived."),
    rows.length ? draw("p", { class: "ro-apart" }, draw("button", { class: "rb-button", type: "button", onclick: again }, "Send now")) : null,
    rows.length ? await persistWords() : null,
    done.length ? [draw("h2", {}, "Confirmed by the service"), draw("ul", { class: "rb-list" }, done.slice(0, 50).map((row) => draw("li", { class: "rb-row" }, draw("span", {}, `${clock(row.saved_at)} ${row.about}, ${row.person.name}`), stateTag(row))))] : null,
    settled.length ? [draw("h2", {}, "Dealt with by a person"), draw("ul", { class: "rb-list" }, settled.map((row) => draw("li", {}, `${clock(row.saved_at)} ${row.about}, ${row.person.name}. Dealt with by ${row.by} at ${clock(row.settled_at)}.`, ...told(row))))] : null,
    draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Back to the start")),
  ]
}

function waiting(all, row, person, told, home) {
  const settle = () => all.queue.settle(row.id, person?.name ?? "somebody not signed in")
  const again = async () => {
    await all.queue.tryAgain(row.id)
    await all.sender.flush({ hurry: true })
  }
  return draw(
    "li",
    {},
    draw("div", { class: "rb-row" }, draw("span", {}, `${clock(row.saved_at)} ${row.about}, ${row.person.name}`), stateTag(row)),
    row.refused ? leftBehind(row, person, settle) : null,
    doubted(row) ? draw("p", {}, "The service could not take this yet. It is tried again by itself. If it stays, tell your manager, and the home by phone.") : null,
    row.state === "needs_you"
      ? [
          ...told(row),
          draw("p", {}, reasonWords(row.reason, home)),
          draw("p", { class: "rb-row" }, draw("button", { class: "rb-button rb-button--second", type: "button", onclick: again }, "Try again"), draw("button", { class: "rb-button", type: "button", onclick: settle }, "I have dealt with this")),
        ]
      : null,
  )
}

/** Recorded by somebody whose sign-in ended: they send it, or somebody who is signed in says that it is dealt with. */
function leftBehind(row, person, settle) {
  const waits = draw("p", {}, `It is sent when ${row.person.name} signs in on this tablet.`)
  if (!person || person.id === row.person.id) return waits
  const words = `If ${row.person.name} does not come back: record it again yourself if it still counts, then press this. It is never sent then; the record of it stays on this tablet.`
  return [waits, draw("p", {}, words), draw("p", { class: "rb-row" }, draw("button", { class: "rb-button rb-button--second", type: "button", onclick: settle }, "I have dealt with this"))]
}

/** A form was sent, and no answer came: the service may have it. */
export async function notKnownScreen(all) {
  return [
    draw("h1", {}, "We do not know if that was recorded"),
    draw("p", { class: "rb-alert rb-alert--unknown" }, "The network failed after you pressed, before an answer came. It may have arrived."),
    draw("p", {}, "Look before you do it again: open the same page when there is a network. If it is not there, go back and press again. Do not write it anew, or it may count twice."),
    ...(await wordsKept(all)),
    draw("p", { class: "rb-row" }, draw("a", { class: "rb-big", href: "/" }, "Look on the board"), draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Start without a network")),
  ]
}

/** A form was sent without a network, so nobody received it. */
export async function notSentScreen(all) {
  return [
    draw("h1", {}, "That was not recorded"),
    draw("p", { class: "rb-alert" }, "There was no network when you pressed, so it reached nobody."),
    ...(await wordsKept(all)),
    draw("p", {}, "Hand-overs and checks can be recorded here without a network. For everything else go back, and press again when there is one."),
    draw("p", { class: "rb-row" }, draw("a", { class: "rb-big", href: "#/scan" }, "Scan a bag"), draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Start without a network")),
  ]
}

/** Somebody signed out without a network. */
export async function signedOutScreen() {
  return [
    draw("h1", {}, "Signed out on this tablet"),
    draw("p", {}, "What could be read here is wiped. What waits to be sent stays, sealed, and is sent when there is a network. The service hears that you signed out then too."),
    draw("p", {}, draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Start without a network")),
  ]
}

/** Whether the words of the form that was pressed are still here, and where to go on with whom it was about. */
async function wordsKept(all) {
  const last = pressedLast()
  const journey = last?.journey && (await all.keeping.known())?.journeys.find((each) => each.id === last.journey)
  return [
    draw("p", {}, draw("strong", {}, last ? "Your words are kept on this tablet" : "What was typed may be in the page before"), last ? `, since ${clock(last.at)}. They are back when you open that page again in this window.` : ": go back and look."),
    journey ? draw("p", {}, draw("a", { class: "rb-big rb-big--go", href: `#/journey/${journey.id}` }, `Go on with ${journey.resident.name} without a network`)) : null,
  ]
}
