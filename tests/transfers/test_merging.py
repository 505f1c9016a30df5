"""Two records of one person become one, lose nothing, and can be taken apart again."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from redbag.documents.actions import add_document, say_still_right
from redbag.documents.reading import portrait_of, portraits_of, travelling_documents
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.residents.actions import SamePerson, archive_resident, change_resident, return_resident
from redbag.residents.models import Merge, Resident
from redbag.residents.nhs_numbers import generate
from redbag.summaries.actions import read_summary, still_right, write_sections
from redbag.summaries.models import SectionVersion
from redbag.summaries.observing import record_observation
from redbag.summaries.skin import latest_map, look_at_skin, not_looked, put_mark
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.merging import (
    AlreadyOne,
    ChangedMeanwhile,
    StillOut,
    merge_residents,
    seen_of,
    unmerge_residents,
)
from redbag.transfers.ringing import whom_to_ring, without_numbers
from redbag.transfers.snapshot import photo_and_since_last
from redbag.transfers.vital_signs import history_of, vitals_of
from tests.documents import files

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
WHY = "Added again after the move to room 14"


@pytest.fixture
def twice(world):
    """Peggy, recorded again with less: another birth name spelling, no number."""
    return Resident.objects.create(
        home=world.oakview,
        first_name="Margaret",
        last_name="Johns",
        date_of_birth=world.peggy.date_of_birth,
        created_at=world.now,
        room="14",
    )


def write(world, resident, section, content, *, days_ago=0):
    now = world.now - timedelta(days=days_ago)
    seen = {section: section_of(world, resident, section)["version"]}
    write_sections(actor=world.actor("carer"), resident=resident, contents={section: content}, seen=seen, now=now)


def section_of(world, resident, name):
    return next(each for each in read_summary(resident=resident, now=world.now) if each["name"] == name)


def merge(world, kept, other, *, who="senior", take=None, why=WHY, **more):
    now = more.pop("now", world.now)
    return merge_residents(actor=world.actor(who), kept=kept, other=other, take=take or {}, why=why, now=now, **more)


def undo(world, joined, *, who="manager", why="Two sisters"):
    return unmerge_residents(actor=world.actor(who), merge=joined, why=why, now=world.now + timedelta(hours=1))


def allergy(agent, **more):
    return {"status": "present", "items": [{"agent": agent, **more}]}


def state_of(resident):
    """Everything of a record that joining could change."""
    names = [f.attname for f in Resident._meta.concrete_fields if f.attname != "told_at"]
    resident = Resident.objects.get(pk=resident.pk)
    rows = resident.current_sections.order_by("section").values_list(
        "section", "content", "author_name", "written_at", "verified_at", "verified_by"
    )
    return {name: getattr(resident, name) for name in names}, list(rows)


def test_what_only_the_other_record_says_is_taken_over_as_old_as_it_is(world, twice):
    write(world, twice, "allergies", allergy("Penicillin"), days_ago=200)
    merge(world, world.peggy, twice)
    taken = section_of(world, world.peggy, "allergies")
    assert [row["agent"] for row in taken["content"]["items"]] == ["Penicillin"]
    assert taken["verified_at"] == world.now - timedelta(days=200)
    assert taken["author"] == "Carer Tester"
    assert taken["due"] is True
    world.peggy.refresh_from_db()
    assert world.peggy.room == "14"
    assert world.peggy.merged_into is None


def test_allergies_of_both_count_and_never_fewer(world, twice):
    write(world, world.peggy, "allergies", allergy("Penicillin", reaction="rash"), days_ago=10)
    write(
        world, twice, "allergies", {"status": "present", "items": [{"agent": "Latex"}, {"agent": "Eggs"}]}, days_ago=30
    )
    merge(world, world.peggy, twice)
    now = section_of(world, world.peggy, "allergies")
    assert [row["agent"] for row in now["content"]["items"]] == ["Penicillin", "Latex", "Eggs"]
    assert now["verified_at"] == world.now - timedelta(days=30)


def test_none_known_beside_a_named_allergy_is_an_allergy(world, twice):
    write(world, world.peggy, "allergies", {"status": "none_known", "items": []})
    write(world, twice, "allergies", allergy("Latex"))
    merge(world, world.peggy, twice)
    content = section_of(world, world.peggy, "allergies")["content"]
    assert (content["status"], [row["agent"] for row in content["items"]]) == ("present", ["Latex"])


def test_where_both_say_something_a_person_must_choose_and_the_choice_stands(world, twice):
    write(world, world.peggy, "resuscitation", {"recommendation": "attempt", "papers": []})
    write(world, twice, "resuscitation", {"recommendation": "do_not_attempt", "papers": []})
    with pytest.raises(BadInput) as wrong:
        merge(world, world.peggy, twice)
    assert list(wrong.value.errors) == ["take.resuscitation"]
    assert not Merge.objects.exists()
    merge(world, world.peggy, twice, take={"resuscitation": "other"})
    assert section_of(world, world.peggy, "resuscitation")["content"]["recommendation"] == "do_not_attempt"
    assert section_of(world, twice, "resuscitation")["content"]["recommendation"] == "do_not_attempt"


def test_keeping_ones_own_words_writes_nothing(world, twice):
    write(world, world.peggy, "resuscitation", {"recommendation": "attempt", "papers": []})
    write(world, twice, "resuscitation", {"recommendation": "do_not_attempt", "papers": []})
    before = SectionVersion.objects.count()
    merge(world, world.peggy, twice, take={"resuscitation": "kept"})
    assert SectionVersion.objects.count() == before


@pytest.mark.parametrize("take", [{"allergies": "kept"}, {"allergies": "other"}, {"nothing": "kept"}, {"plan": "both"}])
def test_a_choice_that_cannot_be_is_refused(world, twice, take):
    with pytest.raises(BadInput):
        merge(world, world.peggy, twice, take=take)


def test_people_to_ring_and_usual_things_of_both_count_and_do_not_tell_wins(world, twice):
    Resident.objects.filter(pk=world.peggy.pk).update(
        contacts=[{"name": "Anne", "phone": "01632 960 111", "relation": "", "note": "Ring first"}],
        usual_items=[{"category": "glasses", "description": "", "quantity": 1, "where": "worn"}],
        gp_practice="Elm",
    )
    Resident.objects.filter(pk=twice.pk).update(
        contacts=[
            {"name": "anne ", "phone": "01632960111", "relation": "daughter", "note": "", "do_not_tell": True},
            {"name": "Bob", "phone": "", "relation": "", "note": ""},
        ],
        usual_items=[{"category": "phone", "description": "", "quantity": 1, "where": "bag"}],
        gp_practice="Oak",
        gp_phone="01632 960 999",
    )
    merge(world, world.peggy, twice)
    world.peggy.refresh_from_db()
    anne, bob = world.peggy.contacts
    assert (anne["note"], anne["relation"], anne["do_not_tell"], bob["name"]) == ("Ring first", "daughter", True, "Bob")
    assert [each["category"] for each in world.peggy.usual_items] == ["glasses", "phone"]
    assert (world.peggy.gp_practice, world.peggy.gp_phone) == ("Elm", "")


def test_the_number_goes_to_the_record_that_has_none_and_comes_back(world, twice):
    number = world.peggy.nhs_number
    joined = merge(world, twice, world.peggy)
    twice.refresh_from_db()
    world.peggy.refresh_from_db()
    assert (twice.nhs_number, world.peggy.nhs_number, world.peggy.nhs_number_status) == (number, "", "none")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nhs_number, moved FROM redbag_merge")
        assert number not in str(cursor.fetchone())
    undo(world, joined)
    twice.refresh_from_db()
    world.peggy.refresh_from_db()
    assert (twice.nhs_number, twice.nhs_number_index, world.peggy.nhs_number) == ("", "", number)
    assert list(Resident.objects.numbered(number)) == [world.peggy]


def test_the_record_put_away_leaves_the_lists_and_points_at_the_one_that_is_kept(world, twice):
    merge(world, world.peggy, twice)
    twice.refresh_from_db()
    assert twice.merged_into == world.peggy
    assert twice.archived_why == "Same person as Peggy Jones"
    assert twice not in Resident.objects.living_here()
    with pytest.raises(SamePerson):
        change_resident(actor=world.actor("carer"), resident=twice, values={"room": "1"}, now=world.now)
    with pytest.raises(SamePerson):
        return_resident(actor=world.actor("carer"), resident=twice, now=world.now)
    with pytest.raises(Refused):
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=twice), now=world.now)


def test_taken_apart_both_records_are_what_they_were(world, twice):
    write(world, world.peggy, "allergies", allergy("Penicillin"), days_ago=10)
    write(world, world.peggy, "resuscitation", {"recommendation": "attempt", "papers": []}, days_ago=20)
    write(world, twice, "allergies", allergy("Latex"), days_ago=30)
    write(world, twice, "resuscitation", {"recommendation": "do_not_attempt", "papers": []}, days_ago=40)
    write(world, twice, "medicines", {"items": [{"name": "Apixaban"}]}, days_ago=50)
    before = state_of(world.peggy), state_of(twice)
    joined = merge(world, twice, world.peggy, take={"resuscitation": "other"})
    assert (state_of(world.peggy), state_of(twice)) != before
    assert undo(world, joined) == []
    assert (state_of(world.peggy), state_of(twice)) == before
    write(world, world.peggy, "medicines", {"items": [{"name": "Paracetamol"}]})
    again = merge(world, world.peggy, twice, take={"resuscitation": "kept", "medicines": "kept"})
    assert undo(world, again) == []


def test_a_section_that_was_taken_over_can_be_written_after_taking_apart(world, twice):
    write(world, twice, "medicines", {"items": [{"name": "Apixaban"}]})
    undo(world, merge(world, world.peggy, twice))
    assert section_of(world, world.peggy, "medicines")["version"] == 0
    write(world, world.peggy, "medicines", {"items": [{"name": "Paracetamol"}]})
    assert section_of(world, world.peggy, "medicines")["content"]["items"][0]["name"] == "Paracetamol"


def test_what_somebody_changed_since_stays_and_is_named(world, twice):
    write(world, twice, "allergies", allergy("Latex"))
    joined = merge(world, world.peggy, twice)
    world.peggy.refresh_from_db()
    write(world, world.peggy, "allergies", allergy("Latex, seen by the GP"))
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"room": "15"}, now=world.now)
    assert undo(world, joined) == ["Allergies and bad reactions", "Room"]
    assert section_of(world, world.peggy, "allergies")["content"]["items"][0]["agent"] == "Latex, seen by the GP"
    world.peggy.refresh_from_db()
    assert world.peggy.room == "15"


def test_somebody_who_had_left_before_has_left_again_after_taking_apart(world, twice):
    Resident.objects.filter(pk=twice.pk).update(
        archived_at=world.now - timedelta(days=9), archived_why="moved", archived_by=world.people["carer"]
    )
    before = state_of(twice)
    undo(world, merge(world, world.peggy, twice))
    assert state_of(twice) == before


def test_not_while_the_other_record_is_on_a_journey_but_the_other_way_round(world, twice):
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    with pytest.raises(StillOut, match="Peggy Jones is on the board"):
        merge(world, twice, world.peggy)
    merge(world, world.peggy, twice)


def test_two_checked_numbers_are_two_people(world, twice):
    Resident.objects.filter(pk__in=[world.peggy.pk, world.arthur.pk]).update(nhs_number_status="verified")
    with pytest.raises(Refused, match="two people"):
        merge(world, world.peggy, world.arthur)


def test_no_chains_no_loops_and_never_twice(world, twice):
    with pytest.raises(BadInput):
        merge(world, world.peggy, world.peggy)
    joined = merge(world, world.peggy, twice)
    for kept, other in (
        (world.peggy, twice),
        (world.arthur, twice),
        (twice, world.arthur),
        (world.arthur, world.peggy),
    ):
        with pytest.raises(AlreadyOne):
            merge(world, kept, other)
    undo(world, joined)
    with pytest.raises(AlreadyOne, match="Manager Tester has already taken"):
        undo(world, joined)


@pytest.mark.parametrize("who", ["carer", "crew", "ward", "millbrook_manager", "administrator"])
def test_only_the_homes_senior_or_manager_joins_and_takes_apart(world, twice, who):
    with pytest.raises(NotAllowed):
        merge(world, world.peggy, twice, who=who)
    joined = merge(world, world.peggy, twice)
    with pytest.raises(NotAllowed):
        undo(world, joined, who=who)


def test_never_across_homes(world, twice):
    with pytest.raises(NotAllowed):
        merge(world, world.peggy, world.nora)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, None])
def test_both_ask_why(world, twice, why):
    with pytest.raises(BadInput):
        merge(world, world.peggy, twice, why=why)
    joined = merge(world, world.peggy, twice)
    with pytest.raises(BadInput):
        undo(world, joined, why=why)


def test_what_changed_while_somebody_compared_is_told(world, twice):
    seen = seen_of(kept=world.peggy, other=twice)
    write(world, twice, "allergies", allergy("Latex"))
    with pytest.raises(ChangedMeanwhile):
        merge(world, world.peggy, twice, seen=seen)
    twice.refresh_from_db()
    merge(world, world.peggy, twice, seen=seen_of(kept=world.peggy, other=twice))


def test_both_records_tell_in_the_journal_what_happened_and_why(world, twice):
    undo(world, merge(world, world.peggy, twice))
    told = Entry.objects.filter(action__contains="merged").order_by("pk")
    assert sorted((each.action, each.resident_id) for each in told) == sorted(
        [
            ("resident.merged", world.peggy.pk),
            ("resident.merged_away", twice.pk),
            ("resident.unmerged", world.peggy.pk),
            ("resident.unmerged", twice.pk),
        ]
    )
    assert all(WHY not in str(each.facts) and "sisters" not in str(each.facts) for each in told)
    assert {each.personal.content for each in told} == {f'{{"why": "{WHY}"}}', '{"why": "Two sisters"}'}


def test_when_the_journal_cannot_be_written_nothing_is_joined(world, twice, monkeypatch):
    before = state_of(world.peggy), state_of(twice)

    def broken(*args, **facts):
        raise RuntimeError("no journal")

    monkeypatch.setattr("redbag.transfers.merging.record", broken)
    with pytest.raises(RuntimeError):
        merge(world, world.peggy, twice)
    assert (state_of(world.peggy), state_of(twice)) == before
    assert not Merge.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(world, twice):
    ready = Barrier(2)

    def join(pair):
        try:
            ready.wait(timeout=10)
            merge(world, *pair)
        except AlreadyOne:
            return "told"
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(2) as people:
        outcomes = list(people.map(join, [(world.peggy, twice), (twice, world.peggy)]))
    assert sorted(outcomes) == ["joined", "told"]
    assert Merge.objects.count() == 1


def test_nothing_more_is_written_on_the_record_that_was_put_away(world, twice):
    merge(world, world.peggy, twice)
    with pytest.raises(SamePerson) as refused:
        write(world, twice, "allergies", allergy("Latex"))
    assert refused.value.facts["resident"] == str(world.peggy.pk)
    with pytest.raises(SamePerson):
        record_observation(actor=world.actor("carer"), resident=twice, values={"pulse": 80}, now=world.now)


def test_whoever_must_not_be_told_under_another_name_is_known_by_the_phone(world, twice):
    Resident.objects.filter(pk=world.peggy.pk).update(
        contacts=[{"name": "Anne", "phone": "01632 960 111"}, {"name": "Cara", "phone": "07700 900333"}]
    )
    Resident.objects.filter(pk=twice.pk).update(
        contacts=[{"name": "A. Jones", "phone": "+44 1632 960111", "do_not_tell": True, "do_not_release": True}]
    )
    merge(world, world.peggy, twice)
    world.peggy.refresh_from_db()
    flags = {row["name"]: (row.get("do_not_tell"), row.get("do_not_release")) for row in world.peggy.contacts}
    assert flags == {"Anne": (True, True), "A. Jones": (True, True), "Cara": (None, None)}


def test_the_phone_of_whom_nobody_may_tell_is_offered_under_no_name():
    kept = {"name": "Bob", "phone": "01632 960 111", "do_not_tell": True}
    told = {"home": "Oakview", "phone": "01632 960 000", "in_charge": "", "family_told": "", "told": ""}
    attorney = {"name": "R. Jones", "phone": "+44 1632 960111"}
    rows = [kept, {"name": "Robert", "phone": "01632960111"}, {"name": "Anne", "phone": "01632 960222"}]
    assert [each.phone for each in whom_to_ring(**told, contacts=rows, attorneys=[attorney])][1:] == ["01632 960222"]
    assert len(whom_to_ring(**told, contacts=[kept], attorneys=[attorney])) == 1
    legal = {"name": "legal", "content": {"attorneys": [attorney]}}
    assert without_numbers([legal], [kept])[0]["content"]["attorneys"][0]["phone"] == ""


NONE = {"status": "none_known", "items": []}


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [
        (NONE, NONE, "none_known"),
        (NONE, {"status": "not_known", "items": []}, "not_known"),
        ({"status": "not_known", "items": []}, NONE, "not_known"),
        (NONE, allergy("Latex"), "present"),
    ],
)
def test_no_known_allergies_stands_only_where_both_say_so(world, twice, ours, theirs, status):
    write(world, world.peggy, "allergies", ours)
    write(world, twice, "allergies", theirs)
    merge(world, world.peggy, twice)
    assert section_of(world, world.peggy, "allergies")["content"]["status"] == status


def test_a_row_without_a_name_beside_none_known_is_not_known_when_joined(world, twice):
    write(world, world.peggy, "allergies", NONE)
    write(world, twice, "allergies", NONE)
    old = {**NONE, "items": [{"agent": "", "reaction": "anaphylaxis after penicillin"}]}
    twice.current_sections.update(content=old)
    merge(world, world.peggy, twice)
    assert section_of(world, world.peggy, "allergies")["content"]["status"] == "not_known"


@pytest.fixture
def numbered(world, twice):
    """The other record has another number, and that one was checked."""
    values = {"nhs_number": generate(7_000_001), "nhs_number_status": "verified"}
    return change_resident(actor=world.actor("carer"), resident=twice, values=values, now=world.now)


def number_of(resident):
    kept = Resident.objects.get(pk=resident.pk)
    return kept.nhs_number, kept.nhs_number_status


@pytest.mark.parametrize("wrong", ["", "both"])
def test_a_number_nobody_checked_never_stands_silently_over_another(world, numbered, wrong):
    with pytest.raises(BadInput) as asked:
        merge(world, world.peggy, numbered, number=wrong)
    assert list(asked.value.errors) == ["nhs_number"]


def test_the_number_that_was_chosen_stands_and_both_come_back(world, numbered):
    before = state_of(world.peggy), state_of(numbered)
    joined = merge(world, world.peggy, numbered, number="other")
    assert number_of(world.peggy) == (before[1][0]["nhs_number"], "verified")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nhs_number, moved FROM redbag_merge")
        assert before[0][0]["nhs_number"] not in str(cursor.fetchone())
    assert undo(world, joined) == []
    assert (state_of(world.peggy), state_of(numbered)) == before
    merge(world, world.peggy, numbered, number="kept")
    assert number_of(world.peggy) == (before[0][0]["nhs_number"], "unverified")


def test_a_number_somebody_else_has_by_now_does_not_come_back(world, numbered):
    own = world.peggy.nhs_number
    joined = merge(world, world.peggy, numbered, number="other")
    change_resident(actor=world.actor("carer"), resident=world.arthur, values={"nhs_number": own}, now=world.now)
    assert undo(world, joined) == ["NHS number"]
    assert number_of(world.arthur)[0] == own
    assert number_of(world.peggy) == ("", "none")


def test_a_checked_number_of_the_kept_record_is_not_asked_about(world, numbered):
    with pytest.raises(BadInput):
        merge(world, numbered, world.peggy, number="kept")
    merge(world, numbered, world.peggy)
    assert number_of(numbered)[1] == "verified"


def look(world, resident, **more):
    marks = [{"kind": "bruise", "side": "front", "x": 500, "y": 300, "where": "left arm"}]
    told = {"moment": "home", "marks": marks, "now": world.now, **more}
    return look_at_skin(actor=world.actor("carer"), resident=resident, **told)


def paper(world, resident, kind):
    return add_document(
        actor=world.actor("carer"), resident=resident, file=files.face(), values={"kind": kind}, now=world.now
    )


def read(resident, now):
    """What stands on a record: papers, photo, skin, vital signs."""
    papers = [each.pk for each in travelling_documents(resident)]
    photo, photos = portrait_of(resident), portraits_of([resident.pk])
    latest = vitals_of(resident=resident, contents={}, now=now)[0]
    seen = latest_map(resident)
    sets = history_of(resident=resident, now=now).sets
    return papers, photo, photos, seen and seen.pk, latest and latest.taken_at, len(sets)


def test_papers_photo_skin_and_vital_signs_of_the_record_put_away_are_read_with_the_kept_one(world, twice):
    photo, skin = paper(world, twice, "photo"), look(world, twice)
    record_observation(actor=world.actor("carer"), resident=twice, values={"pulse": 80}, now=world.now)
    before = read(world.peggy, world.now), read(twice, world.now)
    assert before[0] == ([], None, {}, None, None, 0)
    joined = merge(world, world.peggy, twice)
    told = read(world.peggy, world.now)
    assert told == ([photo.pk], photo, {world.peggy.pk: photo}, skin.pk, world.now, 1)
    assert photo.resident_id == twice.pk
    undo(world, joined)
    assert (read(world.peggy, world.now), read(twice, world.now)) == before


def test_what_leaves_the_home_names_the_papers_and_skin_of_the_record_put_away(world, twice):
    paper(world, twice, "photo")
    look(world, twice)
    record_observation(actor=world.actor("carer"), resident=twice, values={"pulse": 80}, now=world.now)
    merge(world, world.peggy, twice)
    world.peggy.refresh_from_db()
    transfer, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    known = json.loads(transfer.snapshots.get().content)
    assert [each["kind"] for each in known["documents"]] == ["photo"]
    assert (len(known["body_map"]["marks"]), known["observation"]["pulse"]) == (1, 80)
    assert photo_and_since_last(transfer)[0] is True


def test_nobody_looks_adds_or_says_still_right_on_the_record_that_was_put_away(world, twice):
    seen = look(world, twice, look_id=uuid4())
    kept = paper(world, twice, "this_is_me")
    write(world, twice, "plan", {"prefers": "home"})
    merge(world, world.peggy, twice)
    who = {"actor": world.actor("carer"), "now": world.now}
    assert look(world, twice, look_id=seen.pk) == seen
    for act in (
        lambda: look(world, twice),
        lambda: not_looked(resident=twice, moment="home", why="asleep", **who),
        lambda: put_mark(resident=twice, moment="home", mark=seen.marks[0] | {"note": "x"}, **who),
        lambda: paper(world, twice, "photo"),
        lambda: say_still_right(document=kept, **who),
        lambda: still_right(resident=twice, section="plan", **who),
    ):
        with pytest.raises(SamePerson):
            act()


def test_a_bag_is_packed_only_for_whoever_lives_here_when_it_is_packed(world, twice):
    stale = Resident.objects.select_related("home").get(pk=twice.pk)
    merge(world, world.peggy, twice)
    with pytest.raises(SamePerson):
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=stale), now=world.now)
    stale = Resident.objects.select_related("home").get(pk=world.arthur.pk)
    archive_resident(actor=world.actor("carer"), resident=world.arthur, why="moved", now=world.now)
    with pytest.raises(Refused) as refused:
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=stale), now=world.now)
    assert refused.value.code == "resident_archived"
