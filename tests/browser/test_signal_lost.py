"""The signal goes on the page of a patient: what protects stays readable, and a press is kept or honestly refused."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from redbag.summaries.actions import write_sections
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.handover_codes import code_at
from redbag.transfers.models import Fact
from tests.browser.test_offline import eventually, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

KEPT = "() => Boolean(document.querySelector('[data-kept]') && navigator.serviceWorker.controller)"
STORED = """() => new Promise((give) => {
  const asked = indexedDB.open("redbag")
  asked.onsuccess = () => {
    const rows = asked.result.transaction("kept").objectStore("kept").getAllKeys()
    rows.onsuccess = () => give(JSON.stringify(rows.result))
  }
})"""


@pytest.fixture
def journey(world):
    write_sections(
        actor=world.actor("carer"),
        resident=world.peggy,
        contents={"resuscitation": {"recommendation": "do_not_attempt"}},
        seen={},
        now=timezone.now() - timedelta(hours=1),
    )
    packing = Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys, items=({"category": "glasses"},))
    return pack_bag(actor=world.actor("carer"), packing=packing, now=timezone.now() - timedelta(minutes=30))[0]


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    return {**browser_context_args, "base_url": live_server.url, "viewport": {"width": 390, "height": 844}}


def kept(page):
    eventually(page, lambda: page.evaluate(KEPT), True)


def test_a_crew_that_only_opened_the_page_reads_it_without_a_signal_and_what_they_press_is_kept(
    world, journey, page, context
):
    sign_in(page, "crew")
    label = f"/b/{world.token(world.bag)}"
    page.goto(label)
    kept(page)
    assert "Margaret" not in page.evaluate(STORED)
    context.set_offline(True)
    page.get_by_role("button", name="I have this bag").click()
    expect(page.get_by_text("may have changed")).to_be_visible()
    assert page.url.endswith(label)
    expect(page.get_by_role("heading", name="JONES, Margaret")).to_be_visible()
    expect(page.get_by_text("Do NOT attempt CPR").first).to_be_visible()
    expect(page.get_by_text("does not know")).to_have_count(0)
    assert page.locator(".ro script, .ro img").count() == 0
    page.get_by_role("button", name="I have this bag").click()
    expect(page.get_by_text("Saved on this tablet at")).to_be_visible()
    context.set_offline(False)
    eventually(page, lambda: Fact.objects.filter(kind="handoff", to=world.lifeline).count(), 1)
    expect(page.get_by_text("Sent: the service has it since")).to_be_visible()
    expect(page.get_by_text("Saved on this tablet at")).to_have_count(0)
    expect(page.get_by_role("button", name="I have this bag")).to_have_count(0)
    page.get_by_role("link", name="Open the page again").click()
    expect(page.get_by_text("You have this bag")).to_be_visible()


def test_a_crew_without_an_account_reads_on_and_is_told_that_a_press_is_not_kept(world, journey, page, context):
    page.goto(f"/visit/{journey.pk}")
    page.fill("#code", code_at(journey, timezone.now())[0])
    page.fill("#name", "Jo Bloggs")
    page.get_by_label("Paramedic", exact=True).check()
    page.get_by_label("Lifeline Ambulance Service").check()
    page.fill("#registration", "pa 123456")
    page.get_by_role("button", name="Open the patient's page").click()
    expect(page.get_by_role("heading", name="JONES, Margaret")).to_be_visible()
    kept(page)
    context.set_offline(True)
    expect(page.get_by_role("button", name="No signal: this is not kept")).to_be_disabled()
    expect(page.get_by_text("What you press now is not kept")).to_contain_text(world.oakview.phone)
    page.reload()
    expect(page.get_by_text("may have changed")).to_be_visible()
    expect(page.get_by_role("heading", name="JONES, Margaret")).to_be_visible()
    expect(page.get_by_text("Do NOT attempt CPR").first).to_be_visible()
    expect(page.get_by_text("What you press now is not kept")).to_contain_text(world.oakview.phone)
    expect(page.get_by_role("button", name="No signal: this is not kept")).to_be_disabled()
    context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="I have this bag").click()
    expect(page.get_by_text("You have this bag").first).to_be_visible()
    journey.refresh_from_db()
    journey.closed_at, journey.stage = timezone.now(), "CLOSED"
    journey.save(update_fields=["closed_at", "stage"])
    page.reload()
    expect(page.get_by_role("heading", name="This page has ended")).to_be_visible()
    eventually(page, lambda: '"page"' in page.evaluate(STORED), False)
