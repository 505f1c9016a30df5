"""The chart below is typed in again from the published one, column by column, so a slip in either is seen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.summaries.news2 import (
    ACKNOWLEDGEMENT,
    ALWAYS,
    PREGNANCY,
    RESPONSE,
    SNOMED,
    SNOMED_TO_CONFIRM,
    UNDER_16,
    ImplausibleReading,
    Observation,
    codes,
    implausible,
    one_decimal,
    refusal,
    score,
    withheld,
)

WELL = {
    "respiratory_rate": 16,
    "spo2": 97,
    "on_oxygen": False,
    "systolic_bp": 128,
    "pulse": 72,
    "acvpu": "A",
    "temperature": Decimal("36.8"),
}

readings = st.builds(
    Observation,
    respiratory_rate=st.none() | st.integers(0, 80),
    spo2=st.none() | st.integers(30, 100),
    spo2_scale=st.sampled_from([1, 2]),
    on_oxygen=st.none() | st.booleans(),
    systolic_bp=st.none() | st.integers(20, 350),
    pulse=st.none() | st.integers(0, 300),
    acvpu=st.none() | st.sampled_from("ACVPU"),
    temperature=st.none() | st.decimals("25.0", "45.0", places=1),
)
full_sets = st.builds(
    Observation,
    respiratory_rate=st.integers(0, 80),
    spo2=st.integers(30, 100),
    spo2_scale=st.sampled_from([1, 2]),
    on_oxygen=st.booleans(),
    systolic_bp=st.integers(20, 350),
    pulse=st.integers(0, 300),
    acvpu=st.sampled_from("ACVPU"),
    temperature=st.decimals("25.0", "45.0", places=1),
)


def taken(**changes):
    return Observation(**{**WELL, **changes})


def points(name, **changes):
    return score(taken(**changes)).points[name]


@pytest.mark.parametrize(("low", "high", "expected"), [(0, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 80, 3)])
def test_respiratory_rate(low, high, expected):
    assert {points("respiratory_rate", respiratory_rate=rate) for rate in range(low, high + 1)} == {expected}


@pytest.mark.parametrize(("low", "high", "expected"), [(30, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)])
@pytest.mark.parametrize("on_oxygen", [True, False, None])
def test_spo2_on_scale_1(low, high, expected, on_oxygen):
    assert {points("spo2", spo2=spo2, on_oxygen=on_oxygen) for spo2 in range(low, high + 1)} == {expected}


@pytest.mark.parametrize(
    ("low", "high", "on_air", "on_oxygen"),
    [
        (30, 83, 3, 3),
        (84, 85, 2, 2),
        (86, 87, 1, 1),
        (88, 92, 0, 0),
        (93, 94, 0, 1),
        (95, 96, 0, 2),
        (97, 100, 0, 3),
    ],
)
def test_spo2_on_scale_2(low, high, on_air, on_oxygen):
    for spo2 in range(low, high + 1):
        assert points("spo2", spo2=spo2, spo2_scale=2, on_oxygen=False) == on_air
        assert points("spo2", spo2=spo2, spo2_scale=2, on_oxygen=True) == on_oxygen


@pytest.mark.parametrize(("on_oxygen", "expected"), [(False, 0), (True, 2)])
def test_air_or_oxygen(on_oxygen, expected):
    assert points("on_oxygen", on_oxygen=on_oxygen) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(20, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 350, 3)]
)
def test_systolic_blood_pressure(low, high, expected):
    assert {points("systolic_bp", systolic_bp=pressure) for pressure in range(low, high + 1)} == {expected}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 300, 3)],
)
def test_pulse(low, high, expected):
    assert {points("pulse", pulse=pulse) for pulse in range(low, high + 1)} == {expected}


@pytest.mark.parametrize(("acvpu", "expected"), [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)])
def test_consciousness(acvpu, expected):
    assert points("acvpu", acvpu=acvpu) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(250, 350, 3), (351, 360, 1), (361, 380, 0), (381, 390, 1), (391, 450, 2)]
)
def test_temperature(low, high, expected):
    tenths = range(low, high + 1)
    assert {points("temperature", temperature=Decimal(tenth) / 10) for tenth in tenths} == {expected}


@pytest.mark.parametrize(
    ("temperature", "judged_as"),
    [
        ("35.04", "35.0"),
        ("35.05", "35.1"),
        ("36.049", "36.0"),
        ("36.05", "36.1"),
        ("38.04", "38.0"),
        ("38.05", "38.1"),
        ("39.04", "39.0"),
        ("39.05", "39.1"),
        ("37", "37.0"),
    ],
)
def test_temperature_is_judged_at_one_decimal_with_a_half_rounded_up(temperature, judged_as):
    expected = points("temperature", temperature=Decimal(judged_as))
    assert points("temperature", temperature=Decimal(temperature)) == expected


def test_a_well_person_scores_nought():
    result = score(taken())
    assert (result.score, result.band, result.complete, result.missing) == (0, "low", True, [])
    assert result.points == dict.fromkeys(WELL, 0)
    assert (result.red_parameters, result.at_least, result.scale) == ([], None, 1)


def test_the_highest_score_is_twenty():
    worst = taken(
        respiratory_rate=30,
        spo2=80,
        on_oxygen=True,
        systolic_bp=70,
        pulse=150,
        acvpu="U",
        temperature=Decimal("34.0"),
    )
    assert (score(worst).score, score(worst).band) == (20, "high")


@pytest.mark.parametrize(
    ("changes", "total", "band"),
    [
        ({"respiratory_rate": 21, "on_oxygen": True}, 4, "low"),
        ({"acvpu": "C"}, 3, "low_medium"),
        ({"acvpu": "C", "pulse": 91}, 4, "low_medium"),
        ({"respiratory_rate": 21, "on_oxygen": True, "pulse": 91}, 5, "medium"),
        ({"acvpu": "C", "on_oxygen": True}, 5, "medium"),
        ({"acvpu": "C", "on_oxygen": True, "pulse": 91}, 6, "medium"),
        ({"respiratory_rate": 21, "on_oxygen": True, "pulse": 111, "systolic_bp": 110}, 7, "high"),
        ({"acvpu": "C", "respiratory_rate": 25, "pulse": 91}, 7, "high"),
    ],
)
def test_bands_at_every_edge(changes, total, band):
    result = score(taken(**changes))
    assert (result.score, result.band) == (total, band)


@pytest.mark.parametrize("name", list(WELL))
def test_one_missing_reading_leaves_no_score_and_no_band(name):
    result = score(taken(**{name: None}))
    assert (result.score, result.band, result.complete, result.missing) == (None, None, False, [name])
    assert result.points == {other: 0 for other in WELL if other != name}
    assert result.at_least is None


def test_nothing_taken_says_nothing():
    result = score(Observation())
    assert (result.score, result.band, result.at_least, result.points) == (None, None, None, {})
    assert result.missing == list(WELL)


def test_scale_2_cannot_judge_a_high_saturation_without_knowing_about_oxygen():
    below, above = (score(taken(spo2=spo2, spo2_scale=2, on_oxygen=None)) for spo2 in (92, 93))
    assert below.points["spo2"] == 0
    assert "spo2" not in above.points
    assert above.missing == ["on_oxygen"]
    assert above.scale == 2


def test_an_incomplete_set_still_says_which_reading_is_red():
    result = score(Observation(acvpu="U"))
    assert (result.score, result.band) == (None, None)
    assert (result.red_parameters, result.at_least) == (["acvpu"], "low_medium")


def test_an_incomplete_set_still_says_the_band_it_has_reached():
    result = score(taken(respiratory_rate=22, spo2=92, systolic_bp=95, pulse=115, temperature=None))
    assert (result.score, result.band, result.red_parameters) == (None, None, [])
    assert result.at_least == "high"


@given(readings)
def test_a_total_is_the_sum_of_its_seven_parts_or_there_is_none(observation):
    result = score(observation)
    given_all = all(getattr(observation, name) is not None for name in WELL)
    assert result.complete == given_all == (result.score is not None) == (result.band is not None)
    assert result.score == (sum(result.points.values()) if given_all else None)
    assert result.missing == [name for name in WELL if getattr(observation, name) is None]
    assert set(result.points) <= set(WELL) - set(result.missing)
    assert result.red_parameters == [name for name, value in result.points.items() if value == 3]


@given(full_sets, st.sets(st.sampled_from(list(WELL))))
def test_what_an_incomplete_set_says_is_never_more_than_the_complete_one(observation, left_out):
    order = [None, "low", "low_medium", "medium", "high"]
    partial = score(Observation(**{**vars(observation), **dict.fromkeys(left_out)}))
    assert order.index(partial.at_least) <= order.index(score(observation).band)


@given(full_sets)
def test_the_band_follows_the_total_and_the_single_red_reading(observation):
    result = score(observation)
    expected = "high" if result.score >= 7 else "medium" if result.score >= 5 else None
    assert result.band == (expected or ("low_medium" if 3 in result.points.values() else "low"))
    assert 0 <= result.score <= 20


@pytest.mark.parametrize(
    ("name", "lowest", "highest", "step"),
    [
        ("respiratory_rate", 0, 80, 1),
        ("spo2", 30, 100, 1),
        ("systolic_bp", 20, 350, 1),
        ("pulse", 0, 300, 1),
        ("temperature", Decimal("25.0"), Decimal("45.0"), Decimal("0.1")),
    ],
)
def test_a_reading_nobody_can_have_is_named_and_never_scored(name, lowest, highest, step):
    assert implausible(taken(**{name: lowest})) == implausible(taken(**{name: highest})) == {}
    for reading in (lowest - step, highest + step):
        assert list(implausible(taken(**{name: reading}))) == [name]
        with pytest.raises(ImplausibleReading) as caught:
            score(taken(**{name: reading}))
        assert list(caught.value.errors) == [name]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"spo2_scale": 3}, "spo2_scale"),
        ({"spo2_scale": 0}, "spo2_scale"),
        ({"acvpu": "X"}, "acvpu"),
        ({"acvpu": "a"}, "acvpu"),
        ({"acvpu": ""}, "acvpu"),
        ({"temperature": Decimal("NaN")}, "temperature"),
        ({"temperature": Decimal("Infinity")}, "temperature"),
        ({"temperature": Decimal(368)}, "temperature"),
    ],
)
def test_slips_of_the_finger_are_named(changes, field):
    assert list(implausible(taken(**changes))) == [field]


def test_every_slip_is_named_at_once():
    assert list(implausible(taken(pulse=-1, spo2=120, acvpu="Z"))) == ["spo2", "pulse", "acvpu"]


def test_what_was_not_taken_is_not_implausible():
    assert implausible(Observation()) == {}


def test_every_band_says_what_to_do_and_the_rest_is_always_said():
    assert list(RESPONSE) == ["low", "low_medium", "medium", "high"]
    assert "999" in RESPONSE["high"]
    assert "not a diagnosis" in ALWAYS
    assert "Never wait for a score before ringing 999" in ALWAYS
    assert "Royal College of Physicians" in ACKNOWLEDGEMENT


@pytest.mark.parametrize(
    ("born", "today", "refused"),
    [
        (date(2010, 11, 22), date(2026, 11, 21), True),
        (date(2010, 11, 21), date(2026, 11, 21), False),
        (date(2010, 11, 20), date(2026, 11, 21), False),
        (date(2012, 2, 29), date(2028, 2, 28), True),
        (date(2012, 2, 29), date(2028, 2, 29), False),
        (date(1936, 3, 3), date(2026, 11, 21), False),
        (None, date(2026, 11, 21), False),
    ],
)
def test_under_16_news2_refuses_and_on_the_sixteenth_birthday_it_does_not(born, today, refused):
    assert refusal(born=born, pregnant=False, today=today) == (UNDER_16 if refused else "")


def test_in_pregnancy_news2_refuses():
    grown, young, today = date(2000, 1, 1), date(2012, 1, 1), date(2026, 11, 21)
    assert refusal(born=grown, pregnant=True, today=today) == PREGNANCY
    assert refusal(born=young, pregnant=True, today=today) == UNDER_16


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 60000))
def test_nobody_is_refused_for_age_at_16_and_everybody_before(born, days):
    today = born + timedelta(days=days)
    try:
        birthday = born.replace(year=born.year + 16)
    except ValueError:
        birthday = date(born.year + 16, 3, 1)
    assert refusal(born=born, pregnant=False, today=today) == ("" if today >= birthday else UNDER_16)


@given(readings, st.sampled_from(["", "why"]), st.sampled_from(["", "because"]))
def test_where_no_score_is_told_nothing_of_it_is_left(observation, refused, hidden):
    whole = score(observation)
    told = withheld(whole, refused=refused, hidden=hidden)
    if not refused and not hidden:
        assert told is whole
        return
    assert (told.score, told.band, told.at_least, told.red_parameters, told.points) == (None, None, None, [], {})
    assert (told.complete, told.missing, told.scale) == (whole.complete, whole.missing, whole.scale)
    assert (told.refused, told.hidden) == (refused, "" if refused else hidden)


@given(st.decimals("25", "45", places=3))
def test_a_temperature_is_kept_at_the_nearest_tenth_a_half_upwards(temperature):
    kept = one_decimal(temperature)
    assert kept == Decimal(int(temperature * 10 + Decimal("0.5"))) / 10
    assert points("temperature", temperature=kept) == points("temperature", temperature=temperature)


def test_each_parameter_has_its_code_and_the_oxygen_level_the_one_of_its_scale():
    assert list(codes(1)) == ["score", *WELL]
    assert {name for name in codes(1) if codes(1)[name] != codes(2)[name]} == {"spo2"}
    assert codes(1)["spo2"] == "1104311000000102"
    assert {codes(2)["spo2"]} == SNOMED_TO_CONFIRM


@pytest.mark.parametrize("code", SNOMED.values())
def test_snomed_codes_carry_a_true_check_digit(code):
    """Verhoeff, built from the symmetries of a pentagon: 0-4 turn it, 5-9 turn it over."""

    def then(a, b):
        if a < 5:
            return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
        return (a - b) % 5 + 5 if b < 5 else (a - b) % 5

    shuffle = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for place, digit in enumerate(map(int, reversed(code))):
        for _ in range(place % 8):
            digit = shuffle[digit]
        total = then(total, digit)
    assert total == 0
    assert len(set(SNOMED.values())) == len(SNOMED)
