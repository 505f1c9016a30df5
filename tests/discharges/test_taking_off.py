"""A letter filed with the wrong resident is taken off: nothing of it goes on, and what it had replaced counts again."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from redbag.deliveries.actions import CannotReplay, add_endpoint, replay_delivery
from redbag.deliveries.channels import fhir
from redbag.deliveries.minding import replay_all
from redbag.deliveries.models import Delivery, Letter
from redbag.deliveries.sending import push
from redbag.discharges import arriving, copying, filing
from redbag.discharges.copy_pages import add_pages, pages_in
from redbag.discharges.files import all_or_nothing, file_of, keep_letter, pages_of
from redbag.discharges.mail import take_mail
from redbag.discharges.mail_settling import file_mailed
from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.discharges.taking_off import SOMEBODY_ELSES, take_off
from redbag.errors import BadInput
from tests.deliveries.receiver import receiving
from tests.discharges.conftest import LATER
from tests.discharges.documents import pdf
from tests.discharges.mails import with_pdf
from tests.documents.files import face

pytestmark = pytest.mark.django_db
PLAN = "GP to check Arthur's kidneys in 1 week"
SAID = {"hospital": "RDEM1", "dated_on": "2026-01-20", "seen": ["name", "date_of_birth"]}
SAID |= {"headings": {"plan_and_requested_actions": PLAN}}


@pytest.fixture
def filed(world):
    """File a letter on paper with Peggy."""

    def filing_one(*, minutes=0, **more) -> DischargeSummary:
        wish = {"resident": world.peggy, "files": [pdf()], "values": SAID, "now": LATER + timedelta(minutes=minutes)}
        return copying.copy_at_once(actor=world.actor("carer"), **wish | more)

    return filing_one


@pytest.fixture
def off(world):
    """Take a letter off an hour later."""

    def taking(summary, *, to=None, minutes=60) -> LetterCopy | None:
        now = LATER + timedelta(minutes=minutes)
        return take_off(actor=world.actor("carer"), summary=summary, belongs_to=to, now=now)

    return taking


@pytest.fixture
def server(world):
    """A FHIR server of the home."""
    with receiving() as one:
        one.endpoint, _ = add_endpoint(
            actor=world.actor("manager"),
            organisation=world.oakview,
            kind="fhir",
            address=one.address,
            events=[],
            fallback_of=None,
            now=LATER,
        )
        yield one


def kept(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def test_its_pages_wait_by_themselves_beside_a_copy_that_somebody_has_begun(world, filed, off):
    carer = world.actor("carer")
    begun = copying.begin_copy(actor=carer, resident=world.arthur, now=LATER)
    add_pages(actor=carer, copy=begun, files=[face()], now=LATER)

    moved = off(filed(files=[pdf(pages=2)]), to=world.arthur)
    assert copying.begin_copy(actor=carer, resident=world.arthur, now=LATER) == begun
    right = copying.finish_copy(actor=carer, copy=moved, values=SAID, now=LATER + timedelta(hours=2))

    assert (right.resident, pages_of(right)) == (world.arthur, 2)
    begun.refresh_from_db()
    assert [each.pages for each in pages_in(begun)] == [1]


def test_photos_taken_later_never_come_into_a_letter_that_was_moved(world, filed, off):
    moved = off(filed(), to=world.arthur)
    assert copying.begin_copy(actor=world.actor("carer"), resident=world.arthur, now=LATER) != moved


def test_the_copy_whose_place_it_had_taken_counts_again_and_the_home_is_told(world, filed, off):
    first = filed()
    second = filed(replaces=first, minutes=5)
    off(second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("sent", "superseded")
    told = Letter.objects.filter(subject_id=first.pk).order_by("written_at")
    assert [each.type for each in told] == ["discharge_summary.available"] * 2


def test_a_copy_that_another_one_replaces_as_well_stays_replaced(world, filed, off):
    first = filed()
    second = filed(replaces=first, minutes=5)
    third = filed(replaces=second, minutes=6)
    off(third)
    states = DischargeSummary.objects.order_by("written_at").values_list("state", flat=True)
    assert list(states) == ["superseded", "sent", "superseded"]


def test_nothing_of_it_goes_out_any_more_or_can_be_sent_again(world, server, filed, off):
    manager, letter = world.actor("manager"), filed()
    arrived = Delivery.objects.get(endpoint=server.endpoint)
    assert push(str(arrived.pk), now=lambda: LATER) == "DELIVERED"
    late = filed(minutes=1)
    owed = Delivery.objects.get(letter__subject_id=late.pk, endpoint=server.endpoint)
    assert "Bundle" in owed.letter.document
    off(letter)
    off(late)
    owed.refresh_from_db()
    assert (owed.state, owed.settled_note, owed.next_attempt_at) == ("FAILED", SOMEBODY_ELSES, None)
    assert [each.document for each in Letter.objects.all() if each.document] == []
    for each in (arrived, owed):
        with pytest.raises(CannotReplay, match="somebody else's letter"):
            replay_delivery(actor=manager, delivery=each, now=LATER)
    for state in ("DELIVERED", "FAILED"):
        begin, end = LATER - timedelta(days=1), LATER + timedelta(days=1)
        wanted = {"organisation": world.oakview, "begin": begin, "end": end, "state": state}
        assert replay_all(actor=manager, **wanted, now=LATER)[0] == 0


def test_a_fhir_server_is_told_that_what_it_has_was_entered_in_error(world, server, filed, off):
    first = filed()
    second = filed(replaces=first, minutes=5)
    off(second)
    wrong, told = Letter.objects.filter(subject_id=second.pk).order_by("written_at")

    reference = json.loads(fhir(told, server.endpoint).body)
    target = {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{wrong.pk}"}}
    assert (reference["status"], reference["relatesTo"]) == (
        "entered-in-error",
        [{"code": "replaces", "target": target}],
    )
    assert (len(reference["content"]), "subject" in reference) == (1, False)
    in_hand = json.loads(fhir(wrong, server.endpoint).body)  # a worker had it when it was taken off, and tries again
    assert (in_hand["status"], "subject" in in_hand) == ("entered-in-error", False)
    again = Letter.objects.filter(subject_id=first.pk).latest("written_at")
    assert json.loads(fhir(again, server.endpoint).body)["status"] == "current"


def test_no_word_of_it_stays_with_the_resident(world, filed, off):
    (mailed,) = take_mail(
        content=with_pdf(subject="Letter for Arthur").as_bytes(), home=world.oakview, now=LATER
    ).letters
    summary = file_mailed(
        actor=world.actor("carer"), letter=mailed, resident=world.peggy, transfer=None, values=SAID, now=LATER
    )
    assert summary.follow_ups.get().text == PLAN
    summary.follow_ups.update(done_at=LATER, done_by_name="Carer Tester", done_note="Rang the GP")

    off(summary)

    row = summary.follow_ups.get()
    assert (row.text, row.done_note) == (SOMEBODY_ELSES, "Rang the GP")
    mailed.refresh_from_db()
    assert (mailed.file, mailed.subject) == ("", "")
    summary.refresh_from_db()
    assert (summary.texts(), summary.file, summary.urgent_for) == ({}, "", [])


def test_what_is_rolled_back_leaves_no_file(world, filed, files, monkeypatch):
    with pytest.raises(BadInput):
        filed(files=[face(), b"PK\3\4"])
    assert kept(files) == []
    begun = copying.begin_copy(actor=world.actor("carer"), resident=world.peggy, now=LATER)
    add_pages(actor=world.actor("carer"), copy=begun, files=[face()], now=LATER)
    before = kept(files)

    def refuse(*args, **more):
        raise RuntimeError("the journal is away")

    monkeypatch.setattr(filing, "record", refuse)
    with pytest.raises(RuntimeError):
        filed()
    with pytest.raises(RuntimeError), all_or_nothing():
        copying.finish_copy(actor=world.actor("carer"), copy=begun, values=SAID, now=LATER)
    assert kept(files) == before


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_keeps_its_file_whatever_fails_after_that(files):
    def fail():
        raise RuntimeError("the broker is away")

    @all_or_nothing()
    def keep_one():
        transaction.on_commit(fail)
        keep_letter("discharges/one", b"%PDF-")

    with pytest.raises(RuntimeError):
        keep_one()
    assert len(kept(files)) == 1


def test_pages_that_change_while_they_are_put_together_are_looked_at_again(world, monkeypatch):
    carer = world.actor("carer")
    begun = copying.begin_copy(actor=carer, resident=world.peggy, now=LATER)
    add_pages(actor=carer, copy=begun, files=[face()], now=LATER)
    whole = copying.joined

    def meanwhile(parts):
        add_pages(actor=carer, copy=begun, files=[face()], now=LATER)
        return whole(parts)

    monkeypatch.setattr(copying, "joined", meanwhile)
    with pytest.raises(copying.PagesChanged):
        copying.finish_copy(actor=carer, copy=begun, values=SAID, now=LATER)
    assert not DischargeSummary.objects.exists()


def test_a_begun_copy_goes_on_however_old_while_it_is_there(world):
    carer = world.actor("carer")
    begun = copying.begin_copy(actor=carer, resident=world.peggy, now=LATER)
    assert copying.begin_copy(actor=carer, resident=world.peggy, now=LATER + timedelta(days=8)) == begun


def test_a_list_of_deliveries_reads_no_document(world, server, filed):
    summary = filed()
    with CaptureQueriesContext(connection) as asked:
        list(Delivery.objects.select_related("letter"))
        list(summary.deliveries().select_related("letter"))
        list(Letter.objects.all())
        list(server.endpoint.deliveries.select_related("letter"))
    assert [each["sql"] for each in asked if '"document"' in each["sql"]] == []
    assert file_of(summary).startswith(b"%PDF-")


def test_a_document_that_cannot_be_kept_leaves_none_of_its_files(world, write, files, monkeypatch):
    def refuse(*args, **more):
        raise RuntimeError("the journal is away")

    monkeypatch.setattr(arriving, "record_summary", refuse)
    with pytest.raises(RuntimeError):
        write(headings=None, file=pdf(), form="pdf")
    with pytest.raises(RuntimeError):
        arriving.arrive(
            actor=world.actor("discharge"),
            organisation=world.stmarys,
            arrival=arriving.Arrival(headings=None, file=pdf(), form="pdf"),
            now=LATER,
        )
    assert kept(files) == []
