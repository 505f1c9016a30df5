const SIZES = ["", "vi--150", "vi--200", "vi--300"]

/** Shows a letter one page at a time, with large buttons; without it every page stands under the other. */
export function start(section) {
  const pages = [...section.querySelectorAll("[data-viewer-page]")]
  const bar = section.querySelector("[data-viewer-bar]")
  const button = (name) => bar.querySelector(`[data-viewer="${name}"]`)
  let at = 0
  let size = 0

  function show() {
    pages.forEach((page, number) => page.classList.toggle("vi-away", number !== at))
    pages[at].querySelector("img").loading = "eager"
    SIZES.forEach((name, number) => name && section.classList.toggle(name, number === size))
    bar.querySelector("[data-viewer-where]").textContent = `Page ${at + 1} of ${pages.length}`
    shut("back", at === 0)
    shut("on", at === pages.length - 1)
    shut("nearer", size === SIZES.length - 1)
    shut("farther", size === 0)
  }

  /** Shut, not disabled: a button that was just pressed keeps the focus. */
  function shut(name, is) {
    button(name).setAttribute("aria-disabled", String(is))
  }

  const steps = {
    back: () => (at = Math.max(0, at - 1)),
    on: () => (at = Math.min(pages.length - 1, at + 1)),
    nearer: () => (size = Math.min(SIZES.length - 1, size + 1)),
    farther: () => (size = Math.max(0, size - 1)),
  }
  bar.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-viewer]")
    if (!pressed) return
    steps[pressed.dataset.viewer]()
    show()
  })
  for (const name of ["back", "on"]) button(name).hidden = pages.length < 2
  bar.hidden = false
  show()
}
