import assert from "node:assert/strict"
import { test } from "node:test"

import { Keeping } from "../../redbag/static/redbag/offline/keeping.js"
import { Queue } from "../../redbag/static/redbag/offline/queue.js"
import { nextBatch, Sender } from "../../redbag/static/redbag/offline/sender.js"
import { openStore, StoreFull } from "../../redbag/static/redbag/offline/store.js"
import { memory } from "./memory_store.mjs"

const ANNA = { id: "anna", name: "Anna", token: "token-anna" }
const BEN = { id: "ben", name: "Ben", token: "token-ben" }

/** A queue, a sender and a service that answers what it is told to. */
async function house({ answers = [], database = memory() } = {}) {
  const clock = { at: Date.parse("2026-11-22T10:00:00Z") }
  const now = () => clock.at
  const calls = []
  const told = []
  const store = await openStore({ database })
  let ids = 0
  const queue = new Queue({ store, now, newId: () => `id-${String(++ids).padStart(4, "0")}` })
  const post = async (token, body) => {
    calls.push({ token, body })
    const answer = answers.shift() ?? accept
    return typeof answer === "function" ? answer(body, clock) : answer
  }
  const sender = new Sender({ queue, post, alone: (work) => work(), now, random: () => 0.5, tell: (each) => told.push(each) })
  const add = (person, what, more = {}) => queue.add({ fact: { kind: "handoff", to: what, transfer: "t", ...more }, about: `To ${what}: bag OAK-1`, person })
  return { clock, calls, told, store, database, queue, sender, add, answers }
}

const UNREADABLE = { status: 422, body: { status: 422, code: "bad_input" } }
const accept = (body, clock) => ({ status: 200, body: { received_at: new Date(clock.at).toISOString(), results: body.facts.map(({ id }) => ({ id, outcome: "created", flags: [] })) } })
const states = async (queue) => (await queue.rows()).map((row) => row.state)

test("a fact is on disk before it counts as saved, and the full disk is said", async () => {
  const { queue, add, database } = await house()
  database.full = true
  await assert.rejects(add(ANNA, "RDEM9"), StoreFull)
  assert.deepEqual(await queue.rows(), [])
  database.full = false
  const { row } = await add(ANNA, "RDEM9")
  assert.equal(row.state, "saved")
  assert.deepEqual((await queue.rows()).map((each) => each.id), [row.id])
})

test("facts are sent in the order they were recorded, each once, and their confirmation is kept", async () => {
  const { queue, sender, add, calls } = await house()
  for (const to of ["A", "B", "C"]) await add(ANNA, to)
  await sender.flush()
  await sender.flush()
  assert.deepEqual(calls.map(({ body }) => body.facts.map((fact) => fact.to)), [["A", "B", "C"]])
  assert.deepEqual(await queue.rows(), [])
  assert.deepEqual((await queue.done()).map((row) => [row.state, "token" in row]), [["confirmed", false], ["confirmed", false], ["confirmed", false]])
})

test("facts travel with the token of who recorded them, whoever is signed in, and nothing overtakes", async () => {
  const { sender, add, calls } = await house()
  await add(ANNA, "A")
  await add(BEN, "B")
  await add(ANNA, "C")
  await sender.flush()
  assert.deepEqual(calls.map(({ token, body }) => [token, body.facts.length]), [["token-anna", 1], ["token-ben", 1], ["token-anna", 1]])
})

test("no more than a hundred travel at once", () => {
  const rows = Array.from({ length: 250 }, (_, at) => ({ seq: at, token: "t" }))
  assert.equal(nextBatch(rows).length, 100)
  assert.deepEqual(nextBatch([]), [])
})

for (const [name, answer, reachable] of [
  ["a broken service", { status: 500, body: null }, false],
  ["a service that is asked too often", { status: 429, retryAfter: 60, body: null }, true],
  ["nobody answering", () => Promise.reject(new DOMException("", "TimeoutError")), false],
  ["a sign-in page of the Wi-Fi", { status: 200, body: null }, false],
  ["a redirect", { status: 302, body: null }, false],
]) {
  test(`${name} keeps everything, waits, and tries again`, async () => {
    const { queue, sender, add, calls, told, clock } = await house({ answers: [answer] })
    await add(ANNA, "A")
    await sender.flush()
    assert.deepEqual(await states(queue), ["saved"])
    assert.equal(told.at(-1).reachable, reachable)
    await sender.flush()
    assert.equal(calls.length, 1, "too soon")
    clock.at += 61_000
    await sender.flush()
    assert.equal(calls.length, 2)
    assert.deepEqual(await queue.rows(), [])
  })
}

test("it waits as long as the service asks, and longer after each failure", async () => {
  const { sender, add, clock, answers } = await house({ answers: [{ status: 429, retryAfter: 90, body: null }] })
  await add(ANNA, "A")
  await sender.flush()
  assert.equal(sender.notBefore - clock.at, 90_000)
  const waits = []
  for (let each = 0; each < 8; each++) {
    answers.push({ status: 503, body: null })
    await sender.flush({ hurry: true })
    waits.push(sender.notBefore - clock.at)
  }
  assert.deepEqual(waits, [...waits].sort((one, two) => one - two))
  assert.equal(waits.at(-1), 300_000)
})

test("the time of sending is taken when it is sent, not when it was recorded", async () => {
  const { sender, add, clock, calls } = await house()
  await add(ANNA, "A")
  clock.at += 3_600_000
  await sender.flush()
  assert.equal(calls[0].body.sent_at, "2026-11-22T11:00:00.000Z")
  assert.equal(calls[0].body.facts[0].occurred_at, "2026-11-22T10:00:00.000Z")
})

test("a clock that is wrong by more than a minute is told", async () => {
  const wrong = (body, clock) => ({ ...accept(body, clock), body: { ...accept(body, clock).body, received_at: new Date(clock.at + 17 * 60_000).toISOString() } })
  const { sender, add, told } = await house({ answers: [wrong] })
  await add(ANNA, "A")
  await sender.flush()
  assert.equal(told.at(-1).clock, 17)
})

test("what the service could not count stays with its reason until a person has dealt with it", async () => {
  const held = (body, clock) => ({ status: 200, body: { received_at: new Date(clock.at).toISOString(), results: body.facts.map(({ id }, at) => ({ id, outcome: at ? "duplicate" : "quarantined", reason: at ? null : "unknown_token" })) } })
  const { queue, sender, add, calls } = await house({ answers: [held] })
  const { row } = await add(ANNA, "A")
  await add(ANNA, "B")
  await sender.flush()
  await sender.flush()
  assert.equal(calls.length, 1)
  assert.deepEqual((await queue.rows()).map((each) => [each.state, each.reason]), [["needs_you", "unknown_token"]])
  assert.deepEqual(await queue.counts(), { unsent: 0, needs: 1, missing: [] })
  await queue.settle(row.id, "Anna")
  assert.deepEqual(await queue.rows(), [])
  assert.deepEqual((await queue.settled()).map((each) => [each.id, each.by, each.reason, each.fact.to]), [[row.id, "Anna", "unknown_token", "A"]])
})

for (const [name, answer] of [
  ["a 403 of the Wi-Fi", { status: 403, body: null }],
  ["a 404 while the service is changed", { status: 404, body: null }],
  ["a 422 of somebody on the way", { status: 422, body: { message: "no" } }],
]) {
  test(`${name} is no word of the service: the fact is tried again`, async () => {
    const { queue, sender, add, clock } = await house({ answers: [answer] })
    await add(ANNA, "A")
    await sender.flush()
    assert.deepEqual(await states(queue), ["saved"])
    clock.at += 61_000
    await sender.flush()
    assert.deepEqual(await queue.rows(), [])
  })
}

for (const [name, answer] of [
  ["whose sign-in ended", { status: 401, body: null }],
  ["who may not tell any more", { status: 403, body: { status: 403, code: "not_allowed" } }],
]) {
  test(`what somebody recorded ${name} waits, until another says that it is dealt with`, async () => {
    const { queue, sender, add } = await house({ answers: [answer] })
    const { row } = await add(ANNA, "A")
    await queue.settle(row.id, "Ben")
    assert.equal((await queue.rows()).length, 1, "still to be sent")
    await sender.flush()
    assert.deepEqual(await queue.counts(), { unsent: 1, needs: 0, missing: ["Anna"] })
    await queue.settle(row.id, "Ben")
    assert.deepEqual(await queue.counts(), { unsent: 0, needs: 0, missing: [] })
    assert.deepEqual((await queue.settled()).map((each) => [each.by, each.person.name, each.fact.to]), [["Ben", "Anna", "A"]])
  })
}

test("a fact on which the service fails again and again holds up no other", async () => {
  const breaks = (body, clock) => (body.facts.some((fact) => fact.to === "BAD") ? { status: 500, body: null } : accept(body, clock))
  const { queue, sender, add, clock, calls } = await house({ answers: Array(50).fill(breaks) })
  for (const to of ["A", "BAD", "C"]) await add(ANNA, to)
  for (let each = 0; each < 3; each++) {
    await sender.flush()
    clock.at += 301_000
  }
  assert.equal((await queue.rows()).length, 3)
  await sender.flush()
  assert.deepEqual((await queue.rows()).map((row) => [row.fact.to, row.state]), [["BAD", "saved"]])
  await add(ANNA, "D")
  const before = calls.length
  await sender.flush()
  assert.deepEqual((await queue.rows()).map((row) => row.fact.to), ["BAD"])
  assert.equal(calls.length, before + 1, "the bad one has its own time")
  clock.at += 301_000
  await sender.flush()
  assert.equal(calls.at(-1).body.facts[0].to, "BAD")
})

test("a service that is down for long is not asked once for each fact", async () => {
  const down = { status: 503, body: null }
  const { queue, sender, add, clock, calls, answers } = await house({ answers: Array(6).fill(down) })
  for (let each = 0; each < 20; each++) await add(ANNA, `W${each}`)
  for (let each = 0; each < 4; each++) {
    await sender.flush()
    clock.at += 301_000
  }
  assert.deepEqual(calls.map(({ body }) => body.facts.length), [20, 20, 20, 1, 1, 1])
  answers.length = 0
  await sender.flush()
  assert.deepEqual(await queue.rows(), [])
})

test("a fact the answer does not name is sent again", async () => {
  const forgets = (body, clock) => ({ status: 200, body: { received_at: new Date(clock.at).toISOString(), results: [] } })
  const { queue, sender, add, calls } = await house({ answers: [forgets] })
  await add(ANNA, "A")
  await sender.flush()
  assert.deepEqual(await states(queue), ["saved"])
  await sender.flush({ hurry: true })
  assert.equal(calls.length, 2)
  assert.deepEqual(await queue.rows(), [])
})

test("a batch the service cannot read is sent one by one: one bad fact spoils no other", async () => {
  const picky = (body, clock) => (body.facts.some((fact) => fact.to === "BAD") ? UNREADABLE : accept(body, clock))
  const { queue, sender, add } = await house({ answers: [picky, picky, picky, picky] })
  for (const to of ["A", "BAD", "C"]) await add(ANNA, to)
  await sender.flush()
  assert.deepEqual((await queue.rows()).map((row) => [row.fact.to, row.state]), [["BAD", "needs_you"]])
})

test("a token that ended holds up nobody else, and its facts go with the next sign-in of that person", async () => {
  const { queue, sender, add, calls } = await house({ answers: [{ status: 401, body: null }] })
  await add(ANNA, "A")
  await add(BEN, "B")
  await sender.flush()
  assert.deepEqual((await queue.rows()).map((row) => row.person.name), ["Anna"])
  assert.deepEqual((await queue.counts()).missing, ["Anna"])
  await sender.flush({ hurry: true })
  assert.equal(calls.length, 2)
  await queue.renew("ben", "other")
  await sender.flush({ hurry: true })
  assert.equal(calls.length, 2)
  await queue.renew("anna", "new-token")
  await sender.flush({ hurry: true })
  assert.deepEqual([calls.at(-1).token, calls.at(-1).body.facts[0].to], ["new-token", "A"])
  assert.deepEqual(await queue.rows(), [])
})

test("pressing twice is one fact; the same later is another", async () => {
  const { queue, add, clock } = await house()
  const first = await add(ANNA, "A")
  const second = await add(ANNA, "A")
  assert.deepEqual([second.already, second.row.id], [true, first.row.id])
  clock.at += 61_000
  assert.equal((await add(ANNA, "A")).already, false)
  assert.equal((await add(BEN, "A")).already, false)
  assert.equal((await queue.rows()).length, 3)
})

test("two tabs on one store: only the one with the lock sends", async () => {
  const { database, store, queue, add, calls, sender } = await house()
  let held = false
  const lock = async (work) => {
    if (held) return false
    held = true
    try {
      return await work()
    } finally {
      held = false
    }
  }
  const there = new Sender({ queue: new Queue({ store: await openStore({ database }), now: sender.now }), post: sender.post, alone: lock, now: sender.now })
  sender.alone = lock
  for (const to of ["A", "B"]) await add(ANNA, to)
  await Promise.all([sender.flush(), there.flush()])
  assert.equal(calls.length, 1)
  assert.equal(await store.count("fact"), 0)
  assert.deepEqual(await queue.rows(), [])
})

test("a tab killed while sending: the next one sends the same ids again", async () => {
  const { queue, sender, add, calls } = await house({ answers: [() => new Promise(() => {})] })
  const { row } = await add(ANNA, "A")
  sender.flush()
  await new Promise((go) => setTimeout(go, 20))
  assert.deepEqual(await states(queue), ["sent"])
  const next = new Sender({ queue, post: sender.post, alone: (work) => work(), now: sender.now })
  await next.flush()
  assert.deepEqual(calls.map(({ body }) => body.facts[0].id), [row.id, row.id])
  assert.deepEqual(await queue.rows(), [])
})

async function tablet({ answers = {} } = {}) {
  const made = await house()
  const asked = []
  const call = async (path, how = {}) => {
    asked.push([path, how.headers ?? {}])
    const answer = answers[path] ?? usual[path]
    return typeof answer === "function" ? answer(how) : answer
  }
  const keeping = new Keeping({ store: made.store, queue: made.queue, call, now: () => made.clock.at })
  return { ...made, asked, keeping, served: answers }
}

const bundle = (id) => ({
  status: 200,
  headers: new Headers({ ETag: '"one"' }),
  body: { as_of: "2026-11-22T10:00:00Z", emergency_until: "2026-11-22T22:00:00Z", person: { id, name: id }, places: [], bags: [], journeys: [{ id: "j", patient: { name: "PEGGY" } }] },
})
const usual = {
  "/api/v1/offline": () => bundle("anna"),
  "/api/v1/facts-token": () => ({ status: 201, headers: new Headers(), body: { facts_token: "token-anna", expires_at: "2026-11-29T10:00:00Z" } }),
}
const signedIn = { person: { id: "anna", name: "Anna" }, csrf: "x" }

test("whoever is signed in gets a token of their own, once, and the tablet keeps what they may see", async () => {
  const { keeping, asked } = await tablet()
  assert.equal(await keeping.refresh(signedIn), "fresh")
  assert.equal(await keeping.refresh(signedIn), "same")
  assert.deepEqual(asked.map(([path]) => path), ["/api/v1/facts-token", "/api/v1/offline"])
  assert.deepEqual(await keeping.person(), { id: "anna", name: "anna", token: "token-anna" })
})

test("what did not change is not fetched again, and counts as known from now on", async () => {
  const { keeping, clock, asked, served } = await tablet()
  await keeping.refresh(signedIn)
  served["/api/v1/offline"] = { status: 304, headers: new Headers(), body: null }
  clock.at += 71 * 3600_000
  assert.equal(await keeping.refresh(signedIn), "same")
  assert.equal(asked.at(-1)[1]["If-None-Match"], '"one"')
  clock.at += 71 * 3600_000
  assert.notEqual(await keeping.known(), null)
})

test("after 72 hours without the service nothing can be read; what waits stays", async () => {
  const { keeping, queue, add, clock } = await tablet()
  await keeping.refresh(signedIn)
  await add(ANNA, "A")
  clock.at += 72 * 3600_000 + 1
  assert.equal(await keeping.known(), null)
  assert.equal((await queue.rows()).length, 1)
  clock.at -= 72 * 3600_000
  assert.equal(await keeping.known(), null, "wiped, not hidden")
})

test("a crew's first screen is shown for 12 hours", async () => {
  const { keeping, clock } = await tablet()
  await keeping.refresh(signedIn)
  assert.equal((await keeping.known()).journeys[0].patient.name, "PEGGY")
  clock.at += 12 * 3600_000 + 1
  assert.equal((await keeping.known()).journeys[0].patient, null)
})

test("nothing changed after 13 hours without a network: the first screen can be read again", async () => {
  const { keeping, clock, served } = await tablet()
  await keeping.refresh(signedIn)
  served["/api/v1/offline"] = { status: 304, headers: new Headers(), body: null }
  clock.at += 13 * 3600_000
  assert.equal(await keeping.refresh(signedIn), "same")
  assert.equal((await keeping.known()).journeys[0].patient.name, "PEGGY")
})

test("a tablet taken out of use keeps nothing to be read; what waits stays", async () => {
  const { keeping, store, queue, add, clock, asked, served } = await tablet()
  await store.put("device", "this", { token: "tablet" })
  await keeping.refresh(signedIn)
  assert.deepEqual([asked.at(-1)[1]["Red-Bag-Device"], asked.at(-1)[1]["Red-Bag-Unsent"]], ["tablet", "0"])
  await add(ANNA, "A")
  served["/api/v1/offline"] = { status: 410, headers: new Headers(), body: {} }
  clock.at += 61_000
  assert.equal(await keeping.refresh(signedIn), "revoked")
  assert.equal(await keeping.known(), null)
  assert.equal((await queue.rows()).length, 1)
})

test("signing out with nothing waiting takes the key; with something waiting it stays sealed", async () => {
  const { keeping, queue, sender, add, database, store } = await tablet()
  await keeping.refresh(signedIn)
  const before = (await database.key()).made
  await add(ANNA, "A")
  await keeping.leave("anna")
  assert.equal(await keeping.known(), null)
  assert.deepEqual((await queue.rows()).map((row) => row.token), ["token-anna"])
  await sender.flush()
  await keeping.refresh(signedIn)
  await keeping.left()
  await keeping.refresh(signedIn)
  assert.equal((await database.key()).made, before)
  await keeping.leave("anna")
  assert.equal(await database.key(), undefined)
  assert.deepEqual([...database.rows.keys()], [])
})

test("a fact that another tab keeps while this one signs out stays", async () => {
  const { keeping, queue, add, database } = await tablet()
  await keeping.refresh(signedIn)
  const { wipe } = database
  database.wipe = async (how) => {
    database.wipe = wipe
    await add(ANNA, "A")
    return wipe(how)
  }
  await keeping.leave("anna")
  assert.deepEqual((await queue.rows()).map((row) => row.fact.to), ["A"])
  assert.equal(await keeping.known(), null)
})

test("whoever signed out here stays out in every tab until the service heard of it", async () => {
  const { keeping, asked, database, served } = await tablet()
  await keeping.refresh(signedIn)
  await keeping.leave("anna")
  const before = asked.length
  for (const person of [signedIn, { person: null, force: true }]) assert.equal(await keeping.refresh(person), "left")
  assert.equal(asked.length, before)
  assert.deepEqual([...database.rows.keys()], [])
  assert.equal(await keeping.stillLeaving("anna"), true)
  served["/api/v1/offline"] = () => bundle("ben")
  assert.equal(await keeping.refresh({ person: { id: "ben", name: "Ben" }, csrf: "x" }), "fresh")
  await keeping.left()
  assert.equal(await keeping.stillLeaving("anna"), false)
  served["/api/v1/offline"] = () => bundle("anna")
  assert.equal(await keeping.refresh(signedIn), "fresh")
})

for (const path of ["/api/v1/offline", "/api/v1/facts-token"]) {
  test(`an answer of ${path} that comes after the sign-out is not kept`, async () => {
    const { keeping, database, served } = await tablet()
    served[path] = async () => {
      await keeping.leave("anna")
      return usual[path]()
    }
    assert.equal(await keeping.refresh(signedIn), "left")
    assert.deepEqual([...database.rows.keys()], [])
  })
}

test("the other tabs hear of a sign-out", async () => {
  const { keeping } = await tablet()
  let heard = 0
  keeping.leaves = () => heard++
  await keeping.leave("anna")
  assert.equal(heard, 1)
})

test("a sign-out, another person and 72 hours leave what was begun here", async () => {
  const { keeping, store, clock, served } = await tablet()
  await store.put("starting", "j", { id: "j", why: { concern: "Fell" } })
  await keeping.refresh(signedIn)
  await keeping.leave("anna")
  await keeping.left()
  served["/api/v1/offline"] = () => bundle("ben")
  await keeping.refresh({ person: { id: "ben", name: "Ben" }, csrf: "x" })
  clock.at += 73 * 3600_000
  assert.equal(await keeping.known(), null)
  assert.deepEqual(await store.get("starting", "j"), { id: "j", why: { concern: "Fell" } })
})

test("another person on the same tablet sees nothing of the one before, whose facts keep their author", async () => {
  const { keeping, queue, add, served } = await tablet()
  await keeping.refresh(signedIn)
  await add(ANNA, "A")
  served["/api/v1/offline"] = () => Promise.reject(new TypeError("network"))
  assert.equal(await keeping.refresh({ person: { id: "ben", name: "Ben" }, csrf: "x" }), "unreachable")
  assert.equal(await keeping.known(), null)
  assert.deepEqual((await queue.rows()).map((row) => [row.person.id, row.token]), [["anna", "token-anna"]])
})
