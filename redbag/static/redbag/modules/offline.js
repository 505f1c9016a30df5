import { bagScreen, journeyScreen } from "../offline/bag.js"
import { here } from "../offline/here.js"
import { keptPage, visitScreen } from "../offline/kept-pages.js"
import { residentScreen, residentsScreen } from "../offline/residents.js"
import { notKnownScreen, notSentScreen, scanScreen, signedOutScreen, startScreen, waitingScreen } from "../offline/screens.js"
import { signOutScreen } from "../offline/sign-out.js"
import { goingScreen, startTransferScreen } from "../offline/start-transfer.js"
import { start as openCamera } from "./scan.js"

const LIVE = new Set(["", "waiting"]) // drawn anew when the queue changes: nothing is typed there

/** Draws the pages without a network into one empty house; the address after # says which. */
export async function start(element) {
  const all = await here()
  let drawing = 0
  const show = async (arrived) => {
    const mine = ++drawing
    const [name, text] = place()
    const screen = await screenOf(all, element, name, text)
    if (mine !== drawing) return
    dispatchEvent(new Event("pagehide")) // the camera of the screen before stops
    element.replaceChildren(...screen.flat(9).filter(Boolean))
    const camera = element.querySelector("[data-start=camera]")
    if (camera) openCamera(camera)
    if (arrived) focusOn(element)
  }
  addEventListener("hashchange", () => show(true))
  all.listen(() => LIVE.has(place()[0]) && show(false))
  await show(false)
}

/** What the address asks for; a label or a journey that was opened without a network leads to its own screen here. */
function place() {
  if (location.hash.startsWith("#/")) {
    const [name, ...rest] = location.hash.slice(2).split("/")
    return [name, decodeURIComponent(rest.join("/"))]
  }
  const label = /^\/b\/([^/]+)$/i.exec(location.pathname)
  if (/^\/visit\/[0-9a-f-]{36}$/.test(location.pathname)) return ["visit", ""]
  const journey = /^\/(?:transfers|going)\/([0-9a-f-]{36})(?:\/|$)/.exec(location.pathname)
  const resident = /^\/residents\/([0-9a-f-]{36})$/.exec(location.pathname)
  if (label) return ["bag", decodeURIComponent(label[1])]
  if (journey) return ["journey", journey[1]]
  if (resident) return ["resident", resident[1]]
  const name = location.pathname.slice(1)
  return ["scan", "going", "residents"].includes(name) ? [name, ""] : ["", ""]
}

async function screenOf(all, element, name, text) {
  if (name === "scan") return scanScreen(all, element.dataset)
  if (name === "bag") return bagScreen(all, text, { page: await keptPage(all.store, `/b/${encodeURIComponent(text)}`) })
  if (name === "visit") return visitScreen(all, location.pathname)
  if (name === "journey") return journeyScreen(all, text)
  if (name === "residents") return residentsScreen(all)
  if (name === "resident") return residentScreen(all, text)
  if (name === "going") return goingScreen(all)
  if (name === "start") return startTransferScreen(all, text)
  if (name === "scan-for") return scanScreen(all, { ...element.dataset, label: `/offline#/start/${text}/` })
  if (name === "waiting") return waitingScreen(all)
  if (name === "not-sent") return notSentScreen(all)
  if (name === "not-known") return notKnownScreen(all)
  if (name === "sign-out") return signOutScreen(all)
  if (name === "signed-out") return signedOutScreen()
  return startScreen(all)
}

function focusOn(element) {
  const title = element.querySelector("h1")
  title?.setAttribute("tabindex", "-1")
  title?.focus()
  scrollTo(0, 0)
}
