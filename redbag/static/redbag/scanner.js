/** Reading a label with a camera. Everything it works with is handed in, so it runs without a browser in tests. */

// A hand-held scanner types as a keyboard of another country: slash and colon may come as any other sign, never as a letter.
const SIGN = "[^a-z0-9]"
const AIM = /^\][a-z]\d/i // what some scanners put before the text to say which kind of code it was
const LABEL = new RegExp(`(?:^|${SIGN}b${SIGN})([a-z2-7]{26})(?=$|${SIGN})`, "i")
const PLACE = new RegExp(`${SIGN}p${SIGN}([a-z2-7]{26})(?=$|${SIGN})`, "i")
const HEX = (digits) => `([0-9a-f]{${digits}})`
const UUID = [8, 4, 4, 4, 12].map(HEX).join(SIGN)
const HANDOVER = new RegExp(`${SIGN}h${SIGN}${UUID}${SIGN}(\\d{6})(?=$|${SIGN})`, "i")
const SHORT = /^[0-9a-z]{4}[^0-9a-z]?[0-9a-z]{4,5}$/i

/** The token of a Red Bag label in what was read, in capitals; null when it is another code. */
export function tokenIn(text) {
  const found = LABEL.exec(tidy(text))
  return found ? found[1].toUpperCase() : null
}

/** The page that what was read opens: of a label, a ward's poster, the giver's screen, or a short code. Null for others. */
export function pageIn(text) {
  const read = tidy(text)
  const token = tokenIn(read)
  if (token) return `/b/${token}`
  const place = PLACE.exec(read)
  if (place) return `/p/${place[1].toUpperCase()}`
  const given = HANDOVER.exec(read)
  if (given) return `/h/${given.slice(1, 6).join("-").toLowerCase()}/${given[6]}`
  return SHORT.test(read) ? `/scan?code=${encodeURIComponent(read)}` : null
}

function tidy(text) {
  return text.trim().replace(AIM, "")
}

/**
 * Hears a hand-held scanner: it types much faster than a person and ends with Enter or Tab, wherever the cursor is.
 *
 * Give it each keydown. `onFound(what)` and `onOther(text)` are called as by Scanner; `recognise(text)` says what was found.
 */
export class Wedge {
  constructor({ onFound, onOther = () => {}, recognise = tokenIn, fastest = 60, least = 8 }) {
    Object.assign(this, { onFound, onOther, recognise, fastest, least })
    this.text = ""
    this.at = 0
  }

  /** True when this key ended a scan, so nothing else should hear it. */
  hear({ key, timeStamp, inField = false }) {
    const quick = timeStamp - this.at <= this.fastest
    if (key.length === 1) {
      this.text = quick ? this.text + key : key
      this.at = timeStamp
      return false
    }
    if (key !== "Enter" && key !== "Tab") return false
    const text = quick && this.text.length >= this.least ? this.text : ""
    this.text = ""
    return text ? this.#judge(text, inField) : false
  }

  #judge(text, inField) {
    const found = this.recognise(text)
    if (found) this.onFound(found)
    else if (!inField) this.onOther(text)
    return Boolean(found) || !inField
  }
}

/**
 * Looks at one picture after the other until one shows a label.
 *
 * `decode(video)` gives the text of a code, or null; `recognise(text)` what it means to us, or null. `onFound(what)` is
 * called once and ends it; `onOther(text)` is called when another code is held up, once for each; `pause()` is the breath between two pictures.
 */
export class Scanner {
  constructor({ video, decode, onFound, onOther = () => {}, recognise = tokenIn, pause = () => new Promise((go) => setTimeout(go, 80)) }) {
    Object.assign(this, { video, decode, onFound, onOther, recognise, pause })
    this.looking = false
    this.other = null
  }

  async start() {
    this.looking = true
    while (this.looking) {
      const text = await this.#read()
      if (text && this.looking) this.#judge(text)
      if (this.looking) await this.pause()
    }
  }

  stop() {
    this.looking = false
  }

  async #read() {
    try {
      return await this.decode(this.video)
    } catch {
      return null // one bad picture; the next may be good
    }
  }

  #judge(text) {
    const found = this.recognise(text)
    if (found) {
      this.stop()
      this.onFound(found)
    } else if (text !== this.other) {
      this.other = text
      this.onOther(text)
    }
  }
}

/** A decoder made of the browser's own, or null where it has none or reads no QR codes. */
export async function nativeDecoder(Detector) {
  try {
    if (!Detector || !(await Detector.getSupportedFormats()).includes("qr_code")) return null
    const detector = new Detector({ formats: ["qr_code"] })
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null
  } catch {
    return null
  }
}

/** A decoder made of zxing's `readBarcodes`; `draw(video)` gives the picture as ImageData, or null when there is none yet. */
export function zxingDecoder({ readBarcodes, draw }) {
  return async (video) => {
    const picture = draw(video)
    if (!picture) return null
    const found = await readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 })
    return found.find((each) => each.isValid)?.text ?? null
  }
}

/** The first decoder that works here: the browser's own, else zxing, which is loaded only then. */
export async function chooseDecoder({ Detector, loadZxing, draw }) {
  return (await nativeDecoder(Detector)) ?? zxingDecoder({ readBarcodes: await loadZxing(), draw })
}

/** Switches the light of a camera; `track` is its video track. Stays hidden where there is none, and says whether it is on. */
export function lightSwitch(track, button) {
  if (!track.getCapabilities?.().torch) return
  button.hidden = false
  button.addEventListener("click", async () => {
    const on = button.getAttribute("aria-pressed") !== "true"
    try {
      await track.applyConstraints({ advanced: [{ torch: on }] })
    } catch {
      return // the camera kept its light as it was, and so does the button
    }
    button.setAttribute("aria-pressed", String(on))
    button.textContent = on ? "Light is on: switch it off" : "Light"
  })
}
