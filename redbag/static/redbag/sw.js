// Answers when the network does not. VERSION and KEPT (addresses without personal data) stand above, written by the service.
// Pages of people are never kept: without a network every page is the same empty house, filled from the sealed store.

importScripts("/static/redbag/push.js")
const CACHE = `redbag-${VERSION}`
const SHELL = "/offline"
const PATIENCE = 5000 // milliseconds
const LESS = 1500 // when the network failed a moment ago
const A_MOMENT = 20_000
const kept = new Set(KEPT)
let failedAt = 0

addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(KEPT.map((address) => new Request(address, { cache: "reload", credentials: "omit" }))))
      .then(() => skipWaiting()),
  )
})

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("redbag-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  )
})

addEventListener("fetch", (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (address.origin !== location.origin) return
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(request, address) : sent(request))
  else if (request.method === "GET" && kept.has(address.pathname)) event.respondWith(file(request, address))
})

async function page(request, address) {
  const answer = await network(request)
  return answer && ![502, 504].includes(answer.status) ? answer : fromCache(kept.has(address.pathname) ? address.pathname : SHELL)
}

/** A form without an answer: said so, never answered as if it had been. Only without any network is it sure that nobody has it. */
async function sent(request) {
  const screen = navigator.onLine ? "not-known" : "not-sent"
  try {
    return await fetch(request)
  } catch {
    failedAt = Date.now()
    const leaving = new URL(request.url).pathname === "/sign-out"
    return Response.redirect(`${SHELL}#/${leaving ? "signed-out" : screen}`, 303)
  }
}

async function file(request, address) {
  if (Date.now() - failedAt < A_MOMENT) return (await fromCache(address.pathname)) ?? fetch(request)
  return (await network(request)) ?? (await fromCache(address.pathname)) ?? Response.error()
}

/** The answer of the network, or null when it fails or takes too long. */
async function network(request) {
  if (!navigator.onLine) return null
  const patience = Date.now() - failedAt < A_MOMENT ? LESS : PATIENCE
  let clock
  const late = new Promise((give) => (clock = setTimeout(() => give(null), patience)))
  const answer = await Promise.race([fetch(request).catch(() => null), late])
  clearTimeout(clock)
  failedAt = answer ? 0 : Date.now()
  return answer
}

async function fromCache(name) {
  return (await caches.open(CACHE)).match(name)
}
