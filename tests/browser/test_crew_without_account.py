"""A crew nobody knows: from the label by the code to the patient's page, the bag, the ward; the home sees and stops.

On a phone, 7:1 contrast, nothing sideways at 320 pixels, axe on every page.
"""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from redbag.transfers import actions
from redbag.transfers.handover_codes import code_at
from redbag.transfers.models import Transfer
from tests.conftest import CHROMIUM
from tests.web.journeys import ITEMS
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

AXE = (Path(__file__).resolve().parents[2] / "redbag/static/vendor/axe/axe.min.js").read_text()
STRICT = "() => axe.run(document, {rules: {'color-contrast-enhanced': {enabled: true}}})"
TABLET, PHONE, ZOOMED = {"width": 1024, "height": 768}, {"width": 390, "height": 844}, {"width": 320, "height": 700}


@pytest.fixture
def opened(playwright, live_server):
    """Opens a browser with nobody signed in."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])

    def new(size):
        page = chromium.new_context(base_url=live_server.url, viewport=size, bypass_csp=True).new_page()
        page.set_default_timeout(15_000)
        return page

    yield new
    chromium.close()


def looked_at(page, what, *, strict=True):
    """axe finds nothing, and at 400 % zoom nothing scrolls sideways."""
    page.evaluate(AXE)
    found = page.evaluate(STRICT if strict else "() => axe.run()")["violations"]
    assert [(what, each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []
    before = page.viewport_size
    page.set_viewport_size(ZOOMED)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"], what
    page.set_viewport_size(before)


def press(page, name):
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def pack_now(world):
    packing = actions.Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys, items=ITEMS)
    return actions.pack_bag(actor=world.actor("carer"), packing=packing, now=timezone.now())[0]


def test_a_crew_without_an_account_from_the_label_to_the_ward_and_the_home_stops_them(world, opened):
    transfer = pack_now(world)
    phone = opened(PHONE)
    phone.goto(f"/b/{world.token(world.bag)}")
    looked_at(phone, "found")
    phone.get_by_role("link", name="I am the ambulance crew").click()
    looked_at(phone, "who are you")
    phone.fill("#code", code_at(transfer, timezone.now())[0])
    phone.fill("#name", "Jo Bloggs")
    phone.get_by_label("Paramedic", exact=True).check()
    phone.get_by_label("Lifeline Ambulance Service").check()
    phone.fill("#registration", "pa 123456")
    press(phone, "Open the patient's page")
    expect(phone.get_by_role("heading", name="JONES, Margaret")).to_be_visible()
    looked_at(phone, "crew's page")
    press(phone, "I have this bag")
    expect(phone.get_by_text("You have this bag").first).to_be_visible()
    phone.select_option("#to", "RDEM1")
    phone.fill("#place", "Ward 4B")
    press(phone, "Handed to")
    expect(phone.get_by_text("Recorded: the bag was handed over")).to_be_visible()
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_place) == ("IN_HOSPITAL", world.stmarys, "Ward 4B")
    home = opened(TABLET)
    the_home_sees_and_stops(home, transfer)
    phone.reload()
    expect(phone.get_by_text("Oakview is closing this page")).to_be_visible()
    looked_at(phone, "stopped")


def the_home_sees_and_stops(home, transfer: Transfer):
    home.goto(f"/sign-in?next=/transfers/{transfer.pk}")
    home.fill("#email", "carer@test.example")
    home.fill("#password", PASSWORD)
    press(home, "Sign in")
    expect(home.locator("#visitors + p + ul")).to_contain_text("Jo Bloggs (self-declared, PA123456)")
    looked_at(home, "journey", strict=False)
    press(home, "Stop Jo Bloggs")
    expect(home.get_by_text("Stopped. Papers are closed now")).to_be_visible()
