import { shrunk } from "../shrink.js"

/** Makes each photo chosen in a form small before it is sent; what cannot be made small here goes as it is.
 *  `data-longest` says how many points its longest side keeps where words must stay readable. */
export function start(form) {
  const ready = async (box) => {
    if (box.type !== "file" || !box.files.length) return
    const state = box.parentElement.querySelector("[data-photo-state]")
    const tell = (words) => state && (state.textContent = words)
    const chosen = [...box.files]
    tell("Making the photo smaller…")
    const held = hold(form)
    try {
      const small = await Promise.all(chosen.map((file) => smallOrAsItIs(file, Number(form.dataset.longest) || undefined)))
      const same = box.files.length === chosen.length && chosen.every((file, at) => box.files[at] === file)
      if (same && small.some((file, at) => file !== chosen[at])) box.files = listed(small)
      tell(chosen.length > 1 ? `${chosen.length} files ready: they are kept when you go on.` : "Photo ready: it is kept when you go on.")
    } finally {
      held()
    }
  }
  form.addEventListener("change", (event) => ready(event.target))
  form.querySelectorAll("input[type=file]").forEach(ready) // one chosen before this page was ready
}

async function smallOrAsItIs(file, longest) {
  try {
    return await shrunk(file, longest)
  } catch {
    return file
  }
}

/** Nothing is sent while a photo is made small; returns what lets it go. */
function hold(form) {
  const buttons = [...form.querySelectorAll("button[type=submit]:not([disabled])")]
  for (const each of buttons) each.disabled = true
  return () => buttons.forEach((each) => (each.disabled = false))
}

function listed(files) {
  const list = new DataTransfer()
  for (const file of files) list.items.add(file)
  return list.files
}
