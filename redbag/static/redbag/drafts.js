export const PAUSE = 1500 // milliseconds after the last key
export const LONGEST = 4000 // milliseconds of typing without a pause
export const AGAIN = 5000 // milliseconds until what could not be sent is tried again

const NEVER_KEPT = new Set(["file", "password", "submit", "button", "image", "reset"])
const NEVER_NAMED = /^csrf|password|^next$/i
const BASIS = /^(version|seen|was-.+)$/

/** Sends what is typed: soon after the last key, and every few seconds while typing goes on. */
export class Keeper {
  constructor({ send, tell, later = setTimeout, never = clearTimeout }) {
    Object.assign(this, { send, tell, later: later.bind(globalThis), never: never.bind(globalThis) })
    this.waiting = this.sending = this.left = false
  }

  /** Something was typed. */
  typed() {
    this.waiting = true
    this.never(this.pause)
    this.pause = this.later(() => this.keep(), PAUSE)
    this.longest ??= this.later(() => this.keep(), LONGEST)
  }

  /** Sends now, if there is something to send. */
  async keep() {
    this.#stop()
    if (!this.waiting || this.sending || this.left) return
    this.waiting = false
    this.sending = true
    const outcome = await this.send()
    this.sending = false
    if (this.left) return
    this.tell(outcome)
    if (outcome.again) this.waiting = true
    if (this.waiting) this.pause = this.later(() => this.keep(), outcome.again ? AGAIN : PAUSE)
  }

  /** The page goes away: nothing more is sent. */
  leave() {
    this.left = true
    this.#stop()
  }

  #stop() {
    this.never(this.pause)
    this.never(this.longest)
    this.pause = this.longest = undefined
  }
}

/** The fields of a form by name, each with its values; a group with nothing chosen has none. No file, no secret. */
export function collect(boxes) {
  const fields = {}
  for (const box of boxes) {
    if (!keepable(box)) continue
    const own = (fields[box.name] ??= [])
    if (!choosable(box) || box.checked) own.push(box.value)
  }
  return fields
}

/** What says on which text the words were first typed: the version, the mark, and each text as it was. */
export function basisOf(fields) {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => BASIS.test(name)))
}

/** The fields as they are kept: with the basis of their first words, though the page may show a newer text. */
export function based(fields, basis) {
  return { ...fields, ...Object.fromEntries(Object.entries(basis).filter(([name]) => Object.hasOwn(fields, name))) }
}

/** Whether somebody has typed or chosen in a box since the page came. */
export function touched(box) {
  if (NEVER_KEPT.has(box.type)) return false // a button has a value, and nobody types into it
  if (choosable(box)) return box.checked !== box.defaultChecked
  if (!box.options) return box.value !== box.defaultValue
  const began = [...box.options].find((each) => each.defaultSelected) ?? box.options[0]
  return Boolean(began) && box.value !== began.value
}

/** Puts kept values into a form, but for the boxes to leave; answers those that changed, and names without a place. */
export function fill(boxes, fields, leave = new Set()) {
  const seen = {}
  const changed = []
  for (const box of boxes) {
    const values = keepable(box) && Object.hasOwn(fields, box.name) ? fields[box.name] : null
    if (!values) continue
    const place = (seen[box.name] ??= 0)
    seen[box.name]++
    if (leave.has(box)) continue
    if (choosable(box)) {
      const on = values.includes(box.value)
      if (box.checked !== on) changed.push(box)
      box.checked = on
    } else if (values.length > place) {
      if (box.value !== values[place]) changed.push(box)
      box.value = values[place]
    }
  }
  const homeless = Object.keys(fields).filter((name) => !Object.hasOwn(seen, name) && fields[name].some(Boolean))
  return { changed, homeless }
}

/** The words to put back: the newest of what the service and this tab kept, unless the form was saved after that. */
export function newest({ draft, stash, saved }) {
  const at = (kept) => Date.parse(kept.at)
  const good = stash && !(saved && Date.parse(saved) >= at(stash)) ? stash : null
  if (!good) return draft ?? null
  return draft && at(draft) >= at(good) ? draft : good
}

function keepable(box) {
  return Boolean(box.name) && !box.disabled && !NEVER_KEPT.has(box.type) && !NEVER_NAMED.test(box.name)
}

function choosable(box) {
  return box.type === "checkbox" || box.type === "radio"
}
