from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.residents.nhs_numbers import BadNhsNumber, check, generate, normalise, shown


def with_check_digit(body: str) -> str | None:
    """An independent reckoning: try all ten last digits against the published weights 10 to 1."""
    for last in "0123456789":
        digits = map(int, body + last)
        if sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0:
            return body + last
    return None


def first_valid_from(start: int) -> str:
    return next(number for body in range(start, start + 20) if (number := with_check_digit(f"{body:09}")))


def last_valid_up_to(end: int) -> str:
    return next(number for body in range(end, end - 20, -1) if (number := with_check_digit(f"{body:09}")))


def refusal(text: str, *, demo: bool = False) -> str:
    with pytest.raises(BadNhsNumber) as caught:
        check(text, demo=demo)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "4505577104",
        "450 557 7104",
        "450-557-7104",
        " 450 557 7104\n",
        "450\u00a0557\u00a07104",
        "450\u2011557\u20117104",
        "4 5 0 5 5 7 7 1 0 4",
    ],
)
def test_spaces_and_hyphens_are_taken_out(text):
    assert check(text, demo=False) == "4505577104"


@pytest.mark.parametrize(
    "text",
    [
        "45O5577104",
        "450.557.7104",
        "450/557/7104",
        "NHS 4505577104",
        "+4505577104",
        "45055771\uff104",
        "45055771\u06604",
        "450557710\u00b2",
    ],
)
def test_anything_but_digits_is_refused(text):
    assert refusal(text) == "letters"


@pytest.mark.parametrize("text", ["", "   ", "-", "450557710", "45055771044", "450 557 710"])
def test_too_short_or_too_long_is_refused(text):
    assert refusal(text) == "length"


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("demo", [True, False])
def test_ten_times_the_same_digit_is_refused_though_the_check_digit_fits(digit, demo):
    assert with_check_digit(digit * 9) == digit * 10
    assert refusal(digit * 10, demo=demo) == "repeated"


def test_a_body_without_a_possible_check_digit_is_refused_with_every_last_digit():
    bodies = map(str, range(400_000_000, 400_000_100))
    body = next(body for body in bodies if with_check_digit(body) is None)
    assert {refusal(body + last) for last in "0123456789"} == {"check_digit"}


@pytest.mark.parametrize(
    ("first_body", "last_body"),
    [
        (10_100_000, 311_299_999),
        (320_000_000, 399_999_999),
        (400_000_000, 499_999_999),
        (600_000_000, 799_999_999),
        (800_000_000, 859_999_999),
    ],
)
def test_issued_ranges_are_taken_at_both_ends(first_body, last_body):
    for number in (first_valid_from(first_body), last_valid_up_to(last_body)):
        assert check(number, demo=False) == number


@pytest.mark.parametrize(
    "number",
    [
        first_valid_from(1),
        last_valid_up_to(9_999_999),
        first_valid_from(311_300_000),
        last_valid_up_to(319_999_999),
        first_valid_from(500_000_000),
        last_valid_up_to(599_999_998),
        first_valid_from(860_000_000),
        last_valid_up_to(899_999_999),
    ],
)
@pytest.mark.parametrize("demo", [True, False])
def test_numbers_outside_the_issued_ranges_are_refused(number, demo):
    assert refusal(number, demo=demo) == "not_issued"


@pytest.mark.parametrize("number", [first_valid_from(900_000_000), "9434765919", last_valid_up_to(999_999_998)])
def test_test_numbers_pass_in_the_demo_only(number):
    assert check(number, demo=True) == number
    assert refusal(number, demo=False) == "test_range"


@pytest.mark.parametrize("ddmmyy", ["310250", "300236", "290201", "310436", "011350", "010050"])
def test_a_scottish_number_must_start_with_a_real_date(ddmmyy):
    assert refusal(first_valid_from(int(ddmmyy) * 1000)) == "chi_date"


@pytest.mark.parametrize("ddmmyy", ["010136", "311299", "290236", "290200", "280201", "300450"])
def test_a_scottish_number_with_a_real_date_is_taken(ddmmyy):
    number = first_valid_from(int(ddmmyy) * 1000)
    assert check(number, demo=False) == number


def test_a_number_is_shown_in_groups_of_three_three_and_four():
    assert shown("9434765919") == "943 476 5919"


def test_no_message_repeats_the_number():
    for text in ["4505577105", "5000000000", "9434765919", "3102500005", "450557710"]:
        with pytest.raises(BadNhsNumber) as caught:
            check(text, demo=False)
        assert normalise("4505577104")[:6] not in str(caught.value)
        assert text not in str(caught.value)
        assert str(caught.value).endswith(".")


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_every_date_of_birth_makes_a_scottish_number(born, serial):
    number = with_check_digit(f"{born:%d%m%y}{serial:03}")
    if number:
        assert check(number, demo=False) == number


@given(st.integers(0, 9_999_999), st.integers(0, 9), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(serial, place, digit):
    number = generate(serial)
    typed = number[:place] + digit + number[place + 1 :]
    if typed != number:
        with pytest.raises(BadNhsNumber):
            check(typed, demo=True)


@given(st.integers(0, 9_999_999), st.integers(0, 8))
def test_two_neighbours_changed_round_are_always_noticed(serial, place):
    number = generate(serial)
    typed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if typed != number:
        with pytest.raises(BadNhsNumber):
            check(typed, demo=True)


@given(st.integers(0, 9_999_999))
def test_a_generated_number_is_a_test_number(serial):
    number = generate(serial)
    assert check(number, demo=True) == number == generate(serial)
    assert with_check_digit(number[:9]) == number
    assert refusal(number) == "test_range"


def test_generated_numbers_are_all_different():
    assert len({generate(serial) for serial in range(50_000)}) == 50_000


@pytest.mark.parametrize("serial", [-1, 10_000_000])
def test_a_serial_outside_the_supply_is_refused(serial):
    with pytest.raises(ValueError, match="serial must be between"):
        generate(serial)


@given(st.text())
def test_any_text_is_either_ten_digits_or_refused(text):
    try:
        number = check(text, demo=True)
    except BadNhsNumber:
        return
    assert len(number) == 10
    assert number.isascii()
    assert number.isdigit()
