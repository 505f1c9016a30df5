"""Medicines before and after: nothing is decided by silence, by the untrained, or twice at once."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.medicines.comparing import compare
from redbag.medicines.listed import Listed
from redbag.organisations.access import Actor, Post
from redbag.organisations.models import Key, Membership
from redbag.reconciliations import beginning
from redbag.reconciliations.actions import second_check, use_new_mar, write_medicines
from redbag.reconciliations.beginning import begin, put_right
from redbag.reconciliations.choices import Choice
from redbag.reconciliations.deciding import DecidedMeanwhile, decide, decide_as_before, decide_unchanged
from redbag.reconciliations.keeping import InUse, NotComplete, NotCurrent
from redbag.reconciliations.lists import Before
from redbag.reconciliations.models import Decision
from redbag.reconciliations.standing import decided_before, earlier_of, standing_of, taken_over
from redbag.summaries.actions import SomebodyWasFaster, write_sections
from tests.reconciliations.conftest import AFTER, BEFORE, KINDS, LATER, RANG, line_of
from tests.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
LETTER = Choice(way="as_letter", outcome="")
DOCTOR = {"name": "Dr Osei", "role": "Pharmacist", "organisation": "St Mary's", "number": "01632 960001"}


def decide_all(world, reconciliation, *, who="senior", now=LATER):
    """Every line: as the letter says where it says something, else after a call."""
    for each in standing_of(reconciliation).lines:
        choice = RANG if each.line.kind in ("not_mentioned", "new_to_us", "uncertain") else LETTER
        decide(actor=world.actor(who), line=each.line, choice=choice, seen=each.seen, now=now)


def test_the_list_before_is_the_one_that_left_and_not_what_was_written_since(world, letter):
    new = {"items": [{"name": "Written on the day of return"}]}
    write_sections(
        actor=world.actor("carer"), resident=world.peggy, contents={"medicines": new}, seen={"medicines": 1}, now=LATER
    )
    reconciliation = begin(actor=world.actor("carer"), summary=letter(), rows=None, now=LATER)
    lines = [each.comparison() for each in reconciliation.lines.counting()]
    assert [each["kind"] for each in lines] == KINDS
    assert [each["before"]["name"] for each in lines if each["before"]] == [row["name"] for row in BEFORE]
    assert lines[0]["before"]["dose"] == "2.5 mg"
    assert lines[0]["after"]["dose"] == "5 mg"
    assert reconciliation.before_from == "The list that left the home, 21 Nov 2026, 02:50"
    assert reconciliation.after_from == "Listed by St Mary's Hospital in the letter"


def test_without_a_journey_the_list_in_the_home_counts_and_says_so(world, letter):
    summary = letter()
    summary.transfer = None
    summary.save(update_fields=["transfer"])
    reconciliation = begin(actor=world.actor("carer"), summary=summary, rows=None, now=LATER)
    assert reconciliation.snapshot is None
    assert reconciliation.before_from.startswith("The list in the home now, because no list left with the person")


def test_a_letter_is_compared_once(world, letter):
    summary = letter()
    first = begin(actor=world.actor("carer"), summary=summary, rows=None, now=LATER)
    again = begin(actor=world.actor("senior"), summary=summary, rows=None, now=LATER)
    assert again == first
    assert first.lines.count() == len(KINDS)


def test_the_resident_is_locked_before_the_letter_as_where_letters_are_sent(world, letter):
    summary = letter()
    with CaptureQueriesContext(connection) as asked:
        begin(actor=world.actor("carer"), summary=summary, rows=None, now=LATER)
    looked = [each["sql"].split(" FROM ")[1].split()[0] for each in asked if each["sql"].startswith("SELECT")]
    assert looked.index('"redbag_resident"') < looked.index('"redbag_dischargesummary"')


@pytest.mark.parametrize("kind", ["not_mentioned", "new_to_us"])
def test_what_the_letter_does_not_say_cannot_be_decided_as_the_letter_says(world, begun, kind):
    line = line_of(begun, kind)
    with pytest.raises(BadInput, match="Ring and ask before you decide"):
        decide(actor=world.actor("senior"), line=line, choice=LETTER, seen=0, now=LATER)
    with pytest.raises(BadInput, match="Choose whom you rang"):
        decide(actor=world.actor("senior"), line=line, choice=Choice(way="rang", outcome="stop"), seen=0, now=LATER)
    assert not Decision.objects.exists()
    decide(actor=world.actor("senior"), line=line, choice=RANG, seen=0, now=LATER)
    assert standing_of(begun).decided == 1


def test_the_letters_own_word_stops_changes_and_goes_on(world, begun):
    wanted = {"stopped": ("stop", None), "changed": ("give", "5 mg"), "unchanged": ("give", "25/100")}
    for kind, (outcome, dose) in wanted.items():
        decision = decide(actor=world.actor("senior"), line=line_of(begun, kind), choice=LETTER, seen=0, now=LATER)
        assert decision.outcome == outcome
        assert (json.loads(decision.gives)["dose"] if decision.gives else None) == dose
    give = replace(LETTER, outcome="give")
    with pytest.raises(BadInput, match="The letter says otherwise"):
        decide(actor=world.actor("senior"), line=line_of(begun, "stopped"), choice=give, seen=1, now=LATER)


def test_after_a_call_either_side_or_what_was_told_is_given(world, begun):
    line, seen = line_of(begun, "changed"), 0
    with pytest.raises(BadInput, match="Choose what is to be given"):
        decide(actor=world.actor("senior"), line=line, choice=RANG, seen=0, now=LATER)
    for gives, told, dose in (("before", "", "2.5 mg"), ("after", "", "5 mg"), ("other", "3.75 mg daily", None)):
        choice = replace(RANG, gives=gives, told=told)
        decision = decide(actor=world.actor("senior"), line=line, choice=choice, seen=seen, now=LATER)
        assert json.loads(decision.gives)["dose"] == (dose or told)
        seen = decision.number
    assert line.decisions.count() == 3


def test_who_is_not_trained_and_programs_are_told_whom_to_ask(world, begun):
    line = line_of(begun, "unchanged")
    with pytest.raises(NotAllowed, match="Ask a colleague who is trained in medicines"):
        decide(actor=world.actor("carer"), line=line, choice=LETTER, seen=0, now=LATER)
    key = Key.objects.create(digest="x", use="organisation", organisation=world.oakview, role="senior", created_at=NOW)
    program = Actor(name="Oakview", posts=(Post(world.oakview, "senior", medicines_trained=True),), key=key)
    with pytest.raises(NotAllowed, match="Only a person"):
        decide(actor=program, line=line, choice=LETTER, seen=0, now=LATER)
    with pytest.raises(NotAllowed):
        decide(actor=world.actor("millbrook_manager"), line=line, choice=LETTER, seen=0, now=LATER)
    assert not Decision.objects.exists()


def test_two_at_once_are_told_and_nothing_is_overwritten(world, begun):
    line = line_of(begun, "stopped")
    decide(actor=world.actor("senior"), line=line, choice=LETTER, seen=0, now=LATER)
    with pytest.raises(DecidedMeanwhile, match="Senior Tester decided this meanwhile"):
        decide(actor=world.actor("manager"), line=line, choice=RANG, seen=0, now=LATER)
    same = decide(actor=world.actor("senior"), line=line, choice=LETTER, seen=0, now=LATER)
    assert same.number == 1
    decide(actor=world.actor("manager"), line=line, choice=replace(RANG, gives="before"), seen=1, now=LATER)
    kept = line.decisions.order_by("number").values_list("number", "by_name", "outcome")
    assert list(kept) == [(1, "Senior Tester", "stop"), (2, "Manager Tester", "give")]
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.update(outcome="stop")


def test_all_unchanged_is_one_tap_and_touches_nothing_else(world, begun):
    line = line_of(begun, "unchanged")
    next_doses = {line.pk: LATER + timedelta(hours=2)}
    done = decide_unchanged(actor=world.actor("senior"), reconciliation=begun, next_doses=next_doses, now=LATER)
    assert done == 1
    standing = standing_of(begun)
    assert [each.line.kind for each in standing.lines if each.settled] == ["unchanged"]
    assert [each.name for each in standing.due_next()] == ["Co-careldopa"]
    assert standing.lines[1].gives["time_critical"]


def test_a_next_dose_that_has_passed_or_of_what_is_stopped_is_refused(world, begun):
    past = replace(LETTER, next_due_at=LATER - timedelta(hours=1))
    with pytest.raises(BadInput, match="This time has passed"):
        decide(actor=world.actor("senior"), line=line_of(begun, "unchanged"), choice=past, seen=0, now=LATER)
    coming = replace(LETTER, next_due_at=LATER + timedelta(hours=1))
    with pytest.raises(BadInput, match="only with what is to be given"):
        decide(actor=world.actor("senior"), line=line_of(begun, "stopped"), choice=coming, seen=0, now=LATER)


def test_the_new_mar_waits_for_every_line_and_for_a_second_person(world, begun):
    senior, manager = world.actor("senior"), world.actor("manager")
    with pytest.raises(NotComplete, match=r"0 of 5 lines decided\. Do not change the MAR chart yet"):
        use_new_mar(actor=senior, reconciliation=begun, now=LATER)
    with pytest.raises(NotComplete):
        second_check(actor=manager, reconciliation=begun, clinician=None, words="", now=LATER)
    decide_all(world, begun)
    waiting = line_of(begun, "not_mentioned")
    wait = Choice(way="rang", outcome="wait", asked="gp")
    decide(actor=senior, line=waiting, choice=wait, seen=1, now=LATER)
    assert standing_of(begun).words == "4 of 5 lines decided. Do not change the MAR chart yet."
    with pytest.raises(NotComplete):
        second_check(actor=manager, reconciliation=begun, clinician=None, words="", now=LATER)
    decide(actor=senior, line=waiting, choice=RANG, seen=2, now=LATER)
    with pytest.raises(NotComplete, match="A second check is missing"):
        use_new_mar(actor=senior, reconciliation=begun, now=LATER)
    with pytest.raises(NotAllowed, match="You decided lines yourself"):
        second_check(actor=senior, reconciliation=begun, clinician=None, words="", now=LATER)
    second_check(actor=manager, reconciliation=begun, clinician=None, words="", now=LATER)
    used = use_new_mar(actor=senior, reconciliation=begun, now=LATER)
    assert used.used_by_name == "Senior Tester"
    assert standing_of(used).words == "5 of 5 lines decided. The new MAR chart is in use."
    with pytest.raises(InUse):
        decide(actor=senior, line=waiting, choice=RANG, seen=3, now=LATER)


def test_a_decision_after_the_check_makes_it_void(world, begun):
    decide_all(world, begun)
    second_check(actor=world.actor("manager"), reconciliation=begun, clinician=None, words="", now=LATER)
    assert standing_of(begun).complete
    again = replace(RANG, outcome="stop", answer="No, that was for another patient.")
    decide(actor=world.actor("senior"), line=line_of(begun, "new_to_us"), choice=again, seen=1, now=LATER)
    standing = standing_of(begun)
    assert (standing.complete, standing.check, standing.void_check.by_name) == (False, None, "Manager Tester")
    with pytest.raises(NotComplete):
        use_new_mar(actor=world.actor("senior"), reconciliation=begun, now=LATER)


def test_a_check_by_phone_names_the_clinician(world, begun):
    decide_all(world, begun)
    with pytest.raises(BadInput) as wrong:
        second_check(
            actor=world.actor("senior"), reconciliation=begun, clinician={"name": "Dr Osei"}, words="", now=LATER
        )
    assert set(wrong.value.errors) == {"role", "organisation", "number"}
    check = second_check(actor=world.actor("senior"), reconciliation=begun, clinician=DOCTOR, words="", now=LATER)
    assert (check.by_phone, json.loads(check.clinician)) == (True, DOCTOR)
    assert standing_of(begun).complete


def test_the_residents_list_is_written_anew_from_the_decisions(world, begun):
    decide_all(world, begun)
    senior = world.actor("senior")
    with pytest.raises(NotComplete):
        write_medicines(actor=senior, reconciliation=begun, seen=1, now=LATER)
    second_check(actor=senior, reconciliation=begun, clinician=DOCTOR, words="", now=LATER)
    use_new_mar(actor=senior, reconciliation=begun, now=LATER)
    with pytest.raises(SomebodyWasFaster):
        write_medicines(actor=senior, reconciliation=begun, seen=7, now=LATER)
    write_medicines(actor=senior, reconciliation=begun, seen=1, now=LATER)
    section = world.peggy.current_sections.get(section="medicines")
    rows = {row["name"]: row for row in section.content["items"]}
    assert list(rows) == ["Bisoprolol", "Co-careldopa", "Senna", "Apixaban"]
    assert (rows["Bisoprolol"]["dose"], rows["Bisoprolol"]["reason"]) == ("5 mg", "heart")
    assert rows["Co-careldopa"]["time_critical"] is True
    assert (section.version, section.author_name, section.written_at) == (2, "Senior Tester", LATER)


@pytest.mark.parametrize(
    "other",
    [{"gives": "after"}, {"gives": "other", "told": "2.5 mg"}, {"asked_at": LATER - timedelta(hours=1)}],
    ids=["another side", "another dose", "another time"],
)
def test_the_same_call_with_another_dose_or_time_is_no_double_tap(world, begun, other):
    line, senior = line_of(begun, "changed"), world.actor("senior")
    first = replace(RANG, gives="other", told="5 mg", asked_at=LATER - timedelta(minutes=30))
    kept = decide(actor=senior, line=line, choice=first, seen=0, now=LATER)
    assert decide(actor=senior, line=line, choice=first, seen=0, now=LATER) == kept
    with pytest.raises(DecidedMeanwhile, match="You have decided this meanwhile: give"):
        decide(actor=senior, line=line, choice=replace(first, **other), seen=0, now=LATER)


def test_a_double_tap_without_a_time_of_the_call_is_kept_once(world, begun):
    line, senior = line_of(begun, "not_mentioned"), world.actor("senior")
    for minutes in (0, 1):  # the form fills in the moment when no time is typed
        now = LATER + timedelta(minutes=minutes)
        decide(actor=senior, line=line, choice=replace(RANG, asked_at=now), seen=0, now=now)
    assert line.decisions.count() == 1


def test_a_newer_letter_begins_anew_and_offers_only_what_is_the_same_word_for_word(world, letter, begun):
    decide_all(world, begun)
    newer = letter(medicines=[{**AFTER[0], "dose": "10 mg"}, *AFTER[1:]], now=LATER + timedelta(hours=1))
    with pytest.raises(NotCurrent, match="There is a newer letter"):
        decide(actor=world.actor("senior"), line=line_of(begun, "stopped"), choice=LETTER, seen=1, now=LATER)
    fresh = begin(actor=world.actor("manager"), summary=newer, rows=None, now=LATER)
    assert standing_of(fresh).decided == 0
    offered = decided_before(standing_of(fresh), earlier_of(newer))
    assert {line.kind for line in fresh.lines.counting() if line.pk in offered} == set(KINDS) - {"changed"}
    line = line_of(fresh, "not_mentioned")
    decision = decide_as_before(actor=world.actor("manager"), line=line, next_due_at=None, now=LATER)
    assert (decision.by_name, decision.asked_name, decision.answer) == ("Manager Tester", "Sister Byrne", RANG.answer)
    assert taken_over(standing_of(fresh), begun) == {
        line.pk: f"As decided on version {begun.summary.version} of the letter by Senior Tester"
    }
    given = line_of(fresh, "unchanged")
    for wrong in (LATER - timedelta(hours=1), LATER + timedelta(days=9999)):
        with pytest.raises(BadInput):
            decide_as_before(actor=world.actor("manager"), line=given, next_due_at=wrong, now=LATER)
    with pytest.raises(Refused, match="was not the same"):
        decide_as_before(actor=world.actor("manager"), line=line_of(fresh, "changed"), next_due_at=None, now=LATER)


def test_a_letter_without_a_coded_list_is_typed_and_put_right(world, letter):
    summary, carer = letter(medicines=None), world.actor("carer")
    for rows in (None, [], [{"dose": "5 mg"}], [{"name": "Senna", "change": "doubled"}]):
        with pytest.raises(BadInput):
            begin(actor=carer, summary=summary, rows=rows, now=LATER)
    wrong = [{"name": "Bisoprolol", "dose": "50 mg", "change": "changed"}, AFTER[1], AFTER[2]]
    reconciliation = begin(actor=carer, summary=summary, rows=wrong, now=LATER)
    assert reconciliation.after_from == "Typed by Carer Tester from the letter, 27 Nov 2026, 02:50"
    decide_all(world, reconciliation)
    second_check(actor=world.actor("manager"), reconciliation=reconciliation, clinician=None, words="", now=LATER)
    right = [{**wrong[0], "dose": "5 mg"}, AFTER[1], AFTER[2]]
    put_right(actor=world.actor("senior"), reconciliation=reconciliation, rows=right, now=LATER)
    standing = standing_of(reconciliation)
    undecided = [each.compared["after"]["dose"] for each in standing.lines if each.last is None]
    assert (undecided, standing.decided, standing.check) == (["5 mg"], 3, None)
    assert reconciliation.lines.exclude(set_aside_at=None).get().comparison()["after"]["dose"] == "50 mg"


def test_once_anything_is_decided_only_the_trained_type_again(world, letter):
    summary, carer = letter(medicines=None), world.actor("carer")
    reconciliation = begin(actor=carer, summary=summary, rows=[AFTER[1]], now=LATER)
    put_right(actor=carer, reconciliation=reconciliation, rows=[AFTER[1], AFTER[2]], now=LATER)
    decide_all(world, reconciliation)
    with pytest.raises(NotAllowed, match="trained in medicines"):
        put_right(actor=carer, reconciliation=reconciliation, rows=[AFTER[1]], now=LATER)
    assert standing_of(reconciliation).all_decided
    put_right(actor=world.actor("senior"), reconciliation=reconciliation, rows=[AFTER[1]], now=LATER)
    assert not standing_of(reconciliation).all_decided


def test_two_equal_rows_stay_two_when_the_letter_is_typed_again(world, letter, monkeypatch):
    monkeypatch.setattr(beginning, "compare", compare)
    summary, insulin = letter(medicines=None), {"name": "Insulin glargine", "dose": "10 units", "frequency": "at night"}
    twice = Before(listed=(Listed(**insulin), Listed(**insulin)), words="The list")
    monkeypatch.setattr(beginning, "before_of", lambda summary: twice)
    carer = world.actor("carer")
    reconciliation = begin(actor=carer, summary=summary, rows=[{"name": "Senna"}], now=LATER)
    for rows in ([{"name": "Senna", "dose": "7.5 mg"}], [insulin, insulin], [{"name": "Senna"}]):
        put_right(actor=carer, reconciliation=reconciliation, rows=rows, now=LATER)
        sides = [each.compared for each in standing_of(reconciliation).lines]
        assert [each["before"]["name"] for each in sides if each["before"]] == ["Insulin glargine"] * 2
        assert sorted(each["after"]["name"] for each in sides if each["after"]) == [row["name"] for row in rows]


def test_a_list_that_the_hospital_sent_is_not_typed_again(world, begun):
    with pytest.raises(Refused, match="The hospital sent this list"):
        put_right(actor=world.actor("senior"), reconciliation=begun, rows=[AFTER[0]], now=LATER)


def test_every_step_is_in_the_journal_and_names_stay_in_its_sealed_part(world, begun):
    decide_all(world, begun)
    second_check(actor=world.actor("senior"), reconciliation=begun, clinician=DOCTOR, words="", now=LATER)
    use_new_mar(actor=world.actor("manager"), reconciliation=begun, now=LATER)
    entries = Entry.objects.filter(action__startswith="medicines.", resident_id=world.peggy.pk)
    actions = list(entries.order_by("pk").values_list("action", flat=True))
    assert sorted(actions) == sorted(
        ["medicines.begun", *["medicines.decided"] * 5, "medicines.checked", "medicines.used"]
    )
    assert not any("Byrne" in json.dumps(each.facts) or "Osei" in json.dumps(each.facts) for each in entries)


def test_who_is_trained_is_the_homes_own_word(world, begun):
    Membership.objects.filter(user=world.people["senior"]).update(medicines_trained=False)
    with pytest.raises(NotAllowed):
        decide(actor=world.actor("senior"), line=line_of(begun, "unchanged"), choice=LETTER, seen=0, now=LATER)
