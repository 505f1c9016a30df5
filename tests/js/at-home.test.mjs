import assert from "node:assert/strict"
import { test } from "node:test"

import { Keeping } from "../../redbag/static/redbag/offline/keeping.js"
import { Queue } from "../../redbag/static/redbag/offline/queue.js"
import { Residents } from "../../redbag/static/redbag/offline/residents.js"
import { begunHere } from "../../redbag/static/redbag/offline/start-transfer.js"
import { openStore } from "../../redbag/static/redbag/offline/store.js"
import { memory } from "./memory_store.mjs"

const DAY = 24 * 3600_000
const ANNA = { id: "anna", name: "Anna", token: "t" }
const person = (id, name) => ({ id, name, room: "1", html: `<div>${name}</div>` })
const told = (...residents) => ({ status: 200, headers: new Headers({ ETag: '"one"' }), body: { as_of: "x", organisation: "HOME1", near: [], residents } })

/** A tablet of a home on which Anna is signed in; `answers` are those of the call for the pages. */
async function tablet({ answers = [], device = { token: "tablet" } } = {}) {
  const clock = { at: Date.parse("2026-11-22T10:00:00Z") }
  const now = () => clock.at
  const database = memory()
  const store = await openStore({ database })
  const queue = new Queue({ store, now })
  const asked = []
  const call = async (path, { headers }) => {
    asked.push(headers)
    const answer = answers.shift()
    return typeof answer === "function" ? answer() : answer
  }
  const keeping = new Keeping({ store, queue, call, now })
  const residents = new Residents({ store, keeping, call, now })
  const bundled = (journeys = []) => store.put("bundle", "now", { as_of: "2026-11-22T10:00:00Z", emergency_until: "2026-11-22T22:00:00Z", person: ANNA, places: [], bags: [], journeys, read_at: clock.at })
  await bundled()
  if (device) await store.put("device", "this", device)
  return { clock, database, store, queue, keeping, residents, asked, answers, bundled }
}

const names = async (residents) => (await residents.known())?.people.map((each) => each.name)

test("a home's tablet keeps everybody by name, and who is not listed any more goes", async () => {
  const { residents, asked, clock } = await tablet({ answers: [told(person("2", "Peggy"), person("1", "Arthur")), told(person("2", "Peggy"))] })
  await residents.refresh()
  assert.deepEqual(await names(residents), ["Arthur", "Peggy"])
  assert.deepEqual(asked, [{ "Red-Bag-Device": "tablet" }])
  await residents.refresh()
  assert.equal(asked.length, 1, "not again within a minute")
  clock.at += 61_000
  await residents.refresh()
  assert.equal(asked[1]["If-None-Match"], '"one"')
  assert.deepEqual(await names(residents), ["Peggy"])
})

test("nothing new makes the pages true from now on; nobody answering does not", async () => {
  const failing = () => Promise.reject(new TypeError("network"))
  const { residents, clock } = await tablet({ answers: [told(person("1", "Peggy")), { status: 304, headers: new Headers(), body: null }, failing] })
  await residents.refresh()
  clock.at += 3600_000
  await residents.refresh()
  const read_at = (await residents.known()).read_at
  assert.equal(read_at, clock.at)
  clock.at += 3600_000
  await residents.refresh({ force: true })
  assert.equal((await residents.known()).read_at, read_at)
})

test("a device that is no tablet asks for nobody, and one on which nobody is known neither", async () => {
  const { residents, asked } = await tablet({ device: null })
  await residents.refresh({ force: true })
  const other = await tablet()
  await other.store.remove("bundle", "now")
  await other.residents.refresh({ force: true })
  assert.deepEqual([...asked, ...other.asked], [])
  assert.equal(await residents.known(), null)
})

test("pages that arrive after the sign-out are not kept", async () => {
  const { residents, keeping, database, answers } = await tablet()
  answers.push(async () => {
    await keeping.leave("anna")
    return told(person("1", "Peggy"))
  })
  await residents.refresh()
  assert.deepEqual([...database.rows.keys()], ["device\nthis"])
})

test("after 72 hours no page can be read", async () => {
  const { residents, store, clock } = await tablet({ answers: [told(person("1", "Peggy"))] })
  await residents.refresh()
  clock.at += 3 * DAY + 1
  assert.equal(await residents.known(), null)
  assert.equal(await store.count("resident"), 0)
})

test("a journey begun here is listed until the service tells of it, through a sign-out too", async () => {
  const all = await tablet()
  await all.store.put("starting", "j", { id: "j", resident: "1", why: { concern: "Fell" } })
  await all.store.put("starting", "k", { id: "k", resident: "2", why: {} })
  await all.keeping.leave("anna")
  await all.keeping.left()
  await all.bundled()
  assert.deepEqual((await begunHere(all)).map((each) => each.id), ["j", "k"])
  await all.bundled([{ id: "j" }])
  assert.deepEqual((await begunHere(all)).map((each) => each.id), ["k"])
  assert.equal(await all.store.count("starting"), 1)
})

test("a packed journey stays while its fact waits, and goes once that is settled", async () => {
  const all = await tablet()
  const { row } = await all.queue.add({ fact: { id: "j", kind: "pack", resident: "1" }, about: "Going", person: ANNA })
  await all.store.put("starting", "j", { id: "j", resident: "1", why: {}, packed_at: all.clock.at })
  all.clock.at += 1000
  assert.equal((await begunHere(all)).length, 1)
  await all.queue.needsYou(row, "refused")
  assert.equal((await begunHere(all)).length, 1)
  await all.queue.settle("j", "Anna")
  assert.deepEqual(await begunHere(all), [])
})

test("a packed journey that the service confirmed stays until it is told what came of it", async () => {
  const all = await tablet()
  const { row } = await all.queue.add({ fact: { id: "j", kind: "pack", resident: "1" }, about: "Going", person: ANNA })
  await all.store.put("starting", "j", { id: "j", resident: "1", why: {}, packed_at: all.clock.at })
  all.clock.at += 1000
  await all.queue.confirmed(row)
  assert.equal((await begunHere(all)).length, 1)
  all.clock.at += 1000
  await all.bundled()
  assert.deepEqual(await begunHere(all), [])
})
