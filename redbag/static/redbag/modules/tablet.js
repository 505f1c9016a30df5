import { callHome } from "../offline/keeping.js"
import { here } from "../offline/here.js"
import { draw, wrong } from "../offline/draw.js"

/** Makes this tablet ready: its token never stands in a page, it goes straight into the sealed store. */
export async function start(element) {
  const all = await here()
  const form = element.querySelector("form")
  const said = element.querySelector("[data-said]")
  const known = await all.store.get("device", "this")
  if (known) {
    if (!("known" in element.dataset)) await join(form, known.token)
    said.replaceChildren(draw("p", {}, "This tablet is ready. It is called ", draw("strong", {}, known.name), "."))
    return
  }
  if ("known" in element.dataset) return
  form.hidden = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const { name, organisation, csrfmiddlewaretoken } = Object.fromEntries(new FormData(form))
    try {
      const answer = await make({ name, organisation }, csrfmiddlewaretoken)
      await all.store.put("device", "this", { id: answer.id, name: answer.name, token: answer.token })
      await all.keeping.refresh({ force: true }) // from now on it keeps more
      await all.residents.refresh({ force: true })
      await join(form, answer.token)
      location.reload()
    } catch (fault) {
      said.replaceChildren(wrong(fault.message))
      said.firstChild.focus()
    }
  })
}

/** The cookie by which the service knows this tablet, in return for its token: from then on people use it with a PIN. */
async function join(form, token) {
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value
  await callHome("/tablet/join", { method: "POST", csrf, headers: { "Red-Bag-Device": token } }).catch(() => null)
}

async function make(body, csrf) {
  const answer = await callHome("/api/v1/devices", { method: "POST", csrf, body })
  if (answer.status === 201) return answer.body
  throw new Error(answer.body?.errors?.name ?? answer.body?.detail ?? "The tablet could not be made ready. Try again.")
}
