"""The hospital sends a discharge summary through the API; the home reads and acknowledges it."""

import pikepdf
import pytest
from django.utils import timezone

from redbag.organisations.actions import issue_key
from tests.api.test_calls import handoff, pack, problem

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
HEADINGS = {
    "clinical_summary": "Hip fixed.",
    "diagnoses": "Fractured hip",
    "allergies_and_adverse_reactions": "None known",
}


@pytest.fixture
def path(api, world):
    return f"transfers/{pack(api, world).json()['id']}/discharge-summaries"


def pdf(tmp_path):
    made = pikepdf.new()
    made.add_blank_page()
    made.save(tmp_path / "letter.pdf")
    return (tmp_path / "letter.pdf").read_bytes()


def test_a_summary_by_heading_is_sent_at_once_read_and_acknowledged(api, world, path):
    sent = api("discharge").post(path, HEADINGS)
    body = sent.json()
    assert (sent.status_code, body["version"], body["state"]) == (201, 1, "sent")
    assert [(each["channel"], each["state"]) for each in body["deliveries"]] == [("inbox", "DELIVERED")]
    there = f"discharge-summaries/{body['id']}"
    assert api("ward").get(there).json()["opened_at"] is None
    read = api("carer").get(there).json()
    assert (read["headings"]["clinical_summary"], read["missing_headings"]) == ("Hip fixed.", ["gp_practice"])
    done = api("carer").post(there + "/acknowledge").json()
    assert (done["name"], done["role"]) == ("Carer Tester", "carer")
    assert api("ward").get(there).json()["acknowledged"]["name"] == "Carer Tester"
    assert api("senior").post(there + "/acknowledge").json()["name"] == "Carer Tester"


def test_a_draft_is_the_hospitals_own(api, world, path):
    body = api("ward").post(path, {"headings": HEADINGS, "draft": True}).json()
    assert (body["state"], body["deliveries"]) == ("draft", [])
    assert problem(api("carer").get(f"discharge-summaries/{body['id']}"))[0] == 404


def test_a_later_version_supersedes_the_first(api, world, path):
    first, second = (api("ward").post(path, HEADINGS).json() for _ in range(2))
    assert second["version"] == 2
    assert api("carer").get(f"discharge-summaries/{first['id']}").json()["state"] == "superseded"
    assert problem(api("carer").post(f"discharge-summaries/{first['id']}/acknowledge")) == (409, "summary_not_current")


def test_a_pdf_is_taken_and_given_back(api, world, path, tmp_path):
    body = api("ward").call("POST", path, pdf(tmp_path), content_type="application/pdf").json()
    assert (body["form"], body["state"]) == ("pdf", "sent")
    file = api("carer").get(f"discharge-summaries/{body['id']}/file")
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert problem(api("millbrook").get(f"discharge-summaries/{body['id']}/file"))[0] == 404


@pytest.mark.parametrize(
    ("file", "expected"),
    [(b"", 422), (b"hello, this is no PDF", 422), (b"%PDF-1.7 broken", 422), (b"%PDF-" + b"0" * 30_000_000, 413)],
    ids=["empty", "not a PDF", "broken", "30 MB"],
)
def test_a_file_that_is_no_letter_is_refused_with_a_word(api, world, path, file, expected):
    answer = api("ward").call("POST", path, file, content_type="application/pdf")
    assert problem(answer)[0] == expected


def test_only_a_hospital_of_this_transfer_writes(api, world, path):
    assert problem(api("northgate").post(path, HEADINGS))[0] == 404
    assert problem(api("carer").post(path, HEADINGS)) == (403, "not_allowed")
    api("crew").post("facts", handoff(world, "RDEM9"))
    assert problem(api("crew").post(path, HEADINGS)) == (403, "not_allowed")


def test_an_organisations_key_says_who_has_read_it(api, world, path):
    summary = api("ward").post(path, HEADINGS).json()
    system = api()
    key = issue_key(organisation=world.oakview, role="senior", name="Care system", now=timezone.now())
    system.headers = {"Authorization": f"Bearer {key}"}
    there = f"discharge-summaries/{summary['id']}/acknowledge"
    assert problem(system.post(there)) == (422, "bad_input")
    done = system.post(there, {"name": "Ana Petrova", "role": "senior carer"})
    assert done.json()["name"] == "Ana Petrova"


def test_the_hospital_does_not_see_where_the_home_has_its_news_sent(api, world, path):
    api("manager").post("endpoints", {"kind": "webhook", "address": "http://127.0.0.1:9/secret-path", "events": []})
    body = api("ward").post(path, HEADINGS)
    assert sorted(each["channel"] for each in body.json()["deliveries"]) == ["inbox", "webhook"]
    assert "secret-path" not in body.content.decode()
