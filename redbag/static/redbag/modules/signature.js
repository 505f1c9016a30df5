/** A glass to sign on. Without a pointer the name that is typed is enough; what was drawn goes along as a PNG. */
export function start(element) {
  const glass = element.querySelector("canvas")
  const kept = element.querySelector("input[type=hidden]")
  const clear = element.querySelector("button")
  const pen = glass.getContext("2d")
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#000" })
  glass.hidden = clear.hidden = false
  const strokes = new Strokes({
    draw: ([from, to]) => {
      pen.beginPath()
      pen.moveTo(...from)
      pen.lineTo(...to)
      pen.stroke()
    },
  })
  const at = (event) => {
    const box = glass.getBoundingClientRect()
    return [((event.clientX - box.left) * glass.width) / box.width, ((event.clientY - box.top) * glass.height) / box.height]
  }
  glass.addEventListener("pointerdown", (event) => {
    glass.setPointerCapture(event.pointerId)
    strokes.begin(at(event))
  })
  glass.addEventListener("pointermove", (event) => strokes.move(at(event)))
  for (const end of ["pointerup", "pointercancel"])
    glass.addEventListener(end, () => {
      strokes.end()
      kept.value = strokes.signed ? glass.toDataURL("image/png") : ""
    })
  clear.addEventListener("click", () => {
    strokes.clear()
    pen.clearRect(0, 0, glass.width, glass.height)
    kept.value = ""
  })
}

const LEAST = 40 // points of ink: less is a slip of the thumb, not a name

/** What was drawn so far; `draw([from, to])` paints each piece. A touch without a stroke is no signature. */
export class Strokes {
  constructor({ draw }) {
    this.draw = draw
    this.clear()
  }

  get signed() {
    return this.length >= LEAST
  }

  begin(point) {
    this.last = point
  }

  move(point) {
    if (!this.last) return
    this.draw([this.last, point])
    this.length += Math.hypot(point[0] - this.last[0], point[1] - this.last[1])
    this.last = point
  }

  end() {
    this.last = null
  }

  clear() {
    this.length = 0
    this.last = null
  }
}
