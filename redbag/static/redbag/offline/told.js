/** Who a recorded row is about, and every word of it: for whoever must see to it here. */

import { draw } from "./draw.js"
import { written } from "./why.js"

const MORE = [
  ["to_text", "To"],
  ["to_name", "Name"],
  ["place", "Place"],
  ["reason", "Why"],
]

/** Draws it for each row; nothing while nobody is known here. The name is read from the pages kept on this tablet. */
export async function toldOf(all, rows) {
  if (!(await all.keeping.known())) return () => []
  const people = new Map(((await all.residents?.known())?.people ?? []).map((each) => [each.id, each.name]))
  const packed = new Map(rows.filter((row) => row.fact?.kind === "pack").map((row) => [row.id, row.fact.resident]))
  return (row) => {
    const lines = wordsOf(row.fact)
    const name = people.get(row.fact?.resident ?? packed.get(row.fact?.transfer))
    return [name && draw("p", {}, draw("strong", {}, name)), lines.length ? draw("ul", {}, lines.map((line) => draw("li", {}, line))) : null]
  }
}

/** What a person wrote in a fact, each with its label. */
export function wordsOf(fact = {}) {
  const why = typeof fact.reason === "object" && fact.reason ? written(fact.reason).map(({ label, words }) => `${label} ${words}`) : []
  return [...why, ...MORE.filter(([name]) => typeof fact[name] === "string" && fact[name].trim()).map(([name, label]) => `${label}: ${fact[name].trim()}`)]
}
