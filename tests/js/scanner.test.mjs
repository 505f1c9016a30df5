import assert from "node:assert/strict"
import { test } from "node:test"

import { Scanner, Wedge, chooseDecoder, lightSwitch, nativeDecoder, pageIn, tokenIn, zxingDecoder } from "../../redbag/static/redbag/scanner.js"

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

test("slash and colon of another country's keyboard, capitals, prefix and suffix still give the token", () => {
  for (const text of [
    `httpsÖ--bags.example-b-${TOKEN.toLowerCase()}`, // German
    `HTTPS>&&BAGS.EXAMPLE&B&${TOKEN}`,
    `https;éébags.exampleébé${TOKEN}`,
    `]Q1https://bags.example/b/${TOKEN}`,
    `]Q1${TOKEN}`,
    `https://bags.example/b/${TOKEN}\t`,
    `https://bags.example/b/${TOKEN}#`,
  ]) assert.equal(tokenIn(text), TOKEN, text)
})

test("every square of ours opens its page, and nothing else opens one", () => {
  const journey = "0b7e9da7-f932-410e-9150-161e1597e39c"
  const pages = {
    [`https://bags.example/b/${TOKEN}`]: `/b/${TOKEN}`,
    [`https://bags.example/p/${TOKEN.toLowerCase()}`]: `/p/${TOKEN}`,
    [`httpsÖ--bags.example-h-${journey}-012345`]: `/h/${journey}/012345`,
    [`HTTPS://BAGS.EXAMPLE/H/${journey.toUpperCase()}/012345`]: `/h/${journey}/012345`,
    "7K2M-4P9QX": "/scan?code=7K2M-4P9QX",
    "7k2m4p9qx": "/scan?code=7k2m4p9qx",
    [`https://bags.example/h/${journey}/12345`]: null,
    "https://elsewhere.example/menu": null,
    "WIFI:S:home;;": null,
    5012345678900: null,
  }
  for (const [text, page] of Object.entries(pages)) assert.equal(pageIn(text), page, text)
})

/** What a wedge hears when keys come so many milliseconds apart. */
function type(text, { apart = 5, end = "Enter", inField = false } = {}) {
  const found = []
  const others = []
  const wedge = new Wedge({ recognise: pageIn, onFound: (page) => found.push(page), onOther: (each) => others.push(each) })
  let timeStamp = 1000
  for (const key of text) wedge.hear({ key, timeStamp: (timeStamp += apart), inField })
  const ended = wedge.hear({ key: end, timeStamp: (timeStamp += apart), inField })
  return { found, others, ended, wedge }
}

test("a hand-held scanner is heard wherever the cursor is, with Enter or Tab, in capitals, as address or code", () => {
  for (const inField of [false, true])
    for (const end of ["Enter", "Tab"]) {
      assert.deepEqual(type(`HTTPS://BAGS.EXAMPLE/B/${TOKEN}`, { inField, end }).found, [`/b/${TOKEN}`])
      assert.deepEqual(type("7K2M4P9QX", { inField, end }).found, ["/scan?code=7K2M4P9QX"])
    }
})

test("what a person types is left to the field, and so is its Enter", () => {
  const { found, others, ended } = type("7K2M4P9QX", { apart: 180, inField: true })
  assert.deepEqual([found, others, ended], [[], [], false])
})

test("another code scanned outside a field is said; inside a field the form answers", () => {
  assert.deepEqual(type("5012345678900").others, ["5012345678900"])
  const { others, ended } = type("5012345678900", { inField: true })
  assert.deepEqual([others, ended], [[], false])
})

test("two scans one after the other are two, and Shift between the keys harms nothing", () => {
  const { wedge, found } = type(`https://bags.example/b/${TOKEN}`)
  let timeStamp = 9000
  for (const key of ["Shift", ..."7K2M4P9QX"]) wedge.hear({ key, timeStamp: (timeStamp += 4) })
  wedge.hear({ key: "Enter", timeStamp: timeStamp + 4 })
  assert.deepEqual(found, [`/b/${TOKEN}`, "/scan?code=7K2M4P9QX"])
})

function button() {
  const said = {}
  return {
    hidden: true,
    textContent: "Light",
    getAttribute: (name) => said[name] ?? "false",
    setAttribute: (name, value) => (said[name] = value),
    addEventListener(_, press) {
      this.press = press
    },
  }
}

test("the light is offered where the camera has one, and says whether it is on", async () => {
  const asked = []
  const track = { getCapabilities: () => ({ torch: true }), applyConstraints: async (wanted) => asked.push(wanted.advanced[0].torch) }
  const light = button()
  lightSwitch(track, light)
  assert.equal(light.hidden, false)
  await light.press()
  assert.deepEqual([light.getAttribute("aria-pressed"), light.textContent], ["true", "Light is on: switch it off"])
  await light.press()
  assert.deepEqual([asked, light.getAttribute("aria-pressed"), light.textContent], [[true, false], "false", "Light"])
})

test("without a light there is no button, and one that fails stays as it was", async () => {
  const none = button()
  lightSwitch({ getCapabilities: () => ({}) }, none)
  lightSwitch({}, none)
  assert.equal(none.hidden, true)
  const broken = button()
  lightSwitch({ getCapabilities: () => ({ torch: true }), applyConstraints: async () => { throw new Error("busy") } }, broken)
  await broken.press()
  assert.equal(broken.getAttribute("aria-pressed"), "false")
})
