/** Sends what waits in the queue. Whatever goes wrong, it stays in the queue and is tried again. */

export const MOST = 100 // facts in one call
export const TIME_OUT = 20_000 // milliseconds
const FIRST_WAIT = 5_000
const LONGEST_WAIT = 300_000
const CLOCK_TOLERANCE = 60_000
const DOUBT = 3 // faults of the service after which a fact travels alone, and last
const UNREADABLE = [400, 422]
const FAULTS_IN_A_ROW = 3 // of facts that travel alone, before waiting

export class Sender {
  /**
   * `post(token, body)` answers `{ status, retryAfter, body }` or throws when nobody answers; `alone(work)` runs work while
   * no other tab does, and answers false when one does; `tell({ reachable, clock })` hears how it went.
   */
  constructor({ queue, post, alone, now = Date.now, random = Math.random, tell = () => {} }) {
    Object.assign(this, { queue, post, alone, now, random, tell })
    this.notBefore = 0
    this.failures = 0
  }

  /** Sends what waits, oldest first, unless it is too soon after a failure. `hurry` tries all the same. */
  async flush({ hurry = false } = {}) {
    if (!hurry && this.now() < this.notBefore) return
    await this.alone(() => this.#all(hurry))
  }

  async #all(hurry) {
    const tried = new Set() // alone, in this round
    this.round = { heard: false, faults: 0, after: 0 }
    for (let batch = await this.#next(tried, hurry); batch.length; batch = await this.#next(tried, hurry)) {
      if (doubted(batch[0])) tried.add(batch[0].id)
      if (!(await this.#send(batch))) return
    }
    const { heard, faults, after } = this.round
    if (faults && !heard) this.#pause({ reachable: false, after })
  }

  /** The oldest facts together; then, each alone, those on which the service failed again and again. */
  async #next(tried, hurry) {
    const rows = await this.queue.sendable()
    const sound = rows.filter((row) => !doubted(row))
    if (sound.length) return nextBatch(sound)
    const due = rows.filter((row) => !tried.has(row.id) && (hurry || this.now() - row.failed_at >= wait(row.faults - DOUBT)))
    return due.sort((one, two) => one.faults - two.faults || one.seq - two.seq).slice(0, 1)
  }

  /** Whether going on makes sense. */
  async #send(batch) {
    await this.queue.sending(batch)
    const sent = this.now()
    let answer
    try {
      answer = await this.post(batch[0].token, { sent_at: new Date(sent).toISOString(), facts: batch.map((row) => row.fact) })
    } catch {
      return this.#wait(batch, { reachable: false })
    }
    const { status, body } = answer
    if (status === 401 || (status === 403 && ours(answer))) {
      await this.queue.refused(batch)
      return true
    }
    if (status === 408 || status === 429) return this.#wait(batch, { reachable: status === 429, after: answer.retryAfter })
    if (status === 200 && Array.isArray(body?.results)) return this.#heard(batch, body, sent)
    if (status < 400) return this.#wait(batch, { reachable: false }) // somebody else answered: a sign-in page of the Wi-Fi
    if (UNREADABLE.includes(status) && ours(answer)) return this.#refusedWhole(batch)
    return this.#fault(batch, answer)
  }

  /** The service failed on these, or somebody on the way did: each alone once that happened often, so that one spoils no other. */
  async #fault(batch, { retryAfter }) {
    await this.queue.failedOn(batch)
    this.round = { ...this.round, faults: this.round.faults + 1, after: retryAfter }
    if (doubted(batch[0]) && this.round.faults < FAULTS_IN_A_ROW) return true
    return this.#pause({ reachable: false, after: retryAfter })
  }

  async #heard(batch, body, sent) {
    this.failures = this.notBefore = 0
    this.round = { heard: true, faults: 0, after: 0 }
    const offset = Date.parse(body.received_at) - (sent + this.now()) / 2
    this.tell({ reachable: true, clock: Math.abs(offset) > CLOCK_TOLERANCE ? Math.round(offset / 60_000) : 0 })
    const unheard = []
    for (const row of batch) {
      const result = body.results.find((each) => each.id === row.id)
      if (result?.outcome === "created" || result?.outcome === "duplicate") await this.queue.confirmed(row, result)
      else if (result?.outcome === "quarantined") await this.queue.needsYou(row, result.reason ?? "")
      else unheard.push(row)
    }
    return unheard.length ? this.#wait(unheard, { reachable: true }) : true
  }

  /** The service cannot read the batch: each fact by itself, so that one spoils no other. */
  async #refusedWhole(batch) {
    if (batch.length === 1) {
      await this.queue.needsYou(batch[0], "unreadable")
      return true
    }
    for (const row of batch) if (!(await this.#send([row]))) return false
    return true
  }

  async #wait(batch, { reachable, after }) {
    await this.queue.notSent(batch)
    return this.#pause({ reachable, after })
  }

  #pause({ reachable, after }) {
    this.notBefore = this.now() + (after > 0 ? after * 1000 : wait(this.failures) * (0.8 + 0.4 * this.random()))
    this.failures++
    this.tell({ reachable })
    return false
  }
}

/** Whether the service failed so often with this fact on board that it may be the cause. */
export function doubted(row) {
  return (row.faults ?? 0) >= DOUBT
}

function wait(failures) {
  return Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT)
}

/** Whether a refusal is a problem this service tells, not a page of the Wi-Fi or of a proxy. */
function ours({ status, body }) {
  return body?.status === status && typeof body.code === "string"
}

/** The oldest facts that travel with one token, so that nothing overtakes on its way. */
export function nextBatch(rows) {
  const end = rows.findIndex((row) => row.token !== rows[0].token)
  return rows.slice(0, Math.min(end < 0 ? rows.length : end, MOST))
}

/** The call itself, for browsers. */
export async function postFacts(token, body) {
  const answer = await fetch("/api/v1/facts", {
    method: "POST",
    credentials: "omit",
    redirect: "error",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIME_OUT),
  })
  const json = answer.headers.get("Content-Type")?.includes("json")
  return { status: answer.status, retryAfter: Number(answer.headers.get("Retry-After")) || 0, body: json ? await answer.json() : null }
}

/** Only one tab of this browser sends at a time. */
export async function aloneHere(work) {
  if (!navigator.locks) return work()
  return navigator.locks.request("redbag-sending", { ifAvailable: true }, async (lock) => (lock ? work() : false))
}
