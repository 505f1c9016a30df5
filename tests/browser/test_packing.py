"""Packing for a known resident, tap by tap, as the benchmark walks it: fifteen taps at most, and by keyboard alone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bench._carer import Carer, pack
from redbag.residents.models import Resident
from redbag.summaries.actions import write_sections
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
MOST_TAPS = 15
USUAL = [
    {"category": "glasses", "description": "Brown frame", "quantity": 1, "where": "worn"},
    {"category": "clothes", "description": "", "quantity": 1, "where": "bag"},
]


@pytest.fixture
def tablet(world, page, live_server):
    """The carer's tablet at the board; Peggy has usual things, a daughter and a section that has become old."""
    people = [{"name": "Sue Jones", "relation": "daughter", "phone": "01632 960123"}]
    Resident.objects.filter(pk=world.peggy.pk).update(usual_items=USUAL, contacts=people)
    care = {"care": {"lifting": "Two people"}}
    write_sections(
        actor=world.actor("senior"), resident=world.peggy, contents=care, seen={"care": 0}, now=timezone.now()
    )
    world.peggy.current_sections.update(verified_at=world.now.replace(year=2025))
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{live_server.url}/sign-in")
    page.fill("#email", "carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    expect(page.get_by_role("link", name="Someone is going to hospital")).to_be_visible()
    return page


SAID = {
    "who": "Peggy Jones",
    "bag": "OAK-1",
    "why": "Fell at 02:10. Left hip hurts.",
    "seen_well": "01:30, Ana",
    "hospital": "St Mary's Hospital",
}


def packed():
    transfer = Transfer.objects.get()
    told = {name: transfer.reason[name] for name in ("concern", "last_seen_well")}
    return told, transfer.bag.tracker, transfer.destination.ods_code, {item.where for item in tell(transfer).items}


@pytest.mark.parametrize("signs", [(), ("22", "94", "105", "96", "37.2")], ids=["without", "with vital signs"])
def test_a_known_resident_is_ready_in_at_most_fifteen_taps(world, tablet, signs):
    carer = Carer(tablet)
    pack(carer, **SAID, signs=signs)
    assert carer.taps <= MOST_TAPS
    told = {"concern": SAID["why"], "last_seen_well": SAID["seen_well"]}
    assert packed() == (told, "OAK-1", "RDEM1", {"worn", "bag"})
    assert "Sue Jones, daughter: told" in Transfer.objects.get().reason["family_told"]
    assert world.peggy.observations.count() == bool(signs)


def press(page, name, *, role="button", key="Enter"):
    """Go with the Tab key to what has this name, and press it; fails when the keyboard does not get there."""
    target = page.get_by_role(role, name=name, exact=role == "button" and name == "Go on").locator("visible=true").first
    target.wait_for()
    for _ in range(150):
        if target.evaluate("each => each === document.activeElement"):
            page.keyboard.press(key)
            page.wait_for_load_state()
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


def test_the_way_to_ready_can_be_walked_by_keyboard_alone(world, tablet):
    press(tablet, "Someone is going to hospital", role="link")
    press(tablet, "Peggy Jones")
    press(tablet, "Go on")
    press(tablet, "What worries you?", role="textbox", key="ArrowRight")
    tablet.keyboard.type("Fell")
    press(tablet, "Sue Jones", role="checkbox", key="Space")
    press(tablet, "Save and go on")
    press(tablet, "still right: go on")
    press(tablet, "OAK-1")
    press(tablet, "as usual: go on")
    expect(tablet.get_by_role("heading", name="Ready to go")).to_be_visible()
    transfer = Transfer.objects.get()
    assert transfer.reason["concern"] == "Fell"
    assert "Sue Jones" in transfer.reason["family_told"]
