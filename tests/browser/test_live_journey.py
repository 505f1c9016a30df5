"""A journey's page moves by itself."""

import pytest
from playwright.sync_api import expect

from tests.web.journeys import pack, tell
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_at_the_home_follows_the_bag_without_a_reload(world, page, live_server):
    transfer = pack(world)
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{live_server.url}/sign-in?next=/transfers/{transfer.pk}")
    page.fill("#email", "carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Peggy Jones")).to_be_visible()
    expect(page.locator("#strip")).to_contain_text("still at Oakview")
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    expect(page.locator("#strip")).to_contain_text("Lifeline Ambulance Service has had bag OAK-1", timeout=8_000)
    expect(page.locator(".tr-entry")).to_have_count(2)
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="Ward 4B")
    expect(page.locator("#strip")).to_contain_text("Ward 4B, St Mary's Hospital has had bag OAK-1", timeout=8_000)
    expect(page.locator("#strip")).to_have_count(1)
    assert complaints == []
