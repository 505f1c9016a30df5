"""Every measure is counted twice: by the report and the slow way. Both say the same, to the last digit."""

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.counting.counting import count
from redbag.reports.measures import MEASURES
from redbag.reports.periods import midnight
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_of
from redbag.residents.models import Resident
from tests.counting.histories import ANCHORS, NOW, histories
from tests.counting.loading import loaded
from tests.reports.reference import counted, everybody

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ELSEWHERE = {"admissions-baseline-year", "attendances-baseline-year"}  # counted by hand in test_baseline_year.py


DAYS = st.sampled_from(
    [
        (date(2025, 10, 25), date(2025, 10, 26)),
        (date(2026, 3, 28), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 10, 1), date(2026, 11, 30)),
        (date(2025, 1, 1), date(2027, 12, 31)),
    ]
)
MOMENTS = st.sampled_from([NOW, *(anchor + timedelta(days=days) for anchor in ANCHORS for days in (0, 1, 7, 15, 31))])


def differences(home, start, end, now):
    """Every line of which the two say something else."""
    tables = tables_of(MEASURES, scope=scope_of([home]), start=start, end=end, now=now)
    report = {table.name: {line.row.name: line.number for line in table.together} for table in tables}
    journeys = [one for one in everybody() if one.transfer.home_id == home.pk]
    slow = counted(journeys, start, end, min(midnight(end + timedelta(days=1)), now), now)
    assert report.keys() - slow.keys() == ELSEWHERE
    return {
        (name, row): (report[name][row], number)
        for name, lines in slow.items()
        for row, number in lines.items()
        if report[name][row] != number
    } | {name: set(lines) for name, lines in slow.items() if set(lines) != set(report[name])}


def test_of_journeys_told_by_people_both_say_the_same(world, there_and_back):
    there_and_back(missing=True)
    there_and_back(start=300)
    count(Resident.objects.values_list("pk", flat=True), now=world.now)
    assert differences(world.oakview, date(2026, 11, 1), date(2026, 11, 30), world.now + timedelta(days=5)) == {}


@given(history=histories(), days=DAYS, now=MOMENTS)
@settings(
    max_examples=int(os.environ.get("REDBAG_EXAMPLES", "10")), deadline=None, suppress_health_check=list(HealthCheck)
)
def test_of_any_history_on_any_days_at_any_moment_both_say_the_same(world, history, days, now):
    with loaded(world, history):
        assert differences(world.oakview, *days, now) == {}
