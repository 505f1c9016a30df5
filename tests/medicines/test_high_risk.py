"""Medicines that harm most when they are wrong carry their words."""

import pytest

from redbag.medicines.high_risk import do_not_stop, flags, harms_when_missed, is_time_critical, of_listed
from redbag.medicines.listed import Line, Listed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Eliquis 5mg tablets", "Blood thinner"),
        ("Warfarin", "Blood thinner"),
        ("NovoRapid", "Insulin"),
        ("Insulin glargine 100units/ml", "Insulin"),
        ("BuTrans", "Strong painkiller (opioid)"),
        ("Zapain", "Strong painkiller (opioid)"),
        ("Maxtrex", "Methotrexate: once a WEEK only"),
        ("Priadel", "Lithium"),
        ("Tegretol", "For fits (epilepsy) or nerve pain: must not stop suddenly"),
        ("Madopar", "For Parkinson's: must not be late, must not stop suddenly"),
        ("Metoclopramide", "Can be harmful in Parkinson's: ask"),
    ],
)
def test_a_medicine_carries_its_warning_under_any_name(name, words):
    assert of_listed(Listed(name=name)) == (words,)


def test_most_medicines_carry_none():
    assert of_listed(Listed(name="Amlodipine 5mg tablets")) == ()


def test_what_either_list_marks_is_marked_on_the_line():
    before = Listed(name="Sertraline", time_critical=True)
    after = Listed(name="Sertraline", do_not_stop="Do not discontinue")
    line = Line(kind="unchanged", before=before, after=after)
    assert (is_time_critical(line), do_not_stop(line), harms_when_missed(line)) == (True, "Do not discontinue", True)
    plain = Line(kind="unchanged", before=Listed(name="Sertraline"), after=None)
    assert (is_time_critical(plain), do_not_stop(plain), harms_when_missed(plain), flags(plain)) == (
        False,
        "",
        False,
        (),
    )
