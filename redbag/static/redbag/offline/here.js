/** Everything of the offline side that lives in one page, put together once. */

import { Keeping, callHome } from "./keeping.js"
import { Residents } from "./residents.js"
import { Queue } from "./queue.js"
import { Sender, aloneHere, postFacts } from "./sender.js"
import { openStore } from "./store.js"

const EVERY = 5000 // milliseconds
let made

/**
 * `{ store, queue, sender, keeping, residents, state, tell, listen, listenLeft }`; the same for every module of a page.
 * `listen(each)` answers what ends it; `listenLeft(each)` hears when somebody signs out in another tab.
 */
export function here() {
  made ??= build()
  return made
}

async function build() {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("redbag-queue") : null
  const listeners = new Set()
  const leavers = new Set()
  const state = { reachable: navigator.onLine, clock: 0 }
  const hear = () => listeners.forEach((each) => each())
  const changed = () => {
    hear()
    channel?.postMessage("changed")
  }
  if (channel) channel.onmessage = ({ data }) => (data === "left" ? leavers.forEach((each) => each()) : hear())
  const store = await openStore()
  const queue = new Queue({ store, changed })
  const tell = (told) => {
    Object.assign(state, told)
    hear()
  }
  const sender = new Sender({ queue, post: postFacts, alone: aloneHere, tell })
  const keeping = new Keeping({ store, queue, call: callHome, leaves: () => channel?.postMessage("left") })
  const residents = new Residents({ store, keeping, call: callHome })
  const listen = (each) => {
    listeners.add(each)
    return () => listeners.delete(each)
  }
  return { store, queue, sender, keeping, residents, state, tell, listen, listenLeft: (each) => leavers.add(each) }
}

/** Sends on `online`, when the page is looked at again, and every few seconds while something waits. */
export function keepSending({ queue, sender, tell }) {
  const flush = async (hurry) => {
    if ((await queue.counts()).unsent) await sender.flush({ hurry })
  }
  addEventListener("online", () => {
    tell({ reachable: true })
    flush(true)
  })
  addEventListener("offline", () => tell({ reachable: false }))
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush(false))
  setInterval(() => navigator.onLine && flush(false), EVERY)
  flush(true)
}
