/** Sends what waits in the queue. Whatever goes wrong, it stays in the queue and is tried again. */

export const MOST = 100 // facts in one call
export const TIME_OUT = 20_000 // milliseconds
const FIRST_WAIT = 5_000
const LONGEST_WAIT = 300_000
const CLOCK_TOLERANCE = 60_000

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
    await this.alone(() => this.#all())
  }

  async #all() {
    for (let batch = nextBatch(await this.queue.sendable()); batch.length; batch = nextBatch(await this.queue.sendable())) {
      if (!(await this.#send(batch))) return
    }
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
    if (status === 401) {
      await this.queue.refused(batch)
      return true
    }
    if (status === 408 || status === 429 || status >= 500) return this.#wait(batch, { reachable: status === 429, after: answer.retryAfter })
    if (status === 200 && Array.isArray(body?.results)) return this.#heard(batch, body, sent)
    if (status === 200 || status < 400) return this.#wait(batch, { reachable: false }) // somebody else answered: a sign-in page of the Wi-Fi
    return this.#refusedWhole(batch)
  }

  async #heard(batch, body, sent) {
    this.failures = this.notBefore = 0
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
    const longer = Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT)
    this.failures++
    this.notBefore = this.now() + (after > 0 ? after * 1000 : longer * (0.8 + 0.4 * this.random()))
    this.tell({ reachable })
    return false
  }
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
