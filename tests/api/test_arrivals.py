"""A hospital's system sends summaries without a journey, reads what became of them and settles what is held."""

import base64
import json

import pytest
from django.utils import timezone

from redbag.discharges.models import DischargeSummary
from redbag.organisations.actions import issue_key
from tests.api.test_calls import pack, problem
from tests.discharges.documents import pdf
from tests.discharges.sent import document

pytestmark = pytest.mark.django_db
THERE = "discharge-summaries"
FHIR = "application/fhir+json"
HEADINGS = {"clinical_summary": "Hip fixed.", "diagnoses": "Fractured hip"}


@pytest.fixture
def system(api, world):
    """The system of Northgate, a hospital with no journey here, with its organisation's key."""
    caller = api()
    key = issue_key(organisation=world.northgate, role="discharge", name="Their system", now=timezone.now())
    caller.headers = {"Authorization": f"Bearer {key}"}
    return caller


def named(resident, **changes):
    return {
        "nhs_number": resident.nhs_number,
        "date_of_birth": resident.date_of_birth.isoformat(),
        "first_name": resident.first_name,
        "last_name": resident.last_name,
    } | changes


def test_a_hospital_without_a_journey_sends_a_document_and_the_home_reads_it(api, world, system):
    sent = system.call("POST", THERE, document(world.peggy, name="a"), content_type=FHIR)
    body = sent.json()
    assert (sent.status_code, body["state"], body["home"], body["resident"]) == (201, "sent", None, None)
    told = json.dumps(body)
    assert not [each for each in ("Oakview", "VDEM1", "Mrs", "Peggy", "Park Surgery") if each in told]
    assert system.get(f"{THERE}/{body['id']}/document").status_code == 404  # it names her as the home knows her
    again = system.call("POST", THERE, document(world.peggy, name="a"), content_type=FHIR)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    [row] = api("carer").get(THERE).json()["results"]
    assert (row["id"], row["resident"]) == (body["id"], str(world.peggy.pk))
    assert api("millbrook").get(THERE).json()["results"] == api("ward").get(THERE).json()["results"] == []


def test_its_sender_is_told_that_a_file_could_not_be_read_and_took_no_place(api, world):
    there = f"transfers/{pack(api, world).json()['id']}/discharge-summaries"
    good = api("discharge").post(there, {"headings": HEADINGS}).json()
    broken = api("discharge").call("POST", there, b'{"resourceType":"Bundle"', content_type=FHIR).json()
    assert (broken["state"], broken["relation"], broken["follows"]) == ("sent", "", None)
    assert "takes no other letter" in broken["cautions"][0]
    assert broken["also_counting"] == [good["id"]]
    assert api("carer").get(f"{THERE}/{good['id']}").json()["state"] == "sent"


def test_headings_or_a_pdf_come_with_identifiers(world, system):
    typed = system.post(THERE, {"headings": HEADINGS, "identifiers": named(world.peggy), "home": "VDEM1"})
    assert (typed.status_code, typed.json()["state"]) == (201, "sent")
    file = base64.b64encode(pdf()).decode()
    filed = system.post(THERE, {"file": file, "identifiers": named(world.arthur)})
    assert (filed.json()["state"], filed.json()["form"]) == ("sent", "pdf")


def test_nobody_and_somebody_else_are_answered_alike(world, system):
    wishes = [
        named(world.peggy, nhs_number="9434765919"),
        named(world.peggy, date_of_birth="1936-03-04"),
        named(world.peggy, first_name="Arthur", last_name="Dale"),
        named(world.nora, first_name="Arthur", last_name="Dale"),
    ]
    answers = [system.post(THERE, {"headings": HEADINGS, "identifiers": wish, "home": "VDEM1"}) for wish in wishes]
    own = ("id", "written_at", "held_at")
    told = [{name: said for name, said in each.json().items() if name not in own} for each in answers]
    assert {each.status_code for each in answers} == {201}
    assert all(each == told[0] for each in told)
    assert (told[0]["state"], told[0]["held_for"], told[0]["home"]) == ("held", ["nobody"], None)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"headings"}),
        ({"headings": {}}, {"headings"}),
        ({"headings": HEADINGS, "identifiers": "Peggy"}, {"identifiers"}),
        ({"headings": HEADINGS, "identifiers": {"date_of_birth": "3 March"}}, {"identifiers.date_of_birth"}),
        ({"headings": HEADINGS, "ward": ["4B"]}, {"ward"}),
        ({"file": "not base64!"}, {"file"}),
        ({"file": base64.b64encode(b"hello").decode()}, {"file"}),
        ({"resourceType": "Bundle"}, {"body"}),
    ],
)
def test_what_is_no_summary_is_refused_by_field(world, system, body, fields):
    answer = system.post(THERE, body)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, fields)
    assert not DischargeSummary.objects.exists()


def test_only_hospitals_send(api, world):
    for who in ("carer", "manager", "crew", "auditor", "administrator"):
        assert problem(api(who).post(THERE, {"headings": HEADINGS})) == (403, "not_allowed")
    assert problem(api().post(THERE, {"headings": HEADINGS}))[0] == 401


def test_a_held_one_is_listed_for_its_hospital_and_settled(api, world):
    pack(api, world)
    wrong = document(world.peggy, nhs_number="9434765919", date=timezone.now().isoformat())
    held = api("discharge").call("POST", THERE, wrong, content_type=FHIR).json()
    [row] = api("ward").get(f"{THERE}?state=held").json()["results"]
    assert (row["id"], row["home"]) == (held["id"], None)
    settle = f"{THERE}/{held['id']}/settle"
    assert problem(api("northgate").post(settle, {"take_back": True}))[0] == 404
    assert problem(api("carer").post(settle, {"take_back": True}))[0] == 404
    assert problem(api("ward").post(settle, {})) == (422, "bad_input")
    wish = {"identifiers": named(world.peggy)}
    assert problem(api("ward").post(settle, wish)) == (409, "say_why")
    sent = api("ward").post(settle, wish | {"reason": "Read from the wristband"}).json()
    assert (sent["state"], sent["home"], sent["settled"]["by"]) == ("sent", "VDEM1", "Ward Tester")
    assert problem(api("ward").post(settle, wish)) == (409, "not_held")


def test_a_held_one_is_pointed_at_a_journey_or_taken_back(api, world):
    journey = pack(api, world).json()["id"]
    first, second = (
        api("ward").post(THERE, {"headings": HEADINGS, "identifiers": named(world.peggy, nhs_number="")}).json()
        for _ in range(2)
    )
    other = f"{THERE}/{first['id']}/settle"
    assert problem(api("ward").post(other, {"transfer": "x"}))[0] == 422
    assert problem(api("ward").post(other, {"transfer": first["id"]}))[0] == 404
    assert api("ward").post(other, {"transfer": journey}).json()["transfer"] == journey
    back = api("ward").post(f"{THERE}/{second['id']}/settle", {"take_back": True}).json()
    assert (back["state"], back["settled"]["taken_back"]) == ("held", True)


def test_under_a_journey_one_that_names_somebody_else_is_held_and_says_why(api, world):
    path = f"transfers/{pack(api, world).json()['id']}/discharge-summaries"
    answer = api("ward").call("POST", path, document(world.arthur), content_type=FHIR)
    assert (answer.status_code, answer.json()["state"]) == (201, "held")
    assert answer.json()["held_for"] == ["wrong_person", "nhs_number_differs", "name_differs"]
    assert api("carer").get(THERE).json()["results"] == []


def test_what_adds_to_the_one_before_stands_beside_it(api, world):
    path = f"transfers/{pack(api, world).json()['id']}/discharge-summaries"
    first = api("ward").post(path, HEADINGS).json()
    added = api("ward").post(path, {"headings": HEADINGS, "relation": "appends"}).json()
    assert (added["relation"], added["follows"]) == ("appends", first["id"])
    assert api("ward").get(f"{THERE}/{first['id']}").json()["state"] == "sent"
    assert problem(api("ward").post(path, {"headings": HEADINGS, "relation": "beats"}))[0] == 422
