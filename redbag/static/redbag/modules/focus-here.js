/** Moves the reader to what matters first, such as the list of what is wrong. */
export function start(element) {
  element.focus()
}
