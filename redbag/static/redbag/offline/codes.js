/** The hand-over code without a network: the same six digits the service computes, from the same secret. */

export const LASTS = 300 // seconds
const DIGITS = 6

/** The secret of one journey, from the secret of its home; both base64. */
export async function journeySecret(homeSecret, journeyId) {
  return encoded(await hmac(decoded(homeSecret), String(journeyId).toLowerCase()))
}

/** The code of a journey at a moment (milliseconds), and until when it is shown (milliseconds). */
export async function codeAt(secret, moment) {
  const step = Math.floor(moment / 1000 / LASTS)
  const digest = new DataView((await hmac(decoded(secret), String(step))).buffer)
  const code = (digest.getBigUint64(0) % BigInt(10 ** DIGITS)).toString().padStart(DIGITS, "0")
  return { code, until: (step + 1) * LASTS * 1000 }
}

async function hmac(secret, text) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)))
}

function decoded(base64) {
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes))
}
