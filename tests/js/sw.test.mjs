import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import vm from "node:vm"

const CODE = readFileSync(new URL("../../redbag/static/redbag/sw.js", import.meta.url), "utf8")

/** The service worker in a browser where every request fails; `press(path)` sends a form and answers where that leads. */
function worker({ onLine }) {
  const heard = {}
  const world = {
    VERSION: "1",
    KEPT: [],
    URL,
    Date,
    importScripts: () => {},
    addEventListener: (name, each) => (heard[name] = each),
    location: { origin: "https://redbag.example" },
    navigator: { onLine },
    fetch: async () => {
      throw new TypeError("Failed to fetch")
    },
    Response: { redirect: (address) => address },
  }
  vm.runInNewContext(CODE, world)
  return (path) => {
    let answer
    heard.fetch({ request: { url: `https://redbag.example${path}`, mode: "navigate", method: "POST" }, respondWith: (given) => (answer = given) })
    return answer
  }
}

test("a form whose answer was lost may have arrived, and that is said", async () => {
  assert.equal(await worker({ onLine: true })("/transfers/1/hand-over"), "/offline#/not-known")
})

test("without any network it is sure that nobody received it", async () => {
  assert.equal(await worker({ onLine: false })("/transfers/1/hand-over"), "/offline#/not-sent")
})

test("a sign-out without an answer is one on this tablet", async () => {
  for (const onLine of [true, false]) assert.equal(await worker({ onLine })("/sign-out"), "/offline#/signed-out")
})
