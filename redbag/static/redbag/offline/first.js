/** What stands above every step for one resident: who it is, allergies, CPR, the plan. The words are those of the page online. */

import { draw } from "./draw.js"

const ALLERGIES = { present: ["▲", ""], none_known: ["✓", " rb-alert--none"], not_known: ["?", " rb-alert--unknown"] }
const CPR = { do_not_attempt: ["✕", " rb-alert--stop"], attempt: ["♥", " rb-alert--do"] }
const NO_DECISION = ["?", " rb-alert--do rb-alert--unknown"]

/** The strip of a resident; without lines where the tablet keeps a page that has none of them yet. */
export function strip(person) {
  const { first } = person
  const photo = person.photo && draw("img", { class: "rb-portrait", src: person.photo, alt: `Photo of ${person.name}`, width: "96", height: "96" })
  return draw(
    "section",
    { class: "rb-strip rb-no-print", "aria-label": "Who this is and what protects them" },
    photo,
    draw("p", { class: "rb-strip__name" }, person.name),
    draw("p", { class: "rb-strip__facts" }, "Born ", draw("strong", {}, person.born), ". ", person.room && `Room ${person.room}.`, alikeTag(person)),
    first && alert(ALLERGIES[first.allergies.state] ?? ALLERGIES.not_known, "Allergies", first.allergies.words),
    first && alert(CPR[first.cpr.state] ?? NO_DECISION, "If heart or breathing stops", [first.cpr.words, first.cpr.only].filter(Boolean).join(". "), first.check),
    draw("p", { class: "ro-apart" }, draw("a", { class: "rb-button rb-button--second", href: `#/resident/${person.id}` }, "The whole emergency page")),
  )
}

function alert([shape, look], what, words, check) {
  return draw(
    "p",
    { class: `rb-alert${look}` },
    draw("span", { class: "rb-shape", "aria-hidden": "true" }, shape),
    draw("span", {}, draw("span", { class: "rb-alert__what" }, what), ` ${words}`, check && draw("span", { class: "rb-alert__paper" }, draw("strong", {}, `? ${check}`))),
  )
}

/** What the plan says about going to hospital, before anybody decides. */
export function plan({ first }) {
  if (!first) return null
  return draw(
    "section",
    { class: "rb-card rb-no-print", "aria-labelledby": "plan-title" },
    draw("h2", { id: "plan-title" }, "Their plan says"),
    first.comfort && draw("p", { class: "go-comfort" }, "The plan is comfort care."),
    first.plan.length ? draw("dl", { class: "rb-facts go-plan" }, first.plan.map((line) => draw("div", {}, draw("dt", {}, line.label), draw("dd", {}, line.words)))) : null,
    first.plan.length || first.comfort ? null : draw("p", {}, "Nobody has written a plan yet. If you are not sure, ring first."),
  )
}

/** Says that somebody else here has a similar name. */
export function alikeTag(person) {
  return person.alike ? draw("span", { class: "rb-tag rb-tag--wait" }, "▲ Similar name here: check the birth date") : null
}
