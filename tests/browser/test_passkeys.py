"""A passkey in a real browser, with a device that Chromium plays: added, and enough to sign in."""

import pytest
from playwright.sync_api import expect

from redbag.accounts.second_factor_models import Passkey
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_signs_in(world, page, live_server, settings):
    settings.PUBLIC_URL = live_server.url
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto(f"{live_server.url}/sign-in?next=/my-sign-in")
    page.fill("#email", "senior@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Give it a name first")).to_be_visible()
    page.get_by_label("Name for this passkey").fill("my phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("my phone", exact=True)).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    page.goto(f"{live_server.url}/sign-in?next=/residents")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/residents")
    expect(page.get_by_text("Senior Tester")).to_be_visible()
    assert Passkey.objects.get().counter > 0
