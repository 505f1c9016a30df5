import { here } from "../offline/here.js"
import { forgetPage, keepPage, notKept } from "../offline/kept-pages.js"

/**
 * Keeps what stands inside the element for when the signal goes, sealed: `data-keep` says until when, empty for as long as
 * it may be; `data-gone` takes away what was kept of this address. With `data-visit` nobody is signed in here: what is
 * pressed without a signal cannot be kept, so it cannot be pressed.
 */
export async function start(element) {
  const { keep, gone, visit, home, phone } = element.dataset
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {})
  const ring = { home, phone }
  if (visit !== undefined) onlyWithSignal(element, ring)
  const all = await here().catch(() => null)
  if (!all) return // a private window without a store
  if (gone !== undefined) return forgetPage(all.store, location.pathname)
  await keepPage(all.store, location.pathname, { html: element.innerHTML, until: keep ? Date.parse(keep) : Infinity, ring })
  element.dataset.kept = "yes"
  if (visit === undefined) goOnWithout()
}

/** Buttons that send are shut while there is no signal, and it is said why. */
function onlyWithSignal(element, ring) {
  const notice = notKept(ring)
  const show = () => {
    const shut = !navigator.onLine
    if (shut) element.before(notice)
    else notice.remove()
    for (const button of document.querySelectorAll("main form[method=post] button")) {
      button.dataset.says ??= button.textContent
      button.disabled = shut
      button.textContent = shut ? "No signal: this is not kept" : button.dataset.says
    }
  }
  addEventListener("online", show)
  addEventListener("offline", show)
  show()
}

/** Whoever is signed in goes on at the same address without the network: there what they press is kept. */
function goOnWithout() {
  for (const form of document.querySelectorAll("main form[method=post]"))
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) return
      event.preventDefault()
      location.reload()
    })
}
