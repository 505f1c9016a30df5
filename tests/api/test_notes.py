"""Notes through the API."""

import pytest

from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_partner_writes_answers_and_reads_what_the_pages_show(world, api):
    transfer = in_hospital(world)
    address = f"transfers/{transfer.pk}/notes"
    asked = api("ward").post(address, {"words": "Does she wear glasses?"})
    assert asked.status_code == 201
    answered = api("carer").post(address, {"words": "For reading.", "answers": asked.json()["id"]})
    assert (answered.status_code, answered.json()["answers"]) == (201, asked.json()["id"])
    rows = api("ward").get(address).json()["results"]
    assert [(row["organisation"], row["words"], row["read_by"]) for row in rows] == [
        ("VDEM1", "For reading.", ""),
        ("RDEM1", "Does she wear glasses?", "Carer Tester"),
    ]
    read = api("ward").post(f"notes/{answered.json()['id']}/read")
    assert read.json()["read_by"] == "Ward Tester"
    assert api("northgate").get(address).status_code == 404
    assert api("crew").post(address, {"words": "Hello"}).status_code in (403, 404)


def test_a_partner_sets_in_how_many_minutes_a_ward_answers(world, api):
    ward = next(each for each in api("discharge").get("places").json()["results"] if each["name"] == "Ward 4B")
    kept = api("discharge").call("PATCH", f"places/{ward['id']}", {"reply_within": 120})
    assert (kept.status_code, kept.json()["reply_within"]) == (200, 120)
    assert api("discharge").call("PATCH", f"places/{ward['id']}", {"reply_within": 1}).status_code == 422
    assert api("manager").call("PATCH", f"places/{ward['id']}", {"reply_within": 120}).status_code == 404
