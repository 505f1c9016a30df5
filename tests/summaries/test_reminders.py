"""What a section asks of the home, and when it stops asking."""

from datetime import date

import pytest

from redbag.summaries.reminders import TELL_DOLS, reminders

TODAY = date(2026, 11, 22)


def asked(section, **content):
    return reminders(section, content, today=TODAY)


def test_an_authorised_dols_asks_for_the_dols_team_until_they_are_told():
    assert asked("legal", dols_state="authorised") == [TELL_DOLS]
    assert asked("legal", dols_state="authorised", dols_told="Ana, today") == []
    assert asked("legal", dols_state="applied") == []
    assert asked("legal") == []


def test_a_paper_without_a_recommendation_is_told_and_so_is_a_recommendation_without_a_paper():
    paper = {"kind": "DNACPR", "signed_by": "Dr Rao", "original_seen": "Ana Ruiz"}
    assert "Crews will attempt CPR" in asked("resuscitation", recommendation="not_known", papers=[paper])[0]
    assert "where is it?" in asked("resuscitation", recommendation="do_not_attempt", papers=[])[0]
    assert asked("resuscitation", recommendation="do_not_attempt", papers=[paper]) == []
    assert asked("resuscitation", recommendation="attempt", papers=[]) == []


def test_a_review_that_is_past_is_asked_for_and_the_decision_stands():
    paper = {"kind": "DNACPR", "signed_by": "Dr Rao", "original_seen": "Ana Ruiz", "review_on": "2026-05-03"}
    content = {"recommendation": "do_not_attempt", "papers": [paper]}
    assert reminders("resuscitation", content, today=TODAY) == [
        "Review was due 3 May 2026; ask a clinician. The decision stands until then."
    ]
    assert reminders("resuscitation", content, today=date(2026, 5, 3)) == []
    assert reminders("resuscitation", content) == []


def test_a_medicine_that_must_not_be_late_asks_when_it_was_given():
    rows = [
        {"name": "Co-careldopa", "time_critical": True, "last_given": ""},
        {"name": "Insulin", "time_critical": True, "last_given": "08:00"},
        {"name": "Senna", "time_critical": False, "last_given": ""},
    ]
    assert asked("medicines", items=rows) == ["When was the last dose given? Co-careldopa"]


def test_high_risk_of_malnutrition_asks_for_help_with_food():
    thin = {"weight": "40", "height": "160"}
    assert asked("scores", **thin)[0].startswith("MUST is high.")
    assert asked("scores", weight="60", height="160", weight_loss="5_to_10", no_intake="no") == []


@pytest.mark.parametrize("kind", ["new", "respite"])
def test_who_is_here_for_a_short_time_needs_somebody_to_ask(kind):
    assert asked("stay", kind=kind) == ["Write down who knows them best, so the hospital can ask."]
    assert asked("stay", kind=kind, ask="Anne, 01632 960 111") == []
    assert asked("stay", kind="permanent") == []


def test_nobody_stays_new_for_ever():
    assert asked("stay", kind="new", ask="Anne", since="2026-11-08") == []
    assert asked("stay", kind="new", ask="Anne", since="2026-11-07") == [
        "Here for more than two weeks now. Do they live here? Then say so."
    ]


def test_safeguarding_asks_for_incident_form_team_and_candour_until_each_is_done():
    assert asked("safeguarding", speak_first="yes") == []
    assert asked("safeguarding", detail="a bruise") == [
        "Done? Nobody has written it down: incident form, safeguarding team told, duty of candour."
    ]
    assert asked("safeguarding", detail="a bruise", incident="Ana", told="Ana", candour="Ana") == []
    assert asked("safeguarding", detail="a bruise", incident="Ana", candour="daughter told") == [
        "Done? Nobody has written it down: safeguarding team told."
    ]


def test_a_section_without_rules_asks_nothing():
    assert asked("about_me", important="tea") == []
    assert asked("no such section") == []
