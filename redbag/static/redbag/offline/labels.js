/** What is on a label, read without a network: its long name (token) or the short code people type. */

import { tokenIn } from "../scanner.js"

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const LENGTH = 9

/** `{ kind: "token" | "code", text }` in what was scanned or typed; null when it is neither. */
export function nameIn(typed) {
  const token = tokenIn(typed)
  if (token) return { kind: "token", text: token }
  const code = normalised(typed.split("/b/").pop())
  return isCode(code) ? { kind: "code", text: code } : null
}

/** By what the service and this device know a token without keeping it: SHA-256 in hex. */
export async function digestOf(token) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token.toUpperCase()))
  return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("")
}

/** The open journey and the bag a label belongs to, among what this device knows; each null when it does not. */
export async function found(name, { bags, journeys }) {
  const wanted = name.kind === "token" ? await digestOf(name.text) : name.text
  const carries = (bag) => bag?.labels.some((label) => (name.kind === "token" ? label.digest : label.code) === wanted)
  return { journey: journeys.find((each) => carries(each.bag)) ?? null, bag: bags.find(carries) ?? null }
}

function normalised(typed) {
  return typed.replace(/[\s\u00a0\-\u2010-\u2014\u2212]/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1")
}

/** Nine symbols whose weighted sum in the field of 32 elements is nought. */
function isCode(code) {
  if (code.length !== LENGTH) return false
  let total = 0
  for (const symbol of code) {
    const value = ALPHABET.indexOf(symbol)
    if (value < 0) return false
    const doubled = total << 1
    total = (doubled & 32 ? doubled ^ 0b100101 : doubled) ^ value
  }
  return total === 0
}
