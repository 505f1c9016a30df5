"""What programs can do with papers and pictures: the same as the pages, with errors by field."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.documents.models import Document
from redbag.journal.models import Entry
from tests.discharges.documents import pdf
from tests.documents import files
from tests.web.journeys import taken_by_crew

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def form(caller, world, file, **values):
    chosen = {"file": SimpleUploadedFile("x.pdf", file)} if file is not None else {}
    path = f"/api/v1/residents/{world.peggy.pk}/documents"
    return caller.client.post(path, {**values, **chosen}, headers=caller.headers)


def body(caller, world, file, *, content_type, **said):
    asked = "&".join(f"{name}={value}" for name, value in said.items())
    return caller.post(f"residents/{world.peggy.pk}/documents?{asked}", file, content_type=content_type)


def test_a_paper_comes_as_a_form_and_is_told_by_what_is_kept(api, world):
    told = form(api("carer"), world, pdf(pages=2), kind="respect", title="Purple form", dated_on="2026-05-03")

    assert told.status_code == 201
    row = told.json()
    kept = Document.objects.get()
    wanted = {"id": str(kept.pk), "name": "Purple form", "pages": 2, "content_type": "application/pdf"}
    assert row | wanted == row
    assert (row["dated_on"], row["look_again_on"], row["is_decision"]) == ("2026-05-03", None, True)
    assert row["digest"] == kept.digest


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "application/octet-stream", "text/plain"])
def test_a_picture_comes_as_the_whole_body_whatever_it_is_called(api, world, content_type):
    told = body(api("carer"), world, files.face(), content_type=content_type, kind="photo")

    assert (told.status_code, told.json()["content_type"]) == (201, "image/jpeg")


@pytest.mark.parametrize(
    ("file", "values", "field"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"kind": "other"}, "file"),
        (files.huge_png(), {"kind": "other"}, "file"),
        (b"", {"kind": "other"}, "file"),
        (None, {"kind": "other"}, "file"),
        (files.face(), {}, "kind"),
        (files.face(), {"kind": "other", "dated_on": "soon"}, "dated_on"),
        (files.face(), {"kind": "other", "title": "a\0b"}, "title"),
        (pdf(), {"kind": "photo"}, "file"),
    ],
)
def test_what_cannot_be_kept_is_told_by_field(api, world, file, values, field):
    told = form(api("carer"), world, file, **values)

    assert told.status_code == 422
    assert told["Content-Type"] == "application/problem+json"
    assert list(told.json()["errors"]) == [field]
    assert not Document.objects.exists()


def test_a_file_of_the_same_key_is_kept_once(api, world):
    caller = api("carer")
    path = f"residents/{world.peggy.pk}/documents?kind=other"

    told = [
        caller.call("POST", path, files.face(), content_type="image/jpeg", Idempotency_Key="k1").json()
        for _ in range(2)
    ]

    assert told[0] == told[1]
    assert Document.objects.count() == 1


def test_the_list_counts_what_is_restricted_and_shows_it_to_few(api, world, add):
    open_one, hidden = add(kind="mar"), add("senior", kind="wound", restricted="true")
    path = f"residents/{world.peggy.pk}/documents"

    for_carer, for_senior = api("carer").get(path).json(), api("senior").get(path).json()

    assert ([each["id"] for each in for_carer["results"]], for_carer["hidden"]) == ([str(open_one.pk)], 1)
    assert [each["id"] for each in for_senior["results"]] == [str(open_one.pk), str(hidden.pk)]
    for way in ("", "/file", "/pages/1"):
        assert api("carer").get(f"documents/{hidden.pk}{way}").status_code == 404
        assert api("senior").get(f"documents/{hidden.pk}{way}").status_code == 200
        assert api("millbrook_manager").get(f"documents/{open_one.pk}{way}").status_code == 404


def test_a_file_and_its_pages_are_fetched_shut_in(api, world, add):
    kept = add(file=pdf(pages=2), kind="passport")

    file, page = (api("carer").get(f"documents/{kept.pk}/{way}") for way in ("file", "pages/2"))

    assert (file["Content-Type"], page["Content-Type"]) == ("application/pdf", "image/jpeg")
    assert file["Content-Disposition"].startswith("attachment")
    for answer in (file, page):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    assert api("carer").get(f"documents/{kept.pk}/pages/3").status_code == 404


def test_still_right_taking_off_and_bringing_back(api, world, add):
    chart, form_ = add(kind="mar", look_again_on="2026-01-01"), add("senior", kind="dnacpr")
    carer, senior = api("carer"), api("senior")

    assert carer.post(f"documents/{chart.pk}/still-right").json()["look_again_on"] > "2026-01-01"
    refused = carer.post(f"documents/{form_.pk}/still-right")
    assert (refused.status_code, refused.json()["code"]) == (409, "only_the_paper_says")
    assert carer.post(f"documents/{form_.pk}/remove", {"why": "old"}).status_code == 403
    assert list(senior.post(f"documents/{form_.pk}/remove", {}).json()["errors"]) == ["why"]
    assert senior.post(f"documents/{form_.pk}/remove", {"why": "old"}).json()["removed_why"] == "old"
    assert carer.get(f"documents/{form_.pk}").status_code == 404
    assert senior.post(f"documents/{form_.pk}/bring-back").json()["removed_at"] is None


def test_a_ward_and_a_crew_fetch_what_travels_and_the_photo_of_the_label(api, world, add):
    paper, photo = add(kind="dnacpr", file=pdf()), add(kind="photo")
    add("senior", kind="wound", restricted="true")
    transfer = taken_by_crew(world)
    token = world.token(world.bag)

    for who in ("ward", "crew"):
        told = api(who).get(f"transfers/{transfer.pk}/documents").json()
        assert [each["id"] for each in told["results"]] == [str(paper.pk), str(photo.pk)]
        assert api(who).get(f"transfers/{transfer.pk}/documents/{paper.pk}/file").status_code == 200
        assert api(who).get(f"transfers/{transfer.pk}/documents/{paper.pk}/pages/1").status_code == 200
        assert len(api(who).get(f"scan/{token}/photo?small=true").content) <= 8 * 1024
        assert api(who).get(f"documents/{paper.pk}").status_code in (403, 404)
    for way in (f"transfers/{transfer.pk}/documents", f"scan/{token}/photo"):
        assert api("northgate").get(way).status_code == 404
    assert api("carer").get(f"residents/{world.peggy.pk}/portrait").status_code == 200
    assert api("carer").get(f"residents/{world.arthur.pk}/portrait").status_code == 404


def test_a_photo_of_skin_sent_by_a_program_is_restricted_unless_it_says_not(api, world):
    told = [
        form(api("carer"), world, files.face(), kind="wound").json()["restricted"],
        body(api("carer"), world, files.face(), content_type="image/jpeg", kind="wound").json()["restricted"],
        form(api("carer"), world, files.face(), kind="wound", restricted="false").json()["restricted"],
    ]

    assert told == [True, True, False]


def test_a_program_of_a_senior_restricts_and_opens(api, world, add):
    kept = add()

    assert api("carer").call("PATCH", f"documents/{kept.pk}", {"restricted": True}).status_code == 403
    assert api("senior").call("PATCH", f"documents/{kept.pk}", {"restricted": True}).json()["restricted"] is True
    assert api("carer").call("PATCH", f"documents/{kept.pk}", {"restricted": False}).status_code == 404
    assert list(api("senior").call("PATCH", f"documents/{kept.pk}", {}).json()["errors"]) == ["restricted"]
    assert api("senior").call("PATCH", f"documents/{kept.pk}", {"restricted": False}).json()["restricted"] is False


def test_whoever_lists_what_travels_is_in_the_journal(api, world, add):
    add()
    transfer = taken_by_crew(world)

    api("ward").get(f"transfers/{transfer.pk}/documents")

    looked = Entry.objects.filter(action="viewed.transfer_documents", actor_id=world.people["ward"].pk)
    assert [(each.subject_id, each.resident_id) for each in looked] == [(transfer.pk, world.peggy.pk)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-1.4\n"]),
    st.binary(max_size=200),
    st.sampled_from(["image/jpeg", "application/pdf", "image/svg+xml", "application/x-anything"]),
)
def test_no_bytes_break_the_service(api, world, start, noise, content_type):
    told = body(api("carer"), world, start + noise, content_type=content_type, kind="other")

    assert told.status_code in (201, 422)
