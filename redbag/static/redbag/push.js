// Part of the service worker: shows what wakes a phone, and opens its page. No message holds anything about a person.
{
  const OTHERWISE = { title: "A red bag needs you", body: "Open Red Bag.", path: "/reminders", tag: "reminder.due" }

  addEventListener("push", (event) => {
    event.waitUntil(show(said(event.data)))
  })

  addEventListener("notificationclick", (event) => {
    event.notification.close()
    event.waitUntil(open(event.notification.data.path))
  })

  /** A push that cannot be read still wakes: nobody must be left unheard. */
  const said = (data) => {
    try {
      return { ...OTHERWISE, ...data.json() }
    } catch {
      return OTHERWISE
    }
  }

  const show = ({ title, body, path, tag }) =>
    registration.showNotification(title, { body, tag, renotify: true, requireInteraction: true, icon: "/static/redbag/mark.svg", data: { path } })

  const open = async (path) => {
    const address = new URL(path, location.origin)
    const ours = address.origin === location.origin ? address.href : location.origin
    const [window] = await clients.matchAll({ type: "window" })
    if (!window) return clients.openWindow(ours)
    await window.focus()
    return window.navigate(ours).catch(() => clients.openWindow(ours))
  }
}
