"""By how much a rate changed, and between which limits that lies."""

from fractions import Fraction
from math import comb

import pytest

from redbag.reports.rate_ratio import Change, at_least, change_of


@pytest.mark.parametrize("whole", [1, 2, 7, 40])
def test_the_tail_of_the_binomial_is_what_adding_it_up_gives(whole):
    for part in range(whole + 2):
        for chance in (Fraction(1, 50), Fraction(1, 3), Fraction(9, 10)):
            summed = sum(comb(whole, k) * chance**k * (1 - chance) ** (whole - k) for k in range(part, whole + 1))
            assert at_least(part, whole, float(chance)) == pytest.approx(float(summed), abs=1e-12)


def test_a_published_example_gives_its_published_limits():
    """Breast cancer after fluoroscopy (Rothman and Greenland, Modern Epidemiology): 1.86, mid-P 1.04 to 3.45."""
    assert change_of(now=41, time_now=28010, then=15, time_then=19017) == Change(85.6, 4.1, 244.9)


@pytest.mark.parametrize(
    ("counts", "change"),
    [
        ((4, 1.0, 4, 2.0), Change(100.0, -54.9, 786.7)),
        ((0, 1.0, 5, 1.0), Change(-100.0, -100.0, -17.9)),
        ((3, 1.0, 0, 1.0), Change(None, -41.7, None)),
        ((0, 1.0, 0, 1.0), Change(None, None, None)),
        ((3, 0.0, 4, 1.0), Change(None, None, None)),
    ],
)
def test_what_cannot_be_told_is_not_told(counts, change):
    now, time_now, then, time_then = counts
    assert change_of(now=now, time_now=time_now, then=then, time_then=time_then) == change


@pytest.mark.parametrize(("now", "then"), [(4, 4), (1, 9), (30, 12)])
def test_at_each_limit_chance_alone_would_leave_out_two_and_a_half_per_cent(now, then):
    """The share's tail, half of the count itself among it, by adding up the binomial."""
    change, whole = change_of(now=now, time_now=1, then=then, time_then=1), now + then
    for limit, wanted in ((change.low, 0.025), (change.high, 0.975)):
        ratio = limit / 100 + 1
        share = ratio / (1 + ratio)
        terms = [comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(now, whole + 1)]
        assert sum(terms) - terms[0] / 2 == pytest.approx(wanted, abs=0.001)


def test_only_an_interval_without_no_change_is_sure():
    assert change_of(now=20, time_now=1, then=60, time_then=1).sure is True
    assert change_of(now=4, time_now=1, then=7, time_then=1).sure is False
