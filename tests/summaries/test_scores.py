"""MUST (BAPEN) from both sides of each threshold, and for whom the frailty scale was not made."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.summaries.scores import (
    NOT_FOR_LEARNING,
    NOT_FOR_YOUNG,
    bmi_points,
    bmi_said,
    must,
    must_band,
    no_frailty_score,
    number,
)

WELL = {"weight": "60", "height": "160", "weight_loss": "under_5", "no_intake": "no"}  # BMI 23.4
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("index", "points"), [("20.01", 0), ("20", 1), ("19.99", 1), ("18.5", 1), ("18.49", 2), ("12", 2), ("40", 0)]
)
def test_bmi_points_from_both_sides_of_each_threshold(index, points):
    assert bmi_points(Decimal(index)) == points


@pytest.mark.parametrize(("loss", "points"), [("under_5", 0), ("5_to_10", 1), ("over_10", 2)])
def test_points_for_lost_weight(loss, points):
    assert must({**WELL, "weight_loss": loss}).total == points


@pytest.mark.parametrize(("ill", "points"), [("no", 0), ("yes", 2)])
def test_points_for_eating_nothing_while_very_ill(ill, points):
    assert must({**WELL, "no_intake": ill}).total == points


@pytest.mark.parametrize(
    ("total", "band"), [(0, "low"), (1, "medium"), (2, "high"), (3, "high"), (4, "high"), (6, "high")]
)
def test_bands(total, band):
    assert must_band(total) == band


def test_the_parts_are_shown_with_the_bmi():
    thin = must({"weight": "45,5", "height": "160", "weight_loss": "5_to_10", "no_intake": "no"})
    assert [(part.label, part.told, part.points) for part in thin.parts] == [
        ("BMI", "17.8", 2),
        ("Weight lost without meaning to", "5 to 10 %", 1),
        ("Very ill, and eating nothing for more than 5 days", "no", 0),
    ]
    assert (thin.total, thin.band, thin.said) == (3, "high", "MUST 3: high risk")


@pytest.mark.parametrize("left_out", ["weight", "height", "weight_loss", "no_intake"])
@pytest.mark.parametrize("nothing", ["", "not_known", None])
def test_a_set_with_anything_missing_has_no_total(left_out, nothing):
    score = must({**WELL, left_out: nothing})
    assert (score.total, score.band) == (None, None)
    assert "not complete" in score.said
    assert len(score.missing) == 1


def test_what_is_known_can_already_be_high_without_a_total():
    score = must({"weight": "40", "height": "160"})
    assert (score.total, score.already_high) == (None, True)
    assert score.said.startswith("MUST not complete, already high risk: ")
    assert not must({"weight": "60", "height": "160"}).already_high


PARTS = st.fixed_dictionaries(
    {
        "weight": st.decimals(20, 300, places=1).map(str) | st.just(""),
        "height": st.decimals(90, 230, places=1).map(str) | st.just(""),
        "weight_loss": st.sampled_from(["under_5", "5_to_10", "over_10", "not_known", ""]),
        "no_intake": st.sampled_from(["yes", "no", "not_known", ""]),
    }
)


@given(PARTS)
def test_a_total_is_the_sum_of_complete_parts_and_nothing_else(content):
    score = must(content)
    known = [part.points for part in score.parts if part.points is not None]
    if len(known) == 3:
        assert score.total == sum(known)
        assert score.missing == ()
        assert not score.already_high
    else:
        assert score.total is None
        assert score.missing
        assert score.already_high == (sum(known) >= 2)
    assert all(0 <= points <= 2 for points in known)


@given(PARTS, st.decimals(min_value="0.1", max_value="50", places=1))
def test_weighing_less_never_lowers_the_score(content, lost):
    lighter = {**content, "weight": str(max(Decimal(20), Decimal(content["weight"] or 0) - lost))}
    if (before := must(content).total) is not None and Decimal(content["weight"]) - lost >= 20:
        assert must(lighter).total >= before


@given(st.decimals(min_value="5", max_value="90", allow_nan=False, places=9))
def test_the_bmi_that_is_shown_is_on_its_own_side_of_a_threshold(index):
    assert bmi_points(Decimal(bmi_said(index))) == bmi_points(index)


def test_the_bmi_has_one_decimal_unless_that_would_hide_its_side():
    assert bmi_said(Decimal("23.4375")) == "23.4"
    assert bmi_said(Decimal("18.49")) == "18.49"
    assert bmi_said(Decimal("20.04")) == "20.04"


@pytest.mark.parametrize("told", ["", None, "many", "0", "-5", "NaN", "Infinity"])
def test_what_is_no_number_is_not_known(told):
    assert number(told) is None


@pytest.mark.parametrize(
    ("born", "why"),
    [
        (date(1961, 11, 22), ""),
        (date(1961, 11, 23), NOT_FOR_YOUNG),
        (date(1936, 3, 3), ""),
        (date(1990, 1, 1), NOT_FOR_YOUNG),
    ],
)
def test_the_frailty_scale_is_for_people_of_65_and_over(born, why):
    assert no_frailty_score(born=born, passport={}, today=TODAY) == why


@pytest.mark.parametrize(
    ("which", "why"),
    [
        ("learning_disability", NOT_FOR_LEARNING),
        ("autism", NOT_FOR_LEARNING),
        ("both", NOT_FOR_LEARNING),
        ("none", ""),
        ("not_known", ""),
    ],
)
def test_the_frailty_scale_is_not_for_people_with_a_learning_disability_or_autism(which, why):
    assert no_frailty_score(born=date(1936, 3, 3), passport={"which": which}, today=TODAY) == why
