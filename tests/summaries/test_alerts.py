"""The lines that protect say the same everywhere, and never reassure without ground."""

import pytest

from redbag.summaries.alerts import allergy_line, cpr_line


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({}, "not_known"),
        ({"status": ""}, "not_known"),
        ({"status": "none"}, "not_known"),
        ({"status": "present", "items": []}, "not_known"),
        ({"status": "none_known", "items": [{"agent": "Penicillin"}]}, "not_known"),
        ({"status": "none_known", "items": []}, "none_known"),
        ({"status": "present", "items": [{"agent": "Penicillin", "reaction": "Rash"}]}, "present"),
    ],
)
def test_only_a_clear_answer_says_none_and_everything_unclear_says_not_known(content, state):
    assert allergy_line(content)[0] == state


def test_an_allergy_is_named_with_what_happens():
    content = {"status": "present", "items": [{"agent": "Penicillin", "reaction": "Rash"}, {"agent": "Latex"}]}
    assert allergy_line(content)[1] == "Penicillin (Rash); Latex"


@pytest.mark.parametrize(
    ("recommendation", "words"),
    [
        ("do_not_attempt", "Do NOT attempt CPR"),
        ("attempt", "Attempt CPR (decided)"),
        ("not_known", "No decision known: attempt CPR"),
        ("", "No decision known: attempt CPR"),
        (None, "No decision known: attempt CPR"),
        ("DNACPR form held", "No decision known: attempt CPR"),
    ],
)
def test_cpr_is_attempted_unless_somebody_clearly_said_not_to(recommendation, words):
    assert cpr_line({"recommendation": recommendation})[1] == words
