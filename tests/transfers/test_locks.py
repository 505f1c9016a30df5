"""Whoever changes what belongs to a journey locks the journey first: so nobody waits for each other for ever."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.errors import Refused
from redbag.journal.models import Entry
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.case_work import DiffersFromFirst, add_step, change_case
from redbag.transfers.death_models import Death
from redbag.transfers.deaths import confirm_death, hold_belongings, say_death, say_family_told, take_back_death
from redbag.transfers.models import Fact
from redbag.transfers.story import tell as story_of
from tests.web.journeys import in_hospital, tell

TOLD = {"family_told": "yes", "family_told_by": "Dr Lee"}


def locked_first(doing):
    """The table whose row an action locks before all others."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        doing()
    locks = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"]]
    return locks[0].split(" FROM ")[1].split()[0].strip('"')


def a_case(world, **more):
    transfer = in_hospital(world, **more)
    item = story_of(transfer).items[0].id
    tell(world, "ward", transfer, minutes=45, kind="check", items=[{"item": item, "state": "present"}])
    tell(world, "ward", transfer, minutes=600, kind="check", items=[{"item": item, "state": "missing"}])
    return Case.objects.get(transfer=transfer)


def a_death(world):
    transfer = in_hospital(world)
    told = {"fact_id": uuid.uuid4(), "told": TOLD, "now": world.now}
    return say_death(actor=world.actor("ward"), transfer=transfer, acting=world.stmarys, **told)


@pytest.mark.postgres
@pytest.mark.django_db
def test_every_change_of_a_death_or_a_case_locks_its_journey_first(world):
    ward = {"actor": world.actor("ward"), "acting": world.stmarys, "now": world.now}
    death = a_death(world)
    assert locked_first(lambda: confirm_death(death=death, **ward)) == "redbag_transfer"
    assert locked_first(lambda: say_family_told(death=death, told=TOLD, **ward)) == "redbag_transfer"
    assert locked_first(lambda: hold_belongings(death=death, hold="", note="", **ward)) == "redbag_transfer"
    assert locked_first(lambda: take_back_death(death=death, why="Another patient", **ward)) == "redbag_transfer"
    case = a_case(world, resident=world.arthur, bag=world.other_bag)
    home = {"actor": world.actor("manager"), "case": case, "now": world.now}
    assert locked_first(lambda: change_case(values={"value_pence": 100}, **home)) == "redbag_transfer"
    step = {"step_id": uuid.uuid4(), "kind": "rang", "words": ""}
    assert locked_first(lambda: add_step(**home, **step)) == "redbag_transfer"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_death_taken_back_in_two_ways_at_once_is_taken_back(world):
    death = a_death(world)
    fact = Fact.objects.get(outcome="died")
    ready = Barrier(2)

    def by_page():
        take_back_death(actor=world.actor("ward"), acting=world.stmarys, death=death, why="Wrong", now=world.now)

    def by_program():
        tell(world, "ward", death.transfer, minutes=1, kind="void", fact=str(fact.pk), reason="Wrong")

    def go(doing):
        try:
            ready.wait(timeout=10)
            doing()
        except (Refused, AssertionError) as late:  # the other one was first
            return str(late)
        finally:
            connection.close()
        return "taken back"

    with ThreadPoolExecutor(2) as people:
        outcomes = list(people.map(go, [by_page, by_program]))
    assert all("taken back" in each or "duplicate" in each for each in outcomes), outcomes
    assert Death.objects.get().taken_back_at is not None


@pytest.mark.embedded
@pytest.mark.django_db
def test_a_step_known_on_another_case_is_refused_and_sent_twice_is_one(world):
    case, other = a_case(world), a_case(world, resident=world.arthur, bag=world.other_bag)
    told = {"actor": world.actor("carer"), "step_id": uuid.uuid4(), "kind": "rang", "words": "", "now": world.now}
    assert add_step(case=case, **told) == add_step(case=case, **told)
    with pytest.raises(DiffersFromFirst):
        add_step(case=other, **told)
    assert CaseStep.objects.filter(kind="rang").count() == 1


@pytest.mark.embedded
@pytest.mark.django_db
def test_a_change_writes_what_was_changed_and_nothing_else(world):
    case = a_case(world)
    with CaptureQueriesContext(connection) as asked:
        change_case(actor=world.actor("manager"), case=case, values={"value_pence": 100}, now=world.now)
    [written] = [each["sql"] for each in asked if each["sql"].startswith('UPDATE "redbag_case"')]
    assert written.count(" = ") == 2  # the value, and which case
    assert Case.objects.get(pk=case.pk).value_pence == 100
    closed = change_case(actor=world.actor("manager"), case=case, values={"outcome": "paid"}, now=world.now)
    row = Case.objects.get(pk=case.pk)
    assert (row.outcome, row.closed_at, row.closed_by_name) == (closed.outcome, world.now, "Manager Tester")
    assert Entry.objects.filter(action="case.changed").count() == 2
