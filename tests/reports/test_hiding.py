"""Small numbers: whoever stands outside the home sees none, and finds none by adding and subtracting."""

from collections import defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from redbag.counting.models import CountedJourney
from redbag.reports.figures import Count, HowMany, Lengths, Number, Per, Share, Spread
from redbag.reports.hiding import SMALL, for_outsiders
from redbag.reports.left_over import gives_away

ALL, SOME = Count(CountedJourney), Count(CountedJourney, total="missing")
MONEY = HowMany(SOME, unit=100, cases=ALL)
SHARE, RATE, COUNT, SPREAD = Share(SOME, ALL), Per(SOME, ALL), HowMany(ALL), Spread(Lengths(CountedJourney, "stay"))


def test_a_count_of_one_to_four_is_not_told_and_neither_is_what_is_left_over():
    assert for_outsiders(Number(50.0, 8, 4), SHARE) is None
    assert for_outsiders(Number(80.0, 20, 17), SHARE) is None
    assert for_outsiders(Number(75.0, 4, 3), RATE) is None
    assert for_outsiders(Number(2), COUNT) is None
    assert for_outsiders(Number(12.5, 9, low=1, high=2, mean=1), SPREAD) is None


def test_nought_is_told():
    assert for_outsiders(Number(0.0, 20, 0), SHARE) == Number(0.0, 20, 0)
    assert for_outsiders(Number(0), COUNT) == Number(0)


def test_what_is_told_is_to_the_nearest_five_and_finer_of_many():
    assert for_outsiders(Number(38.9, 18, 7), SHARE) == Number(40, 20, 5)
    assert for_outsiders(Number(39.2, 1000, 392), SHARE) == Number(39, 1000, 390)
    assert for_outsiders(Number(32.6, 18.4, 6), RATE) == Number(35, 18.4, 5)


def test_a_length_is_told_from_ten_on_and_never_its_mean():
    assert for_outsiders(Number(12.5, 11, low=1, high=20, mean=12.7), SPREAD) == Number(12.5, 10, low=1, high=20)


def test_money_is_hidden_by_how_many_things_it_is_for_and_told_to_fifty_pounds():
    assert for_outsiders(Number(1234.56, 1), MONEY) is None
    assert for_outsiders(Number(1234.56, 6), MONEY) == Number(1250, 5)


def test_a_total_that_leaves_the_hidden_only_one_answer_is_found():
    assert gives_away(COUNT, Number(10), [None, None])  # 8 to 12, of two that are 4 at most
    assert not gives_away(COUNT, Number(5), [None, None])
    assert gives_away(SHARE, Number(0.0, 20, 0), [Number(0.0, 20, 0)]) is False


def test_beside_an_exact_total_the_only_place_that_is_hidden_is_found():
    nobody = for_outsiders(Number(0.0, 20, 0), SHARE)
    assert gives_away(SHARE, Number(2.1, 47, 1), [nobody, nobody, None], exact=True)
    assert gives_away(SHARE, Number(97.9, 47, 46), [Number(100, 20, 20), Number(100, 20, 20), None], exact=True)
    assert gives_away(COUNT, Number(4), [Number(0), None], exact=True)
    assert not gives_away(COUNT, Number(27), [Number(25), None], exact=True)
    assert not gives_away(SHARE, Number(40.0, 90, 36), [Number(40, 40, 15), Number(45, 40, 20), None], exact=True)


def test_a_large_place_is_hidden_for_its_small_part_and_the_total_is_told_all_the_same():
    total, others = for_outsiders(Number(25.6, 90, 23), SHARE), for_outsiders(Number(50.0, 40, 20), SHARE)
    assert for_outsiders(Number(6.0, 50, 3), SHARE) is None
    assert not gives_away(SHARE, total, [others, None])


def test_beside_an_exact_total_no_small_count_of_a_place_is_the_only_one_that_fits():
    alike = defaultdict(list)
    for counts in product(range(13), repeat=3):  # up to the last that is told as 10
        told = [for_outsiders(Number(count), COUNT) for count in counts]
        if gives_away(COUNT, Number(sum(counts)), told, exact=True):
            told = [None] * 3
        alike[sum(counts), tuple(told)].append(counts)
    for (_, told), tables in alike.items():
        for place in range(3):
            if told[place] is None and 0 < tables[0][place] < SMALL:
                assert len({table[place] for table in tables}) > 1, tables


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_no_hidden_count_is_left_over_when_all_told_counts_are_taken_from_the_total(counts):
    total = for_outsiders(Number(sum(counts)), COUNT)
    told = [for_outsiders(Number(count), COUNT) for count in counts]
    hidden = [count for count, said in zip(counts, told, strict=True) if said is None]
    if total is None or len(hidden) != 1 or len(counts) - len(hidden) == 0:
        return
    around = total.value - sum(said.value for said in told if said)
    reach = 2 * (1 + sum(bool(said and said.value) for said in told))
    possible = {count for count in range(1, 5) if abs(count - around) <= reach}
    assert hidden[0] in possible
    assert len(possible) > 1


def test_a_share_is_not_hidden_because_some_of_its_rows_are_of_nothing():
    nothing, some = Number(None, 0, 0), Number(25, 20, 5)
    assert not gives_away(SHARE, some, [nothing, some, nothing])
