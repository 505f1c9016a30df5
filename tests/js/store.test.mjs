import assert from "node:assert/strict"
import { test } from "node:test"

import { openStore, StoreFault, StoreFull } from "../../redbag/static/redbag/offline/store.js"
import { memory } from "./memory_store.mjs"

test("what was put can be got, by kind and id", async () => {
  const store = await openStore({ database: memory() })
  await store.put("journey", "1", { name: "Peggy" })
  await store.put("journey", "2", { name: "Arthur" })
  await store.put("page", "1", "other")
  assert.deepEqual(await store.get("journey", "1"), { name: "Peggy" })
  assert.equal(await store.get("journey", "3"), null)
  assert.deepEqual(await store.all("journey"), [
    { id: "1", value: { name: "Peggy" } },
    { id: "2", value: { name: "Arthur" } },
  ])
  await store.remove("journey", "1")
  assert.equal(await store.count("journey"), 1)
})

test("nothing readable lies in the database, and the key cannot be taken out", async () => {
  const database = memory()
  const store = await openStore({ database })
  await store.put("journey", "1", { name: "Peggy" })
  const lying = [...database.rows.values()].map(({ box, iv }) => Buffer.from(box).toString("latin1") + iv.join(" "))
  assert.equal(lying.length, 1)
  assert.ok(!lying[0].includes("Peggy"))
  const { key } = await database.key()
  await assert.rejects(crypto.subtle.exportKey("raw", key), /not extractable|extractable/i)
})

test("the same value is sealed differently each time, and opens only at its own place", async () => {
  const database = memory()
  const store = await openStore({ database })
  await store.put("journey", "1", "same")
  await store.put("journey", "2", "same")
  const [one, two] = [...database.rows.values()]
  assert.notDeepEqual(new Uint8Array(one.box), new Uint8Array(two.box))
  database.rows.set("journey\n2", one)
  assert.equal(await store.get("journey", "2"), null)
})

test("a full wipe takes the key: what somebody copied before can never be read again", async () => {
  const database = memory()
  const store = await openStore({ database })
  await store.put("journey", "1", "secret")
  const copied = database.rows.get("journey\n1")
  await store.wipe()
  assert.equal(await database.key(), undefined)
  await store.put("journey", "2", "new")
  database.rows.set("journey\n1", copied)
  assert.equal(await store.get("journey", "1"), null)
  assert.equal(await store.get("journey", "2"), "new")
})

test("no wipe takes what has no other copy: facts, whose they are, and journeys begun here", async () => {
  const store = await openStore({ database: memory() })
  await store.put("journey", "1", "readable")
  await store.put("fact", "1", "waits")
  await store.put("author", "1", "token")
  await store.put("starting", "1", "typed")
  await store.wipe()
  assert.equal(await store.get("journey", "1"), null)
  assert.equal(await store.get("fact", "1"), "waits")
  assert.equal(await store.get("author", "1"), "token")
  await store.remove("fact", "1")
  await store.wipe()
  assert.equal(await store.get("author", "1"), null)
  assert.equal(await store.get("starting", "1"), "typed")
})

test("what was asked for before a wipe is not kept after it", async () => {
  const store = await openStore({ database: memory() })
  const { generation } = await store.wiped()
  assert.equal(await store.put("bundle", "now", "early", { since: generation }), true)
  const next = await store.wipe({ leaving: "anna" })
  assert.equal(await store.put("bundle", "now", "late", { since: generation }), false)
  assert.equal(await store.get("bundle", "now"), null)
  assert.deepEqual(await store.wiped(), { generation: next, leaving: "anna" })
  await store.wipe({ since: generation, leaving: null })
  assert.deepEqual(await store.wiped(), { generation: next, leaving: "anna" })
})

test("a key wiped by another tab while this one writes is not written under", async () => {
  const database = memory()
  const [here, there] = [await openStore({ database }), await openStore({ database })]
  await here.put("journey", "1", "old")
  const put = database.put
  database.put = async (...all) => {
    database.put = put
    await there.wipe()
    return put(...all)
  }
  assert.equal(await here.put("fact", "1", "kept"), true)
  assert.equal(await there.get("fact", "1"), "kept")
})

test("no room left is said in words, another fault too", async () => {
  const database = memory()
  const store = await openStore({ database })
  await store.put("fact", "0", "room")
  database.full = true
  await assert.rejects(store.put("fact", "1", "x"), (fault) => fault instanceof StoreFull && /no room/.test(fault.message))
  database.put = async () => {
    throw new Error("disk broke")
  }
  await assert.rejects(store.put("fact", "1", "x"), StoreFault)
})
