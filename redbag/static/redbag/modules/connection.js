import { draw } from "../offline/draw.js"
import { here, keepSending } from "../offline/here.js"
import { clockWords, waitingWords } from "../offline/words.js"

const REFRESH = 60_000 // milliseconds

/** The strip that says whether there is a network and what waits to be sent; it also keeps this device ready. */
export async function start(element) {
  const { person, name, csrf, everybody } = element.dataset
  const who = person ? { id: person, name } : null
  if ("serviceWorker" in navigator && (who || everybody)) navigator.serviceWorker.register("/sw.js").catch(() => {})
  const all = await here().catch(() => null)
  if (!all) return // a private window without a store: everything works as long as there is a network
  const { keeping, listen, listenLeft } = all
  if (!who && !everybody) await keeping.left()
  if (who && (await keeping.stillLeaving(person))) return signOut()
  if (who || everybody) listenLeft(goAway)
  const show = () => strip(element, all)
  listen(show)
  await show()
  keepSending(all)
  if (who) signOutWith(keeping, person)
  if (!who && !everybody) return
  if (who) navigator.storage?.persist?.()
  addEventListener("online", () => refresh(all, { person: who, csrf, force: true }))
  setInterval(() => document.visibilityState === "visible" && refresh(all, { person: who, csrf }), REFRESH)
  await refresh(all, { person: who, csrf })
}

async function refresh({ keeping, residents, state, tell }, how) {
  if (!how.person && !(await keeping.known())) return
  const outcome = await keeping.refresh(how)
  if (outcome === "left" && how.person && (await keeping.stillLeaving(how.person.id))) return signOut()
  if (["fresh", "same"].includes(outcome)) await residents.refresh({ force: how.force })
  tell({ reachable: outcome === "unreachable" ? false : navigator.onLine, revoked: state.revoked || outcome === "revoked", full: outcome === "full" })
}

async function strip(element, { queue, state }) {
  const counts = await queue.counts()
  const lines = []
  const waits = waitingWords(counts)
  if (!state.reachable) lines.push(line("▲", "No network. ", link("/offline#/", "Go on without it"), waits && ". ", waits && link("/offline#/waiting", waits)))
  else if (waits) lines.push(line(counts.needs ? "!" : "◔", link("/offline#/waiting", waits)))
  if (counts.missing.length) lines.push(line("!", `Waits until ${counts.missing.join(" and ")} signs in on this tablet.`))
  if (state.clock) lines.push(line("!", clockWords(state.clock)))
  if (state.full) lines.push(line("!", "This tablet has no room left to keep what is needed without a network."))
  if (state.revoked) lines.push(line("!", "This tablet was taken out of use. Nothing is kept on it to be read."))
  element.hidden = lines.length === 0
  element.className = `rb-connection${counts.needs || state.revoked ? " rb-connection--needs" : ""}`
  element.replaceChildren(...lines)
}

function line(shape, ...words) {
  return draw("p", {}, draw("span", { "aria-hidden": "true" }, `${shape} `), words)
}

function link(href, words) {
  return draw("a", { href }, words)
}

/** Somebody signed out in another tab: nothing of theirs stays on this screen either. */
function goAway() {
  if (location.pathname === "/offline") location.hash = "#/signed-out"
  else location.replace("/offline#/signed-out")
}

function signOut() {
  document.querySelector("form[action='/sign-out']")?.submit()
}

/** Signing out takes away what can be read before the page goes. */
function signOutWith(keeping, person) {
  const form = document.querySelector("form[action='/sign-out']")
  form?.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (!navigator.onLine) return location.assign("/offline#/sign-out") // asked there: nobody can sign in again
    try {
      await keeping.leave(person)
    } finally {
      form.submit()
    }
  })
}
