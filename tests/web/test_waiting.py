"""While the crew is on the way: who is in charge, what nobody said, what came after they left."""

from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.transfers.story import tell
from tests.web import journeys

pytestmark = pytest.mark.embedded


def words(response):
    return " ".join(response.content.decode().split())


def ready(transfer):
    return reverse("web:going_ready", args=[transfer.pk])


def test_a_shift_change_is_one_tap_or_one_name_and_is_in_the_journal(world, browser_of):
    transfer = journeys.pack(world)
    shift = reverse("web:going_shift", args=[transfer.pk])
    assert "In charge here: not said yet" in words(browser_of("carer").get(ready(transfer)))
    browser_of("carer").post(shift, {"me": "yes"})
    assert "In charge here: Carer Tester" in words(browser_of("senior").get(ready(transfer)))
    browser_of("senior").post(shift, {"in_charge": "Night nurse Obi"})
    transfer.refresh_from_db()
    assert transfer.reason == {"in_charge": "Night nurse Obi"}
    who = Entry.objects.filter(action="transfer.added_to").order_by("id").values_list("actor_id", flat=True)
    assert list(who) == [world.people["carer"].pk, world.people["senior"].pk]
    told_by = sorted(line.fact.by_name for line in tell(transfer).lines)
    assert told_by == ["Carer Tester", "Carer Tester", "Senior Tester"]


def test_a_shift_change_without_a_name_says_so_and_changes_nothing(world, browser_of):
    transfer = journeys.pack(world)
    answer = browser_of("carer").post(reverse("web:going_shift", args=[transfer.pk]), {"in_charge": " "})
    assert answer.status_code == 422
    assert "Who is in charge now? Type a name." in words(answer)
    transfer.refresh_from_db()
    assert transfer.reason == {}


def test_what_nobody_said_is_named_and_goes_away_when_it_is_said(world, browser_of):
    transfer, client = journeys.pack(world, destination=None, no_bag=True), browser_of("carer")
    gaps = client.get(ready(transfer)).context["not_said"]
    named = ("Allergies", "Why they are going", "When they were last seen well", "Which hospital", "Which bag")
    assert [gap for gap in named if gap not in gaps] == []
    client.post(
        reverse("web:going_why", args=[transfer.pk]), {"concern": "Fell", "destination": "RDEM1", "was-destination": ""}
    )
    gaps = client.get(ready(transfer)).context["not_said"]
    assert "Why they are going" not in gaps
    assert "Which hospital" not in gaps


def test_what_was_added_after_leaving_is_marked_with_how_long_after(world, browser_of, at):
    transfer = journeys.taken_by_crew(world)  # ten minutes after the world began
    at(30)
    client = browser_of("carer")
    client.post(reverse("web:going_why", args=[transfer.pk]), {"concern": "She is allergic to latex"})
    page = words(client.get(ready(transfer)))
    assert "Added 20 minutes after leaving" in page
    assert "She is allergic to latex" in page


def test_the_page_leads_to_vital_signs_and_comes_back(world, browser_of):
    transfer, client = journeys.pack(world), browser_of("carer")
    observe = reverse("web:observations", args=[world.peggy.pk])
    page = words(client.get(ready(transfer)))
    assert f'href="{observe}?next={ready(transfer)}"' in page
    signs = {"respiratory_rate": "18", "next": ready(transfer), "form": str(uuid4())}
    assert client.post(observe, signs)["Location"] == ready(transfer)
