/** The emergency pages of a home's residents, kept sealed on a tablet of that home, and the screens that show them. */

import { draw, field } from "./draw.js"
import { alikeTag } from "./first.js"

const AGAIN = 60_000 // milliseconds

export class Residents {
  /** `keeping` knows whether this device may still be read; `call` as in keeping.js. */
  constructor({ store, keeping, call, now = Date.now }) {
    Object.assign(this, { store, keeping, call, now })
  }

  /** `{ as_of, organisation, near, people }` by name, or null when this device keeps none. */
  async known() {
    if (!(await this.keeping.known())) return null
    const about = await this.store.get("residents", "about")
    if (!about?.organisation) return null
    const people = (await this.store.all("resident")).map((row) => row.value)
    return { ...about, people: people.sort((one, two) => one.name.localeCompare(two.name, "en-GB")) }
  }

  /** Brings the pages up to date; what the service no longer lists goes. Without a network nothing changes. */
  async refresh({ force = false } = {}) {
    const { generation: since } = await this.store.wiped()
    if (!(await this.store.count("bundle"))) return // nobody is known here, or they have just signed out
    const device = await this.store.get("device", "this")
    const about = await this.store.get("residents", "about")
    if (!device || (!force && about && this.now() - about.read_at < AGAIN)) return
    const headers = { "Red-Bag-Device": device.token, ...(about && { "If-None-Match": about.etag }) }
    const answer = await this.call("/api/v1/offline/residents", { headers }).catch(() => null)
    if (answer?.status === 304) await this.store.put("residents", "about", { ...about, read_at: this.now() }, { since })
    if (answer?.status === 200 && answer.body) await this.#keep(answer, since)
  }

  /** Nothing of it comes back once somebody signed out since it was asked for. */
  async #keep({ body, headers }, since) {
    const { residents, ...about } = body
    for (const each of residents) if (!(await this.store.put("resident", each.id, each, { since }))) return
    const listed = new Set(residents.map((each) => each.id))
    for (const { id } of await this.store.all("resident")) if (!listed.has(id)) await this.store.remove("resident", id)
    await this.store.put("residents", "about", { ...about, etag: headers.get("ETag"), read_at: this.now() }, { since })
  }
}

/** Everybody who lives here; `#/residents`. */
export async function residentsScreen(all) {
  const known = await all.residents.known()
  if (!known) return [draw("h1", {}, "Residents"), await noPages(all), back()]
  return [
    draw("h1", {}, "Residents"),
    asOf(known),
    ...tiles(known.people, (person) => draw("a", { class: "rb-tile", href: `#/resident/${person.id}` }, face(person))),
    back(),
  ]
}

/** One emergency page; `#/resident/<id>`. */
export async function residentScreen(all, id) {
  const known = await all.residents.known()
  const person = known?.people.find((each) => each.id === id)
  if (!person) return [draw("h1", {}, "This page is not kept on this tablet"), await noPages(all), back()]
  return [
    sheet({ known, person }),
    draw(
      "p",
      { class: "rb-row rb-no-print" },
      draw("button", { class: "rb-button rb-button--second", type: "button", onclick: () => print() }, "Print this page"),
      draw("a", { class: "rb-button rb-button--second", href: "#/residents" }, "All residents"),
    ),
    back(),
  ]
}

/** The sealed page as it is shown and printed; `why` are lines of this journey, drawn where the page has room for them. */
export function sheet({ known, person, why = null }) {
  const page = new DOMParser().parseFromString(person.html, "text/html").body.firstElementChild
  page.querySelector("[data-why]")?.replaceWith(...(why ? [why] : []))
  const photo = person.photo && draw("img", { class: "e-photo", src: person.photo, alt: `Photo of ${person.name}`, width: "80", height: "80" })
  if (photo) page.querySelector(".e-who")?.prepend(photo)
  return draw("div", { class: "ro-sheet" }, asOf(known), page)
}

/** When the pages were last known to be true: it stands over each, on screen and on paper. */
export function asOf(known) {
  const at = new Date(known.read_at)
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })
  const today = at.toDateString() === new Date().toDateString() ? " today" : ""
  return draw("p", { class: "ro-asof" }, draw("span", { "aria-hidden": "true" }, "◷ "), `As of ${time}${today}, ${day}, may have changed. Ask the home.`)
}

/** What to do on a device that keeps no pages, or none while nobody is signed in on it. */
export async function noPages(all) {
  const ready = await all.store.get("device", "this")
  return draw(
    "div",
    { class: "rb-alert rb-alert--unknown" },
    draw("p", {}, ready ? "This tablet is ready, but nobody is signed in on it, so it shows no emergency pages. " : "This device keeps no emergency pages. ", "Take the ", draw("strong", {}, "grab folder"), ": it has a page for everybody, and forms to write on."),
    draw("p", {}, ready ? "When the network is back, sign in: the pages come back by themselves. " : "When the network is back, a manager can make this tablet ready under Tablets. ", "Enter what you wrote under ", draw("strong", {}, "Written on paper"), "."),
  )
}

/** A search box and a tile for each person, narrowed while somebody types. */
export function tiles(people, tile) {
  const list = draw("ul", { class: "rb-list rb-tiles" })
  const none = draw("p", { class: "rb-empty", role: "status" })
  const show = (typed) => {
    const found = people.filter((person) => `${person.name} ${person.room}`.toLowerCase().includes(typed.trim().toLowerCase()))
    list.replaceChildren(...found.map((person) => draw("li", {}, tile(person))))
    none.textContent = found.length ? "" : "Nobody here is called that. Try a part of the name, or the room."
    none.hidden = found.length > 0
  }
  show("")
  return [field({ id: "who", label: "Name or room", type: "search", oninput: (event) => show(event.target.value) }), list, none]
}

export function face(person) {
  const photo = person.photo && draw("img", { src: person.photo, alt: "", width: "64", height: "64", class: "ro-face" })
  return [photo, draw("span", {}, draw("strong", {}, person.name), draw("span", { class: "rb-tile__more" }, [`Born ${person.born}`, person.room && `room ${person.room}`].filter(Boolean).join(", ")), alikeTag(person))]
}

export function back() {
  return draw("p", { class: "rb-no-print" }, draw("a", { class: "rb-button rb-button--second", href: "#/" }, "Back to the start"))
}
