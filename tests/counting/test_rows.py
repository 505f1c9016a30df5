"""What is counted of hand-overs, things not found, papers and letters, on journeys made by hand."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from redbag.counting.belongings import Search, loss_rows
from redbag.counting.handovers import handover_rows
from redbag.counting.journeys import journey_row
from redbag.counting.letters import Letter, letter_row
from redbag.counting.paperwork import ASKED, papers_of
from redbag.counting.residents import resident_row
from tests.counting.by_hand import (
    BACK,
    CREW,
    GLASSES,
    HOME,
    HOSPITAL,
    NOON,
    NORTHGATE,
    THERE,
    followed,
    looked,
    outcome,
    somebody,
    took,
    void,
)


def handovers(*said, **more):
    """Who took it from whom, and the flags that are up."""
    flags = ("unconfirmed", "unexpected", "late", "unchecked", "identity_not_checked")
    return [
        (row.giver, row.receiver, row.leg, *(flag for flag in flags if getattr(row, flag)))
        for row in handover_rows(followed(*said, **more))
    ]


def test_each_hand_over_says_who_took_it_from_whom():
    there = [("home", "ambulance", "WITH_CREW"), ("ambulance", "hospital", "IN_HOSPITAL", "identity_not_checked")]
    back = [("hospital", "ambulance", "COMING_HOME"), ("ambulance", "home", "BACK_HOME")]
    assert handovers(*THERE, *BACK) == there + back


def test_a_hand_over_that_one_side_told_in_time_is_not_late_because_the_other_confirms_it_late():
    (row,) = handover_rows(followed(took(CREW, 20, by=HOME), took(CREW, 21, intake_flags=("late",))))
    assert (row.late, row.unconfirmed) == (False, False)


def test_a_hand_over_that_both_sides_told_is_one_and_confirmed():
    both = (took(CREW, 20, by=HOME), took(CREW, 21))
    assert handovers(*both) == [("home", "ambulance", "WITH_CREW")]
    assert handovers(both[0]) == [("home", "ambulance", "WITH_CREW", "unconfirmed")]
    assert [row.said_by_receiver for row in handover_rows(followed(*both))] == [True]


def test_who_acts_with_the_bag_has_it_although_they_never_said_so():
    (row,) = handover_rows(followed(took(HOSPITAL, 20, by=HOME), looked(30, by=HOSPITAL)))
    assert (row.unconfirmed, row.said_by_receiver) == (False, False)


def test_a_move_to_another_ward_is_a_hand_over_inside_the_hospital():
    rows = handover_rows(followed(*THERE, took(HOSPITAL, 70, place="A&E"), took(HOSPITAL, 90, place="Ward 4B")))
    assert [(row.giver, row.by, row.ward) for row in rows[1:]] == [
        ("ambulance", CREW, "A&E"),
        ("hospital", HOSPITAL, "Ward 4B"),
    ]


def test_what_was_taken_back_and_what_came_after_the_end_are_no_hand_overs():
    said = (took(CREW, 20), took(NORTHGATE, 50), void(2, 55, by=NORTHGATE), outcome("closed", 60), took(HOSPITAL, 70))
    assert handovers(*said) == [("home", "ambulance", "WITH_CREW")]


def test_an_outcome_that_moved_the_bag_is_no_hand_over():
    assert len(handovers(*THERE, took(CREW, 180), outcome("left_in_ambulance", 200))) == 3
    assert handovers(outcome("with_family", 10), took(HOSPITAL, 40))[0][:2] == ("somebody", "hospital")


def test_one_that_nobody_expected_and_one_told_late_say_so():
    again = (took(CREW, 20), took(HOSPITAL, 60), took(CREW, 90), took(HOSPITAL, 99, intake_flags=("late",)))
    rows = handover_rows(followed(*again))
    assert [(row.unexpected, row.late) for row in rows] == [(False, False)] * 3 + [(True, True)]


def test_a_hospital_that_did_not_look_into_the_bag_left_it_unchecked():
    rows = handover_rows(followed(*THERE, *BACK, items=[GLASSES]))
    assert [row.unchecked for row in rows] == [False, True, False, True]


def test_a_hand_over_counts_with_the_hospital_that_took_or_gave_it():
    rows = handover_rows(followed(*THERE, took(NORTHGATE, 100), took(CREW, 180)))
    assert [row.hospital for row in rows] == [HOSPITAL, HOSPITAL, NORTHGATE, NORTHGATE]
    (taxi,) = handover_rows(followed(somebody("Taxi", 20, by=HOME)))
    assert (taxi.receiver, taxi.to, taxi.ambulance) == ("somebody", None, None)


def losses(*said, searches=()):
    rows = loss_rows(followed(*said, items=[GLASSES]), searches=searches)
    return [(row.category, row.last_seen, row.still_missing, row.outcome, row.value_pence) for row in rows]


def test_a_thing_not_found_counts_where_it_was_last_seen_and_with_what_came_of_it():
    said = (*THERE, looked(70, by=HOSPITAL), *BACK, looked(250, by=HOME, state="missing"))
    assert losses(*said) == [("glasses", "IN_HOSPITAL", True, "", None)]
    paid = Search(item="glasses", outcome="paid", value_pence=21400)
    assert losses(*said, searches=[paid]) == [("glasses", "IN_HOSPITAL", True, "paid", 21400)]
    mistake = Search(item="glasses", outcome="mistake", value_pence=None)
    assert losses(*said, searches=[mistake]) == [("glasses", "IN_HOSPITAL", False, "mistake", None)]


def test_a_thing_found_again_counts_as_missed_once_and_not_as_missing():
    missed, found = looked(70, by=HOSPITAL, state="missing"), looked(90, by=HOSPITAL)
    assert losses(*THERE, missed, looked(80, by=HOSPITAL, state="missing"), found) == [
        ("glasses", "PACKED", False, "", None)
    ]


def test_a_report_of_a_missing_thing_that_was_taken_back_is_no_loss():
    assert losses(*THERE, looked(70, by=HOSPITAL, state="missing"), void(3, 75, by=HOSPITAL)) == []


def test_the_home_looked_through_the_bag_only_when_it_did_so_itself_after_it_was_back():
    def looked_through(*said, items=(GLASSES,)):
        return journey_row(followed(*said, items=items), counted_at=NOON).checked_back

    ward, home = looked(70, by=HOSPITAL), looked(250, by=HOME)
    assert [looked_through(*THERE, ward), looked_through(*THERE, ward, *BACK)] == [None, False]
    assert looked_through(*THERE, *BACK, home) is True
    assert looked_through(*THERE, *BACK, items=()) is None


LEFT = "2026-11-21T12:00:00+00:00"
SAYS = {"medicines": {"items": [{"name": "Warfarin"}]}}


def frozen(*, there=ASKED, due=(), said=SAYS, **more):
    """A snapshot in which these sections say something."""
    sections = [
        {
            "name": name,
            "content": said.get(name, {}),
            "completeness": 50 if name in there else 0,
            "due": name in due or name not in there,
        }
        for name in (*ASKED, "passport", "scores", "stay")
    ]
    told = {"reason": {}, "observation": None, "baseline": None, "taken_at": LEFT}
    return papers_of({**told, "summary": sections} | more)


def test_papers_are_whole_without_what_is_not_asked_of_everybody():
    papers = frozen()
    assert (papers.papers_asked, papers.papers_there, papers.fresh) == (10, 10, True)
    assert (papers.has_allergies, papers.has_resuscitation, papers.has_medicines) == (True, True, True)


def test_papers_are_fresh_as_far_as_they_are_there():
    assert frozen(there=ASKED[1:]).papers_there == 9
    assert frozen(there=ASKED[1:]).fresh is True
    assert frozen(due=["legal"]).fresh is False
    assert frozen(due=["passport"]).fresh is True
    assert frozen(there=(), said={}).fresh is None


def test_no_medicines_said_in_words_is_a_list_and_an_empty_list_is_none():
    for content, there in (({"items": []}, False), ({"items": [], "note": "Takes none"}, True)):
        papers = frozen(said={"medicines": content})
        assert (papers.has_medicines, papers.papers_there) == (there, 9 + there)


def test_why_they_go_and_vital_signs_of_the_day_are_papers_too():
    nothing = frozen()
    assert (nothing.has_reason, nothing.has_observations, nothing.has_baseline) == (False, False, False)
    assert frozen(reason={"in_charge": "Ana", "concern": " "}).has_reason is False
    assert frozen(reason={"concern": "Fell"}).has_reason is True
    assert frozen(observation={"taken_at": "2026-11-20T12:00:00+00:00"}).has_observations is True
    assert frozen(observation={"taken_at": "2026-11-20T11:59:00+00:00"}).has_observations is False
    assert frozen(baseline={"taken_at": LEFT}).has_baseline is True


def letter(at, *, hospital=HOSPITAL, read=None):
    sent_at = NOON + timedelta(minutes=at)
    return Letter(summary=uuid.uuid4(), sent_at=sent_at, hospital=hospital, read_at=read and NOON + read)


@pytest.mark.parametrize(
    ("letters", "there"),
    [
        ([], False),
        ([letter(240)], True),
        ([letter(241)], False),
        ([letter(300), letter(200)], True),
        ([letter(300, hospital=None)], None),
        ([letter(300, hospital=None), letter(250)], False),
        ([letter(230, hospital=None)], True),
    ],
)
def test_a_letter_is_there_on_arrival_when_it_came_by_then_and_paper_filed_later_says_nothing(letters, there):
    counted = journey_row(followed(*THERE, *BACK), letters=letters, counted_at=NOON)
    assert counted.letter_on_arrival is there


def test_nobody_asks_for_a_letter_of_a_journey_that_saw_no_hospital_or_is_not_over():
    for said in ([took(CREW, 20), took(HOME, 50)], THERE):
        assert journey_row(followed(*said), letters=[letter(10)], counted_at=NOON).letter_on_arrival is None


def test_what_the_home_did_after_the_return_is_timed_from_the_residents_coming_home():
    at = {"used_at": NOON + timedelta(minutes=300), "next_left_at": NOON + timedelta(minutes=1000)}
    counted = journey_row(followed(*THERE, *BACK), counted_at=NOON, **at)
    assert (counted.reconciled, counted.until_next) == (60, 760)
    before = journey_row(followed(*THERE, *BACK), used_at=NOON, counted_at=NOON)
    assert (before.reconciled, before.until_next) == (0, None)


def test_a_letter_counts_on_its_own_day_until_somebody_takes_it_on():
    late = letter(60 * 11 + 59, read=timedelta(hours=13))
    row = letter_row(late, home=HOME, area=None, followed=followed(*THERE))
    assert (str(row.day), row.read, row.hospital, row.ward, row.ambulance) == ("2026-11-21", 61, HOSPITAL, "A&E", CREW)
    own = letter_row(letter(0, hospital=None), home=HOME, area=None)
    assert (own.read, own.hospital, own.ward, own.transfer) == (None, None, "", None)


def test_a_resident_counts_from_the_first_day_they_are_known_until_they_left_or_died():
    days = [datetime(2026, 1, day, 23, 30, tzinfo=UTC) for day in (1, 5, 9)]

    def row(**ended):
        told = resident_row(resident=HOME, home=HOME, area=None, known_since=[days[1], days[0]], **ended)
        return told.first_day, told.last_day

    first = datetime(2026, 1, 1).toordinal()  # noqa: DTZ001 (a day)
    assert row(archived_at=None) == (first, None)
    assert row(archived_at=days[2]) == (first, first + 8)
    assert row(archived_at=days[2], died_at=days[1]) == (first, first + 4)
