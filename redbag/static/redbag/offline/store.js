/**
 * What this device keeps, sealed. One store for every page of the service on this device.
 *
 *   const store = await openStore()
 *   await store.put("journey", id, value)   // resolves when it is on disk, not before
 *   await store.get("journey", id)          // the value, or null
 *   await store.all("journey")              // [{ id, value }], in the order of the ids
 *   await store.remove("journey", id)
 *   await store.wipe()                      // everything and the key: nothing left can ever be read
 *   await store.wipe({ keepQueue: true })   // everything readable; what still waits to be sent stays sealed
 *   await store.wipe({ keep: ["device"] })  // everything but these kinds
 *
 * A value is anything JSON can say. It is sealed with AES-GCM under a key that lives in IndexedDB and cannot be taken out
 * of the browser. **Kind and id stand in the clear: never put a name, a number or a token into them.** A value that
 * cannot be opened (the key was wiped meanwhile) counts as not there. No room left: `StoreFull`. Any other fault: `StoreFault`.
 */

import { openDB } from "../../vendor/idb/index.js"

/** Kinds that outlive a sign-out: facts not yet settled, whose they are, and what this tablet is. */
export const QUEUE = ["fact", "author", "device"]

const TRIES = 3

/** The device has no room left: nothing was kept. */
export class StoreFull extends Error {
  constructor(cause) {
    super("This device has no room left. It was not saved. Free some room, or write it on paper.", { cause })
    this.name = "StoreFull"
  }
}

/** The device could not keep it, for another reason than room. */
export class StoreFault extends Error {
  constructor(cause) {
    super("This device could not save it. Try again, or write it on paper.", { cause })
    this.name = "StoreFault"
  }
}

/** Opens the store; tests hand in a database in memory (see `indexed` for what it must do). */
export async function openStore({ database, crypto = globalThis.crypto } = {}) {
  return new Store(database ?? (await kept(indexed)), crypto)
}

export class Store {
  constructor(database, crypto) {
    Object.assign(this, { database, crypto })
  }

  /** Keeps a value; resolves once it is on disk. */
  async put(kind, id, value) {
    for (let tries = 0; tries < TRIES; tries++) {
      const { key, made } = await kept(() => this.#key())
      const sealed = { made, ...(await this.#seal(key, kind, id, value)) }
      if (await kept(() => this.database.put(kind, id, sealed))) return
    }
    throw new StoreFault(new Error("the key changed while writing"))
  }

  async get(kind, id) {
    const sealed = await kept(() => this.database.get(kind, id))
    return sealed ? this.#open(kind, id, sealed) : null
  }

  async all(kind) {
    const rows = await kept(() => this.database.all(kind))
    const opened = await Promise.all(rows.map(async ({ id, sealed }) => ({ id, value: await this.#open(kind, id, sealed) })))
    return opened.filter((row) => row.value !== null)
  }

  /** How many there are of a kind, without opening one. */
  async count(kind) {
    return (await kept(() => this.database.all(kind))).length
  }

  async remove(kind, id) {
    await kept(() => this.database.remove(kind, id))
  }

  /** Takes away what can be read; the key goes too once nothing is left under it. */
  async wipe({ keepQueue = false, keep = [] } = {}) {
    await kept(() => this.database.wipe(keepQueue ? [...QUEUE, ...keep] : keep))
  }

  async #key() {
    const standing = await this.database.key()
    if (standing) return standing
    const key = await this.crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
    return this.database.offerKey({ key, made: this.crypto.randomUUID() })
  }

  async #seal(key, kind, id, value) {
    const iv = this.crypto.getRandomValues(new Uint8Array(12))
    const plain = new TextEncoder().encode(JSON.stringify(value))
    const box = await this.crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: place(kind, id) }, key, plain)
    return { iv, box }
  }

  async #open(kind, id, { iv, box, made }) {
    const standing = await kept(() => this.database.key())
    if (standing?.made !== made) return null
    try {
      const how = { name: "AES-GCM", iv, additionalData: place(kind, id) }
      return JSON.parse(new TextDecoder().decode(await this.crypto.subtle.decrypt(how, standing.key, box)))
    } catch {
      return null // not sealed by this key, or moved from another place
    }
  }
}

function place(kind, id) {
  return new TextEncoder().encode(`${kind}/${id}`)
}

async function kept(work) {
  try {
    return await work()
  } catch (fault) {
    if (fault instanceof StoreFull || fault instanceof StoreFault) throw fault
    throw fault?.name === "QuotaExceededError" ? new StoreFull(fault) : new StoreFault(fault)
  }
}

/**
 * The database of the browser: `key() offerKey(record) put(kind, id, sealed) get all remove wipe(keep)`.
 *
 * `offerKey` keeps the first key only and answers the one that stands. `put` answers false when the value was sealed with a
 * key that no longer stands. Each is one transaction, written to disk before it resolves.
 */
async function indexed() {
  const db = await openDB("redbag", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("keys")
      fresh.createObjectStore("kept")
    },
  })
  const write = async (stores, work) => {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" })
    const [answer] = await Promise.all([work(tx), tx.done])
    return answer
  }
  return {
    key: () => db.get("keys", "seal"),
    offerKey: (record) =>
      write(["keys"], async (tx) => {
        const standing = await tx.store.get("seal")
        if (!standing) await tx.store.put(record, "seal")
        return standing ?? record
      }),
    put: (kind, id, sealed) =>
      write(["keys", "kept"], async (tx) => {
        const standing = await tx.objectStore("keys").get("seal")
        if (standing?.made !== sealed.made) return false
        await tx.objectStore("kept").put(sealed, [kind, id])
        return true
      }),
    get: (kind, id) => db.get("kept", [kind, id]),
    all: async (kind) => {
      const range = IDBKeyRange.bound([kind], [kind, []])
      const tx = db.transaction("kept")
      const [places, rows] = await Promise.all([tx.store.getAllKeys(range), tx.store.getAll(range)])
      return places.map(([, id], at) => ({ id, sealed: rows[at] }))
    },
    remove: (kind, id) => write(["kept"], (tx) => tx.store.delete([kind, id])),
    wipe: (keep) =>
      write(["keys", "kept"], async (tx) => {
        const rows = tx.objectStore("kept")
        for (const place of await rows.getAllKeys()) if (!keep.includes(place[0])) await rows.delete(place)
        if ((await rows.count()) === 0) await tx.objectStore("keys").delete("seal")
      }),
  }
}
