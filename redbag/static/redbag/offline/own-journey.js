/** A journey of one's own home that the service knew before the network went: who it is, why, the bag, the crew. */

import { draw, clock } from "./draw.js"
import { plan, strip } from "./first.js"
import { bagForm, crewForm, rowsOf } from "./leaving.js"
import { sheet } from "./residents.js"
import { typedHere, whyCard, whyPart } from "./why.js"

/** `{ top, leave, paper, packing }` for a resident whose page this tablet keeps; null for all others. */
export async function ownJourney(all, { journey, bundle }) {
  const known = journey.resident.id && (await all.residents.known())
  const person = known && known.people.find((each) => each.id === journey.resident.id)
  if (!person) return null
  const here = (await rowsOf(all, journey.id)).sort((one, two) => one.saved_at - two.saved_at)
  const [left, chosen] = [here.findLast((row) => row.fact.kind === "handoff"), here.findLast((row) => row.fact.kind === "pack")]
  const packing = journey.stage === "PACKED" && !left
  const typed = typedHere(journey.id)
  const how = far({ journey, left, chosen, packing })
  const about = journey.bag ? `bag ${journey.bag.tracker}` : chosen ? chosen.about.replace("Goes with them: ", "") : "without a bag"
  return {
    packing,
    top: [
      draw("h1", {}, person.name),
      strip(person),
      draw("p", {}, draw("strong", {}, how)),
      packing && plan(person),
      whyCard(journey.reason ?? {}, typed),
      draw("p", { class: "rb-no-print" }, draw("button", { class: "rb-button", type: "button", onclick: () => print() }, "Print the summary")),
      packing && !journey.bag && !chosen ? bagForm(all, { bundle, journey: journey.id, organisation: journey.acting }) : null,
    ],
    leave: packing ? crewForm(all, { places: journey.receivers, journey: journey.id, organisation: journey.acting, about, bag: journey.bag || chosen }) : null,
    paper: draw("div", { class: "ro-paper" }, sheet({ known, person, why: whyPart({ ...journey.reason, ...typed?.why }, how) })),
  }
}

/** How far they are, in words that claim nothing which was not told. */
function far({ journey, left, chosen, packing }) {
  if (left) return `${left.about}, written down here at ${clock(left.saved_at)}.`
  if (!packing) return `${journey.stage_words}: ${journey.holder.words}, since ${clock(journey.holder.since)}.`
  const begun = `Begun ${clock(journey.packed_at)} at ${journey.home.name}, not left yet.`
  if (journey.bag) return `${begun} Bag ${journey.bag.tracker} is chosen.`
  return chosen ? `${begun} ${chosen.about}.` : `Not packed yet: no bag is chosen. ${begun}`
}
