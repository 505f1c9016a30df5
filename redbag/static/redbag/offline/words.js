/** What the offline pages call things. */

import { draw } from "./draw.js"

const STATES = {
  saved: { shape: "◔", words: "Saved here", look: "wait" },
  sent: { shape: "➤", words: "Sent, no answer yet", look: "info" },
  confirmed: { shape: "✓", words: "Confirmed", look: "good" },
  needs_you: { shape: "!", words: "Needs you", look: "bad" },
}

const ON_THE_BOARD = "The home's board shows it under Needs you, with these words and what to do."

const REASONS = {
  unknown_token: "The service does not know this label. Look at the code on the bag, and record it again.",
  blank_label: "Nobody has packed this bag yet, so there is no journey. Ask the home.",
  unknown_item: "The list of things has changed. Look in the bag again when there is a network.",
  unknown_organisation: "The service does not know where it went. Record the hand-over again with the name in words.",
  not_yours: "This may not be recorded from where you work. Tell the home by phone.",
  future: "The clock of this device is ahead. Set it right, then press Try again.",
  refused: `They are on another journey already. ${ON_THE_BOARD}`,
  malformed: "Something in it could not be read. Record it again when there is a network.",
  unreadable: "The service could not read it. Record it again when there is a network.",
}

/** The state of a row in words, shape and colour. */
export function stateTag(row) {
  const { shape, words, look } = STATES[row.state]
  return draw("span", { class: `rb-tag rb-tag--${look} ro-state ro-state--${row.state}` }, draw("span", { "aria-hidden": "true" }, `${shape} `), words)
}

/** Why it does not count yet; `home` says that whoever reads it works at the home, which has it on its board. */
export function reasonWords(reason, home = false) {
  if (home && ["not_yours", "blank_label", "unknown_token"].includes(reason)) return `It does not count yet. ${ON_THE_BOARD}`
  return REASONS[reason] ?? "The service kept it, but it does not count yet. Look at it when there is a network."
}

export function waitingWords({ unsent, needs }) {
  const parts = []
  if (unsent) parts.push(unsent === 1 ? "1 waits to be sent" : `${unsent} wait to be sent`)
  if (needs) parts.push(needs === 1 ? "1 needs you" : `${needs} need you`)
  return parts.join(", ")
}

export function clockWords(minutes) {
  const many = Math.abs(minutes)
  return `This tablet's clock is ${many} ${many === 1 ? "minute" : "minutes"} ${minutes > 0 ? "slow" : "fast"}. Times are put right when it is sent.`
}

/** How long ago something was known. */
export function ago(moment, now = Date.now()) {
  const minutes = Math.max(0, Math.round((now - moment) / 60_000))
  if (minutes < 1) return "just now"
  if (minutes < 60) return minutes === 1 ? "1 minute ago" : `${minutes} minutes ago`
  const hours = Math.round(minutes / 60)
  return hours === 1 ? "1 hour ago" : `${hours} hours ago`
}
