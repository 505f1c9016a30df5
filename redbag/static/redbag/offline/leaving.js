/** The moment at the door without a network: the bag, the code, who takes over, and how far what was told has got. */

import { bagChoice, codeField } from "./bag-choice.js"
import { codeAt } from "./codes.js"
import { choices, clock, draw, field, wrong } from "./draw.js"
import { found, nameIn } from "./labels.js"
import { bad, good } from "./signals.js"
import { stateTag } from "./words.js"

/** Says on top of a form what is missing, and goes there. */
export function refuse(into, words, href) {
  bad()
  into.replaceChildren(wrong(words))
  into.firstChild.focus()
  document.querySelector(href)?.focus()
}

/** Does the work for whoever is known here; says loudly when it could not be kept. */
export async function keptOrSaid(all, answer, work) {
  try {
    const person = await all.keeping.person()
    if (!person) throw new Error("Nobody is signed in on this tablet, so it cannot be kept. Write it on paper.")
    await work(person)
    good()
    if (navigator.onLine) all.sender.flush({ hurry: true })
    dispatchEvent(new HashChangeEvent("hashchange"))
  } catch (fault) {
    bad()
    answer.replaceChildren(wrong(fault.message))
    answer.firstChild.focus()
  }
}

/** What was recorded here about a journey, each with how far it got, true while the screen is open. */
export async function told(all, id) {
  const list = draw("ul", { class: "rb-list rb-no-print" })
  const show = async () => list.replaceChildren(...(await rowsOf(all, id)).map((row) => draw("li", { class: "rb-row" }, draw("span", {}, `${clock(row.saved_at)} ${row.about}`), stateTag(row))))
  let seen = false
  const stop = all.listen(() => {
    seen ||= list.isConnected
    if (seen && !list.isConnected) stop()
    else show()
  })
  await show() // after listening began: nothing that changes meanwhile is missed
  return list
}

/** The rows of the queue about a journey: waiting and confirmed. */
export async function rowsOf(all, id) {
  return [...(await all.queue.rows()), ...(await all.queue.done())].filter((row) => row.id === id || row.fact?.transfer === id)
}

/** The six digits made from a journey's own secret; drawn anew by itself. */
export async function codeCard(secret) {
  const [digits, lasts] = [draw("p", { class: "rb-code" }), draw("p", { class: "rb-quiet" })]
  const show = async () => {
    const { code, until } = await codeAt(secret, Date.now())
    digits.textContent = `${code.slice(0, 3)} ${code.slice(3)}`
    lasts.textContent = `Show it to whoever takes the bag; they type it, or write it on their paper. Good until ${clock(until)}.`
    setTimeout(() => digits.isConnected && show(), until - Date.now() + 50)
  }
  await show()
  return draw("section", { class: "rb-card rb-no-print", "aria-labelledby": "code-title" }, draw("h2", { id: "code-title" }, "Hand-over code"), digits, lasts)
}

/** Which bag goes with a journey that has none: told of that journey, then `done({ bag, tracker })`. */
export function bagForm(all, { bundle, journey, organisation, done }) {
  const answer = draw("div", { class: "ro-answer" })
  const typed = codeField()
  const send = async (event) => {
    event.preventDefault()
    const code = typed.querySelector("input").value.trim()
    const name = code ? nameIn(code) : null
    if (code && !name) return refuse(answer, "This is not a Red Bag code. Look at the label again.", "#code")
    const chosen = new FormData(event.target).get("bag")
    const bag = name ? (await found(name, bundle)).bag : bundle.bags.find((each) => each.id === chosen)
    if (!bag && !name) return refuse(answer, "Which bag? Choose one.", "#bag-0")
    const tracker = bag?.tracker ?? ""
    const fact = { kind: "pack", transfer: journey, organisation, ...(bag ? { bag: bag.id } : { token: name.text }) }
    await keptOrSaid(all, answer, async (person) => {
      await all.queue.add({ fact, about: `Goes with them: ${tracker ? `bag ${tracker}` : "the bag on the label"}`, person })
      await done?.({ bag: bag?.id ?? "label", tracker })
    })
  }
  const form = draw("form", { novalidate: true, onsubmit: send }, bagChoice(bundle, { none: false }), typed, draw("button", { class: "rb-button", type: "submit" }, "This bag goes with them"))
  return draw("section", { class: "rb-card rb-no-print", "aria-labelledby": "bag-title" }, draw("h2", { id: "bag-title" }, "The bag"), draw("p", {}, "No bag is chosen yet."), answer, form)
}

/** Who takes over: told of the journey, then `done({ said, left })`. `about` names the bag, `bag` says whether there is one. */
export function crewForm(all, { places, journey, organisation, about, bag, done }) {
  const crews = places.filter((place) => place.kind === "ambulance")
  const options = [...crews.map((place) => ({ value: place.organisation, text: place.name })), { value: "other", text: "Somebody else" }]
  const answer = draw("div", { class: "ro-answer" })
  const send = async (event) => {
    event.preventDefault()
    const typed = Object.fromEntries(new FormData(event.target))
    const words = typed.to_text.trim()
    if (!words && (!typed.to || typed.to === "other")) return refuse(answer, "Who takes over? Choose one, or write who it is.", "#to_text")
    const crew = typed.to === "other" ? null : crews.find((place) => place.organisation === typed.to)
    const [left, name, said] = [Date.now(), typed.to_name.trim(), crew?.name ?? words]
    const to = crew ? { to: crew.organisation } : { to_text: words }
    const fact = { kind: "handoff", transfer: journey, organisation, ...to, ...(name && { to_name: name }), occurred_at: new Date(left).toISOString() }
    await keptOrSaid(all, answer, async (person) => {
      await all.queue.add({ fact, about: `To ${said}: ${about}`, person })
      await done?.({ said, left })
    })
  }
  const form = draw(
    "form",
    { novalidate: true, onsubmit: send },
    choices({ name: "to", question: "Who takes over?", options, chosen: crews.length === 1 ? crews[0].organisation : "" }),
    field({ id: "to_text", label: "If somebody else: who?", maxlength: "200" }),
    field({ id: "to_name", label: "Name of who took it", maxlength: "150" }),
    draw("button", { class: "rb-big", type: "submit" }, bag ? "Crew has the bag" : "They have left"),
  )
  return draw("section", { class: "rb-card rb-no-print", "aria-labelledby": "crew-title" }, draw("h2", { id: "crew-title" }, "Handing over"), answer, form)
}
