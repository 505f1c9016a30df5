"""A shared tablet in a real browser: it locks by itself and comes back to the field, for its owner and nobody else."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from redbag.accounts import pins
from redbag.accounts.pins import set_pin
from redbag.accounts.tablets import make_code, take_out_of_use
from redbag.organisations.models import Device
from tests.web.journeys import pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN, WORDS = "4093", "She fell at two, in the bathroom"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is kept of a PIN without the slow part; tests/accounts/test_pins.py looks at that."""
    monkeypatch.setattr(pins, "proof_of", lambda pin, owner: f"{owner}{pin}")
    monkeypatch.setattr(pins, "fits", lambda pin, proof, owner: proof == f"{owner}{pin}")


def watched(page):
    """Wait until the page counts the seconds in which nobody touches it: a clock that runs before tells it nothing."""
    page.locator("html[data-started]").wait_for()


def enter(page, name):
    page.get_by_role("link", name=name).click()
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".tb-who")).to_contain_text(name)


def test_a_shared_tablet_from_its_code_to_out_of_use(world, page, live_server):
    now = timezone.now()
    for who in ("carer", "senior"):
        set_pin(actor=world.actor(who), pin=PIN, again=PIN, now=now)
    why = f"/going/{pack(world).pk}/why"
    _, code = make_code(actor=world.actor("manager"), organisation=world.oakview, name="Office", now=now)
    page.clock.install()
    page.goto(f"{live_server.url}/tablet/{code}")
    page.get_by_role("button", name="Make this tablet ready").click()
    enter(page, "Carer Tester")

    page.goto(f"{live_server.url}/residents")
    watched(page)
    page.clock.run_for(119_000)
    expect(page.locator(".tb-curtain")).to_have_count(0)
    page.clock.run_for(2_000)
    expect(page).to_have_url(f"{live_server.url}/tablet")
    expect(page.locator("body")).not_to_contain_text("Peggy")
    enter(page, "Carer Tester")
    expect(page).to_have_url(f"{live_server.url}/residents")

    page.goto(live_server.url + why)
    page.wait_for_load_state("networkidle")
    watched(page)
    page.locator("#concern").press_sequentially(WORDS)
    page.clock.run_for(3_000)
    expect(page.locator(".rb-draft__state")).to_contain_text("Kept")
    page.locator("#concern").press("Home")
    page.clock.run_for(590_000)
    expect(page.locator(".tb-curtain")).to_have_count(0)
    page.clock.run_for(12_000)
    expect(page).to_have_url(f"{live_server.url}/tablet")
    assert WORDS not in page.evaluate("JSON.stringify(sessionStorage)")

    enter(page, "Senior Tester")
    expect(page).to_have_url(f"{live_server.url}/")
    page.goto(live_server.url + why)
    expect(page.locator("#concern")).to_have_value("")
    page.locator(".tb-who").click()
    enter(page, "Carer Tester")
    page.goto(live_server.url + why)
    page.wait_for_load_state("networkidle")
    watched(page)
    expect(page.locator("#concern")).to_have_value(WORDS)
    page.locator("#concern").focus()
    page.locator("#concern").press("Home")
    page.clock.run_for(601_000)
    expect(page).to_have_url(f"{live_server.url}/tablet")
    enter(page, "Carer Tester")
    expect(page).to_have_url(live_server.url + why)
    watched(page)
    page.clock.run_for(1_000)
    expect(page.locator("#concern")).to_have_value(WORDS)
    expect(page.locator("#concern")).to_be_focused()
    assert page.locator("#concern").evaluate("each => each.selectionStart") == 0

    page.context.set_offline(True)
    page.clock.run_for(601_000)
    expect(page.locator(".tb-curtain")).to_contain_text("no PIN can be checked")
    expect(page.locator("#concern")).not_to_be_visible()
    page.get_by_role("button", name="Show the page again").click()
    expect(page.locator("#concern")).to_have_value(WORDS)
    page.context.set_offline(False)

    take_out_of_use(actor=world.actor("manager"), tablet=Device.objects.get(), now=timezone.now())
    page.goto(live_server.url + why)
    expect(page.get_by_role("heading", name=re.compile("taken out of use"))).to_be_visible()
