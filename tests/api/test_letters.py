"""Letters on paper and by mail through the API: what the pages can do, programs can."""

import base64
import io

import pikepdf
import pytest

from redbag.discharges.files import file_of
from redbag.discharges.models import DischargeSummary, LetterCopy, MailedLetter
from redbag.journal.models import Entry
from tests.discharges.documents import pdf
from tests.discharges.mails import mail, with_pdf
from tests.documents.files import face
from tests.web.journeys import in_hospital, pack

pytestmark = pytest.mark.django_db
SAID = {"hospital": "RDEM1", "dated_on": "2026-01-20", "seen": ["name", "date_of_birth"]}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """The files of this test alone."""
    options = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    return tmp_path


def images(*contents):
    return [base64.b64encode(each).decode() for each in contents]


def test_photos_and_pdfs_are_filed_in_one_call(world, api):
    journey = in_hospital(world)
    call = f"residents/{world.peggy.pk}/copied-letters"
    body = SAID | {"images": images(face(), pdf(pages=2)), "transfer": journey.pk, "headings": {"diagnoses": "Flu"}}
    answer = api("carer").post(call, body)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["source"], told["pages"], told["hospital_name"]) == ("copied", 3, "St Mary's Hospital")
    assert (told["transfer"], told["dated_on"]) == (str(journey.pk), "2026-01-20")
    assert not LetterCopy.objects.exists()
    page = api("carer").get(f"discharge-summaries/{told['id']}/pages/3")
    assert page["Content-Type"] == "image/jpeg"
    assert api("carer").get(f"discharge-summaries/{told['id']}/pages/4").status_code == 404
    again = api("carer").post(call, SAID | {"images": images(face()), "replaces": told["id"]}).json()
    assert (again["follows"], again["version"], again["transfer"]) == (told["id"], 2, str(journey.pk))


def test_a_pdf_may_be_the_whole_body(world, api):
    address = f"residents/{world.peggy.pk}/copied-letters?hospital_name=Ward+7&no_date=yes&seen=name,nhs_number"
    answer = api("carer").call("POST", address, pdf(), content_type="application/pdf")
    assert answer.status_code == 201, answer.content
    assert answer.json()["hospital_name"] == "Ward 7"


def test_what_cannot_be_filed_is_refused_by_field_and_leaves_nothing(world, api):
    call, journey = f"residents/{world.peggy.pk}/copied-letters", pack(world, resident=world.arthur)
    for body, field in (
        ({"images": "no list"}, "images"),
        ({"images": ["not base64!"]}, "images"),
        ({"images": images(b"PK\3\4")}, "file"),
        ({"images": images(face()), "seen": ["date_of_birth"]}, "seen"),
        ({"images": images(face()), "hospital": "NOBODY"}, "hospital"),
        ({"images": images(face()), "dated_on": "2126-01-01"}, "dated_on"),
    ):
        answer = api("carer").post(call, SAID | body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert api("carer").post(call, SAID | {"images": images(face()), "transfer": journey.pk}).status_code == 404
    assert api("millbrook").post(call, SAID | {"images": images(face())}).status_code == 404
    assert api("ward").post(call, SAID | {"images": images(face())}).status_code == 404
    assert not DischargeSummary.objects.exists()
    assert not LetterCopy.objects.exists()


def test_a_letter_filed_with_the_wrong_resident_goes_on_to_the_right_one_or_is_gone(world, api):
    def filed():
        call = f"residents/{world.peggy.pk}/copied-letters"
        return api("carer").post(call, SAID | {"images": images(face())}).json()["id"]

    first, second = filed(), filed()
    call = f"discharge-summaries/{first}/not-theirs"
    assert api("carer").post(call, {"resident": world.arthur.pk}).status_code == 422  # nobody looked at the name
    assert api("carer").post(call, SAID | {"resident": world.nora.pk}).status_code == 404
    told = api("carer").post(call, SAID | {"resident": world.arthur.pk}).json()
    assert (told["filed"]["resident"], told["filed"]["state"]) == (str(world.arthur.pk), "sent")
    assert api("carer").post(f"discharge-summaries/{second}/not-theirs").json()["filed"] is None
    states = dict(DischargeSummary.objects.values_list("pk", "state"))
    assert sorted(states.values()) == ["sent", "superseded", "superseded"]
    assert not LetterCopy.objects.exists()


def test_a_mail_is_handed_in_once_and_settled(world, api):
    carer = api("carer")

    def hand_in(message):
        return carer.call("POST", "mail", message.as_bytes(), content_type="message/rfc822")

    message = with_pdf()
    first, second = hand_in(message), hand_in(message)
    assert (first.status_code, second.status_code, second.json()["outcome"]) == (201, 200, "seen_before")
    (row,) = carer.get("mailed-letters?waiting=true").json()["results"]
    assert [row["id"]] == first.json()["mailed_letters"]
    assert carer.get(f"mailed-letters/{row['id']}/file").content.startswith(b"%PDF-")
    assert api("millbrook").get("mailed-letters").json()["results"] == []
    assert carer.post(f"mailed-letters/{row['id']}/settle", {}).status_code == 422
    settled = carer.post(f"mailed-letters/{row['id']}/settle", SAID | {"resident": world.peggy.pk})
    assert settled.status_code == 200, settled.content
    summary = DischargeSummary.objects.get()
    assert (settled.json()["discharge_summary"], summary.source) == (str(summary.pk), "mailed")
    assert carer.post(f"mailed-letters/{row['id']}/settle", {"aside": "have_it"}).status_code == 409
    other = hand_in(mail(message_id="<two@nhs.net>")).json()["mailed_letters"][0]
    assert carer.post(f"mailed-letters/{other}/settle", SAID | {"resident": world.peggy.pk}).status_code == 409
    assert carer.post(f"mailed-letters/{other}/settle", {"aside": "not_a_letter"}).status_code == 200
    assert not MailedLetter.objects.filter(settled_at=None).exists()


def test_the_manager_opens_and_changes_the_address(world, api):
    assert api("carer").get("mailbox").json() == {"address": None, "opened_at": None}
    assert api("carer").post("mailbox").status_code == 403
    first = api("manager").post("mailbox").json()["address"]
    assert first.startswith("letters+oakview-")
    assert api("carer").get("mailbox").json()["address"] == first
    assert api("manager").post("mailbox").json()["address"] != first
    assert Entry.objects.filter(action__in=["mailbox.opened", "mailbox.changed"]).count() == 2


def test_the_return_note_is_one_page_whatever_went_with_them(world, api):
    things = [{"category": "other", "description": f"Thing number {n} with quite a long name"} for n in range(30)]
    journey = pack(world, items=things)
    answer = api("carer").get(f"transfers/{journey.pk}/return-note")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as note:
        assert len(note.pages) == 1
    assert Entry.objects.get(action="printed.return_note").resident_id == world.peggy.pk
    assert api("ward").get(f"transfers/{journey.pk}/return-note").status_code == 403


def test_the_return_note_that_came_back_is_marked_as_one_and_needs_no_date(world, api):
    body = {"hospital_name": "Ward 7, City Hospital", "seen": ["name", "date_of_birth"], "return_note": True}
    told = api("carer").post(f"residents/{world.peggy.pk}/copied-letters", body | {"images": images(face())}).json()
    assert (told["return_note"], told["dated_on"]) == (True, None)
    assert file_of(DischargeSummary.objects.get()).startswith(b"%PDF-")
