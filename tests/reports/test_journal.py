"""Who reads which part of the journal, and what of it."""

from datetime import timedelta

import pytest

from redbag.errors import NotAllowed
from redbag.journal.recording import record, record_view
from redbag.organisations.models import Organisation
from redbag.reports.journal import entries, residents_with_log
from redbag.reports.seen import access_log
from redbag.reports.words import SAID
from redbag.residents.actions import add_resident, change_resident
from redbag.summaries.observing import record_observation
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def lived(world):
    """Something at each organisation; Peggy's name changed, and her vital signs taken."""
    senior = world.actor("senior")
    change_resident(actor=senior, resident=world.peggy, values={"room": "12"}, now=world.now)
    record_observation(actor=senior, resident=world.peggy, values={"pulse": 80}, now=world.now)
    values = {"first_name": "Ida", "last_name": "Low", "date_of_birth": "1940-01-01"}
    add_resident(actor=world.actor("millbrook"), home=world.millbrook, values=values, now=world.now)
    in_hospital(world)
    return world


def read(world, who, **wanted):
    asked = {"subject": None, "resident": None, "before": None, "limit": 50} | wanted
    return entries(actor=world.actor(who), **asked)


def told(rows):
    return [(row["action"], row["organisation"]) for row in rows]


def test_a_home_reads_what_happened_there_and_to_its_residents_elsewhere_newest_first(lived):
    rows = read(lived, "senior")
    assert told(rows) == [
        ("fact.handoff", "RDEM1"),
        ("fact.handoff", "RDEM9"),
        ("bag.packed", "VDEM1"),
        ("observation.recorded", "VDEM1"),
        ("resident.changed", "VDEM1"),
    ]
    assert [row["who"] for row in rows[:3]] == ["Ward Tester", "Crew Tester", "Carer Tester"]
    assert {row["resident_name"] for row in rows} == {"Peggy Jones"}
    assert rows[-1]["personal"] == {"before": {"room": ""}}


def test_another_home_reads_only_its_own(lived):
    assert told(read(lived, "millbrook_manager")) == [("resident.added", "VDEM2")]


def test_an_auditor_reads_the_area_without_names_personal_parts_or_scores(lived):
    elsewhere = Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    record("bag.added", None, actor=None, at=lived.now, organisation=elsewhere)
    told = {"mental_health": "True", "died_on": "2026-11-01", "rule": "mental_health"}
    record("record.end_told", lived.peggy, actor=None, at=lived.now, organisation=lived.oakview, **told)

    rows = read(lived, "auditor")
    assert {row["organisation"] for row in rows} == {"VDEM1", "VDEM2", "RDEM1", "RDEM9"}
    assert len(rows) == 7
    assert {(row["resident_name"], row["personal"]) for row in rows} == {("", None)}
    assert {"score", *told}.isdisjoint(name for row in rows for name in row["facts"])


@pytest.mark.parametrize("who", ["carer", "crew", "ward", "discharge", "administrator"])
def test_nobody_else_reads_it(lived, who):
    with pytest.raises(NotAllowed):
        read(lived, who)


def test_one_resident_one_thing_and_one_time_narrow_it(lived):
    record("bag.added", lived.bag, actor=None, at=lived.now + timedelta(hours=2), organisation=lived.oakview)
    assert told(read(lived, "senior", subject=lived.bag.pk)) == [("bag.added", "VDEM1")]
    assert len(read(lived, "senior", subject=lived.peggy.pk)) == 5
    assert len(read(lived, "senior", resident=lived.peggy.pk)) == 5
    assert read(lived, "senior", resident=lived.arthur.pk) == []
    assert told(read(lived, "senior", since=lived.now + timedelta(hours=1))) == [("bag.added", "VDEM1")]
    assert len(read(lived, "senior", until=lived.now + timedelta(minutes=1))) == 3


def test_it_can_be_turned_page_by_page_without_losing_or_repeating_a_line(lived):
    whole = [row["id"] for row in read(lived, "senior")]
    pages, before = [], None
    while rows := read(lived, "senior", before=before, limit=2):
        pages += [row["id"] for row in rows]
        before = rows[-1]["id"]
    assert pages == whole


def test_however_many_entries_the_same_number_of_statements(lived, django_assert_num_queries):
    with django_assert_num_queries(6):
        read(lived, "senior", limit=1)
    with django_assert_num_queries(6):
        read(lived, "senior", limit=50)


def test_who_has_seen_a_record_is_told_with_role_page_and_time(lived):
    world = lived
    look = {"at": world.now, "organisation": world.oakview}
    record_view("resident", world.peggy, actor=world.actor("carer"), resident=world.peggy, **look)
    shown = [world.peggy.pk, world.arthur.pk]
    record_view("residents", None, actor=world.actor("manager"), residents=shown, **look)
    record_view("resident", world.arthur, actor=world.actor("senior"), resident=world.arthur, **look)
    at_ward = {"at": world.now + timedelta(hours=1), "organisation": world.stmarys}
    record_view("scan.clinical", None, actor=world.actor("ward"), resident=world.peggy, **at_ward)

    assert [
        (row["who"], row["role"], row["organisation"], row["page"]) for row in access_log(resident=world.peggy)
    ] == [
        ("Ward Tester", "ward", "RDEM1", "the ward's page of the bag"),
        ("Manager Tester", "home_manager", "VDEM1", "the list of residents"),
        ("Carer Tester", "carer", "VDEM1", "the resident's page"),
    ]


def test_whose_record_the_access_log_opens_to(world):
    who = {
        name: {each.pk for each in residents_with_log(world.actor(name))}
        for name in ("senior", "auditor", "carer", "ward")
    }
    oakview, everybody = {world.peggy.pk, world.arthur.pk}, {world.peggy.pk, world.arthur.pk, world.nora.pk}
    assert who == {"senior": oakview, "auditor": everybody, "carer": set(), "ward": set()}
    assert list(residents_with_log(None)) == []


def test_every_action_has_its_words():
    assert {action for action, words in SAID.items() if not words or "." in words} == set()
