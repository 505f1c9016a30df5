"""Whatever history there was, its rows hold together."""

import pytest
from hypothesis import HealthCheck, given, settings

from redbag.counting.counting import count
from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss, CountedResident
from redbag.residents.models import Resident
from redbag.transfers import repair
from tests.counting.histories import NOW, histories
from tests.counting.loading import loaded

TABLES = (CountedJourney, CountedHandover, CountedLoss, CountedLetter, CountedResident)
LENGTHS = ("waiting", "riding", "staying", "returning", "stay", "away", "until_next", "bag_behind", "reconciled")


@pytest.mark.django_db
@given(history=histories())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_rows_of_any_history_are_whole_and_the_same_each_time(world, history):
    with loaded(world, history) as transfers:
        assert [wrong for _, wrong in repair.damaged() if wrong.keys() - {"bag"}] == []
        rows = CountedJourney.objects.in_bulk()
        assert rows.keys() == {each.pk for each in transfers}
        for row in rows.values():
            told = [getattr(row, name) for name in LENGTHS]
            assert all(length is None or length >= 0 for length in told), told
            assert (row.stay is None) == (row.left_hospital_at is None) == (row.at_night is None)
            assert row.home_at is not None or (row.away, row.until_next, row.reconciled) == (None, None, None)
        once = [sorted(table.objects.values_list(), key=str) for table in TABLES]
        count(Resident.objects.values_list("pk", flat=True), now=NOW)
        assert [sorted(table.objects.values_list(), key=str) for table in TABLES] == once
