"""Who goes where, as viewers outside are told: no hidden number can be worked out from those that are told."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.organisations.models import Organisation
from redbag.reports.figures import Period
from redbag.reports.flows import between, flows_of, told_of
from redbag.reports.hiding import SMALL
from redbag.reports.measures import BY_NAME
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_for, scope_of
from tests.reports.rows import handed, journeys

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 12, 1, tzinfo=UTC))


def could_be(told: int | None) -> range:
    """What a number may be that is told so; a hidden one is 1 to 4."""
    if told is None:
        return range(1, SMALL)
    return range(max(told - 2, SMALL), told + 3) if told else range(1)


def lines_of(flows):
    """Every sum with the numbers it is made of."""
    for home, row in flows.rows:
        yield home.total, row
    for place, hospital in enumerate(flows.hospitals):
        yield hospital.total, [row[place] for _, row in flows.rows]
    yield flows.total, [home.total for home in flows.homes]
    yield flows.total, [hospital.total for hospital in flows.hospitals]


def answers(total, parts):
    """For each hidden part every value that fits the told sum, the slow way."""
    found = [set() for _ in parts]
    for values in product(*(could_be(part) for part in parts)):
        if total is None or sum(values) in could_be(total):
            for place, value in enumerate(values):
                found[place].add(value)
    return [values for part, values in zip(parts, found, strict=True) if part is None]


TABLES = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=4)


@given(TABLES)
@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_hidden_flow_or_sum_can_be_worked_out_by_adding_and_subtracting(table):
    exact = {(f"H{row}", f"R{column}"): n for row, line in enumerate(table) for column, n in enumerate(line) if n}
    flows = told_of(exact, {})
    for total, parts in lines_of(flows):
        assert not any(len(values) == 1 for values in answers(total, parts)), (total, parts)
    for key, journeys_ in exact.items():
        assert not (journeys_ < SMALL and flows.told[key] is not None)


def test_two_fours_are_not_found_by_their_sum():
    flows = told_of({("H1", "R1"): 4, ("H1", "R2"): 4}, {})
    assert (flows.homes[0].total, flows.total) == (None, None)


@pytest.mark.django_db
class TestOfAnArea:
    def test_every_flow_is_told_to_the_nearest_five_and_a_small_one_is_not(self, world):
        journeys(world.oakview, world.stmarys, 23)
        journeys(world.oakview, world.northgate, 3)
        journeys(world.millbrook, world.northgate, 11)
        journeys(world.millbrook, None, 6)
        journeys(world.oakview, world.stmarys, 40, at=datetime(2026, 10, 1, tzinfo=UTC))
        flows = flows_of(scope=scope_for(actor=world.actor("auditor"), organisation=None), period=NOVEMBER)
        assert [(each.name, each.total) for each in flows.homes] == [("Oakview", 25), ("Millbrook House", 15)]
        assert flows.told == {
            ("VDEM1", "RDEM1"): 25,
            ("VDEM1", "RDEM2"): None,
            ("VDEM2", "RDEM2"): 10,
            ("VDEM2", ""): 5,
        }
        assert flows.total == 45
        assert not flows.areas

    def test_above_areas_of_areas_flows_are_between_areas(self, world):
        nation = Organisation.objects.create(ods_code="QNAT1", name="England", kind="area")
        Organisation.objects.filter(pk=world.area.pk).update(area=nation)
        far = Organisation.objects.create(ods_code="RFAR1", name="Far Hospital", kind="hospital")
        journeys(world.oakview, world.stmarys, 10)
        journeys(world.oakview, far, 5)
        flows = flows_of(scope=scope_of([nation], inside=False), period=NOVEMBER)
        assert flows.areas
        assert flows.told == {("QDEM1", "QDEM1"): 10, ("QDEM1", ""): 5}

    def test_one_flow_is_measured_by_its_own_journeys_alone(self, world):
        handed(journeys(world.oakview, world.stmarys, 5), unconfirmed=True)
        handed(journeys(world.oakview, world.stmarys, 15))
        handed(journeys(world.oakview, world.northgate, 30), unconfirmed=True)
        home = scope_for(actor=world.actor("auditor"), organisation=world.oakview)
        (table,) = tables_of(
            [BY_NAME["unconfirmed"]],
            scope=between(scope=home, hospital=world.stmarys),
            start=NOVEMBER.start,
            end=NOVEMBER.end,
            now=world.now,
        )
        assert (table.headline.whole, table.headline.value) == (20, 25.0)
        assert table.scope == "Oakview to St Mary's Hospital"
