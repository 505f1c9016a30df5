import { Scanner, Wedge, chooseDecoder, lightSwitch, pageIn } from "../scanner.js"
import { failed, found } from "../signals.js"

const WIDEST = 960 // pixels: more only makes each picture slower to read

/** Opens the camera, reads a label and goes to its page. Without a camera it says so, and the code can be typed. */
export function start(element) {
  const part = (name) => element.querySelector(`.sc-${name}`)
  const show = words(element, part("said"))
  const reader = path(element, show)
  hearHandHeld(reader, document.querySelector("#code"))
  part("start").addEventListener("click", () => open(element, part, show, reader))
  if (!navigator.mediaDevices?.getUserMedia) {
    show("failed", "There is no camera here. Type the code below.")
    return
  }
  open(element, part, show, reader)
}

/** The one path of everything that was read, by camera or by a hand-held scanner. */
function path(element, show) {
  return {
    recognise: pageIn,
    onFound: (page) => {
      show("found", "Found. Opening ...")
      found()
      for (const track of element.querySelector("video").srcObject?.getTracks() ?? []) track.stop()
      location.assign(page)
    },
    onOther: () => {
      show("failed", "This is not a Red Bag label.")
      failed()
    },
  }
}

async function open(element, part, show, reader) {
  part("start").hidden = true
  const video = part("video")
  try {
    show("looking", "Opening the camera ...")
    const wanted = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false }
    video.srcObject = await navigator.mediaDevices.getUserMedia(wanted)
    part("frame").hidden = false
    await video.play()
    const decode = await chooseDecoder({
      Detector: globalThis.BarcodeDetector,
      loadZxing: () => loadZxing(element.dataset),
      draw: painter(),
    })
    lightSwitch(video.srcObject.getVideoTracks()[0], part("light"))
    show("looking", "Hold the label in front of the camera.")
    const scanner = new Scanner({ video, decode, ...reader })
    addEventListener("pagehide", () => scanner.stop())
    await scanner.start()
  } catch (fault) {
    const refused = fault.name === "NotAllowedError"
    show("failed", refused ? "The camera is switched off for this page. Allow it, or type the code below." : "The camera does not work. Type the code below.")
    part("frame").hidden = true
    part("start").hidden = false
  }
}

function words(element, said) {
  return (state, text) => {
    element.classList.remove("sc--looking", "sc--found", "sc--failed")
    element.classList.add(`sc--${state}`)
    said.textContent = text
  }
}

async function loadZxing({ reader, wasm }) {
  const zxing = await import(new URL(reader, location.href))
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  return zxing.readBarcodes
}

/** Draws a picture of the video, small enough to be read quickly. */
function painter() {
  const canvas = document.createElement("canvas")
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  return (video) => {
    if (!video.videoWidth) return null
    const scale = Math.min(1, WIDEST / video.videoWidth)
    canvas.width = video.videoWidth * scale
    canvas.height = video.videoHeight * scale
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    return pen.getImageData(0, 0, canvas.width, canvas.height)
  }
}

/** A hand-held scanner is heard wherever the cursor is; what a person types outside a field goes into the field. */
function hearHandHeld(reader, field) {
  const wedge = new Wedge(reader)
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.metaKey || key.altKey) return
    const inField = Boolean(document.activeElement?.matches("input, textarea, select"))
    if (wedge.hear({ key: key.key, timeStamp: key.timeStamp, inField })) {
      key.preventDefault()
      field.value = ""
    } else if (!inField && key.key.length === 1 && key.key !== " ") field.focus()
  })
}
