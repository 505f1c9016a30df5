"""Discharge summaries in the browser: the ward writes, the home reads."""

import io
import json
import re

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.journal.models import Entry
from tests.discharges.test_plain_words import on_record
from tests.web.journeys import in_hospital, pack

pytestmark = pytest.mark.django_db


def pdf(*, password: str = "") -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def upload(content: bytes, name: str = "letter.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def write(client, transfer, *, what="send", **fields):
    headings = {f"heading-{name}": text for name, text in fields.items() if name != "file"}
    file = {"file": fields["file"]} if "file" in fields else {}
    return client.post(f"/transfers/{transfer.pk}/discharge-summary", {"what": what, **headings, **file})


def take_on(client, summary, **said):
    """Open the page of a letter and press *I have read this*."""
    address = f"/discharge-summaries/{summary.pk}"
    opened = re.search(r'name="opened" value="([^"]+)"', client.get(address).content.decode())
    return client.post(f"{address}/read", {"opened": opened.group(1), **said})


@pytest.fixture
def transfer(world, at):
    return in_hospital(world)


@pytest.fixture
def sent(transfer, browser_of):
    write(
        browser_of("ward"),
        transfer,
        diagnoses="Broken hip",
        clinical_summary="Mended",
        medications_and_medical_devices="STOPPED: ramipril",
        plan_and_requested_actions="See the GP",
    )
    return DischargeSummary.objects.get()


def test_a_typed_summary_reaches_the_home(transfer, sent, browser_of):
    assert (sent.state, sent.texts()["diagnoses"]) == ("sent", "Broken hip")
    words = browser_of("carer").get("/discharge-summaries").content.decode()
    assert "Peggy Jones" in words.split("<h2>Read</h2>")[0]


def test_medicines_and_plan_come_first_and_every_heading_is_shown(sent, browser_of):
    page = browser_of("carer").get(f"/discharge-summaries/{sent.pk}").content.decode()
    words = page[page.index("The whole letter") :]
    order = ["STOPPED: ramipril", "See the GP", "Broken hip", "Mended", "I have read this"]
    places = [words.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "Not in this summary:" in words
    assert "allergies and adverse reactions" in words


def test_a_named_person_takes_it_on_and_the_ward_sees_who(sent, browser_of):
    carer, ward = browser_of("carer"), browser_of("ward")
    address = f"/discharge-summaries/{sent.pk}"
    assert "Not yet read" in ward.get(address).content.decode()
    carer.get(address)
    assert "Opened by Carer Tester, 03:50" in ward.get(address).content.decode()
    take_on(carer, sent, did="Told the GP")
    for reader in (ward, carer):
        words = reader.get(address).content.decode()
        assert "Read by Carer Tester, carer, 03:50 (not trained in medicines)" in words
        assert "They say: “Told the GP”" in words
    assert "I have read this" not in words
    assert "a colleague trained in medicines compares before and after: Manager Tester, Senior Tester." in words
    assert Acknowledgement.objects.get().name == "Carer Tester"


def test_it_is_taken_on_only_by_who_had_it_open(sent, browser_of):
    carer, senior = browser_of("carer"), browser_of("senior")
    page = senior.get(f"/discharge-summaries/{sent.pk}").content.decode()
    seniors = re.search(r'name="opened" value="([^"]+)"', page).group(1)
    for told in ({}, {"opened": "x"}, {"opened": seniors}):
        answer = carer.post(f"/discharge-summaries/{sent.pk}/read", told, follow=True)
        assert "Open it and read it to the end first" in answer.content.decode()
    assert Acknowledgement.objects.count() == 0
    take_on(senior, sent)
    assert Acknowledgement.objects.get().trained is True


def test_too_long_a_word_about_it_is_said_and_kept(sent, browser_of):
    answer = take_on(browser_of("carer"), sent, did="x" * 1001)
    assert answer.status_code == 422
    assert "Use at most 1,000 characters" in answer.content.decode()
    assert "x" * 1001 in answer.content.decode()
    assert Acknowledgement.objects.count() == 0


def test_the_ward_cannot_read_it_for_the_home(sent, browser_of):
    assert browser_of("ward").post(f"/discharge-summaries/{sent.pk}/read").status_code == 403
    assert Acknowledgement.objects.count() == 0


@pytest.mark.parametrize("who", ["northgate", "millbrook", "millbrook_manager"])
@pytest.mark.parametrize("then", ["", "/file", "/edit"])
def test_others_do_not_find_it(sent, browser_of, who, then):
    answer = browser_of(who).get(f"/discharge-summaries/{sent.pk}{then}")
    assert answer.status_code == 404
    assert "ramipril" not in answer.content.decode()


@pytest.mark.parametrize("who", ["crew", "auditor", "administrator"])
def test_roles_that_read_no_summaries_see_none(sent, browser_of, who):
    assert browser_of(who).get("/discharge-summaries").status_code == 403
    assert browser_of(who).get(f"/discharge-summaries/{sent.pk}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("carer", 403), ("northgate", 404), ("crew", 403)])
def test_only_the_hospital_writes(transfer, browser_of, who, status):
    assert write(browser_of(who), transfer, diagnoses="x").status_code == status
    assert DischargeSummary.objects.count() == 0


def test_a_draft_is_kept_changed_and_sent_and_the_home_sees_it_only_then(transfer, browser_of):
    ward, home = browser_of("ward"), browser_of("carer")
    answer = write(ward, transfer, what="draft", diagnoses="Broken")
    draft = DischargeSummary.objects.get()
    assert answer["Location"] == f"/discharge-summaries/{draft.pk}/edit"
    assert home.get(f"/discharge-summaries/{draft.pk}").status_code == 404
    assert "Broken</textarea>" in ward.get(answer["Location"]).content.decode()
    ward.post(answer["Location"], {"what": "send", "heading-diagnoses": "Broken hip"})
    draft.refresh_from_db()
    assert (draft.state, draft.texts()["diagnoses"]) == ("sent", "Broken hip")
    assert home.get(f"/discharge-summaries/{draft.pk}").status_code == 200


def test_who_writes_is_led_to_the_draft_that_was_begun(transfer, browser_of):
    ward, address = browser_of("ward"), f"/transfers/{transfer.pk}/discharge-summary"
    write(ward, transfer, what="draft", diagnoses="Broken")
    draft = f"/discharge-summaries/{DischargeSummary.objects.get().pk}/edit"
    assert draft in ward.get(f"/transfers/{transfer.pk}").content.decode()
    words = ward.get(address).content.decode()
    assert draft in words
    assert "<textarea" not in words
    assert "<textarea" in ward.get(address, {"new": ""}).content.decode()


def test_a_new_version_begins_with_the_words_of_the_one_before(transfer, sent, browser_of):
    words = browser_of("ward").get(f"/transfers/{transfer.pk}/discharge-summary").content.decode()
    assert "STOPPED: ramipril</textarea>" in words


def test_a_newer_version_puts_a_banner_on_the_older(transfer, sent, browser_of):
    write(browser_of("ward"), transfer, diagnoses="Broken left hip")
    words = browser_of("carer").get(f"/discharge-summaries/{sent.pk}").content.decode()
    assert "There is a newer one. Do not work from this." in words
    assert "Open version 2" in words
    assert "I have read this" not in words


def test_a_pdf_is_sent_opened_and_saved_by_the_home_alone(transfer, browser_of):
    write(browser_of("ward"), transfer, file=upload(pdf()), plan_and_requested_actions="Ring us")
    summary = DischargeSummary.objects.get()
    address = f"/discharge-summaries/{summary.pk}/file"
    opened, saved = (browser_of("carer").get(address + how) for how in ("", "?save"))
    for answer in (opened, saved):
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert opened["Content-Type"] == "application/pdf"
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert opened["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert browser_of("millbrook").get(address).status_code == 404
    assert "Ring us" in browser_of("carer").get(f"/discharge-summaries/{summary.pk}").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "This is not a PDF"),
        (b"", "This file is empty"),
        (pdf(password="secret"), "This PDF is locked"),
    ],
)
def test_a_bad_file_keeps_the_page_and_what_was_typed(transfer, browser_of, content, words):
    answer = write(browser_of("ward"), transfer, file=upload(content), diagnoses="Broken <hip>")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page
    assert "Broken &lt;hip&gt;</textarea>" in page
    assert "Choose the file again" in page
    assert DischargeSummary.objects.count() == 0


def test_a_file_over_the_limit_is_refused_in_words(transfer, browser_of, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    answer = write(browser_of("ward"), transfer, file=upload(pdf() + b"\0" * 1024 * 1024), diagnoses="Kept")
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    assert "Kept</textarea>" in answer.content.decode()


def test_nothing_typed_asks_for_something(transfer, browser_of):
    answer = write(browser_of("ward"), transfer)
    assert answer.status_code == 422
    assert "Write something under at least one heading" in answer.content.decode()


def test_html_in_a_summary_stays_text(transfer, browser_of):
    write(browser_of("ward"), transfer, diagnoses="<script>alert(1)</script>")
    summary = DischargeSummary.objects.get()
    words = browser_of("carer").get(f"/discharge-summaries/{summary.pk}").content.decode()
    assert "<script>alert" not in words
    assert "&lt;script&gt;alert(1)" in words


def test_every_look_at_a_summary_is_in_the_journal(sent, world, browser_of):
    browser_of("carer").get(f"/discharge-summaries/{sent.pk}")
    entry = Entry.objects.get(action="viewed.discharge")
    assert (entry.resident_id, entry.organisation_id) == (world.peggy.pk, world.oakview.pk)


def test_the_journey_shows_its_summary_to_both_sides(transfer, sent, browser_of):
    for who in ("carer", "ward"):
        words = browser_of(who).get(f"/transfers/{transfer.pk}").content.decode()
        assert f"/discharge-summaries/{sent.pk}" in words


def test_medicines_and_allergies_typed_one_by_one_come_first_at_the_home(world, transfer, browser_of):
    fields = {
        "what": "send",
        "heading-diagnoses": "Pneumonia",
        "heading-plan_and_requested_actions": "GP to check U&Es in 2 weeks. Ring the ward if more breathless.",
        "medicine-0-name": "Ramipril",
        "medicine-0-dose": "5 mg",
        "medicine-0-change": "stopped",
        "medicine-0-change_reason": "AKI",
        "medicine-2-name": "Levodopa",
        "medicine-2-do_not_stop": "Do not stop",
        "allergies_say": "listed",
        "allergy-0-agent": "Trimethoprim",
        "allergy-0-reaction": "rash",
    }
    browser_of("ward").post(f"/transfers/{transfer.pk}/discharge-summary", fields)
    summary = DischargeSummary.objects.get()
    assert [each["name"] for each in summary.read()["medicines"]] == ["Ramipril", "Levodopa"]
    assert summary.urgent_for == ["stopped_medicine", "new_allergy"]
    words = browser_of("carer").get(f"/discharge-summaries/{summary.pk}").content.decode()
    order = [
        "Allergies in this letter that are not on our record",
        "Trimethoprim: rash",
        "Do not stop",
        "Levodopa",
        "What changed",
        "Stopped by the hospital",
        "Ramipril, 5 mg",
        "Do today",
        "Call if",
        "The whole letter",
        "I have read this",
    ]
    places = [words.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_what_is_wrong_in_a_line_is_said_there_and_everything_typed_stays(transfer, browser_of):
    fields = {"what": "send", "heading-diagnoses": "Gout", "medicine-1-dose": "5 mg", "allergies_say": "listed"}
    answer = browser_of("ward").post(f"/transfers/{transfer.pk}/discharge-summary", fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#medicine-1-name"' in page
    assert "Say what it is called." in page
    assert 'value="5 mg"' in page
    assert "Gout</textarea>" in page
    assert DischargeSummary.objects.count() == 0


def test_more_lines_keep_what_was_typed_and_send_nothing(transfer, browser_of):
    fields = {"what": "more", "heading-diagnoses": "Gout", "medicine-0-name": "Ramipril"}
    page = browser_of("ward").post(f"/transfers/{transfer.pk}/discharge-summary", fields).content.decode()
    assert 'value="Ramipril"' in page
    assert "Medicine 8" in page
    assert DischargeSummary.objects.count() == 0


def test_the_ward_looks_at_it_before_it_is_sent(transfer, browser_of):
    ward = browser_of("ward")
    plan = "Carers please weigh weekly."
    answer = write(ward, transfer, what="look", plan_and_requested_actions=plan, file=upload(pdf()))
    draft = DischargeSummary.objects.get()
    page = ward.get(answer["Location"]).content.decode()
    assert draft.state == "draft"
    assert "This is a draft. The home does not see it." in page
    assert "What the home will see first" in page
    assert "The letter does not say when to call" in page
    assert browser_of("carer").get(answer["Location"]).status_code == 404
    ward.post(f"/discharge-summaries/{draft.pk}/edit", {"what": "look", "heading-diagnoses": "Gout"})
    draft.refresh_from_db()
    assert draft.file, "the PDF of a draft stays until somebody takes it out"
    ward.post(f"/discharge-summaries/{draft.pk}/send")
    draft.refresh_from_db()
    assert (draft.state, draft.texts()["diagnoses"]) == ("sent", "Gout")


def test_the_ward_sees_allergies_and_resuscitation_before_it_is_sent_but_nothing_of_the_homes_record(
    world, transfer, browser_of
):
    on_record(world, "present", "Penicillin", "Latex")
    answer = write(browser_of("ward"), transfer, what="look", clinical_summary="DNACPR was agreed on 3 May.")
    draft = DischargeSummary.objects.get()
    page = browser_of("ward").get(answer["Location"]).content.decode()
    assert "About resuscitation and limits of treatment" in page
    assert "We found no words about allergies either" in page
    draft.structured = json.dumps({"allergies": [{"agent": "Penicillin", "reaction": "Rash"}, {"agent": "Codeine"}]})
    draft.save(update_fields=["structured"])
    page = browser_of("ward").get(answer["Location"]).content.decode()
    first = page[page.index("What the home will see first") : page.index("<h2>To do</h2>")]
    assert first.index("Codeine") < first.index("Penicillin: Rash")
    assert "Latex" not in page


def test_a_letter_that_adds_stands_beside_the_one_before(transfer, sent, browser_of):
    browser_of("ward").post(
        f"/transfers/{transfer.pk}/discharge-summary",
        {"what": "send", "relation": "appends", "heading-investigation_results": "Culture negative"},
    )
    added = DischargeSummary.objects.get(version=2)
    carer = browser_of("carer")
    assert "This adds to an earlier letter." in carer.get(f"/discharge-summaries/{added.pk}").content.decode()
    words = carer.get(f"/discharge-summaries/{sent.pk}").content.decode()
    assert "Something was added to this letter" in words
    assert "I have read this" in words


def test_a_letter_for_somebody_still_at_home_asks_once_whether_it_is_the_right_patient(world, at, browser_of):
    waiting = pack(world)
    ward, address = browser_of("ward"), f"/transfers/{waiting.pk}/discharge-summary"
    page = ward.get(address).content.decode()
    assert "Is this the right patient?" in page
    assert "JONES, Margaret" in page
    assert '<form method="post" enctype' not in page
    assert "Or type by heading" in ward.get(f"{address}?sure").content.decode()


def test_a_letter_for_somebody_in_hospital_is_not_asked_about(transfer, browser_of):
    page = browser_of("ward").get(f"/transfers/{transfer.pk}/discharge-summary").content.decode()
    assert "Or type by heading" in page


def begun(client, address) -> str:
    return re.search(r'name="begun_from" value="([^"]*)"', client.get(address).content.decode()).group(1)


def test_who_writes_while_a_colleague_sends_is_told_once_and_keeps_what_they_typed(transfer, sent, browser_of):
    ward, here = browser_of("ward"), f"/transfers/{transfer.pk}/discharge-summary"
    mine = {"what": "send", "heading-diagnoses": "Gout too", "relation": "replaces", "begun_from": begun(ward, here)}
    write(browser_of("discharge"), transfer, diagnoses="Colleague")
    told = ward.post(here, mine)

    assert (told.status_code, DischargeSummary.objects.count()) == (422, 2)
    page = told.content.decode()
    assert "Somebody sent another version while this was being written" in page
    assert "Gout too" in page
    again = re.search(r'name="begun_from" value="([^"]*)"', page).group(1)
    assert ward.post(here, mine | {"begun_from": again}).status_code == 302
    assert DischargeSummary.objects.order_by("version").last().follows.version == 2


def test_a_draft_that_was_kept_while_a_colleague_sent_is_not_sent_in_one_press(transfer, sent, browser_of, at):
    ward = browser_of("ward")
    write(ward, transfer, what="look", diagnoses="Mine")
    draft = DischargeSummary.objects.get(state="draft")
    draft.written_at = sent.sent_at.replace(year=2020)
    draft.save(update_fields=["written_at"])
    ward.post(f"/discharge-summaries/{draft.pk}/send")
    draft.refresh_from_db()
    assert draft.state == "draft"
    edit = f"/discharge-summaries/{draft.pk}/edit"
    assert "after this one was begun" in ward.get(edit).content.decode()
    fields = {"what": "send", "heading-diagnoses": "Mine", "relation": "replaces", "begun_from": begun(ward, edit)}
    assert ward.post(edit, fields).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "sent"
