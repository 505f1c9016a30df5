"""Nothing works but the tablet: a journey is begun, printed and handed over, and arrives as one, when it happened."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Stage
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 20_000  # milliseconds
AXE = Path(settings.ROOT) / "redbag/static/vendor/axe/axe.min.js"
KEPT = """async (kind) => {
  const { openStore } = await import("/static/redbag/offline/store.js")
  return (await openStore()).count(kind)
}"""

TIMES = """async () => {
  const { openStore } = await import("/static/redbag/offline/store.js")
  const rows = (await (await openStore()).all("fact")).map((row) => row.value.fact)
  return ["pack", "handoff"].map((kind) => rows.find((fact) => fact.kind === kind).occurred_at)
}"""


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    return {**browser_context_args, "base_url": live_server.url, "viewport": {"width": 768, "height": 1024}}


@pytest.fixture
def signed_in(world, page):
    page.goto("/sign-in?next=/tablets")
    page.fill("#email", "manager@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    eventually(page, lambda: page.evaluate(KEPT, "author"), 1)
    eventually(page, lambda: page.evaluate("() => Boolean(navigator.serviceWorker.controller)"), True)
    return page


@pytest.fixture
def tablet(signed_in):
    """A tablet made ready, with the emergency pages of everybody at Oakview on it."""
    signed_in.fill("#name", "Office")
    signed_in.get_by_role("button", name="Make this tablet ready").click()
    expect(signed_in.get_by_role("link", name="Take out of use")).to_be_visible()
    signed_in.goto("/offline")
    eventually(signed_in, lambda: signed_in.evaluate(KEPT, "residents"), 1)
    return signed_in


def eventually(page, look, wanted):
    for _ in range(150):
        if look() == wanted:
            return
        page.wait_for_timeout(100)
    assert look() == wanted


def complaints(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


def test_begun_printed_and_handed_over_without_a_network_it_is_one_journey_with_its_true_times(world, tablet, context):
    context.set_offline(True)
    tablet.goto("/offline#/going")
    tablet.get_by_label("Name or room").fill("peg")
    expect(tablet.get_by_role("button", name="Arthur Dale")).to_have_count(0)
    assert complaints(tablet) == []
    tablet.get_by_role("button", name="Peggy Jones").click()
    tablet.fill("#concern", "Fell in the night")
    tablet.close(run_before_unload=False)
    page = context.new_page()
    page.goto("/offline#/going")
    page.get_by_role("link", name="Peggy Jones").click()
    expect(page.locator("#concern")).to_have_value("Fell in the night")
    page.fill("#code", world.bag.labels.get(voided_at=None).code)
    page.get_by_role("button", name="Ready to go").click()
    expect(page.get_by_role("heading", name="Hand-over code")).to_be_visible()
    code = page.locator(".rb-code").inner_text()
    page.emulate_media(media="print")
    expect(page.locator(".ro-sheet")).to_contain_text("As of")
    for words in ("JONES, Margaret (Mrs)", "Fell in the night", "bag OAK-1", "may have changed"):
        expect(page.locator(".ro-sheet")).to_contain_text(words)
    expect(page.get_by_role("heading", name="Hand-over code")).to_be_hidden()
    page.emulate_media(media="screen")
    page.reload()
    expect(page.locator(".rb-code")).to_have_text(code)
    page.get_by_role("button", name="Crew has the bag").click()
    expect(page.get_by_text("has the bag since")).to_be_visible()
    packed, left = (datetime.fromisoformat(moment) for moment in page.evaluate(TIMES))
    assert complaints(page) == []
    assert not Transfer.objects.exists()
    context.set_offline(False)
    page.goto("/")
    eventually(page, lambda: Fact.objects.filter(transfer__stage=Stage.WITH_CREW).count(), 2)
    transfer = Transfer.objects.get()
    assert (transfer.resident, transfer.bag, transfer.reason) == (
        world.peggy,
        world.bag,
        {"concern": "Fell in the night"},
    )
    assert (transfer.packed_at, transfer.left_at) == (packed, left)
    assert transfer.packed_by == world.people["manager"]


def test_the_emergency_pages_open_without_a_network_and_say_of_when_they_are(tablet, context):
    context.set_offline(True)
    tablet.goto("/offline#/residents")
    tablet.get_by_role("link", name="Peggy Jones").click()
    expect(tablet.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible()
    expect(tablet.locator(".ro-sheet .ro-asof")).to_contain_text("today")
    expect(tablet.locator(".e-alert").first).to_contain_text("Allergies")
    assert complaints(tablet) == []


def test_a_device_that_keeps_no_pages_sends_people_to_the_grab_folder(signed_in, context):
    context.set_offline(True)
    signed_in.goto("/offline#/going")
    expect(signed_in.get_by_text("grab folder")).to_be_visible()
    assert complaints(signed_in) == []
