import { failed, found } from "../signals.js"

/** Says with sound and buzz what a line says in words: done, or look at this. Where a browser wants a touch first, it is silent. */
export function start(element) {
  if (element.matches(".s-said--error, .s-said--warning")) failed()
  else found()
}
