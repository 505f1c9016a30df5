"""A hearing aid in two browsers: photographed at home, missed by the ward, found again when it is unpacked."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from redbag.transfers.case_models import Case, ItemPhoto
from redbag.transfers.story import tell as story_of
from redbag.vault import read_file
from tests.documents.files import drawn, saved
from tests.web.journeys import in_hospital, pack
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
LONGEST = 1280
AID = {"category": "hearing_aid_left", "description": "Beige"}


@pytest.fixture
def signed_in(page, live_server):
    """Signs somebody in, in the one browser of the test."""

    def sign_in(who):
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/sign-in")
        page.fill("#email", f"{who}@test.example")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in").first.click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return sign_in


def test_a_photo_is_made_small_on_the_device_before_it_is_sent(world, signed_in, live_server):
    transfer = pack(world, items=[AID])
    (aid,) = story_of(transfer).items
    page, large = signed_in("carer"), saved(drawn(size=(4000, 3000)), quality=98)
    page.goto(f"{live_server.url}/transfers/{transfer.pk}/items/{aid.id}/photo")
    page.set_input_files("#file", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": large})
    expect(page.get_by_text("Photo ready")).to_be_visible(timeout=30_000)  # 12 million points, on a busy machine
    sent = page.evaluate("() => document.querySelector('#file').files[0].size")
    page.get_by_role("button", name="Keep the photo").click()
    expect(page.get_by_text("Photo kept: Hearing aid, left: Beige")).to_be_visible()
    assert sent < len(large)
    with Image.open(BytesIO(read_file(ItemPhoto.objects.get(transfer=transfer).file))) as kept:
        assert kept.size == (LONGEST, 960)


def test_what_the_ward_misses_is_asked_for_and_what_the_home_finds_is_not_asked_for_any_more(
    world, signed_in, live_server
):
    transfer = in_hospital(world, items=[AID, {"category": "glasses"}])
    page, journey = signed_in("ward"), f"{live_server.url}/transfers/{transfer.pk}"
    page.goto(journey)
    page.get_by_role("group", name="Hearing aid, left: Beige").get_by_label("Not found yet").check()
    page.get_by_role("button", name="Not all there: record what I ticked").click()
    expect(page.get_by_text("What you did not find shows as not found yet")).to_be_visible()
    case = Case.objects.get(transfer=transfer)
    assert (case.outcome, case.category) == ("", "hearing_aid_left")

    signed_in("carer").goto(f"{live_server.url}/not-found")
    page.get_by_role("link", name="Hearing aid, left: Beige").click()
    page.get_by_text("Looked for it here").click()
    page.get_by_label("With whom, and what they said").fill("It was behind the bed")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("It was behind the bed")).to_be_visible()

    page.goto(journey)
    page.get_by_role("button", name="The bag is back").click()
    page.get_by_role("button", name="All there", exact=True).click()
    expect(page.get_by_text("Recorded: what is in the bag")).to_be_visible()
    case.refresh_from_db()
    assert case.outcome == "found"
    page.goto(f"{live_server.url}/not-found")
    expect(page.get_by_text("Nothing is looked for.")).to_be_visible()
