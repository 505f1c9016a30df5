"""The lines that protect say the same everywhere, and never reassure without ground."""

from datetime import date

import pytest

from redbag.summaries.alerts import (
    allergy_line,
    allergy_paper,
    cpr_line,
    cpr_paper,
    decision_check,
    decision_review,
    learning_line,
    paper_line,
    papers_said,
    speak_first,
    stay_line,
)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({}, "not_known"),
        ({"status": ""}, "not_known"),
        ({"status": "none"}, "not_known"),
        ({"status": "present", "items": []}, "not_known"),
        ({"status": "none_known", "items": [{"agent": "Penicillin"}]}, "not_known"),
        ({"status": "none_known", "items": [{"agent": "", "reaction": "anaphylaxis after penicillin"}]}, "not_known"),
        ({"status": "none_known", "items": [{"agent": " ", "code": "91936005"}]}, "not_known"),
        ({"status": "present", "items": [{"agent": " ", "reaction": "rash"}]}, "not_known"),
        ({"status": "none_known", "items": []}, "none_known"),
        ({"status": "none_known", "items": [{"agent": "", "reaction": " "}]}, "none_known"),
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


TODAY = date(2026, 11, 22)
PAPER = {
    "kind": "DNACPR",
    "signed_by": "Dr Shah",
    "signed_on": "2024-05-03",
    "original_seen": "Ana, 12 Oct",
    "where": "blue folder",
    "review_on": "",
}


def test_an_allergy_says_how_bad_it_is():
    row = {"agent": "Penicillin", "reaction": "Swelling", "severity": "life-threatening"}
    assert allergy_line({"status": "present", "items": [row]})[1] == "Penicillin (Swelling, life-threatening)"


def test_on_paper_the_three_states_of_allergies_differ_without_colour():
    present = {"status": "present", "items": [{"agent": "Latex"}]}
    assert allergy_paper(present) == "ALLERGIC TO: Latex"
    assert allergy_paper({"status": "none_known"}) == "Allergies: No known allergies"
    assert allergy_paper({}) == "Allergies: NOT KNOWN: check before giving anything"


def test_on_paper_not_to_attempt_cpr_says_that_all_other_care_goes_on():
    assert cpr_paper({"recommendation": "do_not_attempt"}) == (
        "If heart or breathing stops: Do NOT attempt CPR. Applies to CPR only: give all other care"
    )
    assert cpr_paper({}) == "If heart or breathing stops: No decision known: attempt CPR"


def test_a_paper_says_which_where_who_signed_and_who_saw_it():
    assert papers_said({"papers": [PAPER, {"kind": "ADRT"}]}, TODAY) == [
        "DNACPR: blue folder. Signed by Dr Shah, 3 May 2024. Original seen by Ana, 12 Oct",
        "ADRT: nobody wrote where it is. Original not seen",
    ]


@pytest.mark.parametrize(
    ("review_on", "says"),
    [
        ("2026-05-03", "review was due 3 May 2026; ask a clinician"),
        ("2026-11-21", "review was due 21 Nov 2026; ask a clinician"),
        ("2026-11-22", ""),
        ("2027-05-03", ""),
        ("", ""),
    ],
)
def test_a_review_that_is_past_is_said_and_the_paper_still_counts(review_on, says):
    paper = {**PAPER, "review_on": review_on}
    assert decision_review({"papers": [PAPER, paper]}, TODAY) == says
    line = paper_line(paper, TODAY)
    assert line.startswith("DNACPR: blue folder. Signed by Dr Shah")
    assert line.endswith("Review was due " + says[15:] if says else "12 Oct")
    assert "expired" not in line.lower()
    recommendation = {"recommendation": "do_not_attempt", "papers": [paper]}
    assert cpr_line(recommendation)[0] == "do_not_attempt"


def test_the_review_that_has_been_due_longest_is_the_one_said():
    papers = [{"review_on": "2026-05-03"}, {"review_on": ""}, {"review_on": "2025-01-09"}]
    assert decision_review({"papers": papers}, TODAY) == "review was due 9 Jan 2025; ask a clinician"


def test_who_is_here_for_a_short_time_says_that_we_know_little_and_whom_to_ask():
    assert stay_line({"kind": "respite", "ask": "Anne, 01632 960 111"}) == (
        "Here for a short stay: we know little. Ask Anne, 01632 960 111"
    )
    assert stay_line({"kind": "new"}) == "New here: we know little. Nobody is written down to ask"
    for kind in ("permanent", "not_known", "", None):
        assert stay_line({"kind": kind, "ask": "Anne"}) == ""


def test_a_learning_disability_comes_with_what_to_do_differently():
    content = {
        "which": "both",
        "adjustments": "A quiet room.\nOne question at a time.",
        "passport": "in the bag",
        "liaison": "Jo, 01632 960 222",
    }
    assert learning_line(content) == (
        "Learning disability and autism. A quiet room. One question at a time. "
        "Hospital passport: in the bag. Liaison nurse: Jo, 01632 960 222"
    )
    assert learning_line({"which": "autism"}) == "Autism"
    for which in ("none", "not_known", "", None):
        assert learning_line({**content, "which": which}) == ""


def test_safeguarding_is_one_line_without_detail():
    content = {"speak_first": "yes", "detail": "a son", "incident": "done", "told": "Monday", "candour": "told"}
    assert speak_first(content) == "Speak to the nurse in charge before sharing with anybody"
    for answer in ("no", "not_known", "", None):
        assert speak_first({**content, "speak_first": answer}) == ""


SIGNED = {"kind": "DNACPR", "where": "in the bag", "signed_by": "Dr Rao", "original_seen": "Ana Ruiz"}
ON_FILE = "(among the papers and pictures)"
WHO_SIGNED = "nobody wrote who signed it. Ask to see the form"


@pytest.mark.parametrize(
    ("content", "forms", "says"),
    [
        ({}, [], ""),
        ({"recommendation": "attempt"}, ["photo", "care_plan"], ""),
        ({"recommendation": "attempt", "papers": [{"kind": "Care plan"}]}, [], ""),
        ({"papers": [SIGNED]}, [], "A DNACPR form is held (in the bag): read it and ask a clinician"),
        ({"recommendation": "attempt"}, ["adrt"], f"An ADRT form is held {ON_FILE}: read it and ask a clinician"),
        ({"recommendation": "do_not_attempt", "papers": [SIGNED]}, [], ""),
        ({"recommendation": "do_not_attempt"}, [], "No paper is listed. Ask the home where the form is"),
        ({"recommendation": "do_not_attempt"}, ["dnacpr"], f"A DNACPR form is held {ON_FILE}: {WHO_SIGNED}"),
        (
            {"recommendation": "do_not_attempt", "papers": [SIGNED | {"signed_by": ""}]},
            ["dnacpr"],
            "Nobody wrote who signed: ask to see the form",
        ),
        (
            {"recommendation": "do_not_attempt", "papers": [SIGNED | {"original_seen": "No"}]},
            [],
            "Nobody wrote that they saw the original: ask to see the form",
        ),
    ],
)
def test_a_form_and_a_decision_that_do_not_fit_are_said(content, forms, says):
    before = cpr_line(content)
    assert decision_check(content, forms) == says
    assert cpr_line(content) == before
