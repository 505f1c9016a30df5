"""Every outcome, walked in a real Chromium from the page of the journey, as the person who would be on it."""

import pytest
from playwright.sync_api import expect

from redbag.transfers.models import Transfer
from redbag.transfers.outcomes import PATHS
from tests.browser.conftest import STARTING
from tests.browser.test_whole_journey import AXE
from tests.conftest import CHROMIUM
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

FILLS = {
    "not_taken": {"advised_by": "Sam Reed, paramedic", "watch_for": "Drowsy"},
    "treated_on_scene": {"advised_by": "Sam Reed, paramedic"},
    "another_hospital": {"to": "Northgate Hospital"},
    "same_day_return": {"bag": "It went with them"},
    "another_home": {"to": "Millbrook House"},
    "own_home": {"where": "12 High Street"},
    "hospice": {"where": "St Luke's"},
    "hospital_at_home": {"where": "12 High Street"},
    "self_discharge": {"where": "Her sister's"},
    "cannot_return": {"why": "Equipment is not there yet"},
    "outside_network": {"where": "Private clinic"},
    "no_bag": {},
    "left_in_ambulance": {"where": "Vehicle 214"},
    "with_family": {"who": "Ana Jones"},
    "follows_later": {"expected": "tonight"},
    "lost": {"where": "Bay 3"},
    "closed": {},
}
CHOSEN = {"to", "bag", "why"}
EARLY = {"not_taken": taken_by_crew, "treated_on_scene": taken_by_crew, "no_bag": pack}


def test_every_outcome_is_walked_from_the_page_of_the_journey(world, playwright, live_server):
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"]
    )
    context = browser.new_context(base_url=live_server.url, viewport={"width": 768, "height": 1024}, bypass_csp=True)
    context.route("**/*.js", lambda route: route.abort())  # every page works without, and does not ask again meanwhile
    page = context.new_page()
    page.remove_locator_handler(page.locator(STARTING))
    page.set_default_timeout(30_000)
    sign_in(page, "carer@test.example")
    for place, outcome in enumerate(FILLS):
        walk(world, page, outcome, looks=place % 8 == 4)
    assert set(FILLS) == set(PATHS)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()  # what the device kept is wiped first
    sign_in(page, "manager@test.example")
    a_death_is_said_confirmed_and_taken_back(world, page)
    browser.close()


def sign_in(page, email):
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def walk(world, page, outcome, *, looks):
    transfer = EARLY.get(outcome, in_hospital)(world)
    if outcome == "closed":
        tell(world, "carer", transfer, minutes=45, kind="handoff", to="VDEM1")
    page.goto(f"/transfers/{transfer.pk}")
    page.get_by_role("link", name="Something else happened").click()
    page.get_by_role("link", name=PATHS[outcome].button, exact=True).click()
    if looks:
        looked_at(page, outcome)
    for name, said in FILLS[outcome].items():
        if name in CHOSEN:
            page.get_by_label(said, exact=True).check()
        else:
            page.locator(f"#{name}").fill(said)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded").first).to_be_visible(timeout=30_000)
    if looks:
        looked_at(page, f"{outcome}, told")
    transfer.refresh_from_db()
    assert outcome in transfer.outcomes
    free(world, transfer)


def free(world, transfer):
    """The journey is over, so that the same bag can go again."""
    if transfer.stage != "CLOSED":
        tell(world, "carer", transfer, minutes=10_000, kind="outcome", outcome="closed")


def a_death_is_said_confirmed_and_taken_back(world, page):
    transfer = in_hospital(world)
    page.goto(f"/transfers/{transfer.pk}")
    page.get_by_role("link", name="Something else happened").click()
    page.get_by_role("link", name="The resident has died").click()
    page.get_by_label("Not yet", exact=True).check()
    looked_at(page, "a death is said")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Is this the right person?")).to_be_visible()
    looked_at(page, "a death is confirmed")
    page.get_by_role("link", name="Nobody else is here: I confirm it alone").click()
    looked_at(page, "a death is confirmed alone")
    page.get_by_role("button", name="Yes, Peggy Jones has died").click()
    expect(page.get_by_text("Not told yet.").first).to_be_visible()
    looked_at(page, "after a death")
    page.goto("/")
    page.get_by_role("link", name="Ring St Mary's Hospital about Peggy Jones").click()
    page.get_by_role("link", name="It is a mistake: take it back").click()
    page.fill("#why", "Another patient of this name")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Everything stands as it did before.").first).to_be_visible()
    assert Transfer.objects.get(pk=transfer.pk).resident_is == ""


def looked_at(page, what):
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run()")["violations"]
    assert [(what, each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []
