/** Which bag somebody takes: clean ones first, the others named for what they are. */

import { choices, field } from "./draw.js"

export const NO_BAG = "none"
const NOT_READY = { back: "back, not cleaned yet", cleaning: "being cleaned" }

/** The choice for `#bag`; `bundle` is what the tablet knows, `extra` options stand on top. */
export function bagChoice(bundle, { chosen = "", extra = [], none = true } = {}) {
  const away = new Set(bundle.journeys.map((each) => each.bag?.tracker))
  const one = (bag, words) => ({ value: bag.id, text: `Bag ${bag.tracker}${words ? `: ${words}` : ""}` })
  const clean = bundle.bags.filter((bag) => bag.state === "available" && !away.has(bag.tracker))
  const other = bundle.bags.filter((bag) => bag.state in NOT_READY || (away.has(bag.tracker) && bag.id === chosen))
  const options = [
    ...extra,
    ...clean.map((bag) => one(bag)),
    ...(none ? [{ value: NO_BAG, text: "No bag" }] : []),
    ...(other.length ? [{ divider: "Not ready. Take one of these only if there is no other." }] : []),
    ...other.map((bag) => one(bag, away.has(bag.tracker) ? "its journey is not finished" : NOT_READY[bag.state])),
  ]
  return choices({ name: "bag", question: clean.length ? "Which bag?" : "Which bag? No clean one is known here.", options, chosen })
}

export function codeField() {
  return field({ id: "code", label: "Or type the code on the label", hint: "9 letters and numbers under the square" })
}
