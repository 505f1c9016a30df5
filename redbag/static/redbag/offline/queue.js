/**
 * What was recorded on this device and is not yet settled with the service. Nothing drops out of it.
 *
 * A row: `{ id, seq, fact, about, person: { id, name }, token, state, saved_at, sent_at?, answered_at?, reason?, refused?,
 * faults?, failed_at? }`; `faults` counts how often the service failed while this was sent.
 * States: `saved` (on this device), `sent` (on its way, no answer yet), `confirmed` (the service has it), `needs_you` (the
 * service keeps it, but a person must look). `refused` says that the person's own token no longer counts.
 */

const ALREADY = 60_000 // milliseconds in which pressing again is the same fact
const KINDS = { waiting: "fact", done: "done", settled: "settled" }

export class Queue {
  /** `changed()` is called after every change; `now()` gives milliseconds. */
  constructor({ store, now = Date.now, newId = () => crypto.randomUUID(), changed = () => {} }) {
    Object.assign(this, { store, now, newId, changed })
  }

  /**
   * Keeps a fact of this person (`{ id, name, token }`); resolves once it is on disk, with the row and whether it was
   * known already. `about` says in words what it is, without naming a resident.
   */
  async add({ fact, about, person }) {
    const rows = await this.rows()
    const again = rows.find((row) => this.now() - row.saved_at < ALREADY && same(row, fact, person))
    if (again) return { row: again, already: true }
    const row = {
      id: fact.id ?? this.newId(),
      seq: Math.max(0, ...rows.map((each) => each.seq)) + 1,
      about,
      person: { id: person.id, name: person.name },
      token: person.token,
      state: "saved",
      saved_at: this.now(),
    }
    row.fact = { ...fact, id: row.id, occurred_at: fact.occurred_at ?? new Date(row.saved_at).toISOString() }
    await this.store.put(KINDS.waiting, row.id, row)
    this.changed()
    return { row, already: false }
  }

  /** Everything not settled, the oldest first. */
  async rows() {
    return (await this.store.all(KINDS.waiting)).map((each) => each.value).sort((one, two) => one.seq - two.seq || (one.id < two.id ? -1 : 1))
  }

  /** What the service confirmed since somebody signed in, the newest first. */
  async done() {
    return (await this.store.all(KINDS.done)).map((each) => each.value).sort((one, two) => two.answered_at - one.answered_at)
  }

  /** What a person has dealt with: by whom and when. */
  async settled() {
    return (await this.store.all(KINDS.settled)).map((each) => each.value)
  }

  /** What can be sent now: saved, or sent without an answer, by somebody whose token still counts. */
  async sendable() {
    return (await this.rows()).filter((row) => row.state !== "needs_you" && !row.refused)
  }

  /** How many wait to be sent, how many need a person, and whose sign-in is missing. */
  async counts() {
    const rows = await this.rows()
    const needs = rows.filter((row) => row.state === "needs_you").length
    return { unsent: rows.length - needs, needs, missing: [...new Set(rows.filter((row) => row.refused).map((row) => row.person.name))] }
  }

  async sending(rows) {
    for (const row of rows) await this.#keep({ ...row, state: "sent", sent_at: this.now() })
    this.changed()
  }

  /** Nothing was heard of these: they are saved here, as before. */
  async notSent(rows) {
    for (const row of rows) await this.#keep({ ...row, state: "saved" })
    this.changed()
  }

  /** The service failed while these were sent: they are saved here, and it is counted. */
  async failedOn(rows) {
    for (const row of rows) await this.#keep({ ...row, state: "saved", faults: (row.faults ?? 0) + 1, failed_at: this.now() })
    this.changed()
  }

  /** The service has it: the row leaves the waiting list only after the record of it is on disk. */
  async confirmed(row, { flags = [] } = {}) {
    const { token: _, ...rest } = row
    await this.store.put(KINDS.done, row.id, { ...rest, fact: { kind: row.fact.kind, transfer: row.fact.transfer }, state: "confirmed", flags, answered_at: this.now() })
    await this.store.remove(KINDS.waiting, row.id)
    this.changed()
  }

  async needsYou(row, reason) {
    await this.#keep({ ...row, state: "needs_you", reason, answered_at: this.now() })
    this.changed()
  }

  /** The token of these counts no longer: they stay, and wait for the person to sign in. */
  async refused(rows) {
    for (const row of rows) await this.#keep({ ...row, state: "saved", refused: true })
    this.changed()
  }

  /** A person signed in again: what they recorded can be sent with their new token. */
  async renew(personId, token) {
    const theirs = (await this.rows()).filter((row) => row.person.id === personId && row.refused)
    for (const row of theirs) await this.#keep({ ...row, token, refused: false })
    if (theirs.length) this.changed()
  }

  /** Somebody looks again: it is tried once more. */
  async tryAgain(id) {
    const row = await this.store.get(KINDS.waiting, id)
    if (row) await this.#keep({ ...row, state: "saved", reason: undefined })
    this.changed()
  }

  /** A person has dealt with what needed them, or with what nobody will sign in for; the record of it stays, with the fact. */
  async settle(id, by) {
    const row = await this.store.get(KINDS.waiting, id)
    if (row?.state !== "needs_you" && !row?.refused) return
    const { fact, about, person, reason, saved_at } = row
    await this.store.put(KINDS.settled, id, { id, fact, about, person, reason, saved_at, by, settled_at: this.now() })
    await this.store.remove(KINDS.waiting, id)
    this.changed()
  }

  async #keep(row) {
    await this.store.put(KINDS.waiting, row.id, row)
  }
}

function same(row, fact, person) {
  const { id: _, occurred_at: __, ...before } = row.fact
  const { id: ___, occurred_at: ____, ...now } = fact
  return row.person.id === person.id && JSON.stringify(before) === JSON.stringify(now)
}
