import assert from "node:assert/strict"
import { test } from "node:test"

import { LONGEST, sizeFor } from "../../redbag/static/redbag/shrink.js"

test("the longest side of a photo is at most 1280 points and its shape stays", () => {
  assert.deepEqual(sizeFor(4000, 3000), [1280, 960])
  assert.deepEqual(sizeFor(3000, 4000), [960, 1280])
})

test("a small photo is not made larger", () => {
  assert.deepEqual(sizeFor(640, 480), [640, 480])
  assert.equal(LONGEST, 1280)
})

test("a strip of a picture is still a picture", () => {
  assert.deepEqual(sizeFor(20000, 3), [1280, 1])
})
