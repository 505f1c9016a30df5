"""Whose a document is: never on one identifier, never against one."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.discharges.matching import Agreement, Candidate, Verdict, compare, contradictions, told, two_people, whose
from redbag.incoming.message import Person
from redbag.residents.nhs_numbers import generate

ANNE = Candidate(
    key="anne",
    home="oakview",
    nhs_number=generate(1),
    date_of_birth=date(1936, 3, 4),
    first_name="Anne",
    last_name="O'Brien-Smith",
    preferred_name="Nancy",
)
JOAN = replace(ANNE, key="joan", nhs_number=generate(2), first_name="Joan", preferred_name="")  # her twin
NAMED = Person(nhs_number=generate(1), date_of_birth=date(1936, 3, 4), given="Anne", family="O'Brien-Smith")


def test_number_birth_and_name_together_say_whose_it_is():
    assert whose(NAMED, [JOAN, ANNE]) == Verdict(whose="anne")


@pytest.mark.parametrize(
    ("given_name", "family"),
    [
        ("ANNE", "O’BRIEN SMITH"),
        ("Anné", "OBrien-Smith"),
        ("Nancy", "Smith"),
        ("A", "O'Brien-Smith"),
        ("Mary Anne", "Smith-O'Brien"),
        ("Anne", "Maiden"),
        ("O'Brien-Smith", "Anne"),
        ("", ""),
        ("Anne", ""),
        ("", "Smith"),
    ],
)
def test_a_name_written_otherwise_is_the_same_name(given_name, family):
    assert whose(replace(NAMED, given=given_name, family=family), [ANNE]).whose == "anne"


@pytest.mark.parametrize(
    ("given_name", "family"), [("Joan", "O'Brien-Smith"), ("Joan", "Other"), ("", "Other"), ("Joan", "")]
)
def test_another_first_name_or_all_of_another_name_is_held(given_name, family):
    assert whose(replace(NAMED, given=given_name, family=family), [ANNE]) == Verdict(why=("name_differs",))


def test_twins_in_one_home_are_never_taken_for_each_other():
    swapped = replace(NAMED, given="Joan")

    assert whose(swapped, [ANNE, JOAN]) == Verdict(why=("name_differs",))
    assert whose(replace(NAMED, nhs_number=generate(2), given="Joan"), [ANNE, JOAN]).whose == "joan"
    assert whose(replace(NAMED, nhs_number=""), [ANNE, JOAN]) == Verdict(why=("nhs_number_missing",))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nhs_number": ""}, ("nhs_number_missing",)),
        ({"nhs_number": "9434765910"}, ("nhs_number_invalid",)),
        ({"nhs_number": generate(3)}, ("nobody",)),
        ({"date_of_birth": None}, ("birth_missing",)),
        ({"date_of_birth": date(1937, 3, 4)}, ("birth_differs",)),
        ({"date_of_birth": date(1936, 4, 3)}, ("day_and_month_swapped",)),
        ({"nhs_number": "", "date_of_birth": None}, ("nhs_number_missing", "birth_missing")),
    ],
)
def test_what_is_missing_or_differs_is_held_and_named(change, why):
    assert whose(replace(NAMED, **change), [ANNE, JOAN]) == Verdict(why=why)


def test_of_two_homes_that_know_somebody_the_one_with_the_journey_counts():
    respite = replace(ANNE, key="at millbrook", home="millbrook")

    assert whose(NAMED, [ANNE, respite]) == Verdict(why=("several", "no_open_transfer"))
    assert whose(NAMED, [ANNE, replace(respite, expected=True)]).whose == "at millbrook"
    assert whose(NAMED, [replace(ANNE, expected=True), replace(respite, expected=True)]) == Verdict(why=("several",))
    assert whose(NAMED, [ANNE, respite], home="oakview").whose == "anne"
    assert whose(NAMED, [ANNE], home="millbrook") == Verdict(why=("other_home",))


def test_who_has_left_gets_no_letters():
    assert whose(NAMED, [replace(ANNE, left=True)]) == Verdict(why=("left",))
    assert whose(NAMED, [replace(ANNE, left=True), replace(ANNE, key="now", home="millbrook")]).whose == "now"


def test_the_name_of_a_record_that_was_joined_counts():
    joined = replace(ANNE, also=(("Joan", "Baker"),))

    assert whose(replace(NAMED, given="Joan", family="Baker"), [joined]).whose == "anne"
    assert whose(replace(NAMED, given="Ruth", family="Baker"), [joined]).whose is None


def test_under_a_journey_only_a_contradiction_is_held():
    assert contradictions(Person(), ANNE) == ()
    assert contradictions(Person(family="Smith"), ANNE) == ()
    assert contradictions(replace(NAMED, nhs_number=generate(2)), ANNE) == ("wrong_person", "nhs_number_differs")
    assert contradictions(replace(NAMED, nhs_number="123"), ANNE) == ("wrong_person", "nhs_number_invalid")
    assert contradictions(NAMED, replace(ANNE, nhs_number="")) == ()


def test_without_a_journey_nobody_and_somebody_else_are_told_in_the_same_word():
    inside = ("birth_differs", "name_differs", "several", "no_open_transfer", "left", "other_home", "nobody")

    assert {tuple(told([why], party=False)) for why in inside} == {("nobody",)}
    assert told(inside, party=False) == ["nobody"]
    assert told(["nhs_number_invalid", "birth_missing"], party=False) == ["nhs_number_invalid", "birth_missing"]
    assert told(["wrong_person", "birth_differs"], party=True) == ["wrong_person", "birth_differs"]


def test_two_people_in_one_letter_are_noticed():
    assert not two_people(NAMED, replace(NAMED, given="Nancy", nhs_number=f"{generate(1)[:3]} {generate(1)[3:]}"))
    assert not two_people(NAMED, Person())
    assert two_people(NAMED, replace(NAMED, nhs_number=generate(2)))
    assert two_people(NAMED, replace(NAMED, date_of_birth=date(1936, 4, 3)))


PEOPLE = st.builds(
    Person,
    nhs_number=st.sampled_from(["", generate(1), generate(2), generate(3), "9434765910"]),
    date_of_birth=st.sampled_from([None, date(1936, 3, 4), date(1936, 4, 3), date(1940, 1, 1)]),
    given=st.sampled_from(["", "Anne", "Joan", "Nancy", "A", "Zoe"]),
    family=st.sampled_from(["", "Smith", "O'Brien-Smith", "Khan"]),
)
HOMES = st.lists(
    st.builds(
        replace,
        st.sampled_from([ANNE, JOAN]),
        key=st.integers(),
        home=st.sampled_from(["oakview", "millbrook"]),
        nhs_number=st.sampled_from(["", generate(1), generate(2)]),
        left=st.booleans(),
        expected=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda each: each.key,
)


@settings(max_examples=300, deadline=None)
@given(person=PEOPLE, candidates=HOMES, home=st.sampled_from([None, "oakview", "millbrook"]))
def test_nobody_is_matched_by_one_identifier_or_against_any(person, candidates, home):
    verdict = whose(person, candidates, home=home)
    assert (verdict.whose is None) == bool(verdict.why)
    if verdict.whose is not None:
        (found,) = (each for each in candidates if each.key == verdict.whose)
        seen = compare(person, found)
        assert seen.nhs_number == seen.date_of_birth == Agreement.AGREED
        assert seen.name != Agreement.DISAGREED
        assert not found.left
