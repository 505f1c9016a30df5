"""Every outcome has a path of its own: who has the bag, where the resident is, who owns the next step."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.transfers.owning import Why, owner_of, standing_of
from redbag.transfers.route import Told
from redbag.transfers.stages import Kind, Outcome, Receiver, Stage, Where
from tests.transfers.test_route import CREW, HOME, KINDS, OTHER_HOME, OTHER_WARD, WARD, at, handoff, histories, journey

TO_CREW, TO_WARD = handoff(1, 10, CREW), handoff(2, 40, WARD)
BACK = handoff(3, 300, HOME)


def turns_out(outcome, minutes=60, by=WARD, number=50, to=None, **details):
    return Told(
        uuid.UUID(int=number),
        Kind.OUTCOME,
        at(minutes),
        by,
        "ward",
        outcome=outcome,
        to=to,
        to_kind=KINDS.get(to, ""),
        details=details,
    )


def stands(result):
    """Stage, holder, where the resident is, whether apart, and who owns the next step with why."""
    owner = owner_of(standing_of(result, home=HOME))
    held = result.holder.organisation or result.holder.text
    return result.stage, held, result.resident_is, result.apart_since is not None, owner.organisation, owner.why


S, W = Stage, Where
CASES = {
    "died": (turns_out("died"), (S.IN_HOSPITAL, WARD, W.DIED, False, HOME, Why.DIED)),
    "another home": (
        turns_out("another_home", to=OTHER_HOME),
        (S.COMING_HOME, OTHER_HOME, W.ANOTHER_HOME, False, OTHER_HOME, Why.ANOTHER_HOME),
    ),
    "another home, which nobody knows": (
        turns_out("another_home"),
        (S.IN_HOSPITAL, WARD, W.ANOTHER_HOME, False, WARD, Why.ANOTHER_HOME),
    ),
    "another home, the bag is still here": (
        turns_out("another_home", to=OTHER_HOME, bag="stays"),
        (S.IN_HOSPITAL, WARD, W.ANOTHER_HOME, True, WARD, Why.APART),
    ),
    "another hospital": (
        turns_out("another_hospital", to=OTHER_WARD),
        (S.IN_HOSPITAL, OTHER_WARD, W.WITH_BAG, False, OTHER_WARD, Why.CARE),
    ),
    "another hospital, which nobody knows": (
        turns_out("another_hospital"),
        (S.IN_HOSPITAL, WARD, W.WITH_BAG, False, WARD, Why.CARE),
    ),
    "another hospital, the bag is still here": (
        turns_out("another_hospital", where="Kent General", bag="stays"),
        (S.IN_HOSPITAL, WARD, W.HOSPITAL, True, WARD, Why.APART),
    ),
    "own home": (
        turns_out("own_home", where="12 High Street", bag="with_them"),
        (S.COMING_HOME, "12 High Street", W.OWN_HOME, False, HOME, Why.FETCH_BAG),
    ),
    "hospice": (
        turns_out("hospice", where="St Luke's", bag="with_them"),
        (S.COMING_HOME, "St Luke's", W.HOSPICE, False, HOME, Why.FETCH_BAG),
    ),
    "hospital at home": (
        turns_out("hospital_at_home"),
        (S.IN_HOSPITAL, WARD, W.HOSPITAL_AT_HOME, False, HOME, Why.FETCH_BAG),
    ),
    "self-discharge": (
        turns_out("self_discharge"),
        (S.IN_HOSPITAL, WARD, W.LEFT_HOSPITAL, False, HOME, Why.FIND_THEM),
    ),
    "same day": (
        turns_out("same_day_return", by=HOME, bag="with_them"),
        (S.BACK_HOME, HOME, W.WITH_BAG, False, HOME, Why.UNPACK),
    ),
    "same day, the bag is still there": (
        turns_out("same_day_return", by=HOME, bag="stays"),
        (S.IN_HOSPITAL, WARD, W.HOME, True, WARD, Why.APART),
    ),
    "outside the network": (
        turns_out("outside_network", where="Private clinic"),
        (S.IN_HOSPITAL, "Private clinic", W.OUTSIDE, False, HOME, Why.FETCH_BAG),
    ),
    "no bag": (turns_out("no_bag"), (S.IN_HOSPITAL, WARD, W.WITH_BAG, False, WARD, Why.CARE)),
    "left in the ambulance": (
        turns_out("left_in_ambulance"),
        (S.WITH_CREW, CREW, W.HOSPITAL, True, CREW, Why.LEFT_IN_AMBULANCE),
    ),
    "with the family": (
        turns_out("with_family", who="Ana"),
        (S.COMING_HOME, "Family: Ana", W.HOSPITAL, True, HOME, Why.WITH_FAMILY),
    ),
    "follows later": (
        turns_out("follows_later", by=HOME),
        (S.IN_HOSPITAL, WARD, W.HOME, True, WARD, Why.FOLLOWS_LATER),
    ),
    "cannot come back": (
        turns_out("cannot_return", why="Infection"),
        (S.IN_HOSPITAL, WARD, W.WITH_BAG, False, HOME, Why.CANNOT_RETURN),
    ),
    "lost": (turns_out("lost"), (S.IN_HOSPITAL, WARD, W.HOSPITAL, True, HOME, Why.LOST)),
    "finished": (turns_out("closed", by=HOME), (S.CLOSED, WARD, W.WITH_BAG, False, HOME, Why.BAG_OUT)),
}


@pytest.mark.parametrize(("told", "expected"), CASES.values(), ids=CASES)
def test_each_outcome_says_who_has_the_bag_where_the_resident_is_and_who_acts(told, expected):
    assert stands(journey(TO_CREW, TO_WARD, told)) == expected


@pytest.mark.parametrize("outcome", ["not_taken", "treated_on_scene"])
def test_who_stays_is_at_home_with_the_bag(outcome):
    result = journey(TO_CREW, turns_out(outcome, minutes=20, by=HOME))
    assert stands(result) == (S.BACK_HOME, HOME, W.WITH_BAG, False, HOME, Why.UNPACK)


@pytest.mark.parametrize(("told", "_"), CASES.values(), ids=CASES)
def test_an_outcome_taken_back_leaves_nothing_behind(told, _):
    if told.outcome == Outcome.CLOSED:
        return  # closing is final
    void = Told(uuid.UUID(int=60), Kind.VOID, at(90), told.organisation, "senior", target=told.id)
    assert stands(journey(TO_CREW, TO_WARD, told, void)) == stands(journey(TO_CREW, TO_WARD))
    assert journey(TO_CREW, TO_WARD, told, void).outcomes == []


def test_a_diversion_on_the_way_is_no_alarm_and_moves_nobody():
    result = journey(TO_CREW, turns_out("another_hospital", minutes=20, by=HOME, to=OTHER_WARD))
    assert stands(result) == (S.WITH_CREW, CREW, W.WITH_BAG, False, CREW, Why.CARRY)


@pytest.mark.parametrize(
    ("outcome", "meets"),
    [
        ("left_in_ambulance", handoff(5, 90, WARD)),
        ("with_family", handoff(5, 90, WARD)),
        ("lost", Told(uuid.UUID(int=5), Kind.OPENED, at(90), WARD, "ward")),
        ("lost", handoff(5, 90, WARD)),
    ],
)
def test_they_are_apart_until_the_bag_reaches_the_resident(outcome, meets):
    parted = journey(TO_CREW, TO_WARD, turns_out(outcome))
    assert parted.apart_since == at(60)
    met = journey(TO_CREW, TO_WARD, turns_out(outcome), meets)
    assert (met.apart_since, met.resident_is, met.outcomes) == (None, Where.WITH_BAG, [])


@pytest.mark.parametrize("outcome", ["left_in_ambulance", "with_family", "lost"])
@pytest.mark.parametrize("by", [WARD, HOME])
def test_a_bag_in_the_wrong_hospital_is_not_with_the_resident(outcome, by):
    parted, wrong = turns_out(outcome, by=by), handoff(5, 90, OTHER_WARD)
    result = journey(TO_CREW, TO_WARD, parted, wrong)
    assert (result.apart_since, result.resident_is, result.resident_with) == (at(60), Where.HOSPITAL, WARD)
    assert journey(wrong, parted, TO_WARD, TO_CREW) == result
    met = journey(TO_CREW, TO_WARD, parted, wrong, handoff(6, 120, WARD))
    assert (met.apart_since, met.resident_is, met.outcomes) == (None, Where.WITH_BAG, [])


def test_when_nobody_knows_in_which_hospital_they_are_any_hospital_has_them():
    met = journey(TO_CREW, turns_out("left_in_ambulance", by=HOME), handoff(5, 90, OTHER_WARD))
    assert (met.apart_since, met.resident_is) == (None, Where.WITH_BAG)


def test_a_resident_who_goes_on_without_their_bag_is_met_where_they_went():
    gone = turns_out("another_hospital", 80, number=51, to=OTHER_WARD)
    parted = journey(TO_CREW, TO_WARD, turns_out("left_in_ambulance"), gone)
    assert (parted.holder.organisation, parted.apart_since) == (CREW, at(60))
    here = journey(TO_CREW, TO_WARD, turns_out("left_in_ambulance"), gone, handoff(5, 90, WARD))
    there = journey(TO_CREW, TO_WARD, turns_out("left_in_ambulance"), gone, handoff(5, 90, OTHER_WARD))
    assert (here.apart_since, there.apart_since) == (at(60), None)


def test_they_are_together_when_somebody_says_so():
    said = turns_out("follows_later", minutes=80, number=51, together=True)
    assert journey(TO_CREW, TO_WARD, turns_out("with_family"), said).apart_since is None


def test_a_bag_that_goes_where_the_resident_is_not_is_an_alarm():
    home = turns_out("same_day_return", by=HOME)
    assert journey(TO_CREW, TO_WARD, home).apart_since is None
    assert journey(TO_CREW, TO_WARD, home, handoff(5, 90, OTHER_WARD)).apart_since == at(90)
    assert journey(TO_CREW, TO_WARD, home, handoff(5, 90, HOME)).apart_since is None


def test_told_late_it_is_the_same_as_told_in_time():
    parted, met = turns_out("left_in_ambulance", minutes=60), handoff(5, 90, WARD)
    assert stands(journey(met, parted, TO_WARD, TO_CREW)) == stands(journey(TO_CREW, TO_WARD, parted, met))


def test_after_a_death_nothing_is_apart_and_nobody_is_moved():
    result = journey(TO_CREW, TO_WARD, turns_out("died"), turns_out("hospice", 70, number=51), BACK)
    assert (result.resident_is, result.apart_since) == (Where.DIED, None)


@st.composite
def eventful(draw):
    """Histories in which every outcome comes with details, at any time."""
    facts = draw(histories())
    for number in range(2000, 2000 + draw(st.integers(1, 6))):
        details = {
            name: value
            for name, value in (
                ("bag", draw(st.sampled_from(["", "with_them", "stays"]))),
                ("where", draw(st.sampled_from(["", "Somewhere"]))),
                ("together", draw(st.sampled_from([False, False, False, True]))),
            )
            if value
        }
        to = draw(st.sampled_from([None, None, CREW, WARD, OTHER_WARD, OTHER_HOME]))
        outcome = draw(st.sampled_from(Outcome.values))
        by = draw(st.sampled_from([HOME, WARD, OTHER_WARD]))
        facts.append(turns_out(outcome, draw(st.integers(-20, 60)), by, number, to, **details))
    return facts


@given(eventful(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_no_history_ends_without_an_owner_and_the_order_of_arrival_never_matters(facts, random):
    result = journey(*facts)
    owner = owner_of(standing_of(result, home=HOME))
    assert owner.organisation in {HOME, result.holder.organisation}
    assert result.holder.organisation is not None or result.holder.text
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert journey(*shuffled) == result


@given(eventful())
@settings(max_examples=200, deadline=None)
def test_whatever_is_taken_back_leaves_a_state_that_holds(facts):
    whole = journey(*facts)
    left = [fact for fact in facts if fact.id not in whole.voided_by and fact.kind != Kind.VOID]
    assert stands(journey(*left)) == stands(whole)
    assert holds(whole)
    assert all(holds(journey(*(each for each in facts if each is not gone))) for gone in facts)


def holds(result):
    """What is true of every state."""
    parted = result.apart_since is not None
    return (
        not (parted and result.resident_is in ("", Where.DIED))
        and not (parted and result.stage == Stage.CLOSED)
        and not (result.stage == Stage.BACK_HOME and result.holder.receiver != Receiver.HOME)
        and (Outcome.DIED in result.outcomes) == (result.resident_is == Where.DIED) == bool(result.deaths)
        and [hold.until is None for hold in result.holds] == [False] * (len(result.holds) - 1) + [True]
    )
