"""What somebody scans appears on the other boards by itself."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests.browser.test_drafts import sign_in
from tests.web.journeys import pack, tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_bag_that_moves_appears_on_the_homes_and_the_wards_board(world, browser, live_server):
    transfer = pack(world)
    home, ward = (browser.new_context().new_page() for _ in range(2))
    sign_in(home, live_server.url, "carer", "/")
    sign_in(ward, live_server.url, "ward", "/")
    expect(home.locator(".bd-live")).to_have_text("● This board moves by itself.")
    expect(home.locator("#board-lists")).to_contain_text("is packed since")
    with transaction.atomic():
        tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    expect(home.locator("#board-lists")).to_contain_text("Lifeline Ambulance Service has had the bag")
    expect(ward.locator("#inbound")).to_contain_text("Lifeline Ambulance Service")
    home.context.set_offline(True)
    expect(home.locator(".bd-live")).to_contain_text("this board may be old")
    with transaction.atomic():
        tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    expect(ward.locator("#inbound")).to_contain_text("A&E, St Mary's Hospital")
    home.context.set_offline(False)
    expect(home.locator("#board-lists")).to_contain_text("A&E, St Mary's Hospital has had the bag", timeout=20_000)
    for page in (home, ward):
        page.context.close()


def test_a_hand_held_scanner_opens_a_bag_from_the_wards_board(world, browser, live_server):
    pack(world)
    ward = browser.new_context().new_page()
    sign_in(ward, live_server.url, "ward", "/")
    expect(ward.locator(".bd-live")).to_have_text("● This board moves by itself.")
    ward.keyboard.type("no such code at all")
    ward.keyboard.press("Enter")
    expect(ward.get_by_text("This is not a Red Bag label.")).to_be_visible()
    ward.keyboard.type(f"{live_server.url}/b/{world.token(world.bag)}")
    ward.keyboard.press("Enter")
    expect(ward.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible()
    ward.context.close()
