"""What must be done after a stay, for programs; and lists of medicines typed beside a letter."""

import uuid

import pytest

from redbag.discharges.models import DischargeSummary, FollowUp
from tests.web.journeys import in_hospital

pytestmark = pytest.mark.django_db
BODY = {
    "headings": {"diagnoses": "Gout", "plan_and_requested_actions": "GP to check U&Es on 5/12/2026."},
    "medicines": [{"name": "Ramipril", "dose": "5 mg", "change": "stopped"}],
    "allergies": [{"agent": "Trimethoprim", "reaction": "rash"}],
}


@pytest.fixture
def sent(world, api):
    transfer = in_hospital(world)
    answer = api("ward").post(f"transfers/{transfer.pk}/discharge-summaries", BODY)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_lists_typed_beside_a_letter_are_kept_and_say_why_it_may_not_wait(sent):
    summary = DischargeSummary.objects.get()
    assert [each["name"] for each in summary.read()["medicines"]] == ["Ramipril"]
    assert summary.read()["allergies_say"] == "listed"
    assert sent["medicines"][0]["change"] == "stopped"
    assert set(DischargeSummary.objects.get().urgent_for) == {"stopped_medicine", "new_allergy"}


def test_a_list_that_cannot_be_is_refused_by_field(world, api):
    transfer = in_hospital(world)
    wrong = BODY | {"medicines": [{"dose": "5 mg"}]}
    answer = api("ward").post(f"transfers/{transfer.pk}/discharge-summaries", wrong)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"medicines.0.name"})


def test_what_a_letter_asks_for_is_listed_added_changed_done_and_undone(world, api, sent):
    senior = api("senior")
    address = f"discharge-summaries/{sent['id']}/follow-ups"
    [gp] = senior.get(address).json()["results"]
    assert (gp["text"], gp["owner"], gp["due_on"]) == ("GP to check U&Es on 5/12/2026.", "gp", "2026-12-05")
    made = senior.post(address, {"text": "Tell her daughter", "due_on": "2026-12-01"})
    assert (made.status_code, made.json()["owner"]) == (201, "home")
    assert senior.post(address, {"text": ""}).status_code == 422

    one = f"follow-ups/{gp['id']}"
    assert senior.call("PATCH", one, {"due_on": None, "owner_text": "Dr Hill"}).json()["owner_text"] == "Dr Hill"
    assert senior.post(f"{one}/undone", {"why": "x"}).status_code == 409
    done = senior.post(f"{one}/done", {"note": "Rang"}).json()
    assert (done["done_by"], done["note"]) == ("Senior Tester", "Rang")
    undone = senior.post(f"{one}/undone", {"why": "They never came"}).json()
    assert (undone["done_at"], undone["note"]) == (None, "They never came")
    assert FollowUp.objects.get(pk=gp["id"]).due_on is None


@pytest.mark.parametrize(("who", "status"), [("ward", 403), ("millbrook", 404), ("crew", 404)])
def test_only_the_home_reads_and_does_it(api, sent, who, status):
    assert api(who).get(f"discharge-summaries/{sent['id']}/follow-ups").status_code == status
    follow_up = FollowUp.objects.get()
    assert api(who).post(f"follow-ups/{follow_up.pk}/done", {}).status_code in (403, 404)
    assert api("senior").post(f"follow-ups/{uuid.uuid4()}/done", {}).status_code == 404
    follow_up.refresh_from_db()
    assert follow_up.done_at is None


def test_who_took_it_on_whether_trained_and_what_they_did_is_told(api, sent):
    address = f"discharge-summaries/{sent['id']}"
    api("senior").post(f"{address}/acknowledge", {"did": "Told the GP"})
    told = api("ward").get(address).json()["acknowledged"]
    assert (told["name"], told["trained"], told["did"]) == ("Senior Tester", True, "Told the GP")
