"""Which three things of a month a manager is shown, and what is said to have gone well."""

from dataclasses import replace
from datetime import date

from redbag.reports.figures import Number
from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.periods import months_until
from redbag.reports.ranges import Point, run_of
from redbag.reports.this_month import Month, cases_of, stands_out

OCTOBER = date(2026, 10, 1)
GOOD = {
    "missing-items": Number(0.0, 9, 0),
    "time-to-read": Number(100.0, 5, 5),
    "away-too-long": Number(0),
    "unconfirmed": Number(0.0, 30, 0),
    "paperwork": Number(100.0, 9, 9),
}
BAD = {
    "missing-items": Number(22.2, 9, 2),
    "time-to-read": Number(60.0, 5, 3),
    "away-too-long": Number(1),
    "unconfirmed": Number(50.0, 30, 15),
    "paperwork": Number(66.7, 9, 6),
}


def run(last, *, usual=(8.0, 12.0), of=10, over=True):
    """A year that goes to and fro between two numbers, and then one more."""
    values = [usual[month % 2] for month in range(14)] + [last]
    months = months_until(OCTOBER, len(values))
    points = [Point(month, value, of) for month, value in zip(months, values, strict=True)]
    return run_of([*points[:-1], replace(points[-1], over=over)], most=100)


def words(findings):
    return [each.words for each in findings]


def test_safety_comes_first_in_its_order_and_three_are_shown():
    found = stands_out(Month(OCTOBER, BAD, {"unconfirmed": run(50.0)}), MEASURES)
    assert words(found.first) == [
        "2 things are not found yet, from 9 journeys.",
        "2 of 5 letters from hospital waited more than a day before somebody took it on.",
        "1 bag has been away for more than 14 days.",
    ]
    assert words(found.more) == [
        "15 of 30 hand-overs were told by one side only: more than usual.",
        "3 of 9 journeys left with papers that lacked something or were not looked at in time.",
    ]
    assert found.well == ()
    assert [(each.measure, each.row, each.which) for each in found.first] == [
        ("missing-items", "headline", "part"),
        ("time-to-read", "headline", "rest"),
        ("away-too-long", "headline", "whole"),
    ]


def test_a_good_month_has_nothing_to_look_at_and_says_what_went_well_out_of_how_many():
    found = stands_out(Month(OCTOBER, GOOD, {}), MEASURES)
    assert (found.first, found.more) == ((), ())
    assert words(found.well) == [
        "Nothing is missing from 9 journeys.",
        "Every letter from hospital was taken on within a day: 5 of 5.",
        "No bag is away for more than 14 days.",
        "Both sides told of every hand-over: 30 of 30.",
        "Every journey left with all its papers, looked at in time: 9 of 9.",
    ]


def test_hand_overs_told_by_one_side_are_no_news_within_their_usual_range_or_before_the_month_is_over():
    for told in ({}, {"unconfirmed": run(11.0)}, {"unconfirmed": run(50.0, over=False)}):
        assert stands_out(Month(OCTOBER, GOOD | {"unconfirmed": BAD["unconfirmed"]}, told), MEASURES).first == ()


def test_other_measures_are_named_when_they_are_news_the_farthest_outside_first():
    runs = {
        "night-discharges": run(30.0),
        "told-late": run(60.0),
        "unexpected": run(11.0),
        "returned-soon": run(90.0),
        "awareness": run(5.0, usual=(80.0, 84.0)),
    }
    found = stands_out(Month(OCTOBER, GOOD, runs), MEASURES)
    assert [each.measure for each in found.first] == ["awareness", "told-late", "night-discharges"]
    usual = runs["told-late"]
    assert found.first[1].words == (
        f"Hand-overs told late: worse than usual. 6 of 10 (60%), usually {usual.low:g}% to {usual.high:g}%."
    )
    assert (found.first[0].which, found.first[1].which, found.more) == ("rest", "part", ())


def test_one_fact_is_said_once_and_what_is_within_its_usual_range_says_why_it_is_news():
    lately = [9.0, 3.0] * 5 + [2.0, 3.0] * 4  # the last eight lie below the middle, none of them far
    months = months_until(OCTOBER, len(lately))
    lower = run_of([Point(month, value, 10) for month, value in zip(months, lately, strict=True)])
    runs = dict.fromkeys(("missing-kinds", "lost-value", "readmission"), lower)
    found = stands_out(Month(OCTOBER, {}, runs), MEASURES)
    assert len(found.well) == 2
    assert "What lost things were worth" not in " ".join(words(found.well))
    assert (
        "Back to hospital soon after coming home (7 days): better than average, seven months in a row"
        in found.well[1].words
    )
    assert found.well[1].words.endswith(f"0 of 10 (3%), on average {lower.centre:g}%.")
    assert BY_NAME["lost-value"].written(1080.4) == "£1,080.40"
    lost = stands_out(Month(OCTOBER, {"missing-items": BAD["missing-items"]}, runs), MEASURES)
    assert [each.measure for each in lost.well] == ["readmission"]  # no praise for dentures where a thing is missing
    late = {"hours-to-read": run(60.0), "lost-value": run(60.0)}
    named = [each.measure for each in stands_out(Month(OCTOBER, BAD, late), MEASURES).first]
    assert named == ["missing-items", "time-to-read", "away-too-long"]


def test_things_found_again_went_well():
    def said(many):
        return words(stands_out(Month(OCTOBER, {}, {}, found_again=many), MEASURES).well)

    assert said(0) == []
    assert said(1) == ["1 missing thing was found again."]
    assert said(2) == ["2 missing things were found again."]


def test_what_is_news_for_the_better_went_well():
    runs = {"told-late": run(0.0, usual=(30.0, 34.0)), "unconfirmed": run(1.0, usual=(30.0, 34.0))}
    month = Month(OCTOBER, {"unconfirmed": Number(3.3, 30, 1)}, runs)
    found = stands_out(month, MEASURES)
    assert {each.measure for each in found.well} == {"told-late", "unconfirmed"}
    assert all("better than usual" in each.words for each in found.well)


def test_three_months_without_a_loss_are_said_and_two_are_not():
    def lately(*values):
        months = months_until(OCTOBER, len(values))
        return run_of(
            [Point(month, value, 0 if value is None else 4) for month, value in zip(months, values, strict=True)]
        )

    def said(told):
        return words(stands_out(Month(OCTOBER, {"missing-items": GOOD["missing-items"]}, told), MEASURES).well)

    assert said({"missing-items": lately(9.0, 0.0, 0.0, 0.0)}) == ["Nothing was lost in 3 months (12 journeys)."]
    assert said({"missing-items": lately(9.0, 0.0, 0.0)}) == ["Nothing is missing from 9 journeys."]
    assert said({"missing-items": lately(None, None, 0.0, 0.0)}) == ["Nothing is missing from 9 journeys."]
    assert said({"missing-items": lately(0.0, 0.0)}) == ["Nothing is missing from 9 journeys."]


def test_a_month_in_which_nothing_was_counted_is_neither_good_nor_bad():
    empty = {name: Number(None, 0, 0) for name in GOOD if name != "away-too-long"}
    found = stands_out(Month(OCTOBER, empty, {}), MEASURES)
    assert (found.first, found.more, found.well) == ((), (), ())


def test_cases_are_those_that_went_the_wrong_way():
    assert cases_of(BY_NAME["time-to-read"], Number(60.0, 5, 3)) == (2, 5)
    assert cases_of(BY_NAME["unconfirmed"], Number(60.0, 5, 3)) == (3, 5)
    assert cases_of(BY_NAME["away-too-long"], Number(2)) == (2, 1)
    assert cases_of(BY_NAME["unconfirmed"], None) == (0, 0)
