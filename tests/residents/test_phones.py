"""One phone number, written in different ways, is one number."""

import pytest

from redbag.residents.phones import same_phone


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("01632 960 111", "01632960111"),
        ("+44 1632 960111", "01632 960 111"),
        ("+44 (0)1632 960111", "01632-960-111"),
        ("0044 7700 900123", "07700 900123"),
        ("960111", "01632 960111"),
        ("home 01632 960111, mobile 07700 900123", "07700900123 (mobile)"),
        ("01632 960111/07700 900123", "07700900123"),
    ],
)
def test_spaces_the_countrys_code_and_words_around_it_do_not_matter(one, other):
    assert same_phone(one, other)
    assert same_phone(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("", ""), (None, None), ("1", "1"), ("ext 12", "12"), ("01632 960111", "01632 960112"), ("-", "0")],
)
def test_what_is_no_number_or_another_one_is_not_the_same(one, other):
    assert not same_phone(one, other)
