/** The picture of a body: a tap adds or opens a mark, or, in a form, says where the mark is. */
export function start(element) {
  for (const hint of element.closest("section, form").querySelectorAll(".bm-tap")) hint.hidden = false
  element.classList.add("bm--live")
  if (element.dataset.add) element.addEventListener("click", (tap) => go(element, tap))
  else new Cross(element)
}

function go({ dataset }, tap) {
  const spot = spotOf(tap)
  if (!spot) return
  const mark = tap.target.closest("[data-mark]")
  const address = new URL(dataset.add, location.href)
  if (mark) {
    location.assign(`${dataset.marks}${mark.dataset.mark}${address.search}`)
    return
  }
  for (const [name, value] of Object.entries(spot)) address.searchParams.set(name, value)
  location.assign(address)
}

/** Side and point of a tap, in thousandths of the picture; nothing when it was beside the pictures. */
function spotOf(tap) {
  const figure = tap.target.closest("[data-side]")
  const box = figure?.querySelector("svg").getBoundingClientRect()
  if (!box || tap.clientY < box.top) return null
  return { side: figure.dataset.side, x: part((tap.clientX - box.left) / box.width), y: part((tap.clientY - box.top) / box.height) }
}

const part = (share) => Math.round(Math.min(1, Math.max(0, share)) * 1000)

/** Where each place of the list lies, and which place a point lies in: the nearest of the points a place is known by. */
export class Places {
  constructor(options, { width, height }) {
    this.shape = { width, height }
    this.all = options.map(({ name, side, points }) => ({ name, side, points: points.split(" ").map((pair) => pair.split(",").map(Number)) }))
  }

  named(name) {
    return this.all.find((place) => place.name === name)
  }

  at({ side, x, y }) {
    const far = ([px, py]) => ((px - x) * this.shape.width) ** 2 + ((py - y) * this.shape.height) ** 2
    const near = (place) => Math.min(...place.points.map(far))
    return this.all.filter((place) => place.side === side).reduce((best, place) => (near(place) < near(best) ? place : best))
  }
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const STEP = 10
const LONG_STEP = 50

/** The cross in the form's picture. It goes where the picture is tapped, where the list says, and by arrow keys. */
class Cross {
  constructor(form) {
    this.form = form
    this.list = form.elements.namedItem("place")
    this.said = form.querySelector("[data-said]")
    const { width, height } = form.querySelector(".bm-figure svg").viewBox.baseVal
    const sides = ["front", "back"]
    const options = [...this.list.querySelectorAll("optgroup")].flatMap((group, place) =>
      [...group.children].map((option) => ({ name: option.value, side: sides[place], points: option.dataset.points })),
    )
    this.places = new Places(options, { width, height })
    this.button = this.makeButton()
    form.addEventListener("click", (tap) => this.tapped(tap))
    this.list.addEventListener("change", () => this.chosen())
    if (form.elements.side.value) this.draw(this.now())
    else if (this.list.value) this.chosen()
  }

  makeButton() {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "bm-cross"
    button.addEventListener("keydown", (key) => this.nudged(key))
    return button
  }

  now() {
    const { side, x, y } = this.form.elements
    return { side: side.value, x: Number(x.value), y: Number(y.value) }
  }

  tapped(tap) {
    const spot = tap.detail === 0 ? null : spotOf(tap) // a click without a pointer has no place
    if (spot) this.put(spot)
  }

  chosen() {
    const place = this.places.named(this.list.value)
    if (!place) return
    const [x, y] = place.points[0]
    this.put({ side: place.side, x, y })
  }

  nudged(key) {
    const step = STEPS[key.key]
    if (!step) return
    key.preventDefault()
    const far = key.shiftKey ? LONG_STEP : STEP
    const { side, x, y } = this.now()
    this.put({ side, x: x + step[0] * far, y: y + step[1] * far })
    this.button.focus()
  }

  put({ side, x, y }) {
    const spot = { side, x: part(x / 1000), y: part(y / 1000) }
    for (const [name, value] of Object.entries(spot)) this.form.elements.namedItem(name).value = value
    const place = this.places.at(spot)
    this.list.value = place.name
    this.draw(spot)
    this.said.textContent = place.name
  }

  draw({ side, x, y }) {
    const paper = this.form.querySelector(`[data-side="${side}"] .bm-paper`)
    if (this.button.parentElement !== paper) paper.append(this.button)
    this.button.style.setProperty("left", `${x / 10}%`)
    this.button.style.setProperty("top", `${y / 10}%`)
    this.button.setAttribute("aria-label", `Cross on the picture: ${this.places.at({ side, x, y }).name}. Arrow keys move it.`)
  }
}
