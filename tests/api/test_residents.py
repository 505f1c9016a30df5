"""Residents through the API: whom nobody may tell, usual things, two records of one person."""

import pytest

from redbag.residents.models import Resident
from redbag.residents.nhs_numbers import generate

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def twice(world):
    born = world.peggy.date_of_birth
    return Resident.objects.create(
        home=world.oakview, first_name="Margaret", last_name="Johns", date_of_birth=born, created_at=world.now
    )


def test_whom_nobody_may_tell_and_what_usually_goes_is_written_and_read(world, api):
    at = f"residents/{world.peggy.pk}"
    contacts = [{"name": "Bob", "do_not_tell": True}, {"name": "Anne", "phone": "1", "do_not_release": False}]
    items = [
        {"category": "glasses", "description": "brown"},
        {"category": "phone", "quantity": 2, "where": "alongside"},
    ]
    assert api("carer").call("PATCH", at, {"contacts": contacts, "usual_items": items}).status_code == 200
    told = api("carer").get(at).json()
    assert [(row["name"], row["do_not_tell"], row["do_not_release"]) for row in told["contacts"]] == [
        ("Bob", True, False),
        ("Anne", False, False),
    ]
    assert told["usual_items"] == [
        {"category": "glasses", "description": "brown", "quantity": 1, "where": "bag"},
        {"category": "phone", "description": "", "quantity": 2, "where": "alongside"},
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"contacts": [{"name": "Bob", "do_not_tell": "yes"}]},
        {"contacts": [{"do_not_tell": True}]},
        {"contacts": "Bob"},
        {"usual_items": [{"category": "gold"}]},
        {"usual_items": [{"category": "phone", "quantity": 0}]},
        {"usual_items": [{"category": "phone", "quantity": True}]},
        {"usual_items": [{"category": "phone", "where": "moon"}]},
        {"usual_items": [{"category": "phone", "description": "x" * 201}]},
        {"usual_items": {"category": "phone"}},
    ],
)
def test_what_cannot_be_is_refused_by_field(world, api, wrong):
    answer = api("carer").call("PATCH", f"residents/{world.peggy.pk}", wrong)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == list(wrong)


def test_two_records_of_one_person_are_joined_and_taken_apart(world, api, twice):
    at = f"residents/{world.peggy.pk}"
    body = {"other": str(twice.pk), "why": "Seen with her daughter"}
    assert api("carer").post(f"{at}/merge", body).status_code == 403
    assert api("millbrook_manager").post(f"{at}/merge", body).status_code == 404
    assert api("senior").post(f"{at}/merge", {"other": str(world.nora.pk), "why": "x"}).status_code == 404
    assert api("senior").post(f"{at}/merge", {"other": str(twice.pk)}).status_code == 422
    joined = api("senior").post(f"{at}/merge", body)
    assert joined.status_code == 201
    assert api("carer").get(f"residents/{twice.pk}").json()["merged_into"] == str(world.peggy.pk)
    assert api("carer").get(at).json()["merged_into"] is None
    again = api("senior").post(f"{at}/merge", body)
    assert (again.status_code, again.json()["code"]) == (409, "merged")
    written = api("carer").call("PATCH", f"residents/{twice.pk}", {"room": "3"})
    assert (written.status_code, written.json()["code"]) == (409, "merged")
    [listed] = api("manager").get(f"{at}/merge").json()["results"]
    assert (listed["id"], listed["other"], listed["undone_at"]) == (joined.json()["id"], str(twice.pk), None)
    undo = {"merge": listed["id"], "why": "Two sisters"}
    assert api("millbrook_manager").post(f"residents/{world.nora.pk}/unmerge", undo).status_code == 404
    apart = api("manager").post(f"residents/{twice.pk}/unmerge", undo)
    assert (apart.status_code, apart.json()["stays"]) == (200, [])
    assert api("carer").get(f"residents/{twice.pk}").json()["merged_into"] is None
    assert api("manager").post(f"{at}/unmerge", undo).json()["code"] == "not_merged"


def test_a_change_may_say_what_it_was_made_on_and_is_then_refused_when_that_is_old(world, api):
    at = f"residents/{world.peggy.pk}"
    seen = api("carer").get(at).json()["seen"]
    told = api("senior").call("PATCH", at, {"contacts": [{"name": "Bob", "do_not_tell": True}]})
    late = api("carer").call("PATCH", at, {"room": "9", "seen": seen})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    header = api("carer").call("PATCH", at, {"room": "9"}, If_Match=f'"{seen}"')
    assert header.status_code == 409
    now = told.json()["seen"]
    assert api("carer").call("PATCH", at, {"room": "9"}, If_Match=f'"{now}"').status_code == 200
    assert api("carer").call("PATCH", at, {"room": "10"}).status_code == 200


def test_which_number_stands_is_asked_for_through_the_api_too(world, api, twice):
    values = {"nhs_number": generate(7_000_001), "nhs_number_status": "verified"}
    assert api("carer").call("PATCH", f"residents/{twice.pk}", values).status_code == 200
    at, body = f"residents/{world.peggy.pk}/merge", {"other": str(twice.pk), "why": "Seen with her daughter"}
    asked = api("senior").post(at, body)
    assert (asked.status_code, list(asked.json()["errors"])) == (422, ["nhs_number"])
    assert api("senior").post(at, body | {"nhs_number": "other"}).status_code == 201
    assert api("carer").get(f"residents/{world.peggy.pk}").json()["nhs_number"] == generate(7_000_001)
