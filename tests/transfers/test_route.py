"""The state of a transfer follows from what was told, in the order it happened, and from nothing else."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.transfers.route import Told, follow
from redbag.transfers.stages import EXPECTED, Kind, Outcome, Receiver, Stage, after

PACKED_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOME, CREW, WARD, OTHER_WARD, OTHER_HOME = (uuid.UUID(int=n) for n in range(1, 6))
KINDS = {HOME: "care_home", CREW: "ambulance", WARD: "hospital", OTHER_WARD: "hospital", OTHER_HOME: "care_home"}
ITEMS = [str(uuid.UUID(int=n)) for n in (100, 101)]
PACK = Told(
    uuid.UUID(int=99),
    Kind.PACK,
    PACKED_AT,
    HOME,
    "carer",
    items=tuple({"id": item, "category": "glasses", "where": "bag"} for item in ITEMS),
)


def at(minutes):
    return PACKED_AT + timedelta(minutes=minutes)


def handoff(number, minutes, to, by=None, **more):
    by = by or to
    return Told(uuid.UUID(int=number), Kind.HANDOFF, at(minutes), by, "crew", to=to, to_kind=KINDS[to], **more)


def journey(*facts):
    return follow(home=HOME, packed_at=PACKED_AT, facts=[PACK, *facts])


@st.composite
def histories(draw):
    """Facts of one transfer: any kinds, any times (many equal), some voiding others, an early void among them."""
    facts = []
    for number in range(1000, 1000 + draw(st.integers(0, 12))):
        kind = draw(
            st.sampled_from([Kind.HANDOFF] * 4 + [Kind.CHECK, Kind.OPENED, Kind.OUTCOME, Kind.VOID, Kind.ADDITION])
        )
        minutes = draw(st.integers(-20, 40))
        by = draw(st.sampled_from(list(KINDS)))
        told = {"role": draw(st.sampled_from(["carer", "senior", "crew", "ward"]))}
        if kind == Kind.HANDOFF:
            to = draw(st.sampled_from([*KINDS, None]))
            told |= {
                "to": to,
                "to_kind": KINDS.get(to, ""),
                "to_text": "" if to else draw(st.sampled_from(["Taxi", "Family"])),
            }
            told |= {"place": draw(st.sampled_from(["", "A&E", "4B"])), "code_proved": draw(st.booleans())}
        if kind in (Kind.CHECK, Kind.HANDOFF) and draw(st.booleans()):
            state = draw(st.sampled_from(["present", "missing", "changed"]))
            told["items"] = ({"item": draw(st.sampled_from(ITEMS)), "state": state},)
        if kind == Kind.OUTCOME:
            told["outcome"] = draw(st.sampled_from(Outcome.values))
        if kind == Kind.VOID:
            told["target"] = uuid.UUID(int=draw(st.sampled_from([99, *range(1000, 1012)])))
        facts.append(Told(uuid.UUID(int=number), kind, at(minutes), by, **told))
    return facts


@given(histories(), st.randoms())
@settings(max_examples=400, deadline=None)
def test_any_order_of_arrival_gives_the_same_state(facts, random):
    shuffled = [PACK, *facts]
    random.shuffle(shuffled)
    assert follow(home=HOME, packed_at=PACKED_AT, facts=shuffled) == journey(*facts)


@given(histories())
@settings(max_examples=300, deadline=None)
def test_somebody_always_holds_the_bag_and_every_fact_is_in_the_story(facts):
    result = journey(*facts)
    assert result.holder.organisation is not None or result.holder.text
    assert set(result.order) == {PACK.id, *(fact.id for fact in facts)}
    assert result.order[0] == PACK.id
    assert [hold.until is None for hold in result.holds] == [False] * (len(result.holds) - 1) + [True]
    assert (result.stage == Stage.CLOSED) == (result.closed_at is not None)


@given(histories(), histories())
@settings(max_examples=200, deadline=None)
def test_once_finished_it_never_reopens(before, later):
    closing = Told(uuid.UUID(int=500), Kind.OUTCOME, at(50), HOME, "carer", outcome=Outcome.CLOSED)
    after_it = [
        Told(
            **{
                **fact.__dict__,
                "id": uuid.UUID(int=fact.id.int + 5000),
                "occurred_at": fact.occurred_at + timedelta(hours=3),
            }
        )
        for fact in later
    ]
    finished = journey(*before, closing, *after_it)
    assert finished.stage == Stage.CLOSED
    for fact in after_it:
        if fact.id not in finished.voided_by and fact.kind != Kind.VOID:
            assert "after_close" in finished.flags[fact.id]


@given(histories())
@settings(max_examples=200, deadline=None)
def test_a_fact_taken_back_leaves_the_state_as_if_it_had_never_been_told(facts):
    whole = journey(*facts)
    left = [fact for fact in facts if fact.id not in whole.voided_by and fact.kind != Kind.VOID]
    without = journey(*left)
    assert (whole.stage, whole.holder.organisation, whole.parties) == (
        without.stage,
        without.holder.organisation,
        without.parties,
    )
    assert [(item.id, item.state) for item in whole.items] == [(item.id, item.state) for item in without.items]


@pytest.mark.parametrize(("step", "stage"), EXPECTED.items())
def test_every_expected_step_leads_where_the_table_says(step, stage):
    assert after(*step) == (stage, True)


def test_every_other_step_is_kept_and_called_unexpected():
    steps = [(s, r) for s in Stage if s != Stage.CLOSED for r in Receiver if (s, r) not in EXPECTED]
    assert [after(*step)[1] for step in steps] == [False] * len(steps)
    assert (Stage.COMING_HOME, Receiver.HOSPITAL) in steps


def test_what_the_receiver_does_later_confirms_what_the_giver_told():
    told = handoff(1, 10, CREW, by=HOME)
    assert journey(told).flags[told.id] == ["unconfirmed"]
    assert journey(told, Told(uuid.UUID(int=2), Kind.OPENED, at(15), CREW, "crew")).flags[told.id] == []
    assert journey(told, handoff(3, 20, WARD, by=CREW)).flags[told.id] == []
    assert journey(told, handoff(3, 20, WARD)).flags[told.id] == ["unconfirmed"]


def test_moving_ward_is_the_same_hold_at_another_place():
    result = journey(handoff(1, 10, WARD, place="A&E"), handoff(2, 60, WARD, place="4B"))
    assert (len(result.holds), result.holder.place, result.holder.since) == (2, "4B", at(10))


def test_treated_at_home_brings_the_bag_home_and_the_crew_is_a_party_no_more_holding():
    treated = Told(uuid.UUID(int=2), Kind.OUTCOME, at(30), HOME, "carer", outcome=Outcome.TREATED_ON_SCENE)
    result = journey(handoff(1, 10, CREW), treated)
    assert (result.stage, result.holder.organisation, result.parties[CREW]) == (Stage.BACK_HOME, HOME, at(30))


def test_a_hospital_looks_when_the_bag_comes_and_before_it_goes():
    check = Told(uuid.UUID(int=2), Kind.CHECK, at(15), WARD, "ward", items=({"item": ITEMS[0], "state": "present"},))
    arrived, left = handoff(1, 10, WARD, identity=True), handoff(3, 90, CREW)
    once = journey(arrived, check, left)
    assert (once.flags[arrived.id], once.flags[left.id]) == ([], ["unchecked"])
    again = Told(uuid.UUID(int=4), Kind.CHECK, at(80), WARD, "ward", items=({"item": ITEMS[0], "state": "present"},))
    assert journey(arrived, check, again, left).flags[left.id] == []
