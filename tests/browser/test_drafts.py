"""What somebody types is there again, whatever happens to the page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from redbag.drafts.models import Draft
from redbag.residents.models import Resident
from redbag.summaries.models import CurrentSection
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.models import Transfer
from tests.browser.conftest import STARTING
from tests.web.journeys import pack
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "She fell at two, in the bathroom"


def sign_in(page, base, who, onward):
    page.goto(f"{base}/sign-in?next={onward}")
    page.fill("#email", f"{who}@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()  # what the device kept is wiped first


def opened(browser, base, who, onward):
    """A browser of its own, signed in."""
    page = browser.new_context().new_page()
    sign_in(page, base, who, onward)
    return page


def kept(page):
    expect(page.locator(".rb-draft__state")).to_contain_text("Kept", timeout=8_000)


def test_words_survive_a_crash_and_are_nobody_elses(world, browser, live_server):
    transfer = pack(world)
    why = f"/going/{transfer.pk}/why"
    first = opened(browser, live_server.url, "carer", why)
    first.locator("#concern").press_sequentially(WORDS)
    kept(first)
    first.context.close()
    second = opened(browser, live_server.url, "carer", why)
    expect(second.locator(".rb-draft")).to_contain_text("are back. They are not saved yet.")
    expect(second.locator("#concern")).to_have_value(WORDS)
    other = opened(browser, live_server.url, "senior", why)
    expect(other.locator("#concern")).to_have_value("")
    expect(other.locator(".rb-draft")).to_have_count(0)
    second.get_by_role("button", name="Save and go on").click()
    second.wait_for_url("**/still-right")
    second.goto(live_server.url + why)
    expect(second.locator("#concern")).to_have_value(WORDS)
    expect(second.locator(".rb-draft")).to_have_count(0)
    for page in (second, other):
        page.context.close()


def test_words_survive_a_sign_out_in_between(world, browser, live_server):
    form = f"/residents/{world.peggy.pk}/sections/medicines"
    page = opened(browser, live_server.url, "carer", form)
    page.locator("#items-0-name").press_sequentially("Apixaban")
    kept(page)
    sign_out(page)
    sign_in(page, live_server.url, "senior", form)
    expect(page.locator("#items-0-name")).to_have_value("")
    sign_out(page)
    sign_in(page, live_server.url, "carer", form)
    expect(page.locator("#items-0-name")).to_have_value("Apixaban")
    page.context.close()


def end_session(page):
    for cookie in page.context.cookies():
        if "session" in cookie["name"]:
            page.context.clear_cookies(name=cookie["name"])


def test_words_typed_after_the_session_ended_stay_in_the_tab_for_the_same_person_only(world, browser, live_server):
    form = f"/residents/{world.peggy.pk}/sections/medicines"
    page = opened(browser, live_server.url, "carer", form)
    page.wait_for_load_state("networkidle")
    end_session(page)
    page.locator("#items-0-name").press_sequentially("Apixaban")
    state = page.locator(".rb-draft__state")
    expect(state).to_contain_text("You are signed out. Your words are kept in this tab", timeout=8_000)
    expect(state.get_by_role("link", name="Sign in")).to_be_visible()
    assert not Draft.objects.exists()
    sign_in(page, live_server.url, "senior", form)
    expect(page.locator("#items-0-name")).to_have_value("")
    sign_out(page)
    sign_in(page, live_server.url, "carer", form)
    expect(page.locator("#items-0-name")).to_have_value("Apixaban")
    expect(page.locator(".rb-draft")).to_contain_text("are back")
    kept(page)
    page.context.close()


@pytest.mark.parametrize("press", [False, True])
def test_words_survive_a_page_that_leaves_for_the_sign_in_before_they_were_kept(world, browser, live_server, press):
    page = opened(browser, live_server.url, "carer", f"/residents/{world.peggy.pk}/observations")
    page.wait_for_load_state("networkidle")
    end_session(page)
    page.locator("#pulse").press_sequentially("88")  # the score asks the service, which asks to sign in
    if press:
        page.get_by_role("button", name="Save vital signs").click()
    page.locator("#email").fill("carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#pulse")).to_have_value("88")
    page.context.close()


def test_without_connection_it_says_so_and_keeps_trying(world, browser, live_server):
    page = opened(browser, live_server.url, "carer", f"/residents/{world.peggy.pk}/sections/medicines")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#items-0-name").press_sequentially("Apixaban")
    expect(page.locator(".rb-draft__state")).to_contain_text("Not kept: no connection", timeout=8_000)
    page.context.set_offline(False)
    kept(page)
    page.context.close()


def test_thrown_away_put_back_and_thrown_away(world, browser, live_server):
    form = f"/residents/{world.peggy.pk}/edit"
    page = opened(browser, live_server.url, "carer", form)
    page.locator("#room").press_sequentially("14")
    kept(page)
    page.goto(live_server.url + form)
    expect(page.locator("#room")).to_have_value("14")
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator("#room")).to_have_value("")
    page.get_by_role("button", name="Put them back").click()
    expect(page.locator("#room")).to_have_value("14")
    kept(page)
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator(".rb-draft")).to_contain_text("Thrown away.")
    page.goto(live_server.url + form)
    expect(page.locator("#room")).to_have_value("")
    expect(page.locator("#first_name")).to_have_value("Margaret")
    page.context.close()


def test_more_rows_than_the_form_begins_with_come_back(world, browser, live_server):
    form = f"/residents/{world.peggy.pk}/sections/medicines"
    page = opened(browser, live_server.url, "carer", form)
    for number in range(4):
        row = page.locator(f"#items-{number}-name")
        if not row.count():
            page.get_by_role("button", name="Add another").first.click()
        row.press_sequentially(f"Medicine {number}")
    kept(page)
    page.context.close()
    again = opened(browser, live_server.url, "carer", form)
    for number in range(4):
        expect(again.locator(f"#items-{number}-name")).to_have_value(f"Medicine {number}")
    again.locator("#section-form .rb-actions button[type=submit]").first.click()
    again.wait_for_url("**#medicines")
    (row,) = CurrentSection.objects.filter(section="medicines")
    assert [each["name"] for each in row.content["items"]] == [f"Medicine {number}" for number in range(4)]
    again.context.close()


def save(page):
    page.locator("#section-form .rb-actions button[type=submit]").first.click()


def allergies():
    row = CurrentSection.objects.get(section="allergies")
    return [each["agent"] for each in row.content["items"]]


@pytest.fixture
def overtaken(world, browser, live_server):
    """B wrote Latex while A saved Penicillin, and has just seen both: B's page, and where the form is."""
    form = f"/residents/{world.peggy.pk}/sections/allergies"
    late = opened(browser, live_server.url, "carer", form)
    late.wait_for_load_state("networkidle")
    first = opened(browser, live_server.url, "senior", form)
    first.locator("[name=status][value=present]").check()
    first.locator("#items-0-agent").fill("Penicillin")
    save(first)
    first.wait_for_url("**#allergies")
    first.context.close()
    late.locator("[name=status][value=present]").check()
    late.locator("#items-0-agent").press_sequentially("Latex")
    yield late, form
    late.context.close()


@pytest.mark.parametrize(("kept_first", "more"), [(False, True), (True, False)])
def test_words_that_come_back_after_a_colleague_saved_never_wipe_what_they_saved(
    world, overtaken, live_server, kept_first, more
):
    page, form = overtaken
    if kept_first:
        kept(page)
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("saved this at")
    if more:
        page.get_by_role("button", name="Add another").first.click()
    kept(page)
    for _ in range(2):
        page.goto(f"{live_server.url}/board")
        page.goto(live_server.url + form)
        expect(page.locator("#items-0-agent")).to_have_value("Latex")
        expect(page.locator(".rb-draft")).to_contain_text("Somebody else saved this form meanwhile")
        save(page)
        expect(page.get_by_role("alert")).to_contain_text("saved this at")
        expect(page.locator("section[aria-labelledby=theirs]")).to_contain_text("Penicillin")
        assert allergies() == ["Penicillin"]
        kept(page)
    save(page)
    page.wait_for_url("**#allergies")
    assert allergies() == ["Latex"]


def test_a_row_that_comes_back_says_nothing_of_the_row_that_stood_there(world, overtaken, live_server):
    page, form = overtaken
    kept(page)
    page.goto(live_server.url + form)
    row = page.locator(".rb-rows__row").first
    expect(row.locator("#items-0-agent")).to_have_value("Latex")
    expect(row).not_to_contain_text("91936005")
    expect(row).not_to_contain_text("Penicillin")
    expect(page.locator("#items-0-code")).to_have_value("")
    expect(page.get_by_role("button", name="Take away Latex")).to_have_count(1)
    page.get_by_role("button", name="Throw away").click()
    expect(row.locator("#items-0-agent")).to_have_value("Penicillin")
    expect(page.get_by_role("button", name="Take away Penicillin")).to_have_count(1)
    expect(page.locator("#items-0-code")).to_have_value("91936005")


def test_what_a_colleague_wrote_meanwhile_stands_when_words_about_why_come_back(world, browser, live_server):
    transfer = pack(world)
    why = f"/going/{transfer.pk}/why"
    page = opened(browser, live_server.url, "carer", why)
    page.locator("#concern").press_sequentially(WORDS)
    kept(page)
    add_to_transfer(
        actor=world.actor("senior"),
        transfer=transfer,
        values={"reason": {"concern": "Short of breath", "action": "Gave oxygen"}},
        now=world.now,
    )
    for _ in range(2):
        page.goto(live_server.url + why)
        expect(page.locator("#concern")).to_have_value(WORDS)
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_role("alert")).to_contain_text("Short of breath")
        transfer.refresh_from_db()
        assert transfer.reason["concern"] == "Short of breath"
        kept(page)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/still-right")
    transfer.refresh_from_db()
    assert (transfer.reason["concern"], transfer.reason["action"]) == (WORDS, "Gave oxygen")
    page.context.close()


def test_what_a_colleague_changed_in_the_resident_meanwhile_is_shown_before_words_that_come_back(
    world, browser, live_server
):
    form = f"/residents/{world.peggy.pk}/edit"
    page = opened(browser, live_server.url, "carer", form)
    page.locator("#room").press_sequentially("9")
    kept(page)
    Resident.objects.filter(pk=world.peggy.pk).update(gp_practice="Elm Street")
    for _ in range(2):
        page.goto(live_server.url + form)
        expect(page.locator("#room")).to_have_value("9")
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this")
        expect(page.locator("section[aria-labelledby=theirs]")).to_contain_text("Elm Street")
        kept(page)
    assert Resident.objects.get(pk=world.peggy.pk).gp_practice == "Elm Street"
    page.context.close()


@pytest.mark.parametrize("arrives", [True, False])
def test_a_form_sent_while_its_page_loads_waits_for_what_keeps_its_words_but_not_for_long(
    world, browser, live_server, arrives
):
    why, sent, held = f"/going/{pack(world).pk}/why", [], []
    page = browser.new_context(service_workers="block").new_page()
    sign_in(page, live_server.url, "carer", "/")
    page.wait_for_url(f"{live_server.url}/")
    page.remove_locator_handler(page.locator(STARTING))
    page.context.route("**/modules/draft.js", lambda route: held.append(route))
    page.on("request", lambda request: request.method == "POST" and request.url.endswith(why) and sent.append(why))
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(hours=1))
    page.goto(live_server.url + why)
    page.locator("#concern").fill(WORDS)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#concern")).to_have_value(WORDS)
    assert sent == []
    if arrives:
        held.pop().continue_()
    else:
        page.clock.run_for(3_000)
    page.wait_for_url("**/still-right")
    assert Transfer.objects.get().reason["concern"] == WORDS
