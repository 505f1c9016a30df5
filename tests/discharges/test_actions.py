import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage

from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.models import Delivery, Letter
from redbag.discharges import actions, sending
from redbag.discharges.files import file_of
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.transfers.models import Party, Transfer
from tests.discharges.conftest import LATER, SAID
from tests.discharges.documents import armed, fhir_json, fhir_xml, pdf, words_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def seen_by(world, who):
    return list(DischargeSummary.objects.visible_to(world.actor(who), now=LATER).order_by("version"))


def test_a_summary_is_sent_at_once_with_what_the_service_knows_filled_in(write, journey, world):
    summary, number = write(), world.peggy.nhs_number

    assert (summary.version, summary.state, summary.sent_at) == (1, "sent", LATER)
    summary.refresh_from_db()
    assert [(section.title, section.text) for section in summary.sections()] == [
        (
            "Patient demographics",
            "\n".join(
                [
                    "JONES, Margaret (Mrs)",
                    "preferred name Peggy",
                    "Born 03-Mar-1936",
                    f"NHS number {number[:3]} {number[3:6]} {number[6:]}",
                    "Lives at Oakview",
                ]
            ),
        ),
        ("Diagnoses", "Pneumonia"),
        ("Clinical summary", "Better. Home today."),
        ("Person completing record", "Discharge Tester, St Mary's Hospital"),
    ]
    assert [heading.slug for heading in summary.missing()] == ["gp_practice", "allergies_and_adverse_reactions"]


def test_what_the_hospital_says_of_the_patient_stands(write):
    assert write(headings=SAID | {"patient_demographics": "Mrs Jones"}).texts()["patient_demographics"] == "Mrs Jones"


def test_html_is_text_like_any_other(write):
    nasty = "<script>alert(1)</script> BP < 100 & falling"

    assert write(headings={"diagnoses": nasty}).texts()["diagnoses"] == nasty


def test_headings_are_encrypted_at_rest(write):
    summary = write()
    row = DischargeSummary.objects.raw("SELECT id, headings AS raw FROM redbag_dischargesummary")[0]

    assert "Pneumonia" in summary.headings
    assert "Pneumonia" not in row.raw


def test_the_inbox_and_every_endpoint_get_the_news_in_the_same_breath(write, world, journey):
    endpoint, _ = add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="webhook",
        address="https://hooks.example.org/",
        events=[],
        fallback_of=None,
        now=LATER,
    )
    summary = write()

    [letter] = Letter.objects.filter(type__startswith="discharge")
    assert letter.type == "discharge_summary.available"
    assert letter.organisation == world.oakview
    assert letter.path == f"/api/v1/discharge-summaries/{summary.pk}"
    said = {"transfer": str(journey.pk), "version": 1, "follows": None, "relation": ""}
    assert letter.ids == {"discharge_summary": str(summary.pk)} | said
    assert {(delivery.endpoint, delivery.state) for delivery in summary.deliveries()} == {
        (None, "DELIVERED"),
        (endpoint, "DUE"),
    }


def test_a_new_version_supersedes_the_one_before_and_changes_nothing_in_it(write):
    first = write()
    second = write(headings={"diagnoses": "Pneumonia and gout"}, now=LATER + timedelta(hours=1))
    first.refresh_from_db()

    assert (first.version, first.state, first.sent_at) == (1, "superseded", LATER)
    assert first.texts()["diagnoses"] == "Pneumonia"
    assert (second.version, second.state) == (2, "sent")
    assert list(Letter.objects.order_by("written_at").values_list("type", flat=True)) == [
        "discharge_summary.available",
        "discharge_summary.replaced",
    ]
    assert list(DischargeSummary.objects.sent()) == [second]


def test_a_draft_supersedes_nothing_and_tells_nobody(write, world):
    sent = write()
    draft = write(draft=True)

    assert (draft.version, draft.state, draft.sent_at) == (2, "draft", None)
    assert list(DischargeSummary.objects.sent()) == [sent]
    assert Letter.objects.count() == 1


def test_only_the_hospital_that_writes_a_draft_sees_it(write, world, journey):
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=False)
    draft = write(draft=True)

    assert seen_by(world, "discharge") == seen_by(world, "ward") == [draft]
    for who in ("northgate", "carer", "manager", "millbrook", "crew", "auditor"):
        assert seen_by(world, who) == []


def test_a_sent_summary_is_seen_by_the_home_and_the_hospitals_of_the_journey(write, world, journey):
    summary = write()

    assert seen_by(world, "carer") == seen_by(world, "ward") == [summary]
    for who in ("northgate", "millbrook", "crew", "auditor"):
        assert seen_by(world, who) == []
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=False)
    assert seen_by(world, "northgate") == [summary]


def test_a_draft_can_be_changed_and_then_sent(write, world):
    draft = write(draft=True, headings={}, now=LATER - timedelta(hours=2))
    discharge = world.actor("discharge")
    with pytest.raises(BadInput):
        actions.send_draft(actor=discharge, summary=draft, now=LATER)
    actions.change_draft(
        actor=world.actor("ward"), summary=draft, headings={"diagnoses": "Gout"}, file=None, form="headings", now=LATER
    )
    sent = actions.send_draft(actor=discharge, summary=draft, now=LATER)

    sent.refresh_from_db()
    assert (sent.state, sent.version, sent.written_by_name) == ("sent", 1, "Ward Tester")
    assert sent.texts()["diagnoses"] == "Gout"
    for late in (
        lambda: actions.send_draft(actor=discharge, summary=draft, now=LATER),
        lambda: actions.change_draft(
            actor=discharge, summary=draft, headings=SAID, file=None, form="headings", now=LATER
        ),
    ):
        with pytest.raises(Refused) as refused:
            late()
        assert refused.value.code == "not_a_draft"


def test_an_old_draft_sent_after_a_newer_summary_becomes_the_newest(write, world):
    draft, sent = write(draft=True), write()
    latest = actions.send_draft(actor=world.actor("discharge"), summary=draft, now=LATER)
    sent.refresh_from_db()

    assert (sent.version, sent.state) == (2, "superseded")
    assert (latest.pk, latest.version, latest.state) == (draft.pk, 3, "sent")


def test_a_pdf_is_cleaned_and_kept_with_its_digest(write):
    summary = write(headings=None, file=pdf(pages=2, change=armed), form="pdf")
    file = file_of(summary)

    with default_storage.open(summary.file) as kept:
        assert b"%PDF" not in kept.read()
    assert summary.file_hash == hashlib.sha256(file).hexdigest()
    assert "js-open" not in words_of(file)
    with pikepdf.open(io.BytesIO(file)) as document:
        assert len(document.pages) == 2
    assert (summary.texts(), summary.missing()) == ({}, [])


@pytest.mark.parametrize(("form", "file"), [("fhir_json", fhir_json()), ("fhir_xml", fhir_xml())])
def test_a_fhir_document_is_read_and_the_original_kept(write, form, file):
    summary = write(headings=None, file=file, form=form)
    assert file_of(summary) == file
    texts = {
        "diagnoses": "Anything\nPneumonia\nType 2 diabetes & gout",
        "allergies_and_adverse_reactions": "Penicillin | rash\nNuts",
        "clinical_summary": "Better\nHome",
    }
    assert texts.items() <= summary.texts().items()
    assert [heading.slug for heading in summary.missing()] == ["gp_practice"]


def test_the_file_of_a_draft_that_is_written_anew_is_gone(write, world, files, django_capture_on_commit_callbacks):
    draft = write(draft=True, headings=None, file=pdf(), form="pdf")
    before = draft.file
    with django_capture_on_commit_callbacks(execute=True):
        changed = actions.change_draft(
            actor=world.actor("ward"), summary=draft, headings=None, file=pdf(pages=2), form="pdf", now=LATER
        )

    assert not default_storage.exists(before)
    assert default_storage.exists(changed.file)


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        ({"form": "word"}, {"form"}),
        ({"headings": {}}, {"headings"}),
        ({"headings": {"diagnoses": "  "}}, {"headings"}),
        ({"headings": {"diagnoses": "x" * 20_001}}, {"headings.diagnoses"}),
        ({"form": "pdf"}, {"file"}),
        ({"form": "pdf", "file": b"no"}, {"file"}),
        ({"form": "fhir_json", "file": b"no"}, {"file"}),
        ({"form": "fhir_xml", "file": b"no"}, {"file"}),
    ],
)
def test_what_cannot_be_taken_leaves_nothing_behind(write, files, wish, fields):
    with pytest.raises(BadInput) as wrong:
        write(**wish)

    assert set(wrong.value.errors) == fields
    assert not DischargeSummary.objects.exists()
    assert not Letter.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_only_a_hospital_of_this_journey_may_write(write, world, journey):
    for who, place in (
        ("carer", world.oakview),
        ("manager", world.oakview),
        ("crew", world.lifeline),
        ("auditor", world.area),
        ("northgate", world.stmarys),
        ("northgate", world.northgate),
    ):
        with pytest.raises(NotAllowed):
            write(actor=world.actor(who), organisation=place)
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=True)
    assert write(actor=world.actor("northgate"), organisation=world.northgate).organisation == world.northgate


def test_another_hospital_of_the_journey_cannot_touch_a_draft(write, world, journey):
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=True)
    draft = write(draft=True)
    northgate = world.actor("northgate")
    for forbidden in (
        lambda: actions.send_draft(actor=northgate, summary=draft, now=LATER),
        lambda: actions.change_draft(
            actor=northgate, summary=draft, headings=SAID, file=None, form="headings", now=LATER
        ),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_closed_transfer_still_takes_a_summary(write, journey):
    Transfer.objects.filter(pk=journey.pk).update(stage="CLOSED", closed_at=LATER)

    assert write().state == "sent"


def test_the_first_opening_at_the_home_is_noted(write, world):
    summary = write()
    assert list(DischargeSummary.objects.unread()) == [summary]
    ward, carer, senior = (world.actor(who) for who in ("ward", "carer", "senior"))

    assert not actions.opened(actor=ward, summary=summary, now=LATER)
    assert not actions.opened(actor=world.actor("millbrook"), summary=summary, now=LATER)
    assert actions.opened(actor=carer, summary=summary, now=LATER + timedelta(minutes=1))
    assert not actions.opened(actor=senior, summary=summary, now=LATER + timedelta(minutes=2))

    summary.refresh_from_db()
    assert (summary.opened_at, summary.opened_by_name) == (LATER + timedelta(minutes=1), "Carer Tester")
    assert list(DischargeSummary.objects.unread()) == []


def test_a_draft_is_not_opened(write, world):
    assert not actions.opened(actor=world.actor("carer"), summary=write(draft=True), now=LATER)


def test_a_named_person_acknowledges_once(write, world):
    summary = write()
    assert list(DischargeSummary.objects.awaiting_acknowledgement()) == [summary]
    first = actions.acknowledge(actor=world.actor("carer"), summary=summary, name="Somebody", role="king", now=LATER)
    again = actions.acknowledge(
        actor=world.actor("senior"), summary=summary, name=None, role=None, now=LATER + timedelta(hours=1)
    )

    assert (first.name, first.role, first.by, first.at) == ("Carer Tester", "carer", world.people["carer"], LATER)
    assert again == first
    assert Acknowledgement.objects.count() == 1
    assert list(DischargeSummary.objects.awaiting_acknowledgement()) == []
    assert list(DischargeSummary.objects.unread()) == []


def test_an_organisations_key_brings_the_name_and_role(write, world, key_of):
    summary, key = write(), key_of(world.oakview, "senior")
    for name, role, fields in (
        (None, None, {"name", "role"}),
        ("Ana Lima", " ", {"role"}),
        ("", "nurse", {"name"}),
        ("x" * 151, "x" * 61, {"name", "role"}),
        (3, ["nurse"], {"name", "role"}),
    ):
        with pytest.raises(BadInput) as wrong:
            actions.acknowledge(actor=key, summary=summary, name=name, role=role, now=LATER)
        assert set(wrong.value.errors) == fields
    done = actions.acknowledge(actor=key, summary=summary, name=" Ana Lima ", role="nurse", now=LATER)

    assert (done.name, done.role, done.by) == ("Ana Lima", "nurse", None)


def test_only_what_is_sent_and_current_is_acknowledged(write, world):
    carer = world.actor("carer")
    draft, first = write(draft=True), write()
    second = write()
    for summary, state in ((draft, "draft"), (first, "superseded")):
        with pytest.raises(Refused) as refused:
            actions.acknowledge(actor=carer, summary=summary, name=None, role=None, now=LATER)
        assert (refused.value.code, refused.value.facts) == ("summary_not_current", {"state": state})
    assert actions.acknowledge(actor=carer, summary=second, name=None, role=None, now=LATER)


def test_an_acknowledgement_stands_after_a_newer_version_came(write, world):
    carer, summary = world.actor("carer"), write()
    first = actions.acknowledge(actor=carer, summary=summary, name=None, role=None, now=LATER)
    newer = write()

    assert actions.acknowledge(actor=carer, summary=summary, name=None, role=None, now=LATER) == first
    assert list(DischargeSummary.objects.awaiting_acknowledgement()) == [newer]


def test_only_the_home_acknowledges(write, world, key_of):
    summary = write()
    for actor in (*(world.actor(who) for who in ("ward", "discharge", "millbrook", "administrator", "crew")), None):
        with pytest.raises(NotAllowed):
            actions.acknowledge(actor=actor, summary=summary, name="A", role="b", now=LATER)


def test_every_step_is_in_the_journal_and_nothing_of_what_was_said(write, world, journey):
    before = Entry.objects.count()
    draft = write(draft=True)
    discharge = world.actor("discharge")
    actions.change_draft(actor=discharge, summary=draft, headings=SAID, file=None, form="headings", now=LATER)
    actions.send_draft(actor=discharge, summary=draft, now=LATER)
    actions.acknowledge(actor=world.actor("carer"), summary=draft, name=None, role=None, now=LATER)

    entries = list(Entry.objects.order_by("pk"))[before:]
    assert [(entry.action, entry.organisation_id) for entry in entries] == [
        ("discharge.written", world.stmarys.pk),
        ("discharge.changed", world.stmarys.pk),
        ("discharge.sent", world.stmarys.pk),
        ("discharge.opened", world.oakview.pk),
        ("discharge.acknowledged", world.oakview.pk),
    ]
    assert {(entry.subject_id, entry.resident_id) for entry in entries} == {(draft.pk, world.peggy.pk)}
    assert "Pneumonia" not in str([entry.facts for entry in entries])


def test_what_the_journal_cannot_write_is_not_sent(write, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(sending, "record", full)
    with pytest.raises(OSError, match="disk full"):
        write()
    assert not DischargeSummary.objects.exists()
    assert not Letter.objects.exists()
    assert not Delivery.objects.exists()
