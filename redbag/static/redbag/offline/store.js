/**
 * What this device keeps, sealed. One store for every page of the service on this device.
 *
 *   const store = await openStore()
 *   await store.put("journey", id, value)   // resolves when it is on disk, not before
 *   await store.get("journey", id)          // the value, or null
 *   await store.all("journey")              // [{ id, value }], in the order of the ids
 *   await store.remove("journey", id)
 *   await store.wipe()                      // everything but what has no other copy; the key too once nothing is left
 *   await store.wipe({ keep: ["device"] })  // these kinds stay too
 *   await store.wiped()                     // which wipe was the last one, and who was leaving with it
 *
 * A value is anything JSON can say. It is sealed with AES-GCM under a key that lives in IndexedDB and cannot be taken out
 * of the browser. **Kind and id stand in the clear: never put a name, a number or a token into them.** A value that
 * cannot be opened (the key was wiped meanwhile) counts as not there. No room left: `StoreFull`. Any other fault: `StoreFault`.
 */

import { openDB } from "../../vendor/idb/index.js"

/** Kinds no wipe takes: what was recorded here has no other copy until the service has it. */
export const ONLY_COPY = ["fact", "starting", "settled"]
const WITH_FACTS = ["author"] // stays as long as a fact does

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

  /** Keeps a value; resolves once it is on disk. `since` is a wipe's generation: after a later wipe nothing is kept, and it answers false. */
  async put(kind, id, value, { since } = {}) {
    for (let tries = 0; tries < TRIES; tries++) {
      const { key, made } = await kept(() => this.#key())
      const sealed = { made, ...(await this.#seal(key, kind, id, value)) }
      const done = await kept(() => this.database.put(kind, id, sealed, since))
      if (done !== "other key") return done === "kept"
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

  /**
   * Takes away what can be read; the key goes too once nothing is left under it. Answers the generation that begins with it.
   * `leaving` is the id of the person who signs out with it, null once that is over. With `since`, nothing happens when
   * there was another wipe after that one; what is put since the generation answered then is not kept.
   */
  async wipe({ keep = [], leaving, since } = {}) {
    const generation = this.crypto.randomUUID()
    await kept(() => this.database.wipe({ keep: [...ONLY_COPY, ...keep], withFacts: WITH_FACTS, generation, leaving, since }))
    return generation
  }

  /** `{ generation, leaving }` of the last wipe, each null when there is none. */
  async wiped() {
    return { generation: null, leaving: null, ...(await kept(() => this.database.wiped())) }
  }

  /** Nobody is leaving any more: the service heard of it. */
  async stay() {
    await kept(() => this.database.stay())
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
 * The database of the browser: `key() offerKey(record) put(kind, id, sealed, since) get all remove wipe(how) wiped() stay()`.
 *
 * `offerKey` keeps the first key only and answers the one that stands. `put` answers "kept", "other key" when the value was
 * sealed with a key that no longer stands, or "wiped" when there was a wipe after `since`. `wipe` looks in its own transaction
 * whether a fact is there. Each is one transaction, written to disk before it resolves.
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
    put: (kind, id, sealed, since) =>
      write(["keys", "kept"], async (tx) => {
        const keys = tx.objectStore("keys")
        const [standing, wiped] = [await keys.get("seal"), await keys.get("wiped")]
        if (since !== undefined && (wiped?.generation ?? null) !== since) return "wiped"
        if (standing?.made !== sealed.made) return "other key"
        await tx.objectStore("kept").put(sealed, [kind, id])
        return "kept"
      }),
    get: (kind, id) => db.get("kept", [kind, id]),
    all: async (kind) => {
      const range = IDBKeyRange.bound([kind], [kind, []])
      const tx = db.transaction("kept")
      const [places, rows] = await Promise.all([tx.store.getAllKeys(range), tx.store.getAll(range)])
      return places.map(([, id], at) => ({ id, sealed: rows[at] }))
    },
    remove: (kind, id) => write(["kept"], (tx) => tx.store.delete([kind, id])),
    wipe: ({ keep, withFacts, generation, leaving, since }) =>
      write(["keys", "kept"], async (tx) => {
        const [rows, keys] = [tx.objectStore("kept"), tx.objectStore("keys")]
        const before = await keys.get("wiped")
        if (since !== undefined && (before?.generation ?? null) !== since) return
        const places = await rows.getAllKeys()
        const stays = places.some(([kind]) => kind === "fact") ? [...keep, ...withFacts] : keep
        for (const place of places) if (!stays.includes(place[0])) await rows.delete(place)
        if ((await rows.count()) === 0) await keys.delete("seal")
        await keys.put({ generation, leaving: leaving === undefined ? (before?.leaving ?? null) : leaving }, "wiped")
      }),
    wiped: () => db.get("keys", "wiped"),
    stay: () =>
      write(["keys"], async (tx) => {
        const before = await tx.store.get("wiped")
        if (before?.leaving) await tx.store.put({ ...before, leaving: null }, "wiped")
      }),
  }
}
