/**
 * Starts the module that an element names: <div data-module="focus-here"> runs ./modules/focus-here.js on it. The page
 * says when all of them run; a form sent before that waits for them, though not for long, or it would go past the one
 * that keeps its words.
 */
const PATIENCE = 3000 // milliseconds
const named = [...document.querySelectorAll("[data-module]")]
const isTheirs = (element) => element.dataset.module.startsWith("nhsuk-")
const starting = named
  .filter((each) => !isTheirs(each))
  .map((element) => import(`./modules/${element.dataset.module}.js`).then((module) => void module.start(element)))
if (named.some(isTheirs)) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported")
  starting.push(import("../vendor/nhsuk/nhsuk-frontend.js").then((components) => components.initAll()))
}

let early
const wait = (event) => {
  event.preventDefault()
  event.stopImmediatePropagation()
  early = event
}
addEventListener("submit", wait, { capture: true })
const all = Promise.allSettled(starting)
all.then((ended) => {
  document.documentElement.dataset.started = ""
  for (const { reason } of ended) if (reason) reportError(reason)
})
Promise.race([all, new Promise((give) => setTimeout(give, PATIENCE))]).then(() => {
  removeEventListener("submit", wait, { capture: true })
  if (early) early.target.requestSubmit(early.submitter)
})
