"""What left with the bag stays what it was; what changes later is told as a change, and after the return not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.observing import record_observation
from redbag.transfers import actions, intake
from redbag.transfers.emergency import emergency
from redbag.transfers.models import Transfer
from redbag.transfers.ringing import whom_to_ring
from redbag.transfers.spoken import sbar
from tests.transfers.test_scanning import pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FULL = {"respiratory_rate": 26, "spo2": 90, "on_oxygen": True, "systolic_bp": 88, "pulse": 132}
FULL |= {"acvpu": "C", "temperature": "39.2"}


def minute(world, minutes):
    return world.now + timedelta(minutes=minutes)


def write(world, minutes, **contents):
    seen = {row.section: row.version for row in world.peggy.current_sections.all()}
    at = minute(world, minutes)
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=at)


def take(world, minutes, **signs):
    values = (signs or FULL) | {"taken_at": minute(world, minutes)}
    at = minute(world, minutes)
    return record_observation(actor=world.actor("carer"), resident=world.peggy, values=values, now=at)


def add(world, transfer, minutes, **values):
    actions.add_to_transfer(actor=world.actor("carer"), transfer=transfer, values=values, now=minute(world, minutes))


def page_of(transfer, world, minutes):
    fresh = Transfer.objects.select_related("resident", "home").get(pk=transfer.pk)
    return emergency(transfer=fresh, now=minute(world, minutes))


def told(page):
    return [(each.minutes_after, each.by, [line.said for line in each.lines]) for each in page.added]


def left(world, **more):
    transfer = pack(world, **more)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    return transfer


def test_an_allergy_changed_after_leaving_is_a_dated_correction_with_what_it_was(world):
    write(world, 0, allergies={"status": "none_known"})
    write(world, 5, medicines={"items": [{"name": "Madopar"}]})
    transfer = left(world)
    assert told(page_of(transfer, world, 20)) == []
    write(world, 30, allergies={"status": "present", "items": [{"agent": "Latex"}]})
    page = page_of(transfer, world, 40)
    ((minutes, by, lines),) = told(page)
    assert (minutes, by) == (20, "Senior Tester")
    assert any(line.endswith("now Latex; was not recorded") for line in lines), lines
    assert any("was No known allergies" in line for line in lines), lines
    assert page.allergies == ("present", "Latex")


def test_a_change_made_before_a_late_hand_off_arrived_counts_from_when_the_bag_left(world):
    transfer = pack(world)
    write(world, 20, resuscitation={"recommendation": "do_not_attempt"})
    late = minute(world, 60)
    fact = {"id": str(uuid4()), "transfer": str(transfer.pk), "occurred_at": minute(world, 10).isoformat()}
    fact |= {"kind": "handoff", "to": "RDEM9"}
    intake.take_in(actor=world.actor("crew"), sent_at=late, facts=[fact], now=late)
    (change,) = page_of(transfer, world, 70).added
    assert change.minutes_after == 10
    assert change.lines[0].words == "now Do NOT attempt CPR; was No decision known, so attempt CPR"


def test_vital_signs_kept_after_leaving_are_told_as_new(world):
    transfer = left(world)
    take(world, 30)
    ((minutes, by, (words,)),) = told(page_of(transfer, world, 40))
    assert (minutes, by) == (20, "Carer Tester")
    assert words.startswith("Vital signs: taken 03:20. NEWS2 1")


def test_words_typed_again_after_leaving_stand_once_and_never_replace_those_that_left(world):
    transfer = left(world, reason={"concern": "Fell by the bed"}, ask="Is it broken?")
    add(world, transfer, 40, reason={"concern": "It was a stroke"}, ask="Scan her head")
    page = page_of(transfer, world, 50)
    assert [line.words for line in page.why] == ["Fell by the bed"]
    assert page.ask == "Is it broken?"
    assert told(page) == [(30, "Carer Tester", ["What is wrong: It was a stroke", "What the home asks: Scan her head"])]


def test_what_was_first_said_after_leaving_is_pointed_at_and_not_called_missing(world):
    transfer = left(world)
    add(world, transfer, 40, reason={"concern": "It was a stroke"})
    page = page_of(transfer, world, 50)
    assert [line.words for line in page.why] == ["Not said when they left: see what was added"]
    assert "Why they are going" not in page.not_recorded


def test_what_is_told_at_once_is_just_after_leaving(world):
    transfer = left(world)
    add(world, transfer, 10, reason={"watch_for": "Bruises"})
    assert page_of(transfer, world, 50).added[0].after == "just"


def test_nothing_written_after_the_return_is_shown_to_anybody(world):
    write(world, 0, allergies={"status": "none_known"}, conditions={"blood_thinner": "Apixaban"})
    transfer = left(world, reason={"concern": "Fell"})
    tell(world, "carer", transfer, minutes=60, kind="handoff", to="VDEM1")
    before = page_of(transfer, world, 61)
    write(world, 70, allergies={"status": "present", "items": [{"agent": "Marmalade"}]})
    write(world, 70, conditions={"blood_thinner": "None"}, normal={"mobility": "Bed"})
    take(world, 75)
    add(world, transfer, 80, reason={"concern": "Another thing"})
    after = page_of(transfer, world, 90)
    assert "Marmalade" not in str(after)
    assert "Another thing" not in str(after)
    for name in ("allergies", "alerts", "added", "why", "news2", "normal", "summary"):
        assert getattr(after, name) == getattr(before, name), name
    tell(world, "carer", transfer, minutes=95, kind="outcome", outcome="closed")
    assert page_of(transfer, world, 99).allergies[1] == "No known allergies"
    assert read_summary(resident=world.peggy, now=minute(world, 99))[0]["content"]["items"][0]["agent"] == "Marmalade"


def test_the_last_full_set_stays_on_top_of_a_newer_pulse(world):
    take(world, -60)
    transfer = left(world)
    take(world, 30, pulse=135)
    page = page_of(transfer, world, 40)
    assert page.news2.score >= 15
    assert (
        page.news2.since == "Since then, 03:20: Pulse 135 a minute (far from normal); already at least: low to medium"
    )
    take(world, 35, respiratory_rate=30, pulse=140, on_oxygen=True)
    since = page_of(transfer, world, 40).news2.since
    assert since.startswith("Since then, 03:25: ")
    assert "already at least: high" in since
    assert "03:20" in since


def test_an_old_full_set_does_not_stand_above_a_newer_part(world):
    take(world, -60 * 13)
    transfer = left(world)
    take(world, 30, pulse=90)
    assert page_of(transfer, world, 40).news2.score is None


@pytest.mark.parametrize(
    ("taken", "seen", "when"),
    [
        (5, 20, "Now"),
        (5, 65, "Now"),
        (5, 66, "At 02:55, 61 minutes ago"),
        (-1, 20, "At 02:49, 21 minutes ago"),
        (-60 * 7, 20, "At 19:50 on 20 Nov, 7 hours ago"),
    ],
)
def test_now_is_said_of_no_set_older_than_an_hour_or_the_journey(world, taken, seen, when):
    transfer = pack(world)
    take(world, taken)
    assert page_of(transfer, world, seen).news2.when == when


def test_a_set_without_a_scale_is_judged_on_the_scale_of_the_record(world):
    write(world, 0, conditions={"scale2_by": "Dr Rao"})
    observation, _ = take(world, 5)
    assert observation.spo2_scale == 2


def test_scale_1_against_the_record_warns_and_only_where_oxygen_was_measured(world):
    write(world, 0, conditions={"scale2_by": "Dr Rao"})
    transfer = pack(world)
    take(world, 5, **FULL, spo2_scale=1)
    page = page_of(transfer, world, 10)
    words = "Judged on scale 1, but scale 2 is recorded (Dr Rao): check"
    assert page.news2.scale_words == words
    read = [line for part in sbar(page, home="Oakview", now=minute(world, 10)) for line in part.sentences]
    assert any(words in line for line in read)
    take(world, -60 * 24, pulse=80, spo2_scale=1)
    other = record_observation(
        actor=world.actor("carer"),
        resident=world.peggy,
        values={"pulse": 80, "spo2_scale": 1},
        now=minute(world, 60 * 14),
    )[0]
    assert other.spo2 is None
    assert page_of(transfer, world, 60 * 14).news2.scale_words == ""


def test_usual_capacity_never_stands_for_todays(world):
    write(world, 0, normal={"capacity": "Yes, most things"})
    page = page_of(pack(world), world, 5)
    assert "Whether they can decide today" in page.not_recorded
    assert "Can usually decide? Yes, most things" in [line.said for line in page.normal]


CONTACTS = (
    {"name": "Rob Jones", "relation": "son", "phone": "01632 960111"},
    {"name": "Ann Jones", "relation": "daughter", "phone": "01632 960222", "note": "Nights too"},
)


@pytest.mark.parametrize(
    ("family_told", "notes"),
    [
        ("daughter, at 02:50 by Rob", ["", "", "Family told: daughter, at 02:50 by Rob. Nights too"]),
        ("Told at 02:50 by Ana: Ann", ["", "", "Told at 02:50 by Ana: Ann. Nights too"]),
        ("her son", ["", "Family told: her son"]),
        ("neighbour at 3", ["Family told: neighbour at 3", ""]),
        ("", ["", "Not told, as far as anybody wrote down"]),
    ],
)
def test_who_was_told_stands_with_whom_it_names_or_on_its_own(family_told, notes):
    numbers = whom_to_ring(
        home="Oakview",
        phone="01632 960000",
        in_charge="",
        family_told=family_told,
        told="",
        contacts=CONTACTS,
        attorneys=[],
    )
    assert [each.note for each in numbers] == notes


def test_changes_after_leaving_cost_one_statement_more(world, django_assert_max_num_queries):
    transfer = left(world)
    fresh = Transfer.objects.select_related("resident", "home").get(pk=transfer.pk)
    with django_assert_max_num_queries(4):  # facts, sections, observations, papers
        emergency(transfer=fresh, now=minute(world, 20))
    write(world, 30, allergies={"status": "none_known"})
    fresh = Transfer.objects.select_related("resident", "home").get(pk=transfer.pk)
    with django_assert_max_num_queries(5):
        emergency(transfer=fresh, now=minute(world, 40))


def test_the_card_to_read_out_says_the_change(world):
    write(world, 0, allergies={"status": "none_known"})
    transfer = left(world)
    write(world, 30, allergies={"status": "present", "items": [{"agent": "Latex"}]})
    page = page_of(transfer, world, 40)
    read = " ".join(line for part in sbar(page, home="Oakview", now=minute(world, 40)) for line in part.sentences)
    assert "20 minutes after leaving" in read
    assert "now Latex" in read


def test_the_card_to_read_out_keeps_the_full_set_and_says_what_came_since(world):
    take(world, -60)
    transfer = left(world)
    take(world, 30, pulse=135)
    read = [
        line
        for part in sbar(page_of(transfer, world, 40), home="Oakview", now=minute(world, 40))
        for line in part.sentences
    ]
    assert any("Breaths 26" in line for line in read)
    assert any(line.startswith("Since then, 03:20: Pulse 135") for line in read)
