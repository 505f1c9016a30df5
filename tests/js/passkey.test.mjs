import assert from "node:assert/strict"
import { test } from "node:test"

import { toMake, told, toShow } from "../../redbag/static/redbag/modules/passkey.js"

const bytes = (...numbers) => new Uint8Array(numbers)

test("what the server asks is turned into bytes, and nothing else of it changes", () => {
  const asked = {
    challenge: "-_8",
    user: { id: "AQID", name: "ana@oakview.example" },
    rp: { id: "redbag.example" },
    excludeCredentials: [{ type: "public-key", id: "BAU" }],
  }
  assert.deepEqual(toMake(asked), {
    challenge: bytes(251, 255),
    user: { id: bytes(1, 2, 3), name: "ana@oakview.example" },
    rp: { id: "redbag.example" },
    excludeCredentials: [{ type: "public-key", id: bytes(4, 5) }],
  })
  assert.deepEqual(toShow({ challenge: "AA", rpId: "redbag.example" }), { challenge: bytes(0), rpId: "redbag.example" })
})

test("what the device answers is told as JSON, with the parts it has", () => {
  const response = { clientDataJSON: bytes(251, 255).buffer, signature: bytes(1).buffer, userHandle: null }
  assert.deepEqual(told({ id: "BAU", type: "public-key", response }), {
    id: "BAU",
    rawId: "BAU",
    type: "public-key",
    response: { clientDataJSON: "-_8", signature: "AQ" },
    clientExtensionResults: {},
  })
})
