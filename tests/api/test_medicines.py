"""Medicines before and after, for programs: the same rules as on the page, and never complete too early."""

from datetime import timedelta

import pytest

from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import Membership
from redbag.reconciliations.models import Decision, Reconciliation
from tests.api.test_openapi import document, fits
from tests.reconciliations.conftest import AFTER, KINDS, compared, gone, letter, world
from tests.world import NOW

__all__ = ["compared", "document", "gone", "letter", "world"]
pytestmark = pytest.mark.django_db
RANG = {
    "way": "rang",
    "outcome": "give",
    "asked": "ward",
    "asked_name": "Sister Byrne",
    "asked_at": (NOW + timedelta(hours=1)).isoformat(),
    "answer": "Keep giving it.",
    "seen": 0,
}
DOCTOR = {"name": "Dr Osei", "role": "Pharmacist", "organisation": "St Mary's", "number": "01632 960001"}


@pytest.fixture
def path(letter):
    return f"discharge-summaries/{letter(now=NOW).pk}/medicines"


def test_the_whole_way_is_never_complete_before_the_second_check(api, path, document):
    senior = api("senior")
    before = senior.get(path).json()
    assert (before["begun"], before["complete"]) == (False, False)
    assert [each["name"] for each in before["after"]] == [row["name"] for row in AFTER]
    begun = senior.post(path)
    assert begun.status_code == 201
    told = begun.json()
    assert ([each["kind"] for each in told["lines"]], told["complete"]) == (KINDS, False)
    for line in told["lines"]:
        way = RANG if line["kind"] in ("not_mentioned", "new_to_us") else {"way": "as_letter", "seen": 0}
        answer = senior.post(f"medicines-lines/{line['id']}/decision", way)
        assert answer.status_code == 201, answer.json()
        assert answer.json()["complete"] is False
    kept = f"reconciliations/{told['id']}"
    assert senior.post(f"{kept}/use").json()["code"] == "not_complete"
    assert senior.post(f"{kept}/second-check", {}).status_code == 403
    checked = senior.post(f"{kept}/second-check", {"clinician": DOCTOR})
    assert checked.json()["complete"] is True
    used = senior.post(f"{kept}/use")
    assert used.json()["used_by"] == "Senior Tester"
    assert senior.post(f"{kept}/list", {"version": 1}).status_code == 200
    shape = "/api/v1/discharge-summaries/{id}/medicines"
    assert fits(document, shape, "get", senior.get(path)) == []


def test_silence_decides_nothing_and_the_untrained_and_programs_may_not(world, api, path):
    told = api("carer").post(path).json()
    silent = next(each for each in told["lines"] if each["kind"] == "not_mentioned")
    address = f"medicines-lines/{silent['id']}/decision"
    refused = api("carer").post(address, {})
    assert (refused.status_code, "trained in medicines" in refused.json()["detail"]) == (403, True)
    wrong = api("senior").post(address, {"way": "as_letter", "seen": 0})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["way"])
    assert api("millbrook_manager").post(address, RANG).status_code == 404
    assert not Decision.objects.exists()


def test_who_was_slower_is_told_who_decided(api, path):
    told = api("senior").post(path).json()
    address = f"medicines-lines/{told['lines'][0]['id']}/decision"
    api("senior").post(address, {"way": "as_letter", "seen": 0})
    late = api("manager").post(address, {**RANG, "gives": "before"})
    assert (late.status_code, late.json()["code"]) == (409, "decided_meanwhile")
    assert "Senior Tester" in late.json()["detail"]


def test_a_letter_taken_off_counts_for_nothing_and_its_mar_chart_is_undone(world, api, path):
    senior, told = api("senior"), api("senior").post(path).json()
    kept = f"reconciliations/{told['id']}"
    assert senior.post(f"{kept}/put-back").json()["code"] == "not_taken_off"
    Reconciliation.objects.update(used_at=NOW, used_by_name="Senior Tester")
    taken = {"source": "copied", "organisation": world.oakview, "state": "superseded", "settled_at": NOW}
    DischargeSummary.objects.update(**taken)
    assert senior.post(f"{kept}/list", {"version": 1}).json()["code"] == "summary_not_current"
    shown = senior.get(path).json()
    assert (shown["set_aside"], shown["complete"], "undo it, ring the GP" in shown["words"]) == (True, False, True)
    back = senior.post(f"{kept}/put-back").json()
    assert (back["set_aside"], back["used_at"], back["lines"]) == (True, None, [])


def test_a_letter_without_a_list_is_typed_and_put_right(api, letter):
    path = f"discharge-summaries/{letter(medicines=None, now=NOW).pk}/medicines"
    assert api("carer").get(path).json()["after"] is None
    assert api("carer").post(path).status_code == 422
    assert api("carer").post(path, {"medicines": [{"name": "Senna", "dose": "15 mg"}]}).status_code == 201
    kept = Reconciliation.objects.get()
    right = {"medicines": [{"name": "Senna", "dose": "7.5 mg"}]}
    assert api("carer").post(f"reconciliations/{kept.pk}/typed", right).status_code == 200


def test_who_is_trained_is_shown_and_set_by_the_manager(world, api):
    carer = Membership.objects.get(user=world.people["carer"])
    listed = api("manager").get("people").json()["results"]
    assert {each["name"]: each["medicines_trained"] for each in listed}["Carer Tester"] is False
    assert "Millbrook Tester" not in {each["name"] for each in listed}
    assert api("senior").call("PATCH", f"people/{carer.pk}", {"medicines_trained": True}).status_code == 403
    answer = api("manager").call("PATCH", f"people/{carer.pk}", {"medicines_trained": True})
    assert answer.json()["medicines_trained"] is True
    assert api("millbrook_manager").call("PATCH", f"people/{carer.pk}", {"medicines_trained": True}).status_code == 404
    (post,) = api("carer").get("me").json()["memberships"]
    assert post["medicines_trained"] is True
