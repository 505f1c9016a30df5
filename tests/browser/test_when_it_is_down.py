"""Nothing works but the tablet: a journey is begun, printed and handed over, and arrives as one, when it happened."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from redbag.transfers.actions import Packing, pack_bag
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


@pytest.fixture
def being_washed(world):
    world.other_bag.state = "cleaning"
    world.other_bag.save()


def test_begun_printed_and_handed_over_without_a_network_it_is_one_journey_with_its_true_times(
    world, being_washed, tablet, context
):
    context.set_offline(True)
    tablet.goto("/offline#/going")
    tablet.get_by_label("Name or room").fill("peg")
    expect(tablet.get_by_role("button", name="Arthur Dale")).to_have_count(0)
    assert complaints(tablet) == []
    tablet.get_by_role("button", name="Peggy Jones").click()
    for words in ("Allergies", "If heart or breathing stops"):
        expect(tablet.locator(".rb-strip")).to_contain_text(words)
    expect(tablet.get_by_text("Nobody has written a plan yet")).to_be_visible()
    expect(tablet.locator("#bag")).to_contain_text("Bag OAK-2")
    expect(tablet.locator(".ro-divider ~ .nhsuk-radios__item")).to_have_text("Bag OAK-2: being cleaned")
    tablet.fill("#concern", "Fell in the night")
    expect(tablet.locator(".ro-kept")).to_have_text("✓ Kept on this tablet")
    tablet.close(run_before_unload=False)
    page = context.new_page()
    page.goto("/offline")
    expect(page.get_by_text("Not finished: begun at")).to_be_visible()
    page.get_by_role("link", name="Peggy Jones").click()
    expect(page.locator("#concern")).to_have_value("Fell in the night")
    page.fill("#code", world.bag.labels.get(voided_at=None).code)
    page.get_by_role("button", name="Ready to go").click()
    expect(page.get_by_role("heading", name="Hand-over code")).to_be_visible()
    expect(page.locator(".ro-state")).to_have_text(["◔ Saved here"])
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
    expect(page.locator(".ro-state")).to_have_text(["◔ Saved here"] * 2)
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


def test_the_network_dies_in_the_middle_of_a_journey_and_it_goes_on_with_all_that_protects(world, signed_in, context):
    page = signed_in
    transfer, _ = pack_bag(
        actor=world.actor("carer"),
        packing=Packing(resident=world.peggy, reason={"last_seen_well": "22:00"}),
        now=timezone.now(),
    )
    page.fill("#name", "Office")
    page.get_by_role("button", name="Make this tablet ready").click()
    expect(page.get_by_role("link", name="Take out of use")).to_be_visible()
    page.goto(f"/going/{transfer.pk}/why")
    eventually(page, lambda: page.evaluate(KEPT, "resident"), 2)
    page.fill("#concern", "Stroke signs")
    context.set_offline(True)
    page.get_by_role("button", name="Crew is here now").click()
    expect(page.get_by_text("Your words are kept on this tablet")).to_be_visible()
    expect(page.get_by_text("Nothing was kept")).to_have_count(0)
    page.get_by_role("link", name="Go on with Peggy Jones").click()
    expect(page.locator(".rb-strip")).to_contain_text("Allergies")
    expect(page.get_by_text("Not packed yet: no bag is chosen.").first).to_be_visible()
    expect(page.get_by_text("Stroke signs").first).to_be_visible()
    expect(page.get_by_text("22:00").first).to_be_visible()
    assert complaints(page) == []
    page.emulate_media(media="print")
    for words in ("JONES, Margaret (Mrs)", "Allergies", "Stroke signs", "Not packed yet"):
        expect(page.locator(".ro-paper")).to_contain_text(words)
    expect(page.get_by_role("heading", name="Handing over")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_label("Bag OAK-1").check(force=True)
    page.get_by_role("button", name="This bag goes with them").click()
    page.get_by_label("Lifeline Ambulance Service").check(force=True)
    page.get_by_role("button", name="Crew has the bag").click()
    expect(page.get_by_text("To Lifeline Ambulance Service: bag OAK-1, written down here").first).to_be_visible()
    page.goto("/offline#/sign-out")
    expect(page.get_by_text("2 things are not sent yet.")).to_be_visible()
    expect(page.get_by_text("The emergency pages of 2 residents")).to_be_visible()
    assert complaints(page) == []
    context.set_offline(False)
    page.goto("/")
    eventually(page, lambda: Transfer.objects.filter(stage=Stage.WITH_CREW, bag=world.bag).count(), 1)


def test_the_crew_is_here_one_line_is_enough_and_the_bag_is_named_at_the_door(world, tablet, context):
    context.set_offline(True)
    tablet.goto("/going")
    tablet.get_by_role("button", name="Peggy Jones").click()
    tablet.get_by_label("Why, in one line").fill("Chest pain")
    tablet.get_by_role("button", name="Crew is here now: go").click()
    expect(tablet.locator(".ro-sheet")).to_contain_text("Chest pain")
    tablet.get_by_label("Bag OAK-2").check(force=True)
    tablet.get_by_role("button", name="This bag goes with them").click()
    tablet.get_by_role("button", name="Crew has the bag").click()
    expect(tablet.get_by_text("has the bag since")).to_be_visible()
    context.set_offline(False)
    tablet.goto("/")
    eventually(tablet, lambda: Transfer.objects.filter(stage=Stage.WITH_CREW, bag=world.other_bag).count(), 1)
    assert Transfer.objects.get().reason == {"concern": "Chest pain"}
