"""What a hospital sends finds its resident, is held, or is kept: it never vanishes and never goes to somebody else."""

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from redbag.deliveries.models import Letter
from redbag.discharges import content, reading
from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.files import file_of
from redbag.discharges.held_words import codes
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput, NotAllowed
from redbag.incoming.message import Person
from redbag.journal.models import Entry
from redbag.residents.models import INDEX, Resident
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.models import Party, Transfer
from redbag.vault import blind_index
from tests.discharges.conftest import LATER, SAID
from tests.discharges.documents import pdf
from tests.discharges.sent import document
from tests.world import NOW

pytestmark = pytest.mark.django_db
SYSTEM = "urn:ietf:rfc:3986|"


@pytest.fixture
def send(world):
    """Send a document as the discharge team of St Mary's, under no transfer."""

    def sending(file=None, *, who="discharge", place=None, now=LATER, form="fhir_json", **more):
        arrival = Arrival(headings=more.pop("headings", None), file=file, form=form, **more)
        return arrive(actor=world.actor(who), organisation=place or world.stmarys, arrival=arrival, now=now)

    return sending


def typed(resident, **changes):
    about = Person(
        nhs_number=resident.nhs_number,
        date_of_birth=resident.date_of_birth,
        given=resident.first_name,
        family=resident.last_name,
    )
    return replace(about, **changes)


def current():
    return sorted(DischargeSummary.objects.sent().values_list("document_id", flat=True))


def test_a_document_finds_its_resident_and_journey(send, world, journey):
    summary = send(document(world.peggy, name="a"))

    assert (summary.state, summary.resident, summary.home, summary.transfer) == (
        "sent",
        world.peggy,
        world.oakview,
        journey,
    )
    assert summary.texts()["clinical_summary"] == "Pneumonia, better."
    assert [letter.type for letter in Letter.objects.filter(organisation=world.oakview)] == [
        "discharge_summary.available"
    ]


def test_a_stay_without_a_journey_reaches_the_home_too(send, world, key_of):
    key = key_of(world.northgate, "ward")
    about = Arrival(headings=SAID, file=None, form="headings", person=typed(world.arthur))
    summary = arrive(actor=key, organisation=world.northgate, arrival=about, now=LATER)

    assert (summary.state, summary.resident, summary.transfer, summary.version) == ("sent", world.arthur, None, 1)
    assert summary.texts()["patient_demographics"].startswith("DALE, Arthur")
    assert list(DischargeSummary.objects.visible_to(world.actor("carer"), now=LATER)) == [summary]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"nhs_number": "9434765919"}, ["nobody"]),
        ({"born": "1936-12-03"}, ["nobody"]),
        ({"given": "Arthur", "family": "Dale"}, ["nobody"]),
        ({"nhs_number": "9434765910"}, ["nhs_number_invalid"]),
        ({"nhs_number": ""}, ["nhs_number_missing"]),
    ],
)
def test_what_does_not_agree_is_held_and_says_no_more_of_who_lives_where(send, world, changes, told):
    summary = send(document(world.peggy, **changes))

    assert (summary.state, summary.resident, summary.home, summary.sent_at) == ("held", None, None, None)
    assert codes(summary) == told
    assert not Letter.objects.filter(organisation=world.oakview).exists()
    assert list(DischargeSummary.objects.visible_to(world.actor("manager"), now=LATER)) == []
    assert list(DischargeSummary.objects.visible_to(world.actor("ward"), now=LATER)) == [summary]
    entry = Entry.objects.get(action="discharge.held")
    assert (entry.organisation_id, entry.resident_id, entry.facts["why"]) == (world.stmarys.pk, None, told)


def test_under_a_transfer_a_letter_about_somebody_else_is_held(write, world):
    summary = write(headings=None, form="fhir_json", file=document(world.arthur))

    assert summary.state == "held"
    assert summary.held_for == ["wrong_person", "nhs_number_differs", "name_differs"]
    assert codes(summary) == summary.held_for
    assert list(DischargeSummary.objects.visible_to(world.actor("carer"), now=LATER)) == []
    assert write(headings=None, form="fhir_json", file=document(world.peggy)).state == "sent"
    assert write(headings=None, form="fhir_json", file=document()).state == "sent"


def test_twins_in_one_home_each_get_their_own_letter(send, world):
    twin = {"first_name": "Mary", "last_name": "Jones", "date_of_birth": world.peggy.date_of_birth}
    number = "9434765919"
    mary = Resident.objects.create(
        home=world.oakview,
        nhs_number=number,
        nhs_number_index=blind_index(number, purpose=INDEX),
        nhs_number_status="unverified",
        created_at=NOW,
        **twin,
    )

    assert send(document(mary)).resident == mary
    assert send(document(world.peggy)).resident == world.peggy
    mixed = send(document(mary, given="Margaret"))
    assert (mixed.state, mixed.held_for) == ("held", ["name_differs"])


def known_at_millbrook(world):
    """Peggy was at Millbrook for respite, too."""
    own = {name: getattr(world.peggy, name) for name in ("first_name", "last_name", "date_of_birth", "nhs_number")}
    return Resident.objects.create(
        home=world.millbrook,
        nhs_number_index=world.peggy.nhs_number_index,
        nhs_number_status="unverified",
        created_at=NOW,
        **own,
    )


def test_of_two_homes_the_open_journey_decides(send, world):
    there = known_at_millbrook(world)
    held = send(document(world.peggy, name="a"))
    assert (held.held_for, codes(held), held.home) == (["several", "no_open_transfer"], ["nobody"], None)

    packing = Packing(resident=there, bag=world.millbrook_bag, destination=world.stmarys)
    transfer, _ = pack_bag(actor=world.actor("millbrook"), packing=packing, now=NOW)
    summary = send(document(world.peggy, name="b"))
    assert (summary.home, summary.transfer) == (world.millbrook, transfer)


def test_the_home_that_the_hospital_names_decides_and_a_wrong_one_holds(send, world):
    known_at_millbrook(world)

    assert send(document(world.peggy), home="vdem2").home == world.millbrook
    assert send(document(world.arthur), home="VDEM2").held_for == ["other_home"]
    named = send(document(world.arthur, given="Nobody"), home="VDEM1")
    assert (named.state, named.home, named.resident) == ("held", world.oakview, None)


def test_a_record_that_was_joined_leads_to_the_one_that_is_kept(send, world):
    number, peggy = world.arthur.nhs_number, world.peggy
    Resident.objects.filter(pk=peggy.pk).update(nhs_number="", nhs_number_index="", nhs_number_status="none")
    Resident.objects.filter(pk=world.arthur.pk).update(merged_into=peggy, archived_at=NOW)
    assert send(document(world.arthur, given="Margaret")).held_for == ["nobody"]  # the kept record has no number

    other = {"nhs_number": "", "nhs_number_index": "", "nhs_number_status": "none"}
    Resident.objects.filter(pk=world.arthur.pk).update(**other)
    Resident.objects.filter(pk=peggy.pk).update(
        nhs_number=number, nhs_number_index=blind_index(number, purpose=INDEX), nhs_number_status="unverified"
    )
    assert send(document(world.arthur)).resident == peggy


def test_who_has_left_the_home_gets_nothing(send, world):
    Resident.objects.filter(pk=world.peggy.pk).update(archived_at=NOW)

    assert send(document(world.peggy)).held_for == ["left"]


def test_a_letter_beside_which_somebody_else_is_named_is_held(send, world):
    assert send(document(world.peggy), person=typed(world.arthur)).held_for[0] == "says_two_people"
    assert send(document(), person=typed(world.peggy)).resident == world.peggy


def test_a_pdf_goes_to_whom_was_named_with_it(send, world):
    assert send(pdf(), form="pdf", person=typed(world.peggy)).resident == world.peggy
    assert codes(send(pdf(), form="pdf")) == ["nhs_number_missing", "birth_missing"]
    assert send(pdf(), form="pdf", person=typed(world.peggy, date_of_birth=date(1936, 3, 4))).state == "held"


def test_only_a_hospital_sends(send, world):
    for who, place in (("carer", world.oakview), ("crew", world.lifeline), ("northgate", world.stmarys)):
        with pytest.raises(NotAllowed):
            send(document(world.peggy), who=who, place=place)


NOT_READABLE = b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}'


def test_what_cannot_be_read_is_kept_and_says_so(write, send, world):
    sent, held = write(headings=None, form="fhir_json", file=NOT_READABLE), send(NOT_READABLE)

    assert (sent.state, sent.texts(), file_of(sent)) == ("sent", {}, NOT_READABLE)
    assert len(sent.read()["not_understood"]) == 1
    assert (held.state, file_of(held)) == ("held", NOT_READABLE)
    for file in (b"", b"hello", b"[1]"):
        with pytest.raises(BadInput):
            send(file)


def test_the_same_document_again_is_the_first_one(write, send, world):
    first = write(headings=None, form="fhir_json", file=document(world.peggy, name="a"))
    again = write(headings=None, form="fhir_json", file=document(world.peggy, name="a"), now=LATER + timedelta(hours=1))

    assert again == first == send(document(world.peggy, name="a"))
    assert DischargeSummary.objects.count() == 1


def test_the_same_id_with_other_words_is_held(send, world):
    first = send(document(world.peggy, name="a"))
    other = send(document(world.peggy, name="a", said="Something else."))

    assert (other.state, other.held_for, codes(other)) == (
        "held",
        ["same_id_other_words"],
        ["same_id_other_words"],
    )
    first.refresh_from_db()
    assert first.state == "sent"


CHAIN = {
    "a": {},
    "b": {"extends": ("replaces", SYSTEM + "a")},
    "c": {"extends": ("replaces", "b")},
}


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_amended_twice_and_out_of_order_the_newest_counts(send, world, order, journey):
    for hours, name in enumerate(order):
        send(document(world.peggy, name=name, **CHAIN[name]), now=LATER + timedelta(hours=hours))

    assert current() == [SYSTEM + "c"]
    rows = {each.document_id[-1]: each for each in DischargeSummary.objects.all()}
    assert {name: row.follows_id and row.follows.document_id[-1] for name, row in rows.items()} == {
        "a": None,
        "b": "a",
        "c": "b",
    }
    assert {row.state for name, row in rows.items() if name != "c"} == {"superseded"}


def test_an_original_that_comes_after_its_amendment_is_filed_behind_it_and_rings_nobody(send, world):
    send(document(world.peggy, name="b", extends=("replaces", SYSTEM + "a")))
    late = send(document(world.peggy, name="a"))

    assert (late.state, late.sent_at) == ("superseded", LATER)
    assert Letter.objects.filter(organisation=world.oakview).count() == 1
    assert Entry.objects.filter(action="discharge.sent").order_by("pk").last().facts["late"] is True


def test_what_is_added_and_what_it_was_added_to_both_count(send, write, world):
    send(document(world.peggy, name="a"))
    send(document(world.peggy, name="z", extends=("appends", SYSTEM + "a")))
    assert current() == [SYSTEM + "a", SYSTEM + "z"]

    first = write()
    added = write(relation="appends", now=LATER + timedelta(hours=1))
    assert (added.relation, added.follows) == ("appends", first)
    third = write(now=LATER + timedelta(hours=2))
    states = {each.pk: each.state for each in DischargeSummary.objects.all()}
    assert (states[first.pk], states[added.pk], states[third.pk]) == ("superseded", "sent", "sent")


def test_another_hospital_of_the_journey_supersedes_nothing(write, world, journey):
    Party.objects.create(transfer=journey, organisation=world.northgate, holding=True)
    first = write()
    other = write(actor=world.actor("northgate"), organisation=world.northgate)
    first.refresh_from_db()

    assert (first.state, other.state, other.follows) == ("sent", "sent", None)


def test_another_hospitals_document_ids_replace_nothing_here(send, world):
    send(document(world.peggy, name="a"))
    send(document(world.peggy, name="b", extends=("replaces", SYSTEM + "a")), who="northgate", place=world.northgate)

    assert current() == [SYSTEM + "a", SYSTEM + "b"]


@pytest.fixture
def large(send, world, django_capture_on_commit_callbacks):
    """A document that no request reads."""

    def sending(**more):
        file = document(world.peggy, name="big", padding=content.READ_AT_ONCE)
        return send(file, **more)

    return sending


def read_at(summary, moment):
    return reading.read_one(summary.pk, now=lambda: moment)


def test_a_large_document_is_read_by_a_worker_once(large, world):
    summary = large()
    assert (summary.state, summary.texts()) == ("reading", {})
    assert large() == summary
    assert reading.waiting(now=LATER) == [summary.pk]

    assert read_at(summary, LATER)
    assert not read_at(summary, LATER)
    summary.refresh_from_db()
    assert (summary.state, summary.resident, reading.waiting(now=LATER)) == ("sent", world.peggy, [])
    assert summary.texts()["clinical_summary"].startswith("Pneumonia")


def test_a_worker_that_is_killed_leaves_it_to_be_read_again(large, monkeypatch):
    summary, reads = large(), content.read

    def killed(*_):
        raise SystemExit

    monkeypatch.setattr(reading, "read", killed)
    with pytest.raises(SystemExit):
        read_at(summary, LATER)
    assert reading.waiting(now=LATER) == []
    assert not read_at(summary, LATER)
    later = LATER + reading.LEASE
    assert reading.waiting(now=later) == [summary.pk]

    monkeypatch.setattr(reading, "read", reads)
    assert read_at(summary, later)
    summary.refresh_from_db()
    assert summary.state == "sent"


def test_what_kills_three_workers_is_kept_as_a_file_and_says_so(write, world, monkeypatch):
    file = document(world.peggy, name="big", padding=content.READ_AT_ONCE)
    summary = write(headings=None, form="fhir_json", file=file)

    def killed(*_):
        raise SystemExit

    monkeypatch.setattr(reading, "read", killed)
    moment = LATER
    for _ in range(reading.TRIES):
        with pytest.raises(SystemExit):
            read_at(summary, moment)
        moment += reading.LEASE
    assert read_at(summary, moment)
    summary.refresh_from_db()
    assert (summary.state, summary.read()["not_understood"]) == ("sent", [content.GIVEN_UP])
    assert file_of(summary) == file


def test_a_pdf_inside_a_document_is_kept_clean_beside_it(send, world):
    inside = json.loads(document(world.peggy))
    attachment = {"contentType": "application/pdf", "data": base64.b64encode(pdf()).decode(), "title": "Letter"}
    inside["entry"].append({"resource": {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}})
    summary = send(json.dumps(inside).encode())

    [kept] = summary.read()["attachments"]
    assert kept["content_type"] == "application/pdf"
    assert kept["file"] != summary.file


def test_a_letter_about_an_earlier_stay_is_not_put_on_the_journey_that_goes_on(send, world, journey):
    Transfer.objects.filter(pk=journey.pk).update(packed_at=LATER + timedelta(days=1))
    body = json.loads(document(world.peggy))
    body["entry"][0]["resource"]["encounter"] = {"reference": "urn:uuid:e"}
    period = {"start": "2026-11-01", "end": LATER.isoformat()}
    body["entry"].append(
        {"fullUrl": "urn:uuid:e", "resource": {"resourceType": "Encounter", "status": "finished", "period": period}}
    )
    summary = send(json.dumps(body).encode())

    assert (summary.state, summary.transfer, summary.discharged_at) == ("sent", None, LATER)
