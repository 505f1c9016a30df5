"""Figures: worked out from tallies that add up, exact to the last digit."""

from collections import Counter
from statistics import median, quantiles

from hypothesis import given
from hypothesis import strategies as st

from redbag.counting.models import CountedJourney
from redbag.reports.computing import Sums
from redbag.reports.figures import HOUR, Count, Lengths, Number, Per, Share, Spread, quarters

JOURNEYS, WITH_BAG = Count(CountedJourney), Count(CountedJourney, total="missing")
WAITS = Lengths(CountedJourney, "waiting")
lengths = st.lists(st.integers(0, 10_000), min_size=1, max_size=60)


@given(lengths)
def test_quartiles_of_lengths_told_by_how_often_are_those_of_the_lengths_themselves(told):
    expected = tuple(quantiles(told, n=4, method="inclusive")) if len(told) > 1 else (told[0],) * 3
    assert quarters(Counter(told)) == expected
    assert quarters(Counter(told))[1] == median(told)


@given(lengths, lengths)
def test_the_spread_of_two_homes_is_that_of_all_their_journeys(here, there):
    both = Sums({WAITS: Counter(here)}) + Sums({WAITS: Counter(there)})
    assert Spread(WAITS, HOUR).number(both) == Spread(WAITS, HOUR).number(Sums({WAITS: Counter(here + there)}))


def test_a_share_a_rate_and_a_spread_of_nothing_have_no_value_and_say_of_how_many():
    nothing = Sums()
    assert Share(WITH_BAG, JOURNEYS).number(nothing) == Number(None, 0, 0)
    assert Per(WITH_BAG, JOURNEYS).number(nothing) == Number(None, 0, 0)
    assert Spread(WAITS).number(nothing) == Number(None, 0)


def test_a_share_is_of_a_hundred_and_a_rate_may_be_more():
    sums = Sums({JOURNEYS: 8, WITH_BAG: 3})
    assert Share(WITH_BAG, JOURNEYS).number(sums) == Number(37.5, 8, 3)
    assert Per(JOURNEYS, WITH_BAG).number(sums) == Number(266.7, 3, 8)
