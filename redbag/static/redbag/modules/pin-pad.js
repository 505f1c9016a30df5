/** Large digits beside the ordinary box: for fingers in gloves. The box works without them. */
export function start(pad) {
  const box = pad.closest("form").querySelector("[name=pin]")
  pad.hidden = false
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button")?.value
    if (!key) return
    if (key === "clear") box.value = ""
    else if (key === "back") box.value = box.value.slice(0, -1)
    else if (box.value.length < box.maxLength) box.value += key
  })
}
