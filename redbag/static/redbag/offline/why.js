/** Why somebody goes: the boxes, what is typed in them, and how it reads on paper. */

import { clock, draw } from "./draw.js"

export const WHY = [
  ["concern", "What are you worried about?"],
  ["last_seen_well", "Last seen well at"],
  ["action", "What have you done?"],
  ["response", "How did they respond?"],
  ["examination", "What do you see?"],
  ["shared", "Who was told?"],
]
const SHELF = "redbag-draft:"
const FORMS = ["should", "why", "crew_here"]

/** What is written of why, by label; empty boxes are left out. */
export function written(why) {
  return WHY.filter(([name]) => why[name]?.trim()).map(([name, label]) => ({ name, label, words: why[name].trim() }))
}

/** Why, in the place where the emergency page has room for it; `ready` says how far they are. */
export function whyPart(why, ready) {
  const lines = written(why).map(({ name, label, words }) => draw("p", { class: name === "concern" ? "e-lead" : null }, name === "concern" ? null : draw("b", {}, `${label} `), words))
  return draw(
    "div",
    { class: "e-part e-why" },
    draw("h2", {}, "Why they are going"),
    lines.length ? lines : draw("p", { class: "e-none" }, "The home has not said why yet. Ring them."),
    ready && draw("p", {}, ready),
  )
}

/** `{ why, at }`: what was typed in forms of this journey in this tab, and reached nobody as far as is known; else null. */
export function typedHere(journey) {
  const kept = shelf().filter((each) => FORMS.some((form) => each.place === `${form}/${journey}`))
  if (!kept.length) return null
  const why = {}
  for (const { fields } of kept) {
    for (const [name] of WHY) if (fields[name]?.[0]?.trim()) why[name] = fields[name][0]
    const line = fields.crew_line?.[0]?.trim()
    if (line && !why.concern?.includes(line)) why.concern = [why.concern, line].filter(Boolean).join(". ")
  }
  return Object.keys(why).length ? { why, at: Math.max(...kept.map((each) => each.at)) } : null
}

/** What this tab keeps of the form somebody pressed last: `{ place, at, journey }`, or null. */
export function pressedLast() {
  const [last] = shelf().filter((each) => each.pressed).sort((one, two) => two.at - one.at)
  return last ? { ...last, journey: last.place.split("/").find((part) => /^[0-9a-f-]{36}$/.test(part)) ?? null } : null
}

function shelf() {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(SHELF))
    .map((key) => {
      const { fields, at, pressed } = JSON.parse(sessionStorage.getItem(key))
      return { place: key.slice(SHELF.length).split(":").slice(1).join(":"), fields, at: Date.parse(at), pressed }
    })
}

/** Why as it stands, for reading out: from the service, and what is typed here and nowhere else. */
export function whyCard(reason, typed) {
  const [told, here] = [written(reason), typed ? written(typed.why).filter(({ name, words }) => reason[name]?.trim() !== words) : []]
  const list = (lines) => draw("dl", { class: "rb-facts" }, lines.map(({ label, words }) => draw("div", {}, draw("dt", {}, label), draw("dd", {}, words))))
  return draw(
    "section",
    { class: "rb-card rb-no-print", "aria-labelledby": "why-title" },
    draw("h2", { id: "why-title" }, "Why"),
    told.length ? list(told) : null,
    here.length ? [draw("p", {}, draw("strong", {}, `Typed here at ${clock(typed.at)}, not sent yet:`)), list(here), draw("p", {}, "Your words are kept on this tablet. Tell the crew. Open the page Why when the network is back, and save.")] : null,
    told.length || here.length ? null : draw("p", {}, "Nobody has said why yet. Tell the crew."),
  )
}
