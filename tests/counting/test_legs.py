"""How long each leg of a bag is counted, and where its resident is counted to have been."""

from datetime import UTC, date, datetime, timedelta

import pytest

from redbag.counting.journeys import journey_row
from tests.counting.by_hand import (
    BACK,
    CREW,
    HOME,
    HOSPITAL,
    MILLBROOK,
    NOON,
    NORTHGATE,
    THERE,
    followed,
    outcome,
    somebody,
    took,
    void,
)

LEGS = ("waiting", "riding", "staying", "returning")


def row(*said, **more):
    return journey_row(followed(*said, **more), counted_at=NOON)


def legs(*said, **more):
    counted = row(*said, **more)
    return tuple(getattr(counted, leg) for leg in LEGS)


def resident(*said, **more):
    """Minutes after the packing: came to hospital, left it for good, back home; then the stay and the time away."""
    counted = row(*said, **more)
    moments = (counted.attended_at, counted.left_hospital_at, counted.home_at)
    return [at and (at - counted.packed_at) // timedelta(minutes=1) for at in moments] + [counted.stay, counted.away]


def test_a_whole_journey_has_four_legs_and_a_stay():
    assert legs(*THERE, *BACK) == (20, 40, 120, 60)
    assert resident(*THERE, *BACK) == [60, 180, 240, 120, 220]


def test_a_leg_that_is_not_over_is_not_known():
    assert legs() == (None, None, None, None)
    assert legs(took(CREW, 20)) == (20, None, None, None)
    assert legs(*THERE) == (20, 40, None, None)
    assert legs(*THERE, outcome("closed", 100)) == (20, 40, None, None)
    assert resident(*THERE, outcome("closed", 100)) == [60, None, None, None, None]


def test_a_leg_that_somebody_went_back_to_is_over_when_they_left_it_again():
    assert legs(*THERE, took(CREW, 180), took(HOSPITAL, 200)) == (20, 40, None, None)


def test_what_is_told_after_the_end_counts_for_nothing():
    assert legs(*THERE, outcome("closed", 100), *BACK) == (20, 40, None, None)


def test_whoever_turns_back_to_hospital_stays_longer_and_left_it_once():
    again = (took(CREW, 180), took(HOSPITAL, 200), took(CREW, 300), took(HOME, 330))
    assert legs(*THERE, *again) == (20, 40, 220, 50)
    assert resident(*THERE, *again) == [60, 300, 330, 240, 310]


def test_whoever_goes_out_again_on_the_same_journey_was_away_from_the_first_leaving_to_the_last_return():
    again = (took(CREW, 300), took(HOSPITAL, 330), took(CREW, 400), took(HOME, 450))
    assert resident(*THERE, *BACK, *again) == [60, 400, 450, 340, 430]


def test_a_bag_that_came_by_car_has_no_waiting_for_a_crew():
    assert legs(took(HOSPITAL, 50), took(HOME, 100)) == (None, None, 50, None)


def test_a_hospital_that_is_only_a_name_counts_as_a_stay_in_no_hospital_we_know():
    counted = row(took(CREW, 20), somebody("Sea View Hospital", 60, by=CREW), took(HOME, 200))
    assert (counted.riding, counted.stay, counted.hospital, counted.ward) == (40, 140, None, "")


def test_before_it_comes_to_a_hospital_a_journey_counts_with_where_it_is_going():
    assert (row().hospital, row().ward, row().ambulance) == (HOSPITAL, "A&E", None)
    other = row(took(CREW, 20), took(NORTHGATE, 60, place="Ward 1"), took(NORTHGATE, 90, place="Ward 2"))
    assert (other.hospital, other.ward, other.ambulance) == (NORTHGATE, "Ward 1", CREW)


def test_a_bag_taken_on_to_a_second_hospital_is_one_stay_that_counts_with_the_first():
    counted = row(*THERE, took(CREW, 100), took(NORTHGATE, 130), took(CREW, 200), took(HOME, 250))
    assert (counted.hospital, counted.stay) == (HOSPITAL, 140)


@pytest.mark.parametrize("told", ["not_taken", "treated_on_scene"])
def test_whoever_was_not_taken_was_never_away_nor_waited_for_a_ride(told):
    for said in ([outcome(told, 30)], [took(CREW, 20), outcome(told, 50, by=CREW)]):
        counted = row(*said)
        assert resident(*said) == [None] * 5
        assert (counted.outcome, counted.riding, counted.returning) == (told, None, None)


def test_a_crew_that_brings_somebody_straight_back_attended_no_hospital():
    assert resident(took(CREW, 20), took(HOME, 50)) == [None, None, 50, None, 30]
    assert legs(took(CREW, 20), took(HOME, 50)) == (20, None, None, None)


def test_who_died_in_hospital_did_not_leave_it():
    counted = row(*THERE, outcome("died", 500, by=HOSPITAL), *[{**each, "at": each["at"] + 500} for each in BACK])
    assert (counted.died, counted.outcome, counted.stay, counted.home_at) == (True, "died", None, None)
    assert counted.at_night is None


def test_a_death_that_was_taken_back_never_counted():
    counted = row(*THERE, outcome("died", 100, by=HOSPITAL), void(3, 110, by=HOSPITAL), *BACK)
    assert (counted.died, counted.outcome, counted.stay) == (False, "", 120)


@pytest.mark.parametrize("told", ["another_home", "own_home", "hospice", "hospital_at_home", "self_discharge"])
def test_who_went_somewhere_else_left_the_hospital_and_is_not_home(told):
    counted = row(*THERE, outcome(told, 300, by=HOSPITAL))
    assert (counted.outcome, counted.stay, counted.home_at) == (told, 240, None)


def test_of_several_ends_the_last_that_was_not_taken_back_counts():
    ends = [outcome(told, at) for told, at in (("another_home", 300), ("hospice", 310), ("another_home", 320))]
    assert row(*THERE, *ends).outcome == "another_home"
    assert row(*THERE, *ends, void(5, 330, by=HOME)).outcome == "hospice"


def test_who_went_on_to_a_place_that_is_not_on_line_is_still_in_hospital():
    counted = row(*THERE, outcome("outside_network", 300, by=HOSPITAL))
    assert (counted.outcome, counted.stay, counted.left_hospital_at) == ("outside_network", None, None)


def test_a_bag_left_in_the_ambulance_leaves_the_resident_where_they_are():
    counted = row(*THERE, took(CREW, 180), outcome("left_in_ambulance", 240, where="17"), took(HOME, 300))
    assert (counted.stay, counted.away, counted.bag_behind, counted.returning) == (120, 220, 60, 120)


def test_a_bag_that_follows_later_keeps_nobody_from_being_home():
    said = (*THERE, outcome("follows_later", 200), took(CREW, 400), took(HOME, 460))
    assert resident(*said) == [60, 200, 200, 140, 180]
    assert row(*said).bag_behind == 260


def test_a_resident_who_went_ahead_of_the_bag_left_the_home_then():
    assert resident(outcome("follows_later", 10), took(CREW, 60), took(HOSPITAL, 90), *BACK) == [90, 180, 240, 90, 230]


def test_a_lost_bag_has_not_come_back_and_its_resident_has():
    counted = row(*THERE, outcome("lost", 100, by=HOSPITAL), outcome("same_day_return", 200))
    assert (counted.stay, counted.away, counted.bag_behind, counted.returning) == (140, 180, None, None)


def test_a_bag_with_the_family_may_go_to_hospital_with_them():
    assert legs(outcome("with_family", 10, who="Daughter"), took(HOSPITAL, 40), took(HOME, 100)) == (10, 30, 60, None)


def test_a_hand_over_that_was_taken_back_is_no_arrival():
    said = (took(CREW, 20), took(NORTHGATE, 50), void(2, 55, by=NORTHGATE), took(HOSPITAL, 60), *BACK)
    assert legs(*said) == (20, 40, 120, 60)
    assert row(*said).hospital == HOSPITAL


def test_what_is_told_for_before_the_packing_makes_no_time_run_backwards():
    assert legs(took(CREW, -5), took(HOSPITAL, 60)) == (0, 60, None, None)


def test_with_another_home_the_bag_is_on_its_way():
    assert legs(*THERE, took(MILLBROOK, 100), took(HOME, 400)) == (20, 40, 40, 300)


def test_without_a_bag_there_is_none_behind():
    for counted in (row(*THERE, *BACK, bag=False), row(outcome("no_bag", 5), *THERE, *BACK)):
        assert (counted.with_bag, counted.bag_behind, counted.checked_back, counted.stay) == (False, None, None, 120)


NIGHT_OF_SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # at 01:00 the clocks went on to 02:00
NIGHT_OF_AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30, which came twice


@pytest.mark.parametrize("packed_at", [NIGHT_OF_SPRING, NIGHT_OF_AUTUMN])
def test_a_change_of_the_clocks_makes_nobody_wait_longer(packed_at):
    assert legs(*THERE, *BACK, packed_at=packed_at) == (20, 40, 120, 60)


def test_the_day_and_the_night_are_those_of_london():
    late = datetime(2026, 6, 30, 23, 10, tzinfo=UTC)
    counted = row(*THERE, took(CREW, 60 * 22 - 11), took(HOME, 60 * 23), packed_at=late)
    assert (counted.day, counted.at_night) == (date(2026, 7, 1), False)  # left at 21:59
    counted = row(*THERE, took(CREW, 60 * 22 - 10), took(HOME, 60 * 23), packed_at=late)
    assert counted.at_night is True  # at 22:00
    counted = row(*THERE, took(CREW, 60 * 29 + 50), took(HOME, 60 * 31), packed_at=late)
    assert counted.at_night is False  # at 06:00
    assert row(packed_at=datetime(2026, 11, 21, 23, 59, tzinfo=UTC)).day == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1931, 11, 21), "95 or over"),
        (date(1931, 11, 22), "85 to 94"),
        (date(1961, 11, 22), "under 65"),
        (date(1961, 11, 21), "65 to 74"),
        (None, ""),
    ],
)
def test_age_is_that_on_the_day_of_the_packing(born, band):
    assert row(born=born).age_band == band


def test_the_homes_own_word_that_it_has_what_never_left_is_no_leaving():
    assert resident(took(HOME, 20)) == [None] * 5
