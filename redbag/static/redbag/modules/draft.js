import { Keeper, based, basisOf, collect, fill, newest, touched } from "../drafts.js"

const OLDEST = 12 * 3600 * 1000
const SHELF = "redbag-draft:"
const OVERTAKEN = " Somebody else saved this form meanwhile: when you save, you see both before anything changes."
const ROW = ".rb-rows__row"

/** Keeps what is typed in a form, says so beside its button, and puts it back when the form is opened again. */
export function start(form) {
  const told = JSON.parse(form.dataset.draft)
  const began = performance.now()
  const clock = () => Date.parse(told.opened) + performance.now() - began // the service's time, as nearly as it is known
  const stash = new Stash(`${SHELF}${told.person}:${told.place}`, clock)
  const state = stateLine(form)
  const basis = told.typed ? { ...told.basis, ...basisOf(stash.get()?.fields) } : {}
  const words = () => based(collect(form.elements), basis)
  let kept // the words that the service has: a box that is merely left says that it changed once more
  const keeper = new Keeper({
    send: async () => {
      const fields = words()
      const outcome = await send(told, form, fields)
      kept = outcome.kept ? JSON.stringify(fields) : undefined
      outcome.kept ? stash.clear() : stash.put(fields)
      return outcome
    },
    tell: (outcome) => state(outcome),
  })
  const typed = (event) => event.isTrusted && JSON.stringify(words()) !== kept && keeper.typed()
  putBack({ form, told, stash, keeper, state }).then(() => listen({ form, words, typed, stash, keeper }))
}

async function putBack({ form, told, stash, keeper, state }) {
  if (told.typed) {
    stash.clear()
    keeper.typed()
    return
  }
  const typing = new Set([...form.elements].filter((box) => box.name && box.type !== "hidden" && touched(box)))
  if (typing.size) keeper.typed()
  const words = newest({ draft: told.draft, stash: stash.get(), saved: told.saved })
  if (!words) {
    stash.clear()
    return
  }
  const before = collect(form.elements)
  await show(form, words.fields, typing)
  if (words !== told.draft) keeper.typed()
  strip({ form, told, words, before, keeper, stash, state })
}

function listen({ form, words, typed, stash, keeper }) {
  form.addEventListener("input", typed)
  form.addEventListener("change", typed)
  form.addEventListener("submit", () => {
    keeper.leave()
    stash.put(words(), { pressed: true })
  })
  addEventListener("pageshow", (event) => event.persisted && (keeper.left = false))
  addEventListener("online", () => keeper.keep())
  addEventListener("pagehide", () => {
    if (!keeper.left && (keeper.waiting || keeper.sending)) stash.put(words())
    keeper.keep()
  })
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keeper.keep())
}

/** Fills the form, with more rows from the service when the words need them. */
async function show(form, fields, typing) {
  let { changed, homeless } = fill(form.elements, fields, typing)
  const redraw = redrawing(form, changed, homeless)
  if (redraw && !typing?.size && (await drawnAgain(form, fields, redraw))) changed = fill(form.elements, fields).changed
  else forgetRows(changed)
  for (const box of changed) {
    box.closest("details")?.setAttribute("open", "")
    box.dispatchEvent(new Event("input", { bubbles: true }))
    box.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

/** What to ask the service for: more rows when words have no place, the same rows when theirs say something else. */
function redrawing(form, changed, homeless) {
  const more = form.querySelector("button[name=more]")
  if (homeless.length && more) return { more: more.value }
  return changed.some((box) => box.closest(ROW)) && form.querySelector("button[name=drop]") ? { drop: "" } : null
}

/** Takes away what a row says of other words than those in its boxes, when the service cannot draw it again. */
function forgetRows(changed) {
  for (const row of new Set(changed.map((box) => box.closest(ROW)).filter(Boolean))) {
    const said = row.querySelector("input[type=text]")?.value ?? ""
    row.setAttribute("aria-label", said)
    for (const each of row.querySelectorAll("button[name=drop] .rb-hide")) each.textContent = ` ${said}`
    for (const each of row.querySelectorAll("summary .nhsuk-details__summary-text")) each.textContent = "More"
  }
}

async function drawnAgain(form, fields, asked) {
  const body = new URLSearchParams({ ...asked, csrfmiddlewaretoken: secretOf(form) })
  for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value)
  try {
    const answer = await fetch(location.pathname, { method: "POST", body })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const grown = page.querySelector("form[data-module=draft]")
    if (!answer.ok || !grown) return false
    form.replaceChildren(...grown.childNodes)
    globalThis.htmx?.process(form)
    return true
  } catch {
    return false
  }
}

async function send(told, form, fields) {
  try {
    const answer = await fetch(told.address, {
      method: "POST",
      keepalive: document.visibilityState === "hidden",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": secretOf(form) },
      body: JSON.stringify({ opened: told.opened, fields }),
    })
    if (answer.ok) return { kept: true, words: `✓ Kept ${(await answer.json()).kept}. Not saved yet.` }
    if (answer.status === 401) return { words: "▲ You are signed out. Your words are kept in this tab; sign in to go on.", signIn: true }
    if (answer.status === 409) return { words: "▲ Not kept: this form was saved in another window meanwhile. Open it again before you go on." }
    if (answer.status === 422) return { words: `▲ Not kept. ${Object.values((await answer.json()).errors).join(" ")}` }
    if (answer.status === 403) return { words: "▲ Not kept: this page is out of date. Load it again; your words come back." }
    return { words: "○ Not kept: the service does not answer. Your words are still here, and we try again.", again: true }
  } catch {
    return { words: "○ Not kept: no connection. Your words are still here, and we try again.", again: true }
  }
}

/** Says, calmly, that words are back, and lets them be thrown away and put back again. */
function strip({ form, told, words, before, keeper, stash, state }) {
  const box = document.createElement("div")
  box.className = "rb-draft"
  box.setAttribute("role", "status")
  const said = document.createElement("p")
  const button = document.createElement("button")
  Object.assign(button, { type: "button", className: "rb-button rb-button--second" })
  box.append(said, button)
  form.prepend(box)
  const overtaken = Object.entries(basisOf(words.fields)).some(([name, [was]]) => before[name] && before[name][0] !== was)
  const isBack = () => {
    const since = words.from ?? new Date(words.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    said.textContent = `Your words from ${since} are back. They are not saved yet.${overtaken ? OVERTAKEN : ""}`
    button.textContent = "Throw away"
  }
  isBack()
  button.addEventListener("click", async () => {
    if (button.textContent === "Throw away") {
      const now = collect(form.elements)
      words = { ...words, fields: now }
      await show(form, { ...Object.fromEntries(Object.keys(now).map((name) => [name, [""]])), ...before })
      said.textContent = "Thrown away."
      button.textContent = "Put them back"
      stash.clear()
      keeper.waiting = false
      state({ words: "" })
      fetch(told.address, { method: "DELETE", headers: { Accept: "application/json", "X-CSRFToken": secretOf(form) } }).catch(() => {})
    } else {
      await show(form, words.fields)
      isBack()
      keeper.typed()
    }
  })
}

/** The line beside the button that says whether the words are kept. Only bad news is read out. */
function stateLine(form) {
  const line = document.createElement("p")
  line.className = "rb-draft__state"
  return ({ words, kept, signIn }) => {
    if (!form.contains(line)) {
      const buttons = [...form.querySelectorAll(".rb-actions")].at(-1)
      buttons ? buttons.after(line) : form.append(line)
    }
    line.setAttribute("aria-live", kept ? "off" : "polite")
    line.classList.toggle("rb-draft__state--bad", !kept && Boolean(words))
    line.textContent = words
    if (!signIn) return
    const link = document.createElement("a")
    link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`
    link.textContent = "Sign in"
    line.append(" ", link)
  }
}

function secretOf(form) {
  return form.querySelector("[name=csrfmiddlewaretoken]").value
}

/** What this tab keeps for one person and one form, while the service cannot. */
class Stash {
  constructor(key, clock) {
    Object.assign(this, { key, clock })
    for (const other of Object.keys(sessionStorage).filter((each) => each.startsWith(SHELF) && each !== key)) {
      const { at, pressed } = JSON.parse(sessionStorage.getItem(other))
      const mine = other.startsWith(key.slice(0, key.lastIndexOf(":")))
      if (clock() - Date.parse(at) > OLDEST || (pressed && mine)) sessionStorage.removeItem(other)
    }
  }

  get() {
    return JSON.parse(sessionStorage.getItem(this.key))
  }

  put(fields, more = {}) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ fields, at: new Date(this.clock()).toISOString(), ...more }))
    } catch {
      // the tab's shelf is full: the words stay in the form
    }
  }

  clear() {
    sessionStorage.removeItem(this.key)
  }
}
