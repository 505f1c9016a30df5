/** The database of the sealed store in memory, for tests. */
export function memory({ full = false } = {}) {
  const rows = new Map()
  let seal
  const at = (kind, id) => `${kind}\n${id}`
  const out = {
    rows,
    full,
    key: async () => seal,
    offerKey: async (record) => (seal ??= record),
    put: async (kind, id, sealed) => {
      if (out.full) throw new DOMException("no room", "QuotaExceededError")
      if (seal?.made !== sealed.made) return false
      rows.set(at(kind, id), sealed)
      return true
    },
    get: async (kind, id) => rows.get(at(kind, id)),
    all: async (kind) =>
      [...rows.keys()]
        .filter((place) => place.startsWith(`${kind}\n`))
        .sort()
        .map((place) => ({ id: place.slice(kind.length + 1), sealed: rows.get(place) })),
    remove: async (kind, id) => void rows.delete(at(kind, id)),
    wipe: async (keep) => {
      for (const place of [...rows.keys()]) if (!keep.includes(place.split("\n")[0])) rows.delete(place)
      if (rows.size === 0) seal = undefined
    },
  }
  return out
}
