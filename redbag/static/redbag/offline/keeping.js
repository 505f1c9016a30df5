/** What this device keeps to be read: fetched while there is a network, sealed, and wiped when its time is over. */

import { StoreFault, StoreFull } from "./store.js"

export const READABLE_FOR = 72 * 3600_000 // milliseconds without the service
const AGAIN = 60_000
const RENEW_BEFORE = 2 * 24 * 3600_000
const STAYS = ["device", "settled", "leaving"]

export class Keeping {
  /** `call(path, { method, headers, csrf })` answers `{ status, headers, body }` or throws when nobody answers. */
  constructor({ store, queue, call, now = Date.now }) {
    Object.assign(this, { store, queue, call, now })
  }

  /** What this device knows, or null; what is too old is wiped here and now. */
  async known() {
    const bundle = await this.store.get("bundle", "now")
    if (!bundle) return null
    const age = this.now() - bundle.read_at
    if (age > READABLE_FOR) {
      await this.wipeReadable()
      return null
    }
    const lasts = Date.parse(bundle.emergency_until) - Date.parse(bundle.as_of)
    const journeys = age > lasts ? bundle.journeys.map((each) => ({ ...each, patient: null })) : bundle.journeys
    return { ...bundle, journeys }
  }

  /** The person who records here, with the token their facts travel with; null when nobody is known. */
  async person() {
    const bundle = await this.known()
    const author = bundle?.person && (await this.store.get("author", bundle.person.id))
    return author ? { ...bundle.person, token: author.token } : null
  }

  /**
   * Brings what this device keeps up to date for who is signed in (`{ id, name }`, null when the page does not know) and
   * sees that they have a token. Answers how it went: fresh, same, revoked, signed_out, unreachable, full.
   */
  async refresh({ person, csrf, force = false }) {
    try {
      return await this.#refresh({ person, csrf, force })
    } catch (fault) {
      if (fault instanceof StoreFull || fault instanceof StoreFault) return "full"
      return "unreachable"
    }
  }

  async #refresh({ person, csrf, force }) {
    let before = await this.known()
    if (person && before && before.person?.id !== person.id) {
      await this.wipeReadable()
      before = null
    }
    if (person && csrf) await this.#author(person, csrf)
    if (!force && before && this.now() - before.read_at < AGAIN) return "same"
    const device = await this.store.get("device", "this")
    const answer = await this.call("/api/v1/offline", { headers: { ...(await this.#told(device)), ...(before && { "If-None-Match": before.etag }) } })
    if (answer.status === 304) {
      await this.store.put("bundle", "now", { ...before, read_at: this.now() })
      return "same"
    }
    if (answer.status === 410) return this.#revoked()
    if (answer.status === 401) return "signed_out"
    if (answer.status !== 200 || !answer.body) return "unreachable"
    const told = answer.body.person?.id
    if (before && before.person?.id !== told) await this.wipeReadable()
    await this.store.put("bundle", "now", { ...answer.body, etag: answer.headers.get("ETag"), read_at: this.now() })
    return "fresh"
  }

  async #author(person, csrf) {
    const known = await this.store.get("author", person.id)
    const needed = (await this.queue.rows()).some((row) => row.refused && row.person.id === person.id)
    if (known && !needed && Date.parse(known.expires_at) - this.now() > RENEW_BEFORE) return
    const device = await this.store.get("device", "this")
    const answer = await this.call("/api/v1/facts-token", { method: "POST", csrf, headers: await this.#told(device) })
    if (answer.status === 410) await this.#revoked()
    if (answer.status !== 201) return
    await this.store.put("author", person.id, { token: answer.body.facts_token, expires_at: answer.body.expires_at, name: person.name })
    await this.queue.renew(person.id, answer.body.facts_token)
  }

  async #told(device) {
    if (!device) return {}
    const { unsent, needs } = await this.queue.counts()
    return { "Red-Bag-Device": device.token, "Red-Bag-Unsent": String(unsent + needs) }
  }

  async #revoked() {
    await this.wipeReadable()
    await this.store.remove("device", "this")
    return "revoked"
  }

  /** Journeys and residents go; what waits to be sent stays sealed. */
  async wipeReadable() {
    await this.store.wipe({ keepQueue: true, keep: STAYS })
  }

  /** Somebody signs out: with nothing waiting everything goes, the key too; else what waits stays sealed. */
  async leave(personId) {
    const { unsent, needs } = await this.queue.counts()
    if (unsent + needs) await this.wipeReadable()
    else await this.store.wipe({ keep: STAYS })
    await this.store.put("leaving", "now", { person: personId, at: this.now() })
  }

  /** Whether this person signed out here without the service hearing of it. */
  async stillLeaving(personId) {
    return (await this.store.get("leaving", "now"))?.person === personId
  }

  /** The service says that nobody is signed in. */
  async left() {
    await this.store.remove("leaving", "now")
    if (!(await this.store.get("bundle", "now"))) return
    const { unsent, needs } = await this.queue.counts()
    if (unsent + needs) await this.wipeReadable()
    else await this.store.wipe({ keep: STAYS })
  }
}

/** The call itself, for browsers. */
export async function callHome(path, { method = "GET", headers = {}, csrf, body } = {}) {
  const answer = await fetch(path, {
    method,
    headers: { ...headers, ...(csrf && { "X-CSRFToken": csrf }), ...(body && { "Content-Type": "application/json" }), Accept: "application/json" },
    body: body && JSON.stringify(body),
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(20_000),
  })
  const json = answer.headers.get("Content-Type")?.includes("json")
  return { status: answer.status, headers: answer.headers, body: json ? await answer.json() : null }
}
