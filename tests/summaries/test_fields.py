"""What a section keeps, refuses, reads out and compares."""

from datetime import date

import pytest

from redbag.summaries.checking import problems
from redbag.summaries.coding import codes_of, with_codes
from redbag.summaries.fields import Field, Section, as_date, changes, differs, empty, said, tidy, unanswered
from redbag.summaries.sections import BY_NAME, SECTIONS

NEED = Field("eating", "Eating", "levels")


@pytest.mark.parametrize(
    "told",
    [
        "2026-05-03",
        "3/5/2026",
        "03/05/2026",
        "3.5.2026",
        "3-5-2026",
        "3 5 2026",
        " 3 May 2026 ",
        "3 may 2026",
        "03-MAY-2026",
    ],
)
def test_a_date_may_be_typed_as_people_write_it(told):
    assert as_date(told) == date(2026, 5, 3)


@pytest.mark.parametrize("told", ["", "31/2/2026", "3/5/26", "5/2026", "May 2026", "3/13/2026", "soon", "3/5/2026/1"])
def test_what_is_no_date_or_could_be_two_is_not_taken_for_one(told):
    assert as_date(told) is None


def test_what_is_wrong_in_a_row_names_the_row_and_the_column():
    content = {"papers": [{"kind": "DNACPR"}, {"kind": "ReSPECT", "review_on": "31/2/2026"}]}
    wrong = problems(BY_NAME["resuscitation"], content)
    assert list(wrong) == ["resuscitation.papers.1.review_on"]
    assert "Enter a real date" in wrong["resuscitation.papers.1.review_on"]


@pytest.mark.parametrize("told", ["54,5", "54.5", "54"])
def test_a_number_is_kept_with_a_point(told):
    assert problems(BY_NAME["scores"], {"weight": told}) == {}
    assert tidy(BY_NAME["scores"], {"weight": told})["weight"] == told.replace(",", ".")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("weight", "545"),
        ("weight", "5.4"),
        ("weight", "9 stone"),
        ("height", "1.62"),
        ("height", "64"),
        ("height", "-162"),
    ],
)
def test_slips_in_weight_and_height_are_told(name, told):
    assert list(problems(BY_NAME["scores"], {name: told})) == [f"scores.{name}"]


@pytest.mark.parametrize(
    ("content", "faulty"),
    [
        ({"status": "yes", "items": [{"agent": "Latex"}]}, ["status"]),
        ({"status": "present", "items": [{"agent": 7}]}, ["items.0.agent"]),
        ({"status": "present", "items": []}, ["items"]),
        ({"status": "none_known", "items": [{"agent": "Latex"}]}, ["status"]),
        ({"status": "none_known", "items": [{"agent": "", "reaction": "anaphylaxis after penicillin"}]}, ["items"]),
        ({"status": "none_known", "items": [{"code": "91936005"}]}, ["items"]),
        ({"status": "present", "items": [{"agent": "Latex"}, {"agent": " ", "reaction": "rash"}]}, ["items"]),
        ({"status": "none_known", "items": [{"agent": " ", "code": ""}]}, []),
        ({"status": None, "items": None}, ["items", "status"]),
    ],
)
def test_each_fault_of_an_allergy_is_told_once(content, faulty):
    assert sorted(problems(BY_NAME["allergies"], content)) == [f"allergies.{name}" for name in faulty]


def test_an_offered_word_gets_its_code_and_a_code_somebody_typed_stays():
    rows = [{"agent": "penicillin "}, {"agent": "Strawberries"}, {"agent": "Bees", "code": "424213003"}]
    kept = with_codes(BY_NAME["allergies"], {"status": "present", "items": rows})["items"]
    assert [row["code"] for row in kept] == ["91936005", "", "424213003"]


def test_a_code_goes_when_the_word_it_belonged_to_goes():
    rows = [{"agent": "Latex", "code": "91936005"}, {"agent": "Amoxicillin", "code": "91936005"}]
    kept = with_codes(BY_NAME["allergies"], {"status": "present", "items": rows})["items"]
    assert [row["code"] for row in kept] == ["", "294505008"]


def test_none_known_has_its_own_code_and_not_known_has_none():
    allergies = BY_NAME["allergies"]
    assert codes_of(allergies, {"status": "none_known"}) == {"status": "716186003"}
    assert codes_of(allergies, {"status": "not_known"}) == {}
    assert codes_of(allergies, {"status": "present", "items": [{"agent": "Latex"}]}) == {}
    assert codes_of(allergies, empty(allergies)) == {}
    assert codes_of(BY_NAME["scores"], {"weight": "60"}) == {"weight": "27113001"}


@pytest.mark.parametrize(
    ("usual", "now", "words", "which"),
    [
        ("slight", "severe", "When last checked: cannot do it (usually: slight help)", "more"),
        ("severe", "slight", "When last checked: slight help (usually: cannot do it)", "less"),
        ("slight", "slight", "Slight help, as usual", ""),
        ("slight", "", "Usually: slight help", ""),
        ("", "severe", "When last checked: cannot do it", ""),
        ("", "", "", ""),
    ],
)
def test_help_they_need_says_what_is_usual_and_what_differs(usual, now, words, which):
    value = {"usual": usual, "now": now, "note": ""}
    assert said(NEED, value) == words
    assert differs(value) == which


def test_a_read_level_never_claims_to_be_todays():
    for now in ("independent", "severe"):
        assert "today" not in said(NEED, {"usual": "slight", "now": now, "note": "with a spoon"}).lower()


def test_what_changed_is_told_field_by_field_and_row_by_row():
    medicines = BY_NAME["medicines"]
    before = {"items": [{"name": "Senna", "dose": "1 tablet"}, {"name": "Ramipril", "dose": "5 mg"}], "how": "Whole"}
    after = {"items": [{"name": "Senna", "dose": "2 tablets"}, {"name": "Apixaban", "dose": "5 mg"}], "how": "Whole"}
    assert [(each.before, each.after) for each in changes(medicines, before, after)] == [
        ("Senna, dose: 1 tablet", "Senna, dose: 2 tablets"),
        ("", "Apixaban, dose: 5 mg"),
        ("Ramipril, dose: 5 mg", ""),
    ]


def test_what_is_not_filled_in_is_told_by_name():
    said_so = unanswered(BY_NAME["normal"], {"mobility": "Walks", "speech": "Clear"})
    assert said_so == [
        "Memory and confusion",
        "How to talk with them (hearing, sight, language)",
        "Can decide about today?",
    ]


def test_every_section_takes_back_what_it_is_blank_with():
    for section in SECTIONS:
        assert problems(section, empty(section)) == {}
        assert tidy(section, empty(section)) == empty(section)


def test_a_field_that_is_asked_behind_more_never_counts_as_missing():
    behind = [
        (section.name, field.name) for section in SECTIONS for field in section.fields if field.more and field.counts
    ]
    assert behind == []


def test_a_section_and_its_fields_have_names_of_their_own():
    def twice(fields: tuple[Field, ...]) -> bool:
        return len({field.name for field in fields}) != len(fields) or any(twice(field.columns) for field in fields)

    assert [section.name for section in SECTIONS if twice(section.fields)] == []
    assert isinstance(BY_NAME["allergies"], Section)
