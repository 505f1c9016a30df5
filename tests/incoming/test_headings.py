import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.incoming.headings import HEADINGS, LONGEST, in_order, known, problems, tidy, without_text

MULTIPLY = [
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
]
TURN = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"]


def verhoeff_holds(code: str) -> bool:
    """SNOMED CT's check digit."""
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(MULTIPLY[check][int(TURN[place % 8][int(digit)])])
    return check == 0


def test_there_are_22_headings_and_their_snomed_codes_have_fitting_check_digits():
    assert len(HEADINGS) == 22
    assert len({heading.slug for heading in HEADINGS}) == 22
    assert [heading.code for heading in HEADINGS if not verhoeff_holds(heading.code)] == []


def test_six_headings_are_mandatory():
    assert {heading.slug for heading in HEADINGS if heading.mandatory} == {
        "patient_demographics",
        "gp_practice",
        "allergies_and_adverse_reactions",
        "diagnoses",
        "clinical_summary",
        "person_completing_record",
    }


@pytest.mark.parametrize("name", ["diagnoses", "Diagnoses", " DIAGNOSES ", "887161000000102"])
def test_a_heading_is_known_by_slug_title_and_code(name):
    assert known(name).slug == "diagnoses"


def test_record_standard_headings_codes_are_known_too():
    assert known("general-practitioner-practice").slug == "gp_practice"
    assert known("medications-and-medical-devices").slug == "medications_and_medical_devices"
    assert known("ward-pets") is None


def test_every_heading_is_known_by_each_of_its_names():
    for heading in HEADINGS:
        assert known(heading.slug) == known(heading.title) == known(heading.code) == heading


def test_texts_come_under_their_slugs_and_unknown_headings_are_kept():
    said = {
        "Diagnoses": " Pneumonia ",
        "diagnoses": "Gout",
        "Ward pets": "Rex\0",
        "Procedures": None,
        "social_context": " ",
    }

    assert tidy(said) == {"diagnoses": "Pneumonia\n\nGout", "Ward pets": "Rex"}


def test_every_text_is_shown_the_standards_headings_first_in_its_order():
    shown = in_order({"Ward pets": "Rex", "clinical_summary": "Better", "diagnoses": "Gout"})

    assert [(s.title, s.text) for s in shown] == [
        ("Diagnoses", "Gout"),
        ("Clinical summary", "Better"),
        ("Ward pets", "Rex"),
    ]


@given(st.dictionaries(st.sampled_from([h.slug for h in HEADINGS]) | st.text(min_size=1), st.text(min_size=1)))
def test_no_text_is_ever_left_out(texts):
    said = tidy(texts)

    assert {(section.slug, section.text) for section in in_order(said)} == set(said.items())
    assert not problems(texts) or any(len(name) > 200 or not name.strip() for name in texts)


def test_the_mandatory_headings_without_text_are_named():
    assert [
        heading.title for heading in without_text({"diagnoses": "Gout", "gp_practice": "", "Ward pets": "Rex"})
    ] == [
        "Patient demographics",
        "GP practice",
        "Clinical summary",
        "Allergies and adverse reactions",
        "Person completing record",
    ]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ({"diagnoses": "x" * LONGEST}, set()),
        ({"diagnoses": "x" * (LONGEST + 1)}, {"headings.diagnoses"}),
        ({"diagnoses": ["x"], "procedures": 3}, {"headings.diagnoses", "headings.procedures"}),
        ({"diagnoses": None}, set()),
        ({"": "x"}, {"headings"}),
        ({"x" * 201: "x"}, {"headings"}),
        ({str(number): "x" for number in range(101)}, {"headings"}),
        (["diagnoses"], {"headings"}),
        ("diagnoses", {"headings"}),
    ],
)
def test_what_is_wrong_is_said_by_field(headings, fields):
    assert set(problems(headings)) == fields
