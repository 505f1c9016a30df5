/** Drawing without markup in text: whatever stands in a word stays a word. */

/** An element: `draw("a", { href: "#/x", class: "rb-button" }, "Words")`; `onclick` and the like are listeners. */
export function draw(tag, props = {}, ...inside) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...inside.flat(9).filter((each) => each !== null && each !== undefined && each !== false))
  return element
}

export function clock(moment) {
  const at = new Date(moment)
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  if (at.toDateString() === new Date().toDateString()) return time
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`
}

/** A text field with its label, and the error beside it. */
export function field({ id, label, hint, error, value = "", ...more }) {
  const told = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ")
  return draw(
    "div",
    { class: `nhsuk-form-group${error ? " nhsuk-form-group--error" : ""}` },
    draw("label", { class: "nhsuk-label", for: id }, label),
    hint && draw("div", { class: "nhsuk-hint", id: `${id}-hint` }, hint),
    error && draw("span", { class: "nhsuk-error-message", id: `${id}-error` }, draw("span", { class: "nhsuk-u-visually-hidden" }, "Error: "), error),
    draw("input", { class: "nhsuk-input", id, name: id, value, autocomplete: "off", spellcheck: "false", "aria-describedby": told || null, ...more }),
  )
}

/** A group of choices with its question; `{ divider }` among them is a line of words. */
export function choices({ name, question, options, chosen, error }) {
  return draw(
    "div",
    { class: `nhsuk-form-group${error ? " nhsuk-form-group--error" : ""}` },
    draw(
      "fieldset",
      { class: "nhsuk-fieldset", id: name },
      draw("legend", { class: "nhsuk-fieldset__legend" }, question),
      error && draw("span", { class: "nhsuk-error-message" }, draw("span", { class: "nhsuk-u-visually-hidden" }, "Error: "), error),
      draw(
        "div",
        { class: "nhsuk-radios" },
        options.map(({ value, text, divider }, at) =>
          divider
            ? draw("p", { class: "ro-divider" }, divider)
            : draw(
                "div",
                { class: "nhsuk-radios__item" },
                draw("input", { class: "nhsuk-radios__input", type: "radio", name, id: `${name}-${at}`, value, checked: value === chosen }),
                draw("label", { class: "nhsuk-label nhsuk-radios__label", for: `${name}-${at}` }, text),
              ),
        ),
      ),
    ),
  )
}

/** What is wrong, on top of a form; a screen reader reads it at once. */
export function wrong(words, href) {
  return draw(
    "div",
    { class: "nhsuk-error-summary", role: "alert", tabindex: "-1" },
    draw("h2", { class: "nhsuk-error-summary__title" }, "Not saved"),
    draw("p", {}, href ? draw("a", { href }, words) : words),
  )
}
