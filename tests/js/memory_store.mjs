/** The database of the sealed store in memory, for tests. */
export function memory({ full = false } = {}) {
  const rows = new Map()
  let seal
  let wiped
  const at = (kind, id) => `${kind}\n${id}`
  const out = {
    rows,
    full,
    key: async () => seal,
    offerKey: async (record) => (seal ??= record),
    put: async (kind, id, sealed, since) => {
      if (out.full) throw new DOMException("no room", "QuotaExceededError")
      if (since !== undefined && (wiped?.generation ?? null) !== since) return "wiped"
      if (seal?.made !== sealed.made) return "other key"
      rows.set(at(kind, id), sealed)
      return "kept"
    },
    get: async (kind, id) => rows.get(at(kind, id)),
    all: async (kind) =>
      [...rows.keys()]
        .filter((place) => place.startsWith(`${kind}\n`))
        .sort()
        .map((place) => ({ id: place.slice(kind.length + 1), sealed: rows.get(place) })),
    remove: async (kind, id) => void rows.delete(at(kind, id)),
    wipe: async ({ keep, withFacts, generation, leaving, since }) => {
      if (since !== undefined && (wiped?.generation ?? null) !== since) return
      const kinds = (place) => place.split("\n")[0]
      const stays = [...rows.keys()].some((place) => kinds(place) === "fact") ? [...keep, ...withFacts] : keep
      for (const place of [...rows.keys()]) if (!stays.includes(kinds(place))) rows.delete(place)
      if (rows.size === 0) seal = undefined
      wiped = { generation, leaving: leaving === undefined ? (wiped?.leaving ?? null) : leaving }
    },
    wiped: async () => wiped,
    stay: async () => {
      if (wiped) wiped = { ...wiped, leaving: null }
    },
  }
  return out
}
