import assert from "node:assert/strict"
import { test } from "node:test"

import { wordsOf } from "../../redbag/static/redbag/offline/told.js"
import { reasonWords } from "../../redbag/static/redbag/offline/words.js"

test("every word of a packing that was refused can still be read", () => {
  const fact = { kind: "pack", resident: "r1", reason: { concern: "Fell in the bathroom", last_seen_well: "six", action: " " } }
  assert.deepEqual(wordsOf(fact), ["What are you worried about? Fell in the bathroom", "Last seen well at six"])
  assert.deepEqual(wordsOf({ kind: "handoff", to_text: "A taxi", to_name: "Jo" }), ["To: A taxi", "Name: Jo"])
  assert.deepEqual(wordsOf(undefined), [])
})

test("the home is never told to ring the home", () => {
  assert.doesNotMatch(reasonWords("not_yours", true), /home by phone/)
  assert.match(reasonWords("refused", true), /Needs you/)
  assert.match(reasonWords("not_yours"), /by phone/)
})
