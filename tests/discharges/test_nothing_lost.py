"""A letter keeps whom it names, is told of once it is really sent, and stands with the stay it is about."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.discharges import actions, content, settling
from redbag.discharges.actions import acknowledge, opened
from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.incoming import reading
from redbag.journal.models import Entry
from redbag.reminders.subjects import WATCHED
from redbag.transfers.models import Party, Transfer
from redbag.web.discharges import not_read_at_home
from tests.discharges.conftest import LATER, SAID
from tests.discharges.sent import document

pytestmark = pytest.mark.django_db
LARGE = content.READ_AT_ONCE


@pytest.fixture
def send(world):
    """Send a document as the discharge team of St Mary's, under no transfer."""

    def sending(file, *, now=LATER):
        arrival = Arrival(headings=None, file=file, form="fhir_json")
        return arrive(actor=world.actor("discharge"), organisation=world.stmarys, arrival=arrival, now=now)

    return sending


@pytest.fixture
def again(journey):
    """Peggy was sent to St Mary's twice: that journey, which is over, and one that goes on."""

    def second(*, over, packed):
        Transfer.objects.filter(pk=journey.pk).update(closed_at=over, stage="CLOSED")
        copy = Transfer.objects.get(pk=journey.pk)
        copy.pk, copy._state.adding, copy.closed_at, copy.packed_at, copy.stage = None, True, None, packed, "PACKED"
        copy.bag = None
        copy.save()
        return copy

    return second


def with_end(resident, left):
    body = json.loads(document(resident))
    body["entry"][0]["resource"]["encounter"] = {"reference": "urn:uuid:e"}
    stay = {"resourceType": "Encounter", "status": "finished", "period": {"end": left}}
    body["entry"].append({"fullUrl": "urn:uuid:e", "resource": stay})
    return json.dumps(body).encode()


def test_a_draft_that_came_as_a_document_stays_as_it_came_and_is_held_for_whom_it_names(write, world):
    draft = write(draft=True, headings=None, form="fhir_json", file=document(world.arthur))
    before, ward = (draft.identity, draft.file), world.actor("ward")
    with pytest.raises(Refused) as refused:
        actions.change_draft(actor=ward, summary=draft, headings=SAID, file=None, form="headings", now=LATER)
    draft.refresh_from_db()

    assert refused.value.code == "draft_is_a_document"
    assert (draft.identity, draft.file) == before
    assert actions.send_draft(actor=ward, summary=draft, now=LATER).state == "held"


def test_a_typed_draft_becomes_no_document_and_says_only_known_words_of_the_one_before(write, world):
    draft = write(draft=True)
    ward = world.actor("ward")
    for wrong in ({"form": "fhir_json", "file": document(world.peggy)}, {"relation": "beside"}):
        wish = {"headings": SAID, "file": None, "form": "headings"} | wrong
        with pytest.raises(BadInput) as refused:
            actions.change_draft(actor=ward, summary=draft, now=LATER, **wish)
        assert set(refused.value.errors) == {"form" if "form" in wrong else "relation"}


def test_what_is_no_draft_is_refused_before_anybody_is_locked(write, world):
    summary = write()
    with (
        CaptureQueriesContext(
            connection,
        ) as asked,
        pytest.raises(Refused),
    ):
        actions.send_draft(actor=world.actor("ward"), summary=summary, now=LATER)
    assert [each["sql"] for each in asked if "redbag_resident" in each["sql"]] == []


def test_a_program_that_fetches_a_letter_has_not_opened_it_and_the_hospital_still_rings(write, world, key_of):
    summary, key = write(), key_of(world.oakview, "senior")
    late = LATER + timedelta(hours=3)

    assert not opened(actor=key, summary=summary, now=LATER)
    assert [each.pk for each in WATCHED["ring_home"].rows(late)] == [summary.pk]
    assert not Entry.objects.filter(action="discharge.opened").exists()
    acknowledge(actor=key, summary=summary, name="Ana Petrova", role="Senior carer", now=late)
    summary.refresh_from_db()
    assert (summary.opened_at, summary.opened_by_name) == (late, "Ana Petrova")
    assert not WATCHED["ring_home"].rows(late).exists()


def test_a_person_who_opens_it_has(write, world):
    summary = write()
    assert opened(actor=world.actor("carer"), summary=summary, now=LATER)
    assert Entry.objects.filter(action="discharge.opened").count() == 1


def test_who_may_only_tell_of_a_closed_journey_neither_reads_nor_writes_its_letters(write, world, journey):
    write()
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=False, reads=False)
    northgate = world.actor("northgate")

    assert not DischargeSummary.objects.visible_to(northgate, now=LATER).exists()
    with pytest.raises(NotAllowed):
        write(actor=northgate, organisation=world.northgate)


def test_a_large_draft_that_is_then_sent_goes(write, world):
    file = document(world.peggy, padding=LARGE)
    draft = write(draft=True, headings=None, form="fhir_json", file=file)
    sent = write(headings=None, form="fhir_json", file=file)

    assert sent.pk != draft.pk
    assert write(headings=None, form="fhir_json", file=file).pk == sent.pk


def test_a_file_that_our_reader_stumbles_over_is_kept(write, world, monkeypatch):
    def stumble(*_, **__):
        raise AssertionError("we should not get here")

    monkeypatch.setattr(reading, "read", stumble)
    summary = write(headings=None, form="fhir_json", file=document(world.peggy))

    assert summary.file
    assert summary.read()["not_understood"] == [content.STUMBLED]


def test_what_could_not_be_read_takes_the_place_of_no_letter(write):
    good = write()
    for broken in (b'{"resourceType":"Patient"}', b'{"resourceType":"Bundle","entry":[', b"{}"):
        beside = write(headings=None, form="fhir_json", file=broken)
        assert (beside.state, beside.relation, beside.follows) == ("sent", "", None)
    good.refresh_from_db()
    assert good.state == "sent"
    newer = write(headings=SAID)
    assert newer.follows == good


def test_a_letter_goes_to_the_stay_in_which_they_left(send, world, journey, again):
    now_on = again(over=LATER - timedelta(days=3), packed=LATER - timedelta(days=1))
    ended = (LATER - timedelta(days=4)).isoformat()

    assert send(with_end(world.peggy, ended)).transfer == journey
    assert send(with_end(world.peggy, LATER.isoformat())).transfer == now_on
    between = (LATER - timedelta(days=1, hours=12)).isoformat()
    assert send(with_end(world.peggy, between)).transfer is None


def test_a_letter_without_any_day_goes_to_no_one_of_several_stays(send, world, journey, again):
    assert send(document(world.peggy, date="")).transfer == journey
    again(over=LATER - timedelta(days=3), packed=LATER - timedelta(days=1))
    assert send(document(world.peggy, date="", said="Other")).transfer is None


def test_a_letter_that_was_written_before_they_went_in_is_of_an_earlier_stay(send, world, journey):
    assert send(document(world.peggy, date="2026-11-01")).transfer is None
    assert send(document(world.peggy, date="2026-11-21")).transfer == journey  # the day alone: they went in that night


def test_a_letter_that_names_somebody_else_says_so_when_it_is_sent_all_the_same(write, world, journey):
    held = write(headings=None, form="fhir_json", file=document(world.arthur))
    ward = world.actor("ward")
    sent = settling.point_at(actor=ward, summary=held, transfer=journey, reason="Old letterhead", now=LATER)
    said = sent.texts()["patient_demographics"]

    assert said.startswith("DALE, Arthur")
    assert "whom the letter itself names" in said
    assert world.peggy.last_name.upper() not in said


def test_of_who_has_left_nothing_is_awaited(write, world):
    summary, ward = write(), world.actor("ward")
    assert not_read_at_home(ward, now=LATER) == [summary]
    type(world.peggy).objects.filter(pk=world.peggy.pk).update(archived_at=LATER)
    assert not_read_at_home(ward, now=LATER) == []


def test_typed_words_with_the_number_of_somebody_else_are_held(write, world, journey):
    good, number = write(), "9434765919"
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    held = write(headings=SAID | {"patient_demographics": f"SMITH, John\nNHS number {spaced}"})
    good.refresh_from_db()

    assert (held.state, "nhs_number_differs" in held.held_for, good.state) == ("held", True, "sent")
    with pytest.raises(settling.SayWhy):
        settling.point_at(actor=world.actor("ward"), summary=held, transfer=journey, now=LATER)
    assert write(headings=SAID | {"patient_demographics": f"Mrs Jones {world.peggy.nhs_number}"}).state == "sent"
    assert write(headings=SAID | {"patient_demographics": "Mrs Jones, hospital number 1234567890"}).state == "sent"
