"""Every measure is counted twice: by the report and the slow way. Both say the same, to the last digit."""

from datetime import date, timedelta

import pytest

from redbag.counting.counting import count
from redbag.reports.measures import MEASURES
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_of
from redbag.residents.models import Resident
from tests.reports.reference import counted, everybody

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ELSEWHERE = {"admissions-baseline-year", "attendances-baseline-year"}  # counted by hand in test_baseline_year.py


def same(world, start, end, now):
    count(Resident.objects.values_list("pk", flat=True), now=now)
    tables = tables_of(MEASURES, scope=scope_of([world.oakview]), start=start, end=end, now=now)
    told = {table.name: {line.row.name: line.number for line in table.together} for table in tables}
    return told, counted([one for one in everybody() if one.transfer.home_id == world.oakview.pk], start, end, now)


def test_hand_made(world, there_and_back):
    there_and_back(missing=True)
    there_and_back(start=300)
    report, reference = same(world, date(2026, 11, 1), date(2026, 11, 30), world.now + timedelta(days=5))
    for name, lines in reference.items():
        assert report[name] == lines, name
    assert set(report) - set(reference) == ELSEWHERE
