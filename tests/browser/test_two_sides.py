"""Both sides of a hand-over, each with a screen of their own."""

import io

import pytest
import zxingcpp
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import expect

from redbag.organisations.models import HouseRules
from redbag.transfers import replay
from redbag.transfers.models import Fact, Transfer
from tests.browser.test_offline import eventually
from tests.web.journeys import pack
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen_of(browser, live_server, settings):
    """A tablet or phone of somebody of the cast, signed in and at an address."""
    settings.PUBLIC_URL = live_server.url

    def sign_in(who: str, at: str):
        screen = browser.new_context().new_page()
        screen.goto(f"{live_server.url}/sign-in?next={at}")
        screen.fill("#email", f"{who}@test.example")
        screen.fill("#password", PASSWORD)
        screen.get_by_role("button", name="Sign in").click()
        screen.wait_for_url(f"**{at}")
        return screen

    return sign_in


def read_square(screen, where: str) -> str:
    """What a phone's camera reads off the screen."""
    picture = Image.open(io.BytesIO(screen.locator(where).screenshot()))
    [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text


def test_the_crew_scans_the_tablet_and_presses_once(world, screen_of):
    transfer = pack(world)
    tablet = screen_of("carer", f"/going/{transfer.pk}/ready")
    phone = screen_of("crew", "/")
    phone.goto(read_square(tablet, ".rb-handing__qr"))
    expect(phone.get_by_text("JONES, Margaret (Mrs)")).to_be_visible()
    phone.get_by_label("Date of birth").check()
    phone.get_by_role("button", name="I have this bag").click()
    expect(phone.get_by_text("confirmed by both sides with the hand-over code")).to_be_visible()
    expect(tablet.locator("#status")).to_contain_text("Lifeline Ambulance Service has had the bag", timeout=8_000)
    expect(tablet.locator("#status")).to_contain_text("Confirmed")
    tablet.goto(tablet.url.replace("/going/", "/transfers/").removesuffix("/ready"))
    expect(tablet.locator(".tr-line")).to_contain_text("identity checked: date of birth")


def test_two_tablets_and_a_ward_at_once_end_in_one_truthful_timeline(world, screen_of):
    transfer = pack(world)
    tablets = [screen_of(who, f"/going/{transfer.pk}/ready") for who in ("carer", "senior")]
    ward = screen_of("ward", f"/b/{world.token(world.bag)}")
    ward.get_by_text("The bag is here already").click()
    for tablet in tablets:
        tablet.get_by_label("Lifeline Ambulance Service").check()
    for tablet in tablets:
        tablet.get_by_role("button", name="Crew has the bag").click(no_wait_after=True)
    ward.get_by_role("button", name="We have this bag").click(no_wait_after=True)
    expect(ward.get_by_text("Recorded: ")).to_be_visible()
    eventually(ward, lambda: Fact.objects.filter(kind="handoff").count(), 3)
    for tablet in tablets:  # who was first and reads it last sees where the bag is by then
        expect(tablet.get_by_role("heading", name="They are out")).to_be_visible()
        expect(tablet.get_by_text("has had the bag")).to_be_visible()
    told = Fact.objects.filter(kind="handoff").order_by("occurred_at", "id")
    assert sorted((fact.organisation.ods_code, fact.to.ods_code) for fact in told) == [
        ("RDEM1", "RDEM1"),
        ("VDEM1", "RDEM9"),
        ("VDEM1", "RDEM9"),
    ]
    settled = Transfer.objects.get(pk=transfer.pk)
    assert settled.holder == told.last().to
    assert replay.differences(settled, replay.journey_of(settled, replay.facts_of(settled))) == {}
    stories = []
    for screen in (*tablets, ward):
        screen.goto(f"{screen.url.split('/going')[0].split('/b/')[0]}/transfers/{transfer.pk}")
        stories.append(screen.locator(".tr-entry .tr-says").all_inner_texts())
    assert stories[0] == stories[1] == stories[2]
    assert len(stories[0]) == 4


def test_a_hand_held_scanner_of_another_country_opens_the_bag_wherever_the_cursor_is(world, screen_of):
    pack(world)
    phone = screen_of("crew", "/scan")
    expect(phone.locator(".sc-said")).not_to_be_empty()
    phone.get_by_role("heading", name="Scan a bag").click()
    phone.keyboard.type(f"httpsö--bags.example-b-{world.token(world.bag).lower()}")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/b/*")
    expect(phone.get_by_role("heading", name="JONES, Margaret (Mrs)")).to_be_visible()


def test_a_name_signed_on_glass_is_seen_by_the_home(world, screen_of):
    HouseRules.objects.create(organisation=world.lifeline, signature_asked=True)
    cache.clear()
    transfer = pack(world)
    phone = screen_of("crew", f"/b/{world.token(world.bag)}")
    glass = phone.locator("canvas")
    glass.scroll_into_view_if_needed()
    box = glass.bounding_box()
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 150, box["y"] + 60, steps=5)
    phone.mouse.up()
    phone.get_by_label("Name of who signs").fill("Sam Field")
    phone.get_by_role("button", name="I have this bag").click()
    expect(phone.get_by_text("Recorded: you have this bag")).to_be_visible()
    cache.clear()
    tablet = screen_of("carer", f"/transfers/{transfer.pk}")
    signature = tablet.get_by_alt_text("Signature of Sam Field")
    signature.scroll_into_view_if_needed()
    expect(signature).to_be_visible()
    tablet.wait_for_function("() => document.querySelector('.rb-glass').naturalWidth > 0")
