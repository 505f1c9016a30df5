/** Reading a label with a camera. Everything it works with is handed in, so it runs without a browser in tests. */

const LABEL = /(?:^|\/b\/)([a-z2-7]{26})(?=$|[/?#])/i

/** The token of a Red Bag label in what a camera read, in capitals; null when it is another code. */
export function tokenIn(text) {
  const found = LABEL.exec(text.trim())
  return found ? found[1].toUpperCase() : null
}

/**
 * Looks at one picture after the other until one shows a label.
 *
 * `decode(video)` gives the text of a code, or null. `onFound(token)` is called once and ends it; `onOther(text)` is called
 * when another code is held up, once for each; `pause()` is the breath between two pictures.
 */
export class Scanner {
  constructor({ video, decode, onFound, onOther = () => {}, pause = () => new Promise((go) => setTimeout(go, 80)) }) {
    Object.assign(this, { video, decode, onFound, onOther, pause })
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
    const token = tokenIn(text)
    if (token) {
      this.stop()
      this.onFound(token)
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
