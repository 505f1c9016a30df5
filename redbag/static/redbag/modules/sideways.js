/** A table that is wider than its place says so in words and takes the keyboard; one that fits does neither. */
export function start(box) {
  const said = document.createElement('p')
  said.className = 'rb-quiet rb-sideways rb-no-print'
  said.textContent = 'This table is wider than the screen: scroll it sideways to see all of it.'
  box.before(said)
  const look = () => {
    const wide = box.scrollWidth > box.clientWidth + 1
    said.hidden = !wide
    if (wide) box.tabIndex = 0
    else box.removeAttribute('tabindex')
  }
  new ResizeObserver(look).observe(box)
  look()
}
