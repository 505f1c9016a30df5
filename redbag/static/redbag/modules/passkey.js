const UNABLE = "This browser has no passkeys. Use the app on your phone."
const STOPPED = "Nothing was done. Try again when you are ready."
const KNOWN = "This device already has a passkey of yours."
const FAILED = "That did not work just now. Try again."

/** A form with a passkey: asks us what to sign, asks the device, and sends its answer. With data-new it makes one. */
export function start(form) {
  const button = form.querySelector("[data-use]")
  const cannot = form.querySelector("[data-cannot]")
  const say = (words) => {
    cannot.textContent = words
    cannot.hidden = false
    cannot.setAttribute("role", "alert")
  }
  const making = "new" in form.dataset
  if (!window.PublicKeyCredential) return making && say(UNABLE)
  if (making && !belongs(location.hostname, form.dataset.host)) return say(`Passkeys work at ${form.dataset.origin} only.`)
  button.hidden = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (making && !form.elements.name.value.trim()) {
      say("Give it a name first, like: my phone.")
      return form.elements.name.focus()
    }
    button.disabled = true
    try {
      const asked = await question(form)
      if (asked.go) return location.assign(asked.go)
      const made = making
        ? await navigator.credentials.create({ publicKey: toMake(asked) })
        : await navigator.credentials.get({ publicKey: toShow(asked) })
      form.elements.answer.value = JSON.stringify(told(made))
      form.submit()
    } catch (fault) {
      say({ NotAllowedError: STOPPED, AbortError: STOPPED, InvalidStateError: KNOWN }[fault.name] ?? FAILED)
    } finally {
      button.disabled = false
    }
  })
}

async function question(form) {
  const body = new FormData()
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  const answer = await fetch(form.dataset.asked, { method: "POST", body, headers: { Accept: "application/json" } })
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.json()
}

function belongs(here, host) {
  return here === host || here.endsWith(`.${host}`)
}

/** What the browser wants to make a passkey, from what we sent: bytes instead of base64url. */
export function toMake(asked) {
  const known = (asked.excludeCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) }))
  const user = { ...asked.user, id: bytes(asked.user.id) }
  return { ...asked, challenge: bytes(asked.challenge), user, excludeCredentials: known }
}

/** What the browser wants to show a passkey. */
export function toShow(asked) {
  return { ...asked, challenge: bytes(asked.challenge) }
}

/** What the device answered, as JSON. */
export function told({ id, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
  const sent = parts.filter((name) => response[name]).map((name) => [name, text(response[name])])
  return { id, rawId: id, type, response: Object.fromEntries(sent), clientExtensionResults: {} }
}

function bytes(base64url) {
  const plain = base64url.replaceAll("-", "+").replaceAll("_", "/")
  return Uint8Array.from(atob(plain.padEnd(Math.ceil(plain.length / 4) * 4, "=")), (each) => each.codePointAt(0))
}

function text(buffer) {
  const plain = btoa(String.fromCodePoint(...new Uint8Array(buffer)))
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}
