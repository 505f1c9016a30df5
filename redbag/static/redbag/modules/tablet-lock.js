import { here } from "../offline/here.js"

const SHELF = "redbag-field"
const LOOK = 1000 // milliseconds
const TELL = 20_000 // while somebody is busy in a page, the service hears of it this often
const TOUCHES = ["pointerdown", "keydown", "input", "wheel", "touchmove"]
const NO_NETWORK = "Locked. There is no network, so no PIN can be checked now."

/** Locks a shared tablet that nobody touches, and comes back to the same field once its owner is back. */
export function start(form) {
  const lock = new Lock(form)
  for (const kind of TOUCHES) addEventListener(kind, (event) => event.isTrusted && lock.touched(), { passive: true, capture: true })
  setInterval(() => lock.look(), LOOK)
  document.addEventListener("visibilitychange", () => lock.look())
  addEventListener("pageshow", (event) => event.persisted && location.reload())
  addEventListener("online", () => lock.hidden && lock.tell())
  form.addEventListener("submit", () => forget())
  comeBack()
  fetchOfflineSide(form)
}

class Lock {
  constructor(form) {
    this.form = form
    this.last = this.told = Date.now() // the page itself was a touch
    this.hidden = false
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("redbag-tablet") : null
    if (this.channel) this.channel.onmessage = ({ data }) => (data === "locked" ? this.leave() : (this.last = Date.now()))
  }

  touched() {
    if (this.hidden) return
    this.last = Date.now()
    if (this.last - this.told < TELL) return
    this.told = this.last
    this.channel?.postMessage("touched")
    post(this.form, this.form.dataset.active).catch(() => {})
  }

  look() {
    if (!this.hidden && Date.now() - this.last >= Number(this.form.dataset.idle) * 1000) this.now()
  }

  /** Hides the page at once; then the service is told, and the names come. */
  now() {
    rememberField()
    this.hide("Locked.")
    this.channel?.postMessage("locked")
    return this.tell()
  }

  async tell() {
    try {
      await post(this.form, this.form.action, { page: location.pathname + location.search })
      this.leave()
    } catch {
      this.hide(NO_NETWORK, "Show the page again")
    }
  }

  leave() {
    this.hide("Locked.")
    location.replace(this.form.dataset.names)
  }

  hide(words, button) {
    this.hidden = true
    document.documentElement.classList.add("tb-locked")
    for (const each of document.body.children) each.inert = true
    this.curtain?.remove()
    this.curtain = document.createElement("div")
    this.curtain.className = "tb-curtain"
    this.curtain.setAttribute("role", "alert")
    this.curtain.append(paragraph(words))
    if (button) this.curtain.append(this.#opener(button))
    document.body.append(this.curtain)
  }

  #opener(words) {
    const opener = document.createElement("button")
    Object.assign(opener, { type: "button", className: "rb-button", textContent: words })
    opener.addEventListener("click", () => this.show())
    return opener
  }

  show() {
    this.hidden = false
    this.last = Date.now()
    this.curtain.remove()
    document.documentElement.classList.remove("tb-locked")
    for (const each of document.body.children) each.inert = false
    comeBack()
  }
}

function paragraph(words) {
  const said = document.createElement("p")
  said.textContent = words
  return said
}

async function post(form, address, body = {}) {
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value
  const sent = { method: "POST", body: new URLSearchParams(body), headers: { "X-CSRFToken": csrf, Accept: "application/json" } }
  return fetch(address, { ...sent, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(8000) })
}

/** Where somebody was: the address, the name of the field and the place in it; never what stands in it. */
function rememberField() {
  const box = document.activeElement
  if (!box?.name || !box.form) return forget()
  const index = [...document.getElementsByName(box.name)].indexOf(box)
  const told = { page: location.pathname + location.search, name: box.name, index, caret: box.selectionStart ?? null }
  sessionStorage.setItem(SHELF, JSON.stringify(told))
}

function forget() {
  sessionStorage.removeItem(SHELF)
}

function comeBack() {
  const told = JSON.parse(sessionStorage.getItem(SHELF) ?? "null")
  forget()
  if (told?.page !== location.pathname + location.search) return
  const go = () => {
    const box = document.getElementsByName(told.name)[told.index]
    if (!box || (document.activeElement !== document.body && document.activeElement !== box)) return
    box.focus()
    if (told.caret !== null && box.setSelectionRange) box.setSelectionRange(told.caret, told.caret)
  }
  go()
  setTimeout(go, 500) // words that come back from a draft may have drawn the field anew
}

/** A tablet made ready by its code has the cookie only; what works without a network needs a token of its own. */
async function fetchOfflineSide(form) {
  const { store, keeping, residents } = (await here().catch(() => null)) ?? {}
  if (!store || (await store.get("device", "this"))) return
  const answer = await post(form, form.dataset.offline).catch(() => null)
  if (!answer?.ok) return
  await store.put("device", "this", await answer.json())
  await keeping.refresh({ force: true })
  await residents.refresh({ force: true })
}
