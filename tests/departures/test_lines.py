"""The lines before somebody goes home: what is known by itself, what people said, what a home hears. No database."""

from datetime import UTC, datetime, timedelta

import pytest

from redbag.departures import knowing
from redbag.departures.knowing import Answer, Check, Letter, Plan
from redbag.departures.lines import LINES, REASONS, Known, Mark, missing_words, problems, standings, without_words
from redbag.transfers.contents import Item

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = [line.name for line in LINES]


def item(id, category="glasses", where="bag", description=""):
    return Item(id=id, category=category, description=description, quantity=1, where=where, came_as="packed")


def mark(line, says, reason="", at=NOW):
    return Mark(line, says, reason, "", "Ana", at)


def state(line, marks=(), **known):
    return next(row for row in standings(asked=ALL, known=known, marks=marks) if row.line.name == line).state


def test_every_line_has_reasons_in_words_and_what_is_known_has_no_button_for_ready():
    for line in LINES:
        assert set(line.without) | set(line.where) <= set(REASONS)
        assert line.without
        assert not (line.known and line.where)


def test_the_last_word_on_a_line_counts_however_they_come_in():
    words = [mark("skin", "ready", at=NOW + HOUR), mark("skin", "not_ready", at=NOW)]
    assert state("skin", words) == state("skin", words[::-1]) == "ready"


def test_what_is_known_to_lack_is_never_ready_by_hand_and_what_is_known_to_be_there_needs_no_word():
    assert state("letter", [mark("letter", "ready")], letter=Known(False)) == "not_ready"
    assert state("letter", [mark("letter", "without", "on_paper")], letter=Known(False)) == "without"
    assert state("letter", [mark("letter", "without", "on_paper")], letter=Known(True)) == "ready"
    assert "says" in problems(line="letter", says="ready", reason="")


def test_without_needs_a_reason_of_that_line():
    assert "reason" in problems(line="medicines", says="without", reason="")
    assert "reason" in problems(line="medicines", says="without", reason="home_rung", note="Ana")
    assert problems(line="medicines", says="without", reason="pharmacy_closed") == {}
    assert "line" in problems(line="tea", says="ready", reason="")
    assert "says" in problems(line="skin", says="maybe", reason="")


def test_going_without_the_homes_yes_needs_whom_they_spoke_to_and_what_they_agreed():
    rung = {"line": "home", "says": "without", "reason": "home_rung"}
    assert "note" in problems(**rung)
    assert problems(**rung, note="Ana, senior: she waits up until 23:30") == {}


def test_what_the_home_said_against_the_plan_stays_missing_whatever_the_ward_says():
    plan, rung = Plan(NOW + 3 * HOUR, "taxi", NOW), mark("home", "without", "home_rung", at=NOW + HOUR)
    for answer in (Answer("not_before", NOW + 9 * HOUR, NOW), Answer("cannot", None, NOW)):
        seen = knowing.home_known(plan, answer, now=NOW)
        (row,) = standings(asked=["home"], known={"home": seen}, marks=[rung])
        assert (row.state, row.mark, row.lacking) == ("not_ready", rung, False)
        assert missing_words([row]) == [f"the home's yes: {seen.words}"]
    silent = knowing.home_known(plan, None, now=NOW)
    assert state("home", [rung], home=silent) == "without"


def test_transport_is_not_ready_while_the_plan_says_that_it_is_not_booked():
    said = [mark("transport", "ready", at=NOW + HOUR)]
    none = knowing.transport_known(Plan(NOW + HOUR, "", NOW), changed=False, now=NOW)
    assert none.words == "The plan says: not booked yet, 15:00"
    assert state("transport", said, transport=none) == "not_ready"
    assert state("transport", [mark("transport", "without", "family_drives")], transport=none) == "without"
    taxi = knowing.transport_known(Plan(NOW + HOUR, "taxi", NOW), changed=False, now=NOW)
    assert state("transport", said, transport=taxi) == "ready"


def test_without_from_before_the_world_moved_on_counts_no_more():
    before, after = mark("home", "without", "home_rung"), mark("home", "without", "home_rung", at=NOW + 2 * HOUR)
    said_no = Known(False, "the home cannot take them", since=NOW + HOUR)
    assert state("home", [before], home=said_no) == "not_ready"
    assert state("home", [after], home=said_no) == "without"


def test_what_they_will_not_miss_is_not_told_as_lacking():
    rows = standings(asked=["medicines", "cpr_form"], known={}, marks=[mark("medicines", "without", "not_needed")])
    assert without_words(rows) == []
    assert missing_words(rows) == ["original CPR form"]
    rows = standings(asked=["medicines"], known={}, marks=[mark("medicines", "without", "pharmacy_closed")])
    assert without_words(rows) == ["medicines to take out: pharmacy is closed"]


def test_nothing_is_asked_of_a_bag_a_form_or_belongings_that_never_travelled():
    asked = knowing.asked_lines(bag=False, items=[item("a", where="home")], form="", inside=False)
    assert not {"bag", "checklist", "belongings", "cpr_form"} & set(asked)
    everything = {"bag": True, "items": [item("a")], "form": "ReSPECT"}
    assert set(knowing.asked_lines(**everything, inside=False)) == set(ALL)
    assert set(knowing.asked_lines(**everything, inside=True)) == set(ALL) - {"home"}


@pytest.mark.parametrize(
    ("items", "papers", "form"),
    [
        ([item("a", "document", description="DNACPR form")], [], "Original document: DNACPR form"),
        ([item("a", "document", "home", "DNACPR form")], [], ""),
        ([item("a", "document", description="Care plan")], [], ""),
        ([], [{"kind": "ReSPECT form", "where": "In the red bag"}], "ReSPECT form"),
        ([], [{"kind": "ReSPECT form", "where": "In her care folder"}], ""),
    ],
)
def test_a_form_is_asked_back_only_when_one_travelled(items, papers, form):
    assert knowing.form_that_travelled(items, papers) == form


def test_the_home_hears_nothing_of_a_draft_and_the_ward_sees_when_it_was_read():
    draft = [Letter("draft")]
    assert knowing.letter_known(draft, now=NOW, inside=False)[0] == "draft"
    assert knowing.letter_known(draft, now=NOW, inside=True)[0] == "none"
    sent = [Letter("superseded", NOW - 2 * HOUR, NOW - HOUR, "Ana"), Letter("sent", NOW - HOUR)]
    how, known = knowing.letter_known(sent, now=NOW, inside=False)
    assert (how, known.ready) == ("sent", True)
    assert known.words == "Sent 13:00, not read by the home yet"
    assert knowing.letter_known([Letter("sent", NOW - HOUR, NOW, "Ana")], now=NOW, inside=False)[1].words == (
        "Read by Ana, 14:00"
    )
    opened = Letter("sent", NOW - HOUR, opened_at=NOW, opened_by="Ana")
    how, known = knowing.letter_known([opened], now=NOW, inside=False)
    assert (how, known.words) == ("opened", "Sent 13:00, opened by Ana 14:00, not confirmed")
    read = Letter("sent", NOW, NOW, "Ana")
    assert knowing.letter_known([opened, read], now=NOW, inside=False)[0] == "opened"  # one that counts is not read
    assert knowing.letter_known([Letter("held")], now=NOW, inside=True)[0] == "held"


def test_a_check_of_the_day_before_is_not_the_check_before_leaving():
    glasses, pot = item("a"), item("b", "dentures_upper")
    yesterday = Check(NOW - 20 * HOUR, {"a": "present", "b": "present"})
    known = knowing.belongings_known([glasses, pot], [yesterday], leaves=NOW, now=NOW)
    assert not known.ready
    assert known.words == "last checked 20 Nov, 18:00"
    today = Check(NOW - HOUR, {"a": "present"})
    known = knowing.belongings_known([glasses, pot], [yesterday, today], leaves=NOW, now=NOW)
    assert (known.ready, known.words) == (False, "not checked: Dentures, upper")
    later = Check(NOW, {"b": "present"})
    assert knowing.belongings_known([glasses, pot], [today, later], leaves=NOW, now=NOW).ready
    assert not knowing.belongings_known([glasses], [later], leaves=NOW + 24 * HOUR, now=NOW).ready


def test_a_yes_to_an_earlier_plan_is_no_answer_and_not_before_fits_a_later_one():
    plan = Plan(NOW + 3 * HOUR, "taxi", NOW)
    assert not knowing.home_known(plan, Answer("yes", None, NOW - HOUR), now=NOW).ready
    assert knowing.home_known(plan, Answer("yes", None, NOW), now=NOW).ready
    assert not knowing.home_known(plan, Answer("not_before", NOW + 4 * HOUR, NOW), now=NOW).ready
    assert knowing.home_known(plan, Answer("not_before", NOW + 3 * HOUR, NOW), now=NOW).ready
    assert not knowing.home_known(plan, Answer("cannot", None, NOW), now=NOW).ready
    assert knowing.home_known(None, None, now=NOW).words == "not asked yet"


def test_night_is_from_ten_to_six_by_the_clock_in_london_in_winter_and_summer():
    def at(month, hour, minute=0):
        return knowing.at_night(datetime(2026, month, 10, hour, minute, tzinfo=UTC))

    assert [at(1, 21, 59), at(1, 22), at(1, 5, 59), at(1, 6)] == [False, True, True, False]
    assert [at(7, 20, 59), at(7, 21), at(7, 4, 59), at(7, 5)] == [False, True, True, False]


def test_the_bag_is_ready_with_the_ward_or_on_its_way_and_never_when_it_is_lost():
    def bag(stage, by_hospital, *outcomes):
        told = {"tracker": "OAK-1", "holder": "Ward 4B", "stage": stage, "outcomes": outcomes}
        return knowing.bag_known(by_hospital=by_hospital, **told)

    assert bag("IN_HOSPITAL", True).ready
    assert not bag("IN_HOSPITAL", False).ready
    assert bag("COMING_HOME", False).ready
    assert not bag("IN_HOSPITAL", True, "lost").ready
    assert "family has the bag" in bag("COMING_HOME", False, "with_family").words
