/** What this device keeps to be read: fetched while there is a network, sealed, and wiped when its time is over. */

import { StoreFault, StoreFull } from "./store.js"

export const READABLE_FOR = 72 * 3600_000 // milliseconds without the service
const AGAIN = 60_000
const RENEW_BEFORE = 2 * 24 * 3600_000
const STAYS = ["device"]

export class Keeping {
  /**
   * `call(path, { method, headers, csrf })` answers `{ status, headers, body }` or throws when nobody answers; `leaves()` is
   * called once somebody signed out here.
   */
  constructor({ store, queue, call, now = Date.now, leaves = () => {} }) {
    Object.assign(this, { store, queue, call, now, leaves })
  }

  /** What this device knows, or null; what is too old is wiped here and now. */
  async known() {
    const bundle = await this.#bundle()
    if (!bundle) return null
    const lasts = Date.parse(bundle.emergency_until) - Date.parse(bundle.as_of)
    const old = this.now() - bundle.read_at > lasts
    return { ...bundle, journeys: old ? bundle.journeys.map((each) => ({ ...each, patient: null })) : bundle.journeys }
  }

  /** All that was told last, also what may not be shown any more. */
  async #bundle() {
    const bundle = await this.store.get("bundle", "now")
    if (!bundle || this.now() - bundle.read_at <= READABLE_FOR) return bundle
    await this.wipeReadable()
    return null
  }

  /** The person who records here, with the token their facts travel with; null when nobody is known. */
  async person() {
    const bundle = await this.known()
    const author = bundle?.person && (await this.store.get("author", bundle.person.id))
    return author ? { ...bundle.person, token: author.token } : null
  }

  /**
   * Brings what this device keeps up to date for who is signed in (`{ id, name }`, null when the page does not know) and
   * sees that they have a token. Answers how it went: fresh, same, left (they signed out here), revoked, signed_out,
   * locked (a shared tablet), unreachable, full.
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
    let before = await this.#bundle()
    let { generation: since, leaving } = await this.store.wiped()
    if (leaving && (!person || leaving === person.id)) return "left"
    if (person && before && before.person?.id !== person.id) {
      since = await this.wipeReadable({ since })
      before = null
    }
    if (person && csrf) await this.#author({ person, csrf, since })
    if (!force && before && this.now() - before.read_at < AGAIN) return "same"
    const device = await this.store.get("device", "this")
    const read_at = this.now()
    const answer = await this.call("/api/v1/offline", { headers: { ...(await this.#told(device)), ...(before && { "If-None-Match": before.etag }) } })
    if (answer.status === 304) {
      return (await this.store.put("bundle", "now", { ...before, read_at }, { since })) ? "same" : "left"
    }
    if (answer.status === 410) return this.#revoked()
    if (answer.status === 401) return "signed_out"
    if (answer.status === 423) return "locked"
    if (answer.status !== 200 || !answer.body) return "unreachable"
    const told = answer.body.person?.id
    if (before && before.person?.id !== told) since = await this.wipeReadable({ since })
    const kept = await this.store.put("bundle", "now", { ...answer.body, etag: answer.headers.get("ETag"), read_at }, { since })
    return kept ? "fresh" : "left"
  }

  async #author({ person, csrf, since }) {
    const known = await this.store.get("author", person.id)
    const needed = (await this.queue.rows()).some((row) => row.refused && row.person.id === person.id)
    if (known && !needed && Date.parse(known.expires_at) - this.now() > RENEW_BEFORE) return
    const device = await this.store.get("device", "this")
    const answer = await this.call("/api/v1/facts-token", { method: "POST", csrf, headers: await this.#told(device) })
    if (answer.status === 410) await this.#revoked()
    if (answer.status !== 201) return
    const author = { token: answer.body.facts_token, expires_at: answer.body.expires_at, name: person.name }
    if (await this.store.put("author", person.id, author, { since })) await this.queue.renew(person.id, author.token)
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
  async wipeReadable({ since } = {}) {
    return this.store.wipe({ keep: [...STAYS, "author"], since })
  }

  /** Somebody signs out: with nothing waiting everything goes, the key too; else what waits stays sealed. */
  async leave(personId) {
    await this.store.wipe({ keep: STAYS, leaving: personId })
    this.leaves()
  }

  /** Whether this person signed out here without the service hearing of it. */
  async stillLeaving(personId) {
    return (await this.store.wiped()).leaving === personId
  }

  /** The service says that nobody is signed in. */
  async left() {
    if (await this.store.count("bundle")) await this.store.wipe({ keep: STAYS, leaving: null })
    else await this.store.stay()
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
