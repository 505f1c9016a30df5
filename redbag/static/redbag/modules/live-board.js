const EVERY = 1000 // ms while somebody looks
const HIDDEN = 15_000
const SLOWEST = 15_000

/** Asks a cheap address whether anything moved, and has the lists drawn anew when it did. Says when it cannot ask. */
export function start(element) {
  const said = element.querySelector(".bd-live")
  const lists = () => element.querySelector("[data-watch]") // drawn anew each time, with a fresh address
  const watch = new Watch({
    ask: () => ask(lists().dataset.watch),
    onMoved: () => globalThis.htmx?.trigger(lists(), "moved"),
    onState: (connected) => show(said, connected),
    version: lists().dataset.version,
  })
  document.addEventListener("visibilitychange", () => document.hidden || watch.now())
  addEventListener("online", () => watch.now())
  watch.run({ hidden: () => document.hidden })
}

/** The version of a board, asked for again and again; `ask()` gives it, or throws when there is no answer. */
export class Watch {
  constructor({ ask, onMoved, onState = () => {}, version = null, wait = sleeper() }) {
    Object.assign(this, { ask, onMoved, onState, version, wait })
    this.failures = 0
  }

  async look() {
    try {
      const version = await this.ask()
      this.onState(true)
      this.failures = 0
      if (version === this.version) return
      this.version = version
      this.onMoved()
    } catch {
      this.failures += 1
      this.onState(false)
    }
  }

  pause(hidden) {
    return hidden ? HIDDEN : Math.min(EVERY * 2 ** this.failures, SLOWEST)
  }

  now() {
    this.wait.wake()
  }

  async run({ hidden, goesOn = () => true }) {
    while (goesOn()) {
      await this.wait.sleep(this.pause(hidden()))
      await this.look()
    }
  }
}

function sleeper() {
  let wake = () => {}
  const sleep = (ms) =>
    new Promise((go) => {
      const timer = setTimeout(go, ms)
      wake = () => {
        clearTimeout(timer)
        go()
      }
    })
  return { sleep, wake: () => wake() }
}

async function ask(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(5000), cache: "no-store" })
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.text()
}

function show(said, connected) {
  const state = connected ? "on" : "off"
  if (!said || said.dataset.state === state) return
  said.dataset.state = state
  const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  said.textContent = connected
    ? "● This board moves by itself."
    : `○ No connection since ${time}: this board may be old. It goes on by itself.`
}
