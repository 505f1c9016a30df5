"""Still right: only what is old or missing, named by name, one tap each or one for all that was shown."""

from datetime import date

import pytest
from django.urls import reverse

from redbag.documents.models import Document
from redbag.journal.models import Entry
from redbag.summaries.actions import write_sections
from tests.web import journeys

pytestmark = pytest.mark.embedded
DAY = 24 * 60


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def old(world, browser_of, at):
    """Peggy's sections of 40 days ago, of which *care* and *medicines* are old; the page; the carer's browser."""
    contents = {
        "care": {"lifting": "Two people"},
        "medicines": {"items": [{"name": "Donepezil"}]},
        "normal": {"mobility": "Walks with a frame"},
        "legal": {"dols_state": "authorised"},
        "resuscitation": {
            "recommendation": "do_not_attempt",
            "papers": [{"kind": "DNACPR", "review_on": "2026-12-01"}],
        },
    }
    write_sections(
        actor=world.actor("senior"),
        resident=world.peggy,
        contents=contents,
        seen=dict.fromkeys(contents, 0),
        now=world.now,
    )
    at(40 * DAY)
    client = browser_of("carer")
    transfer = journeys.pack(world, minutes=40 * DAY)
    return reverse("web:going_still_right", args=[transfer.pk]), client


def shown(client, page):
    return [f"{each['name']}.{each['version']}" for each in client.get(page).context["old"]]


def test_what_is_old_is_shown_with_its_content_and_all_of_it_is_right_in_one_tap(world, old):
    page, client = old
    html = words(client.get(page))
    assert "Two people" in html
    assert "Donepezil" in html
    assert "Walks with a frame" not in html  # asked for after 90 days
    assert sorted(shown(client, page)) == ["care.1", "medicines.1"]
    answer = client.post(page, {"all": "yes", "shown": shown(client, page)})
    assert answer["Location"] == page.replace("still-right", "bag")
    assert shown(client, page) == []
    told = Entry.objects.filter(action="summary.verified")
    assert sorted(entry.facts["sections"][0] for entry in told) == ["care", "medicines"]


def test_all_still_right_counts_only_what_was_above_the_button(world, old):
    page, client = old
    read = shown(client, page)
    care = {"care": {"lifting": "Hoist"}}
    row = world.peggy.current_sections.get(section="care")
    write_sections(
        actor=world.actor("senior"), resident=world.peggy, contents=care, seen={"care": 1}, now=row.verified_at
    )  # changed meanwhile, and old all the same
    client.post(page, {"all": "yes", "shown": read})
    assert shown(client, page) == ["care.2"]
    client.post(page, {"all": "yes"})
    assert shown(client, page) == ["care.2"]


def test_what_is_missing_is_named(old):
    page, client = old
    html = words(client.get(page))
    assert "Allergies and bad reactions:</strong> nobody has filled this in yet" in html
    assert "Eating, moving and care:</strong> Swallowing, food and drink, Continence, catheter" in html
    assert "How well we know them" not in html  # a section that never asks


def test_what_the_home_has_to_do_is_there_and_a_decision_past_its_review_still_counts(old):
    page, client = old
    html = words(client.get(page))
    assert "tell the DoLS team" in html
    assert "Review was due 1 Dec 2026; ask a clinician. The decision stands until then." in html


def test_papers_to_look_at_again_are_named_and_restricted_ones_only_to_those_who_may(world, old, browser_of):
    page, client = old
    for title, on, restricted in (
        ("Care plan of May", date(2026, 12, 1), False),
        ("Next year's passport", date(2027, 6, 1), False),
        ("Photo of the wound", date(2026, 12, 1), True),
    ):
        Document.objects.create(
            resident=world.peggy,
            kind="care_plan",
            title=title,
            content_type="application/pdf",
            file="x",
            digest="x",
            size=1,
            pages=1,
            look_again_on=on,
            restricted=restricted,
            added_at=world.now,
            added_by_name="Senior Tester",
        )
    html = words(client.get(page))
    assert "Care plan of May: " in html
    assert "Next year" not in html
    assert "Photo of the wound" not in html
    assert "Photo of the wound: " in words(browser_of("senior").get(page))


def test_it_never_blocks(old):
    page, client = old
    assert f'href="{page.replace("still-right", "bag")}"' in words(client.get(page))
