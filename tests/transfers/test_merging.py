"""Two records of one person become one, lose nothing, and can be taken apart again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.residents.actions import SamePerson, change_resident, return_resident
from redbag.residents.models import Merge, Resident
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.models import SectionVersion
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.merging import (
    AlreadyOne,
    ChangedMeanwhile,
    StillOut,
    merge_residents,
    seen_of,
    unmerge_residents,
)

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
