import assert from "node:assert/strict"
import { test } from "node:test"

import { Watch } from "../../redbag/static/redbag/modules/live-board.js"

const watching = (answers) => {
  const seen = { moved: 0, states: [] }
  const ask = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const watch = new Watch({
    ask,
    onMoved: () => (seen.moved += 1),
    onState: (connected) => seen.states.push(connected),
    version: "7",
  })
  return { watch, seen }
}

test("the lists are drawn anew only when something moved", async () => {
  const { watch, seen } = watching(["7", "8", "8", "9"])
  for (let look = 0; look < 4; look += 1) await watch.look()
  assert.equal(seen.moved, 2)
})

test("a board that cannot ask says so, asks less and less often, and says when it can again", async () => {
  const { watch, seen } = watching([new Error("503"), new Error("offline"), "7"])
  const pauses = [watch.pause(false)]
  for (let look = 0; look < 3; look += 1) {
    await watch.look()
    pauses.push(watch.pause(false))
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 1000])
  assert.deepEqual(seen.states, [false, false, true])
  assert.equal(seen.moved, 0)
})

test("a board nobody looks at asks seldom", () => {
  const { watch } = watching([])
  assert.equal(watch.pause(true), 15_000)
})

test("what moved while there was no connection is seen on the first answer after it", async () => {
  const { watch, seen } = watching([new Error("offline"), "8"])
  await watch.look()
  await watch.look()
  assert.equal(seen.moved, 1)
})
