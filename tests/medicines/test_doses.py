"""Amounts as written are read exactly, or not at all."""

from fractions import Fraction

import pytest

from redbag.medicines.doses import read_dose, read_strength
from redbag.medicines.listed import Listed
from redbag.medicines.reading import read
from redbag.medicines.written import number, tidy


@pytest.mark.parametrize(
    ("words", "low", "high", "unit"),
    [
        ("1 g", 1_000_000, 1_000_000, "micrograms"),
        ("500mg", 500_000, 500_000, "micrograms"),
        ("0.5 mg", 500, 500, "micrograms"),
        ("1.0 mg", 1000, 1000, "micrograms"),
        ("10 mg", 10_000, 10_000, "micrograms"),
        ("62.5 mcg", Fraction(125, 2), Fraction(125, 2), "micrograms"),
        ("62.5 µg", Fraction(125, 2), Fraction(125, 2), "micrograms"),
        ("62.5 micrograms", Fraction(125, 2), Fraction(125, 2), "micrograms"),
        ("100 nanograms", Fraction(1, 10), Fraction(1, 10), "micrograms"),
        ("1,000 mg", 1_000_000, 1_000_000, "micrograms"),
        ("2 x 500mg", 1_000_000, 1_000_000, "micrograms"),
        ("500 mg tablets, 2", 1_000_000, 1_000_000, "micrograms"),
        ("two 500mg tablets", 1_000_000, 1_000_000, "micrograms"),
        ("2.5-5 mg", 2500, 5000, "micrograms"),
        ("500mg to 1g", 500_000, 1_000_000, "micrograms"),
        ("5 to 10ml", 5, 10, "ml"),
        ("one 5ml spoonful", 5, 5, "ml"),
        ("10 units", 10, 10, "units"),
        ("10 IU", 10, 10, "units"),
        ("half a tablet", Fraction(1, 2), Fraction(1, 2), "tablet"),
        ("½ tablet", Fraction(1, 2), Fraction(1, 2), "tablet"),
        ("1½ tablets", Fraction(3, 2), Fraction(3, 2), "tablet"),
        ("one and a half tablets", Fraction(3, 2), Fraction(3, 2), "tablet"),
        ("1/2 tab", Fraction(1, 2), Fraction(1, 2), "tablet"),
        ("Take ONE tablet", 1, 1, "tablet"),
        ("1-2 puffs", 1, 2, "puff"),
        ("25 micrograms/hour", 25, 25, "micrograms an hour"),
        ("4.6mg/24h", Fraction(4600, 24), Fraction(4600, 24), "micrograms an hour"),
        ("20 mmol", 20, 20, "mmol"),
    ],
)
def test_an_amount_is_read_exactly(words, low, high, unit):
    dose = read_dose(words)
    assert dose.understood
    assert [(each.low, each.high, each.unit) for each in dose.amounts] == [(low, high, unit)]


@pytest.mark.parametrize(
    "words",
    [
        "10U",
        "10 u",
        ".5 mg",
        "2,5 mg",
        "as directed",
        "5 mg then 10 mg",
        "12/11/2026",
        "5 mg?",
        "see chart",
        "5-10-15 mg",
        "half",
    ],
)
def test_what_is_not_certain_is_left_unread(words):
    assert not read_dose(words).understood or not read_dose(words).amounts


def test_two_tablets_and_an_amount_are_certain_only_when_the_strength_is_known():
    assert read(Listed(name="Paracetamol", dose="2 tablets (500mg)")).active == ()
    (whole,) = read(Listed(name="Paracetamol 500mg tablets", dose="2 tablets (1 g)")).active
    assert whole.low == whole.high == 1_000_000
    assert read(Listed(name="Paracetamol 500mg tablets", dose="2 tablets (500mg)")).active == ()


@pytest.mark.parametrize(
    ("words", "values", "per"),
    [
        ("500mg tablets", (500_000,), "piece"),
        ("25mg/100mg tablets", (25_000, 100_000), "piece"),
        ("250mg/5ml oral suspension", (50_000,), "ml"),
        ("250mg/62mg/5ml", (50_000, 12_400), "ml"),
        ("100micrograms/dose inhaler", (100,), "piece"),
        ("25micrograms/hour patches", (25,), "hour"),
        ("100units/ml 3ml pre-filled pen", (100,), "ml"),
        ("750mg/200unit caplets", (750_000, 200), "piece"),
        ("1.5g + 400 units", (1_500_000, 400), "piece"),
    ],
)
def test_a_strength_is_read_for_each_ingredient(words, values, per):
    strength, _ = read_strength(words)
    assert strength is not None
    assert (tuple(part.value for part in strength.parts), strength.per) == (values, per)


def test_fractions_and_signs_are_read_in_any_spelling():
    assert tidy("1½ Tablets\u00a0") == "1 1/2 tablets"
    assert [number(each) for each in ("1 1/2", "1,000", "0.125", "half a")] == [
        Fraction(3, 2),
        Fraction(1000),
        Fraction(1, 8),
        Fraction(1, 2),
    ]
