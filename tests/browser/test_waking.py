"""A phone that wakes, in a real browser: asked for, subscribed, shown what was pushed, and led to its page."""

import json

import pytest
from playwright.sync_api import expect

from redbag.deliveries.models import Endpoint
from redbag.deliveries.sending import push
from tests.deliveries.people import Clock
from tests.deliveries.receiver import receiving
from tests.deliveries.test_waking import Phone
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The browser's own push service is somewhere on the network; ours stands in for it.
SUBSCRIBE = """([address, keys]) => {
  PushManager.prototype.subscribe = async function (wish) {
    if (!wish.userVisibleOnly || wish.applicationServerKey.length !== 65) throw new Error("not as asked")
    return { endpoint: address, toJSON: () => ({ endpoint: address, keys }) }
  }
}"""


def test_a_phone_is_woken_and_the_notification_names_nobody(world, page, live_server):
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    phone = Phone()
    page.goto(f"{live_server.url}/sign-in?next=/wake")
    page.fill("#email", "carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Wake this phone")).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")

    with receiving() as service:
        page.evaluate(SUBSCRIBE, [service.address, phone.keys])
        page.get_by_role("button", name="Wake this phone").click()
        expect(page.get_by_text("This phone wakes you from now on.")).to_be_visible()
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_text("A test is on its way.")).to_be_visible()
        delivery = Endpoint.objects.get(kind="push").deliveries.get()
        assert push(str(delivery.pk), now=Clock(delivery.created_at)) == "DELIVERED"
        said = phone.read(service.got[0].body)
    assert said == {
        "title": "This is a test from Red Bag",
        "body": "Open Red Bag.",
        "path": "/wake",
        "tag": "endpoint.test",
    }

    shown = delivered(page, live_server.url, json.dumps(said))
    assert shown == [{"title": said["title"], "body": said["body"], "path": "/wake"}]
    unread = delivered(page, live_server.url, "what nobody can read")
    assert {"title": "A red bag needs you", "body": "Open Red Bag.", "path": "/reminders"} in unread


SHOWN = """() => navigator.serviceWorker.ready.then((worker) => worker.getNotifications()).then((all) =>
  all.map((each) => ({ title: each.title, body: each.body, path: each.data.path })))"""
WATCH = """() => {
  const show = registration.showNotification.bind(registration)
  self.shown = new Promise((done) => {
    registration.showNotification = (...told) => show(...told).then(done)
  })
}"""


def delivered(page, origin, data):
    """Hand the service worker a push, as the browser does once it has read it; what is shown once it showed that.

    Whoever asks Chromium what is shown while something is about to be makes it forget that: so it is asked once, after.
    """
    session = page.context.new_cdp_session(page)
    workers = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: workers.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    while not workers:
        page.evaluate("() => null")
    registration = next(each["registrationId"] for each in workers if each["scopeURL"].startswith(origin))
    (worker,) = page.context.service_workers
    worker.evaluate(WATCH)
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": f"{origin}/", "registrationId": registration, "data": data}
    )
    worker.evaluate("() => self.shown")
    return page.evaluate(SHOWN)


def test_a_browser_that_may_not_ring_says_what_to_do(world, page, live_server):
    page.goto(f"{live_server.url}/sign-in?next=/wake")
    page.fill("#email", "carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.evaluate("() => { Notification.requestPermission = async () => 'denied' }")
    page.get_by_role("button", name="Wake this phone").click()
    expect(page.get_by_role("alert")).to_contain_text("does not let Red Bag ring")
