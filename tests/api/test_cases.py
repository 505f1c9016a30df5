"""The API tells of what is not found yet what the pages tell, to the home and to whoever is asked."""

import uuid

import pytest

from redbag.transfers.case_models import Case, ItemPhoto
from redbag.transfers.story import tell as story_of
from tests.documents.files import face
from tests.web.journeys import in_hospital, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
GLASSES = {"category": "glasses", "description": "Brown frame", "marks": "PJ inside"}


@pytest.fixture
def case(world):
    transfer = in_hospital(world, items=[GLASSES])
    (glasses,) = story_of(transfer).items
    for minutes, state in ((45, "present"), (600, "missing")):
        tell(world, "ward", transfer, minutes=minutes, kind="check", items=[{"item": glasses.id, "state": state}])
    return Case.objects.get(transfer=transfer)


def test_the_home_reads_everything_and_whoever_is_asked_the_question_alone(api, world, case):
    (row,) = api("carer").get("cases?state=open").json()["results"]
    assert (row["id"], row["marks"], row["asked"]) == (str(case.pk), "PJ inside", "RDEM1")
    assert (row["due_on"], row["owner_name"], row["overdue"]) == ("2026-11-28", "Carer Tester", False)
    assert row["last_seen"]["by"] == "Ward Tester, St Mary's Hospital"
    asked = api("ward").get(f"cases/{case.pk}").json()
    assert asked.keys().isdisjoint({"owner", "owner_name", "due_on", "value_pence", "overdue"})
    assert asked["steps"] == []
    assert api("millbrook_manager").get("cases").json()["results"] == []
    assert api("millbrook_manager").get(f"cases/{case.pk}").status_code == 404


def test_a_case_is_changed_by_a_senior_and_refused_by_field(api, world, case):
    change = {"value_pence": 24999, "due_on": "2026-12-01", "owner": str(world.people["manager"].pk)}
    assert api("carer").call("PATCH", f"cases/{case.pk}", change).status_code == 403
    told = api("senior").call("PATCH", f"cases/{case.pk}", change).json()
    assert {name: told[name] for name in change} == change
    wrong = {"value_pence": -1, "due_on": "soon", "owner": str(world.people["ward"].pk), "outcome": "stolen"}
    answer = api("senior").call("PATCH", f"cases/{case.pk}", wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"value", "due_on", "owner", "outcome"}
    assert api("senior").call("PATCH", f"cases/{case.pk}", {"outcome": "replaced"}).json()["outcome"] == "replaced"
    assert api("senior").call("PATCH", f"cases/{case.pk}", {"outcome": ""}).json()["outcome"] is None


def test_a_step_sent_twice_is_one_and_each_side_says_its_own(api, world, case):
    step = {"id": str(uuid.uuid4()), "kind": "not_here", "words": "Looked in every drawer"}
    for _ in range(2):
        assert api("ward").post(f"cases/{case.pk}/steps", step).status_code == 201
    answers = [each for each in api("senior").get(f"cases/{case.pk}").json()["steps"] if each["kind"] == "not_here"]
    assert [each["words"] for each in answers] == ["Looked in every drawer"]
    assert api("carer").post(f"cases/{case.pk}/steps", {"kind": "here"}).status_code == 403
    assert api("ward").post(f"cases/{case.pk}/steps", {"kind": "sent_back"}).status_code == 422


def test_the_letter_comes_as_pdf_to_who_follows_cases(api, case):
    answer = api("senior").get(f"cases/{case.pk}/letter")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert api("carer").get(f"cases/{case.pk}/letter").status_code == 403


def test_a_photo_of_a_thing_is_sent_read_and_taken_off(api, world, case):
    path = f"transfers/{case.transfer_id}/items/{case.item}/photo"
    assert api("ward").get(path).status_code == 404
    sent = api("ward").call("POST", path, face(), content_type="image/jpeg")
    assert (sent.status_code, sent.json()["by"]) == (201, "Ward Tester")
    assert api("carer").get(path).content.startswith(b"\xff\xd8\xff")
    assert api("northgate").get(path).status_code == 404
    assert api("carer").call("DELETE", path).status_code == 204
    assert api("carer").get(path).status_code == 404
    assert ItemPhoto.objects.filter(removed_at=None).count() == 0


def test_controlled_drugs_are_counted_and_marks_come_back(api, world):
    pills = {"category": "medicines", "description": "Morphine", "controlled": True}
    body = {"resident": str(world.arthur.pk), "items": [pills]}
    assert api("carer").post("transfers", body).json()["errors"].keys() == {"items.0.counted"}
    (told,) = api("carer").post("transfers", {**body, "items": [pills | {"counted": 0}]}).json()["items"]
    assert (told["controlled"], told["counted"], told["marks"]) == (True, 0, "")
