"""Who goes where, as viewers outside are told: no hidden number can be worked out from those that are told."""

from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import product

import pytest

from redbag.organisations.models import Organisation
from redbag.reports.figures import Period
from redbag.reports.flows import between, flows_of, told_of
from redbag.reports.hiding import SMALL
from redbag.reports.measures import BY_NAME
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_for, scope_of
from tests.reports.rows import handed, journeys

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 12, 1, tzinfo=UTC))


def test_no_hidden_flow_can_be_worked_out_from_all_that_is_told_of_a_table():
    keys = [("H1", "R1"), ("H1", "R2"), ("H2", "R1"), ("H2", "R2")]
    alike = defaultdict(list)
    for table in product(range(8), repeat=4):  # whatever is told as none, few or 5
        flows = told_of(dict(zip(keys, table, strict=True)), {})
        alike[(flows.homes, flows.hospitals, tuple(sorted(flows.told.items())), flows.total)].append(table)
    for told, tables in alike.items():
        hidden = [place for place, key in enumerate(keys) if 0 < tables[0][place] < SMALL]
        assert all(len({table[place] for table in tables}) > 1 for place in hidden), told


@pytest.mark.django_db
class TestOfAnArea:
    def test_every_flow_is_told_to_the_nearest_five_and_a_small_one_is_not(self, world):
        journeys(world.oakview, world.stmarys, 23)
        journeys(world.oakview, world.northgate, 3)
        journeys(world.millbrook, world.northgate, 11)
        journeys(world.millbrook, None, 6)
        journeys(world.oakview, world.stmarys, 40, at=datetime(2026, 10, 1, tzinfo=UTC))
        flows = flows_of(scope=scope_for(actor=world.actor("auditor"), organisation=None), period=NOVEMBER)
        assert [(each.name, each.total) for each in flows.homes] == [("Oakview", None), ("Millbrook House", 15)]
        assert flows.told == {
            ("VDEM1", "RDEM1"): 25,
            ("VDEM1", "RDEM2"): None,
            ("VDEM2", "RDEM2"): 10,
            ("VDEM2", ""): 5,
        }
        assert flows.total is None
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

    def test_one_flow_is_measured_by_its_own_journeys_alone(self, world, december):
        handed(journeys(world.oakview, world.stmarys, 5), unconfirmed=True)
        handed(journeys(world.oakview, world.stmarys, 15))
        handed(journeys(world.oakview, world.northgate, 30), unconfirmed=True)
        home = scope_for(actor=world.actor("auditor"), organisation=world.oakview)
        (table,) = tables_of(
            [BY_NAME["unconfirmed"]],
            scope=between(scope=home, hospital=world.stmarys),
            start=NOVEMBER.start,
            end=NOVEMBER.end,
            now=december,
        )
        assert (table.headline.whole, table.headline.value) == (20, 25.0)
        assert table.scope == "Oakview to St Mary's Hospital"
