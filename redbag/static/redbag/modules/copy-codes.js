/** A list of codes that one tap copies or prints. */
export function start(box) {
  const copy = box.querySelector("[data-copy]")
  const print = box.querySelector("[data-print]")
  const said = box.querySelector("[data-said]")
  const codes = [...box.querySelectorAll("code")].map((each) => each.textContent).join("\n")
  copy.hidden = !navigator.clipboard
  print.hidden = false
  print.addEventListener("click", () => window.print())
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(codes)
      said.textContent = "✓ Copied"
    } catch {
      said.textContent = "They could not be copied here. Print them, or write one down."
    }
  })
}
