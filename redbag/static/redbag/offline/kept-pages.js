/** The emergency part of a page that was read with a signal: kept here, sealed, by its path, for 12 hours at most. */

import { clock, draw } from "./draw.js"
import { digestOf } from "./labels.js"

const LONGEST = 12 * 3600_000 // milliseconds
const KIND = "page"
const NOT_KEPT = "script, style, link, meta, base, iframe, object, embed, img, form, button, input, select, textarea, a:not([href^='tel:'])"

/** Keeps what was read at a path; `until` is the moment after which it may not be read any more, `ring` whom to ring. */
export async function keepPage(store, path, { html, until = Infinity, ring = null }, now = Date.now()) {
  const { generation, leaving } = await store.wiped()
  if (leaving) return
  await tidy(store, now)
  const since = generation ?? undefined
  await store.put(KIND, await digestOf(path), { html, read_at: now, until: Math.min(until, now + LONGEST), ring }, { since })
}

/** What is kept of a path, or null; what is too old is taken away. */
export async function keptPage(store, path, now = Date.now()) {
  await tidy(store, now)
  return store.get(KIND, await digestOf(path))
}

export async function forgetPage(store, path) {
  await store.remove(KIND, await digestOf(path))
}

async function tidy(store, now) {
  for (const { id, value } of await store.all(KIND)) if (value.until <= now) await store.remove(KIND, id)
}

/** What was read, with the time above it: words and telephone numbers, nothing that runs, loads or sends. */
export function keptPart({ html, read_at }) {
  const read = new DOMParser().parseFromString(html, "text/html")
  for (const each of read.querySelectorAll(NOT_KEPT)) each.remove()
  const nodes = [...read.body.childNodes].map((node) => document.importNode(node, true))
  return [draw("p", { class: "ro-asof" }, draw("span", { "aria-hidden": "true" }, "◷ "), draw("strong", {}, `As of ${clock(read_at)}`), ", may have changed."), ...nodes]
}

/** The page of a crew without an account, when there is no signal. */
export async function visitScreen(all, path) {
  const page = await keptPage(all.store, path)
  if (!page) return [draw("h1", {}, "There is no signal"), draw("p", {}, "This page is not kept on this phone, or no longer. Ring the home: its number is on the label of the bag.")]
  return [notKept(page.ring), ...keptPart(page), draw("p", {}, draw("button", { class: "rb-button rb-button--second", type: "button", disabled: true }, "No signal: this is not kept"))]
}

/** That a press without a signal is not kept, and whom to ring instead. */
export function notKept(ring) {
  const number = ring?.phone && draw("a", { href: `tel:${ring.phone.replaceAll(" ", "")}` }, ring.phone)
  const words = ["No signal. What you press now is not kept: press it when the signal is back, or ring ", ring?.home || "the home", number ? ": " : ".", number]
  return draw("div", { class: "rb-alert rb-alert--unknown s-said s-said--warning s-offline", role: "status" }, words)
}
