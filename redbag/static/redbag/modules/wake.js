const UNABLE = "This browser cannot be woken. On an iPhone or iPad, first add Red Bag to the home screen and open it from there; else use another browser, or ask for a text message."
const DENIED = "This phone does not let Red Bag ring. Allow notifications for this page in the browser's settings, then try again."
const FAILED = "This phone could not be set up just now. Look whether it has a network, then try again."

/** The form that has this phone woken: asks the browser, then sends what it gave. */
export async function start(form) {
  const button = form.querySelector("[data-wake]")
  const cannot = form.querySelector("[data-cannot]")
  const say = (words) => {
    cannot.textContent = words
    cannot.hidden = false
    cannot.setAttribute("role", "alert")
  }
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return say(UNABLE)
  button.hidden = false
  mark(form.ownerDocument)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    button.disabled = true
    try {
      if ((await Notification.requestPermission()) !== "granted") return say(DENIED)
      fill(form, await subscribed(form.dataset.key))
      form.submit()
    } catch {
      say(FAILED)
    } finally {
      button.disabled = false
    }
  })
}

async function subscribed(key) {
  const worker = (await navigator.serviceWorker.register("/sw.js")) && (await navigator.serviceWorker.ready)
  const known = await worker.pushManager.getSubscription()
  if (known && sameKey(known, key)) return known
  if (known) await known.unsubscribe()
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) })
}

function fill(form, subscription) {
  const { endpoint, keys } = subscription.toJSON()
  form.elements.address.value = endpoint
  form.elements.p256dh.value = keys.p256dh
  form.elements.auth.value = keys.auth
}

/** Says which of the phones in the list is this one. */
async function mark(page) {
  const worker = await navigator.serviceWorker.getRegistration("/")
  const own = await worker?.pushManager.getSubscription()
  const row = own && [...page.querySelectorAll("[data-phone]")].find((each) => each.dataset.phone === own.endpoint)
  if (row) row.querySelector("[data-name]").textContent = "This phone"
}

function sameKey(subscription, key) {
  const own = subscription.options?.applicationServerKey
  return own && String(new Uint8Array(own)) === String(bytes(key))
}

function bytes(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/")
  return Uint8Array.from(atob(plain.padEnd(Math.ceil(plain.length / 4) * 4, "=")), (each) => each.codePointAt(0))
}
