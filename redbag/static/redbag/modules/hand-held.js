import { Wedge, pageIn } from "../scanner.js"
import { failed, found } from "../signals.js"

/** A hand-held scanner opens a bag from any page that has this line, wherever the cursor is. */
export function start(element) {
  const wedge = new Wedge({
    recognise: pageIn,
    onFound: (page) => {
      element.textContent = "Found. Opening ..."
      found()
      location.assign(page)
    },
    onOther: () => {
      element.textContent = "This is not a Red Bag label."
      failed()
    },
  })
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.metaKey || key.altKey) return
    const inField = Boolean(document.activeElement?.matches("input, textarea, select"))
    if (wedge.hear({ key: key.key, timeStamp: key.timeStamp, inField })) key.preventDefault()
  })
}
