import { Scanner, chooseDecoder } from "../scanner.js"

const WIDEST = 960 // pixels: more only makes each picture slower to read

/** Opens the camera, reads a label and goes to its page. Without a camera it says so, and the code can be typed. */
export function start(element) {
  const part = (name) => element.querySelector(`.sc-${name}`)
  const show = words(element, part("said"))
  typeFromAnywhere(document.querySelector("#code"))
  part("start").addEventListener("click", () => open(element, part, show))
  if (!navigator.mediaDevices?.getUserMedia) {
    show("failed", "There is no camera here. Type the code below.")
    return
  }
  open(element, part, show)
}

async function open(element, part, show) {
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
    offerLight(video.srcObject.getVideoTracks()[0], part("light"))
    show("looking", "Hold the label in front of the camera.")
    const scanner = new Scanner({
      video,
      decode,
      onFound: (token) => found(element, video, show, token),
      onOther: () => {
        show("failed", "This is not a Red Bag label.")
        signal(180, [60, 60, 60])
      },
    })
    addEventListener("pagehide", () => scanner.stop())
    await scanner.start()
  } catch (fault) {
    const refused = fault.name === "NotAllowedError"
    show("failed", refused ? "The camera is switched off for this page. Allow it, or type the code below." : "The camera does not work. Type the code below.")
    part("frame").hidden = true
    part("start").hidden = false
  }
}

function found(element, video, show, token) {
  show("found", "Found. Opening ...")
  signal(880, [120])
  for (const track of video.srcObject.getTracks()) track.stop()
  location.assign(`${element.dataset.label}${token}`)
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

function offerLight(track, button) {
  if (!track.getCapabilities?.().torch) return
  button.hidden = false
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true"
    button.setAttribute("aria-pressed", on)
    track.applyConstraints({ advanced: [{ torch: on }] })
  })
}

/** A short tone and a buzz: high for found, low for not. A device that has neither stays silent. */
function signal(hertz, buzz) {
  navigator.vibrate?.(buzz)
  try {
    const sound = new AudioContext()
    const tone = new OscillatorNode(sound, { frequency: hertz })
    tone.connect(new GainNode(sound, { gain: 0.2 })).connect(sound.destination)
    tone.start()
    tone.stop(sound.currentTime + 0.15)
  } catch {
    // no sound here
  }
}

/** What a hand-held scanner types goes into the field, wherever the cursor is. */
function typeFromAnywhere(field) {
  document.addEventListener("keydown", (key) => {
    const typing = document.activeElement?.matches("input, textarea, select")
    if (!typing && key.key.length === 1 && !key.ctrlKey && !key.metaKey && key.key !== " ") field.focus()
  })
}
