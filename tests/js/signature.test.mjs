import assert from "node:assert/strict"
import { test } from "node:test"

import { Strokes } from "../../redbag/static/redbag/modules/signature.js"

test("a touch or a slip of the thumb is no signature, a stroke is", () => {
  const drawn = []
  const strokes = new Strokes({ draw: (piece) => drawn.push(piece) })
  strokes.begin([10, 10])
  strokes.move([12, 11])
  strokes.end()
  assert.equal(strokes.signed, false)
  strokes.begin([10, 10])
  strokes.move([80, 60])
  strokes.end()
  assert.equal(strokes.signed, true)
  assert.deepEqual(drawn.at(-1), [[10, 10], [80, 60]])
})

test("moving without touching draws nothing, and clearing begins anew", () => {
  const drawn = []
  const strokes = new Strokes({ draw: (piece) => drawn.push(piece) })
  strokes.move([80, 60])
  assert.deepEqual(drawn, [])
  strokes.begin([0, 0])
  strokes.move([100, 0])
  strokes.clear()
  assert.equal(strokes.signed, false)
})
