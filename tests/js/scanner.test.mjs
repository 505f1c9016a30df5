import assert from "node:assert/strict"
import { test } from "node:test"

import { Scanner, chooseDecoder, nativeDecoder, tokenIn, zxingDecoder } from "../../redbag/static/redbag/scanner.js"

const TOKEN = "BFKIG233IGSUEZVPQROZJZ5CJI"

/** A scanner over a list of what the camera shows, one text a picture; stops itself when the list is over. */
async function scan(pictures) {
  const found = []
  const others = []
  const left = [...pictures]
  const scanner = new Scanner({
    video: {},
    decode: async () => {
      if (!left.length) scanner.stop()
      const picture = left.shift()
      if (picture instanceof Error) throw picture
      return picture ?? null
    },
    onFound: (token) => found.push(token),
    onOther: (text) => others.push(text),
    pause: async () => {},
  })
  await scanner.start()
  return { found, others, left }
}

test("a label's address gives its token in capitals, whatever the host and the case", () => {
  for (const text of [
    `https://bags.example/b/${TOKEN}`,
    `HTTPS://BAGS.EXAMPLE/B/${TOKEN}`,
    `http://127.0.0.1:8000/b/${TOKEN.toLowerCase()}?x=1`,
    ` ${TOKEN} `,
  ]) assert.equal(tokenIn(text), TOKEN, text)
})

test("what is no label gives nothing", () => {
  for (const text of ["", "https://elsewhere.example/", `https://x.example/c/${TOKEN}`, `${TOKEN}A`, "WIFI:S:home;;"])
    assert.equal(tokenIn(text), null, text)
})

test("the first label ends the search and is told once", async () => {
  const { found, left } = await scan([null, `https://x.example/b/${TOKEN}`, `https://x.example/b/${TOKEN}`])
  assert.deepEqual(found, [TOKEN])
  assert.equal(left.length, 1)
})

test("another code is told once for as long as it is held up, and the search goes on", async () => {
  const { found, others } = await scan(["milk", "milk", null, "milk", "bread", `/b/${TOKEN}`])
  assert.deepEqual(others, ["milk", "bread"])
  assert.deepEqual(found, [TOKEN])
})

test("a picture that cannot be read is passed over", async () => {
  const { found } = await scan([new Error("blurred"), `/b/${TOKEN}`])
  assert.deepEqual(found, [TOKEN])
})

test("nothing is told after stopping, even when a picture was still being read", async () => {
  const found = []
  let give
  const scanner = new Scanner({
    video: {},
    decode: () => new Promise((go) => (give = go)),
    onFound: (token) => found.push(token),
    pause: async () => {},
  })
  const running = scanner.start()
  scanner.stop()
  give(`/b/${TOKEN}`)
  await running
  assert.deepEqual(found, [])
})

class Native {
  static async getSupportedFormats() {
    return ["qr_code"]
  }
  async detect(video) {
    return video.shows ? [{ rawValue: video.shows }] : []
  }
}

test("the browser's own reader is used where it reads QR codes", async () => {
  const decode = await chooseDecoder({ Detector: Native, loadZxing: () => assert.fail("not needed") })
  assert.equal(await decode({ shows: "hello" }), "hello")
  assert.equal(await decode({}), null)
})

test("without one, or with one that reads none or fails, zxing is loaded", async () => {
  class Empty extends Native {
    static async getSupportedFormats() {
      return []
    }
  }
  class Broken extends Native {
    static async getSupportedFormats() {
      throw new Error("no service")
    }
  }
  for (const Detector of [undefined, Empty, Broken]) {
    assert.equal(await nativeDecoder(Detector), null)
    const readBarcodes = async () => [{ isValid: false, text: "half" }, { isValid: true, text: "whole" }]
    const decode = await chooseDecoder({ Detector, loadZxing: async () => readBarcodes, draw: () => ({}) })
    assert.equal(await decode({}), "whole")
  }
})

test("zxing waits until the camera shows a picture", async () => {
  const decode = zxingDecoder({ readBarcodes: () => assert.fail("nothing to read"), draw: () => null })
  assert.equal(await decode({}), null)
})
