/** Signing out on this tablet: asked once, with what it takes away. */

import { draw } from "./draw.js"
import { back } from "./residents.js"

/** `#/sign-out`. */
export async function signOutScreen(all) {
  const [known, pages, { unsent, needs }] = [await all.keeping.known(), await all.store.count("resident"), await all.queue.counts()]
  if (!known?.person) return [draw("h1", {}, "Nobody is signed in on this tablet"), back()]
  const name = known.person.name
  const press = async () => {
    await all.keeping.leave(known.person.id)
    if (all.state.reachable) location.assign("/")
    else location.hash = "#/signed-out"
  }
  return [
    draw("h1", {}, "Sign out on this tablet?"),
    all.state.reachable ? null : draw("p", { class: "rb-alert" }, "There is no network. Once you sign out, nobody can sign in here, and this tablet shows nothing until the network is back."),
    draw(
      "ul",
      {},
      draw("li", {}, pages ? `The emergency pages of ${pages === 1 ? "1 resident" : `${pages} residents`} and all journeys are wiped from this tablet.` : "All journeys are wiped from this tablet."),
      draw("li", {}, waits(unsent + needs)),
    ),
    draw("h2", {}, "Somebody else works here now?"),
    all.state.reachable
      ? draw("p", {}, "Sign out, and let them sign in. The pages come back by themselves.")
      : draw("p", {}, `They can sign in only with a network. Until then leave it open. What they record says ${name}: they write their own name beside it on paper.`),
    draw("p", { class: "ro-apart" }, draw("a", { class: "rb-big rb-big--plain", href: "#/" }, all.state.reachable ? `No, ${name} goes on` : "No, leave it open")),
    draw("p", { class: "ro-apart" }, draw("button", { class: "rb-button rb-button--second", type: "button", onclick: press }, all.state.reachable ? "Sign out: change person" : "Sign out and wipe the pages")),
  ]
}

function waits(many) {
  if (!many) return "Nothing waits to be sent."
  return `${many === 1 ? "1 thing is" : `${many} things are`} not sent yet. ${many === 1 ? "It stays" : "They stay"} here, sealed, and ${many === 1 ? "is" : "are"} sent later.`
}
