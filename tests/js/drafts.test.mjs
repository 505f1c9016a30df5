import assert from "node:assert/strict"
import { test } from "node:test"

import { AGAIN, Keeper, LONGEST, PAUSE, collect, fill, newest, touched } from "../../redbag/static/redbag/drafts.js"

/** Timers that run when the test says how much time has gone by. */
class Time {
  constructor() {
    this.now = 0
    this.due = new Map()
  }
  later = (run, wait) => {
    const id = Symbol("timer")
    this.due.set(id, { run, at: this.now + wait })
    return id
  }
  never = (id) => this.due.delete(id)
  async pass(milliseconds) {
    const until = this.now + milliseconds
    for (;;) {
      const next = [...this.due].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0]
      if (!next) break
      this.due.delete(next[0])
      this.now = next[1].at
      await next[1].run()
    }
    this.now = until
  }
}

function keeper(outcomes = []) {
  const time = new Time()
  const sent = []
  const told = []
  const keeping = new Keeper({
    send: async () => {
      sent.push(time.now)
      return outcomes.shift() ?? { kept: true }
    },
    tell: (outcome) => told.push(outcome),
    later: time.later,
    never: time.never,
  })
  return { time, sent, told, keeping }
}

test("what is typed is sent within three seconds of the last key, once", async () => {
  const { time, sent, keeping } = keeper()
  keeping.typed()
  await time.pass(60_000)
  assert.deepEqual(sent, [PAUSE])
  assert.ok(PAUSE <= 3000)
})

test("while typing goes on without a pause, nothing is unsent for longer than four seconds", async () => {
  const { time, sent, keeping } = keeper()
  for (let key = 0; key < 200; key++) {
    keeping.typed()
    await time.pass(100)
  }
  const gaps = sent.map((at, place) => at - (sent[place - 1] ?? 0))
  assert.ok(Math.max(...gaps) <= LONGEST + 100, String(gaps))
  assert.ok(LONGEST <= 4000)
})

test("without connection it is tried again until it is kept", async () => {
  const { time, sent, told, keeping } = keeper([{ again: true }, { again: true }])
  keeping.typed()
  await time.pass(60_000)
  assert.deepEqual(sent, [PAUSE, PAUSE + AGAIN, PAUSE + 2 * AGAIN])
  assert.deepEqual(told.at(-1), { kept: true })
})

test("signed out is told once and not tried again until somebody types", async () => {
  const { time, sent, told, keeping } = keeper([{ signIn: true }])
  keeping.typed()
  await time.pass(60_000)
  assert.equal(sent.length, 1)
  assert.deepEqual(told, [{ signIn: true }])
  keeping.typed()
  await time.pass(60_000)
  assert.equal(sent.length, 2)
})

test("after the form was sent nothing more is kept", async () => {
  const { time, sent, keeping } = keeper()
  keeping.typed()
  keeping.leave()
  await time.pass(60_000)
  assert.deepEqual(sent, [])
})

const box = (name, type, value, more = {}) => ({ name, type, value, disabled: false, checked: false, ...more })
const form = () => [
  box("csrfmiddlewaretoken", "hidden", "s3cret"),
  box("password", "password", "s3cret"),
  box("current_password", "text", "s3cret"),
  box("next", "hidden", "/board"),
  box("file", "file", "C:\\letter.pdf"),
  box("more", "submit", "items"),
  box("", "text", "nameless"),
  box("off", "text", "x", { disabled: true }),
  box("version", "hidden", "3"),
  box("concern", "textarea", "fell"),
  box("status", "radio", "present", { checked: true }),
  box("status", "radio", "not_known"),
  box("tick", "checkbox", "yes"),
  box("line", "text", "first"),
  box("line", "text", "second"),
]

test("a form's words are collected, but no file, no secret and nothing of where to go next", () => {
  assert.deepEqual(collect(form()), {
    version: ["3"],
    concern: ["fell"],
    status: ["present"],
    tick: [],
    line: ["first", "second"],
  })
})

test("what was collected goes back where it was, and what has no place is named", () => {
  const boxes = form()
  const kept = { version: ["2"], concern: ["fell at 2"], status: ["not_known"], tick: ["yes"], line: ["a", "b"], "row-7": ["x"], "row-8": [""] }
  const { changed, homeless } = fill(boxes, kept)
  assert.deepEqual(homeless, ["row-7"])
  assert.deepEqual(collect(boxes), { version: ["2"], concern: ["fell at 2"], status: ["not_known"], tick: ["yes"], line: ["a", "b"] })
  assert.equal(boxes[0].value, "s3cret")
  assert.equal(changed.length, 7)
  assert.deepEqual(fill(boxes, kept).changed, [])
})

test("what somebody is typing already is left alone", () => {
  const boxes = form()
  const typing = boxes.find((each) => each.name === "concern")
  fill(boxes, { concern: ["older"], line: ["a", "b"] }, new Set([typing]))
  assert.equal(typing.value, "fell")
  assert.equal(boxes.at(-1).value, "b")
})

test("a box is touched when it no longer says what the page said", () => {
  assert.equal(touched({ type: "text", value: "a", defaultValue: "a" }), false)
  assert.equal(touched({ type: "text", value: "b", defaultValue: "a" }), true)
  assert.equal(touched({ type: "submit", name: "more", value: "items" }), false)
  assert.equal(touched({ type: "radio", checked: true, defaultChecked: false, value: "x" }), true)
  const options = [{ value: "" }, { value: "bag", defaultSelected: true }]
  assert.equal(touched({ type: "select-one", value: "bag", options }), false)
  assert.equal(touched({ type: "select-one", value: "", options }), true)
  assert.equal(touched({ type: "select-one", value: "", options: [{ value: "" }] }), false)
})

test("a draft cannot write into a secret, a file or the way onward", () => {
  const boxes = form()
  fill(boxes, { csrfmiddlewaretoken: ["x"], password: ["x"], next: ["//evil"], file: ["x"] })
  assert.deepEqual(boxes.slice(0, 5).map(({ value }) => value), form().slice(0, 5).map(({ value }) => value))
})

test("the newest words come back, unless the form was saved after them", () => {
  const draft = { at: "2026-11-21T02:58:00+00:00", fields: { a: ["service"] } }
  const later = { at: "2026-11-21T02:59:00.000Z", fields: { a: ["tab"] } }
  const sooner = { at: "2026-11-21T02:57:00.000Z", fields: { a: ["tab"] } }
  assert.equal(newest({ draft, stash: later, saved: "" }), later)
  assert.equal(newest({ draft, stash: sooner, saved: "" }), draft)
  assert.equal(newest({ draft: null, stash: later, saved: "2026-11-21T03:00:00+00:00" }), null)
  assert.equal(newest({ draft: null, stash: later, saved: "2026-11-21T02:58:30+00:00" }), later)
  assert.equal(newest({ draft: null, stash: null, saved: "" }), null)
})
