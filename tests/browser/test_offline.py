"""The network goes away: what was recorded arrives once, in order, under the right name, and nobody else reads it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from redbag.organisations.models import Device
from redbag.organisations.tablets import revoke_tablet
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.models import Fact, HeldFact
from tests.conftest import CHROMIUM
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 20_000  # milliseconds
AXE = Path(settings.ROOT) / "redbag/static/vendor/axe/axe.min.js"
FACTS = "**/api/v1/facts"
READY = """async () => {
  const { openStore } = await import("/static/redbag/offline/store.js")
  const store = await openStore()
  return Boolean(await store.count("bundle") && await store.count("author") && navigator.serviceWorker.controller)
}"""


@pytest.fixture
def journey(world):
    """Peggy packed half an hour ago for St Mary's."""
    items = ({"category": "glasses", "description": "Brown frame"}, {"category": "hearing_aid_left"})
    packing = Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys, items=items)
    return pack_bag(actor=world.actor("carer"), packing=packing, now=timezone.now() - timedelta(minutes=30))[0]


def sign_in(page, who):
    page.goto("/sign-in")
    page.fill("#email", f"{who}@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    eventually(page, lambda: page.evaluate(READY), True)


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    return {**browser_context_args, "base_url": live_server.url, "viewport": {"width": 768, "height": 1024}}


@pytest.fixture
def tablet(journey, page):
    """A tablet on which somebody is signed in, ready for the network to go."""

    def of(who):
        sign_in(page, who)
        return page

    return of


def code_of(world):
    return world.bag.labels.get(voided_at=None).code


def take(page, world):
    """Say offline: I have this bag."""
    page.goto("/offline#/scan")
    page.get_by_label("Or type the code on the label").fill(code_of(world))
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="I have this bag").click()
    expect(page.get_by_text("Saved on this tablet at")).to_be_visible()


def eventually(page, look, wanted):
    """Wait for what the service knows."""
    for _ in range(100):
        if look() == wanted:
            return
        page.wait_for_timeout(100)
    assert look() == wanted


def told():
    rows = Fact.objects.exclude(kind="pack").order_by("occurred_at").values_list("kind", "by__email", "to__ods_code")
    return [(kind, by.split("@")[0], to) for kind, by, to in rows]


def test_scanned_checked_and_handed_over_without_a_network_it_arrives_once_and_in_order(world, tablet, context):
    page = tablet("carer")
    context.set_offline(True)
    page.goto("/scan")
    expect(page.get_by_role("heading", name="Scan a bag")).to_be_visible()
    page.get_by_label("Or type the code on the label").fill(code_of(world))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("Peggy Jones")).to_be_visible()
    expect(page.get_by_text(re.compile(r"As of \d\d:\d\d"))).to_be_visible()
    expect(page.get_by_role("heading", name="Hand-over code")).to_be_visible()
    expect(page.get_by_role("region", name="Recorded on this tablet")).to_have_count(0)
    page.get_by_role("button", name="All there").click()
    expect(page.get_by_text("Saved on this tablet at")).to_be_visible()
    expect(page.get_by_role("region", name="Recorded on this tablet").get_by_role("listitem")).to_have_count(1)
    page.reload()
    page.get_by_label("Lifeline Ambulance Service").check(force=True)
    page.get_by_label("Name of who took it").fill("Sam")
    page.get_by_role("button", name="Save the hand-over").click()
    expect(page.get_by_text("Saved on this tablet at")).to_be_visible()
    page.get_by_role("button", name="Save the hand-over").click()
    expect(page.get_by_text("Already saved by you at")).to_be_visible()
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto("/offline#/waiting")
    expect(page.get_by_text("Saved here")).to_have_count(2)
    assert told() == []
    context.set_offline(False)
    expect(page.locator(".ro-state--confirmed")).to_have_count(2, timeout=SOON)
    assert told() == [("check", "carer", None), ("handoff", "carer", "RDEM9")]
    assert Fact.objects.get(kind="handoff").to_name == "Sam"


def test_while_the_service_breaks_or_is_silent_everything_stays_and_is_sent_when_it_answers(world, tablet):
    page = tablet("crew")
    answers = [
        lambda route: route.fulfill(status=500, body="broken"),
        lambda route: route.fulfill(status=429, headers={"Retry-After": "120"}, body="{}"),
        lambda route: route.fulfill(status=200, content_type="text/html", body="Sign in to the Wi-Fi"),
        lambda route: route.abort("timedout"),
    ]
    page.route(FACTS, lambda route: answers.pop(0)(route) if answers else route.continue_())
    take(page, world)
    page.goto("/offline#/waiting")
    for left in (2, 1, 0):
        expect(page.get_by_text("Saved here")).to_be_visible()
        page.get_by_role("button", name="Send now").click()
        eventually(page, lambda: len(answers), left)
    expect(page.get_by_text("Saved here")).to_be_visible()
    assert told() == []
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".ro-state--confirmed")).to_be_visible()
    assert told() == [("handoff", "crew", "RDEM9")]


def test_no_room_left_is_said_and_nothing_turns_green(world, tablet):
    page = tablet("carer")
    page.goto(f"/offline#/bag/{code_of(world)}")
    page.get_by_label("Name of who took it").fill("Sam")
    page.get_by_label("Lifeline Ambulance Service").check(force=True)
    page.evaluate(
        """() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError") } }"""
    )
    page.get_by_role("button", name="Save the hand-over").click()
    expect(page.get_by_role("alert")).to_contain_text("This device has no room left. It was not saved.")
    expect(page.locator(".ro-saved")).to_have_count(0)
    assert page.get_by_label("Name of who took it").input_value() == "Sam"
    assert told() == []


def test_signed_out_with_facts_waiting_nobody_reads_and_they_are_sent_later_under_their_own_name(world, tablet):
    page = tablet("carer")
    page.route(FACTS, lambda route: route.abort())
    page.goto(f"/offline#/bag/{code_of(world)}")
    page.get_by_label("Lifeline Ambulance Service").check(force=True)
    page.get_by_role("button", name="Save the hand-over").click()
    expect(page.get_by_text("Saved on this tablet at")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="1 waits to be sent")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/offline")
    expect(page.get_by_text("Nobody is signed in on this tablet")).to_be_visible()
    expect(page.get_by_text("Peggy")).to_have_count(0)
    sign_in(page, "senior")
    page.goto("/offline#/waiting")
    expect(page.get_by_text("To Lifeline Ambulance Service: bag OAK-1, Carer Tester")).to_be_visible()
    assert told() == []
    page.unroute(FACTS)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".ro-state--confirmed")).to_be_visible()
    assert told() == [("handoff", "carer", "RDEM9")]


def test_what_the_service_cannot_count_stays_until_a_person_has_dealt_with_it(world, tablet):
    page = tablet("crew")
    page.goto(f"/offline#/bag/{'A' * 26}")
    expect(page.get_by_role("heading", name="A bag this phone or tablet does not know")).to_be_visible()
    page.get_by_role("button", name="I have this bag").click()
    page.goto("/offline#/waiting")
    expect(page.locator(".ro-state--needs_you")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("The service does not know this label.")).to_be_visible()
    assert HeldFact.objects.count() == 1
    assert complaints_of(page) == []
    page.get_by_role("button", name="I have dealt with this").click()
    expect(page.get_by_text("Dealt with by Crew Tester at")).to_be_visible()


def complaints_of(page):
    """What axe finds wrong with a page."""
    client = page.context.new_cdp_session(page)
    client.send("Runtime.evaluate", {"expression": AXE.read_text()})
    return page.evaluate("async () => (await axe.run()).violations.map((each) => each.id + ' ' + each.nodes[0].html)")


def test_the_offline_pages_are_for_everybody(world, tablet, context):
    page = tablet("carer")
    context.set_offline(True)
    wrong = {}
    for place in (
        "/offline",
        "/offline#/scan",
        f"/offline#/bag/{code_of(world)}",
        "/offline#/waiting",
        "/offline#/not-known",
        "/residents",
    ):
        page.goto(place)
        expect(page.locator(".ro h1")).to_be_visible()
        wrong[place] = complaints_of(page)
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        wrong[place] += [f"{wide} px wide"] if wide > 320 else []
        page.set_viewport_size({"width": 768, "height": 1024})
    page.goto("/offline/what-works")
    expect(page.get_by_role("heading", name="What works without a network")).to_be_visible()
    wrong["honest"] = complaints_of(page)
    assert {place: found for place, found in wrong.items() if found} == {}


def test_signing_out_without_a_network_wipes_at_once_and_the_service_hears_of_it_later(world, tablet, context):
    page = tablet("carer")
    other = context.new_page()
    other.goto("/")
    expect(other.get_by_text("Peggy Jones").first).to_be_visible()
    context.set_offline(True)
    page.goto("/offline")
    expect(page.get_by_text("Peggy Jones")).to_be_visible()
    page.get_by_role("link", name="Sign out on this tablet").click()
    expect(page.get_by_text("Once you sign out, nobody can sign in here")).to_be_visible()
    expect(page.get_by_text("Nothing waits to be sent.")).to_be_visible()
    expect(page.get_by_role("heading", name="Somebody else works here now?")).to_be_visible()
    page.get_by_role("button", name="Sign out and wipe the pages").click()
    expect(page.get_by_role("heading", name="Signed out on this tablet")).to_be_visible()
    expect(other.get_by_role("heading", name="Signed out on this tablet")).to_be_visible(timeout=SOON)
    page.goto("/")
    expect(page.get_by_text("Nobody is signed in on this tablet")).to_be_visible()
    expect(page.get_by_text("Peggy Jones")).to_have_count(0)
    context.set_offline(False)
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_tablet_taken_out_of_use_shows_nothing_any_more(world, tablet):
    page = tablet("manager")
    page.goto("/tablets")
    page.get_by_label("What do you call it?").fill("Office")
    page.get_by_role("button", name="Make this tablet ready").click()
    expect(page.get_by_text("This tablet is ready. It is called Office.")).to_be_visible()
    assert complaints_of(page) == []
    page.goto("/offline")
    expect(page.get_by_text("Peggy Jones")).to_be_visible()
    revoke_tablet(actor=world.actor("manager"), tablet=Device.objects.get(), now=timezone.now())
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.get_by_text("This tablet was taken out of use.").first).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Peggy Jones")).to_have_count(0)


EVERYTHING = """async () => {
  const asked = indexedDB.open("redbag")
  const db = await new Promise((give) => (asked.onsuccess = () => give(asked.result)))
  const read = (name) => new Promise((give) => {
    const all = db.transaction(name).objectStore(name).getAll()
    all.onsuccess = () => give(all.result)
  })
  const rows = await read("kept")
  const parts = rows.map((row) => String.fromCharCode(...new Uint8Array(row.box)))
  for (const name of await caches.keys()) {
    for (const answer of await (await caches.open(name)).matchAll()) parts.push(await answer.text())
  }
  parts.push(JSON.stringify({ ...localStorage, ...sessionStorage }))
  const [{ key }] = await read("keys")
  const taken = await crypto.subtle.exportKey("raw", key).then(() => "taken", () => "refused")
  return { rows: rows.length, taken, text: parts.join("\\n") }
}"""


def test_a_stranger_with_the_tablet_reads_nothing_in_what_lies_on_it(world, journey, playwright, live_server, tmp_path):
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, base_url=live_server.url, args=["--no-sandbox", "--disable-dev-shm-usage"]
    )
    try:
        page = context.new_page()
        with page.expect_response("**/api/v1/facts-token") as given:
            sign_in(page, "carer")
        facts_token = given.value.json()["facts_token"]
        page.route(FACTS, lambda route: route.abort())
        page.goto(f"/offline#/bag/{code_of(world)}")
        page.get_by_role("button", name="All there").click()
        expect(page.get_by_text("Saved on this tablet at")).to_be_visible()
        secrets = ["Peggy", "Jones", "JONES", world.peggy.nhs_number, facts_token]
        lying = page.evaluate(EVERYTHING)
    finally:
        context.close()
    assert (lying["rows"] >= 3, lying["taken"]) == (True, "refused")
    assert [secret for secret in secrets if secret in lying["text"]] == []
    files = b"".join(path.read_bytes() for path in profile.rglob("*") if path.is_file() and not path.is_symlink())
    assert b"redbag" in files
    assert [each for each in secrets if each.encode() in files or each.encode("utf-16-le") in files] == []
