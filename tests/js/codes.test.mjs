import assert from "node:assert/strict"
import { test } from "node:test"

import { codeAt, journeySecret } from "../../redbag/static/redbag/offline/codes.js"
import { digestOf, found, nameIn } from "../../redbag/static/redbag/offline/labels.js"

// The same numbers stand in tests/transfers/test_offline.py: tablet and service must agree.
const HOME = Buffer.from("a secret of a home, thirty-two b").toString("base64")
const JOURNEY = "0B9C2D1E-4F5A-4B6C-8D7E-9F0A1B2C3D4E"

test("the tablet shows the code the service would", async () => {
  const secret = await journeySecret(HOME, JOURNEY)
  const { code, until } = await codeAt(secret, Date.parse("2026-11-21T02:50:00Z"))
  assert.equal(code, "553860")
  assert.equal(until, Date.parse("2026-11-21T02:55:00Z"))
  assert.notEqual((await codeAt(secret, until)).code, code)
})

test("a label is known by the digest of its token, in any case and any address", async () => {
  const token = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  assert.deepEqual(nameIn(`https://bags.example/b/${token.toLowerCase()}`), { kind: "token", text: token })
  assert.equal(await digestOf(token.toLowerCase()), "d6ec6898de87ddac6e5b3611708a7aa1c2d298293349cc1a6c299a1db7149d38")
})

test("a typed code is read as people write it, and a wrong one is none", () => {
  assert.deepEqual(nameIn(" 7k3m-q9xp-a "), { kind: "code", text: "7K3MQ9XPA" })
  assert.equal(nameIn("K73MQ9XPA"), null)
  assert.equal(nameIn("milk"), null)
})

test("a label leads to its open journey and its bag, an unknown one to neither", async () => {
  const token = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  const label = { digest: await digestOf(token), code: "7K3MQ9XPA" }
  const bag = { tracker: "OAK-1", labels: [label] }
  const known = { bags: [bag], journeys: [{ id: "none", bag: null }, { id: "j", bag }] }
  assert.equal((await found({ kind: "token", text: token }, known)).journey.id, "j")
  assert.equal((await found({ kind: "code", text: "7K3MQ9XPA" }, known)).bag, bag)
  assert.deepEqual(await found({ kind: "code", text: "OTHER" }, known), { journey: null, bag: null })
})
