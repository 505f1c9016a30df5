import { shrunk } from "../shrink.js"

/** Makes each photo chosen in a form small before it is sent; what cannot be made small here goes as it is. */
export function start(form) {
  form.addEventListener("change", async (event) => {
    const box = event.target
    if (box.type !== "file" || !box.files.length) return
    const state = box.parentElement.querySelector("[data-photo-state]")
    const tell = (words) => state && (state.textContent = words)
    const [chosen] = box.files
    tell("Making the photo smaller…")
    const held = hold(form)
    try {
      const small = await shrunk(chosen)
      if (box.files[0] === chosen && small !== chosen) box.files = only(small)
      tell("Photo ready: it is kept when you go on.")
    } catch {
      tell("Photo ready. It is sent as it is.")
    } finally {
      held()
    }
  })
}

/** Nothing is sent while a photo is made small; returns what lets it go. */
function hold(form) {
  const buttons = [...form.querySelectorAll("button[type=submit]:not([disabled])")]
  for (const each of buttons) each.disabled = true
  return () => buttons.forEach((each) => (each.disabled = false))
}

function only(file) {
  const list = new DataTransfer()
  list.items.add(file)
  return list.files
}
