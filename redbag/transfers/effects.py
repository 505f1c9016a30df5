"""What an outcome does to a journey: who has the bag, where the resident is, the stage. Pure."""

import uuid

from redbag.transfers.journey import Hold, Journey, Told
from redbag.transfers.parting import ELSEWHERE, bag_came, part, stay, together, where_now
from redbag.transfers.stages import MOVED_ON, PARTING, STAYED_HOME, Outcome, Receiver, Stage, Where

WITH_THEM, STAYS = "with_them", "stays"
LEFT = (Stage.PACKED, Stage.WITH_CREW)
NAMED_MOVES_BAG = {Outcome.ANOTHER_HOME, Outcome.ANOTHER_HOSPITAL, Outcome.OUTSIDE_NETWORK}
UNNAMED = {
    Outcome.ANOTHER_HOME: "Another home",
    Outcome.ANOTHER_HOSPITAL: "Another hospital",
    Outcome.OWN_HOME: "The resident, at their own home",
    Outcome.HOSPICE: "The hospice",
    Outcome.HOSPITAL_AT_HOME: "The resident, at home",
    Outcome.SELF_DISCHARGE: "The resident",
    Outcome.OUTSIDE_NETWORK: "The place they went to",
}


def turn_out(journey: Journey, home: uuid.UUID, told: Told) -> None:
    """Apply one outcome. An outcome told as `together` says nothing but that resident and bag have met."""
    if told.details.get("together"):
        together(journey)
        return
    outcome = Outcome(told.outcome)
    if outcome not in journey.outcomes:
        journey.outcomes.append(outcome)
    if outcome == Outcome.CLOSED:
        journey.closed_at, journey.apart_since = told.occurred_at, None
        enter(journey, Stage.CLOSED, told)
    elif outcome == Outcome.DIED:
        journey.deaths.append(told.id)
        journey.apart_since = None
        stay(journey, Where.DIED)
    elif outcome in STAYED_HOME:
        _stayed(journey, home, told)
    elif outcome in PARTING:
        _parted(journey, home, told, outcome)
    elif outcome in MOVED_ON or outcome == Outcome.ANOTHER_HOSPITAL:
        _moved_on(journey, told, outcome)
    elif outcome == Outcome.SAME_DAY_RETURN:
        _came_back(journey, home, told)
    elif outcome == Outcome.CANNOT_RETURN:
        _cannot_return(journey, told)


def take(journey: Journey, hold: Hold) -> None:
    """Somebody has the bag from now on, unless they have it already."""
    if (hold.organisation, hold.text) == (journey.holder.organisation, journey.holder.text):
        return
    journey.holder.until = hold.since
    journey.holds.append(hold)


def enter(journey: Journey, stage: Stage, told: Told) -> None:
    """The bag is at this stage from now on."""
    if stage == journey.stage:
        return
    journey.stage, journey.stage_since = stage, told.occurred_at
    if stage == Stage.IN_HOSPITAL:
        journey.arrivals.append(told.occurred_at)
    if stage != Stage.CLOSED:
        journey.last_stage = stage
        journey.back_at = told.occurred_at if stage == Stage.BACK_HOME else None


def _stayed(journey: Journey, home: uuid.UUID, told: Told) -> None:
    if journey.stage in LEFT:
        take(journey, Hold(home, "", "", told.occurred_at, Receiver.HOME, confirmed=True))
        enter(journey, Stage.BACK_HOME, told)
        together(journey)
        if journey.resident_is != Where.DIED:
            stay(journey, Where.WITH_BAG)


def _parted(journey: Journey, home: uuid.UUID, told: Told, outcome: Outcome) -> None:
    where, hospital = where_now(journey), _hospital_they_are_in(journey, home, told)
    if outcome == Outcome.LEFT_IN_AMBULANCE:
        coming = journey.last_stage in (Stage.COMING_HOME, Stage.BACK_HOME)
        _hold(journey, _ambulance(journey, told))
        enter(journey, Stage.COMING_HOME if coming else Stage.WITH_CREW, told)
        where = where if journey.resident_is else Where.HOME if coming else Where.HOSPITAL
    elif outcome == Outcome.WITH_FAMILY:
        _hold(journey, _new_hold(told, Receiver.SOMEBODY, _named("Family", told.details.get("who"))))
        enter(journey, Stage.WITH_CREW if journey.last_stage in LEFT else Stage.COMING_HOME, told)
    elif outcome == Outcome.FOLLOWS_LATER and journey.resident_is not in ELSEWHERE:
        where = _gone_ahead(journey, home, told)
    if outcome in (Outcome.FOLLOWS_LATER, Outcome.LOST) and _both_at_home(journey, outcome):
        return
    part(journey, told, where, with_=hospital if where == Where.HOSPITAL else None)


def _hospital_they_are_in(journey: Journey, home: uuid.UUID, told: Told) -> uuid.UUID | None:
    """In which hospital somebody is as the bag parts from them: with the ward that says so, else where the bag was.

    None when that is not known, or was said before.
    """
    if journey.resident_at or journey.resident_with:
        return None
    if told.organisation != home:
        return told.organisation
    return journey.holder.organisation if journey.holder.receiver == Receiver.HOSPITAL else None


def _gone_ahead(journey: Journey, home: uuid.UUID, told: Told) -> Where:
    """Where somebody is whose bag follows: a step further on than their bag."""
    if journey.last_stage == Stage.PACKED:
        return Where.ON_THE_WAY
    if journey.last_stage == Stage.WITH_CREW:
        return Where.HOSPITAL
    return Where.HOME if told.organisation == home else Where.COMING_HOME


def _both_at_home(journey: Journey, outcome: Outcome) -> bool:
    """Whether the resident is where the bag last was, at the home: then nothing has parted."""
    at_home = (Stage.BACK_HOME, Stage.PACKED) if outcome == Outcome.LOST else (Stage.BACK_HOME,)
    return not journey.resident_is and journey.last_stage in at_home


def _moved_on(journey: Journey, told: Told, outcome: Outcome) -> None:
    """The resident went somewhere else. The bag goes along when somebody says so, or says where to."""
    bag, named = told.details.get("bag", ""), bool(told.to or told.details.get("where"))
    where = MOVED_ON.get(outcome, Where.HOSPITAL)
    if journey.resident_is == Where.DIED:
        return
    if journey.apart_since and bag != WITH_THEM and journey.resident_is != Where.ON_THE_WAY:
        stay(journey, where, at=told.details.get("where", ""), with_=told.to)  # what lies elsewhere does not go along
        return
    if bag == STAYS and journey.holder.receiver != Receiver.HOME:
        part(journey, told, where, at=told.details.get("where", ""), with_=told.to)
        return
    if outcome == Outcome.ANOTHER_HOSPITAL and journey.last_stage in LEFT:
        return  # on the way there: a diversion moves nobody yet
    if where != Where.HOSPITAL:
        stay(journey, where, at=told.details.get("where", ""), with_=told.to)
    if bag == WITH_THEM or (bag != STAYS and named and outcome in NAMED_MOVES_BAG):
        _goes_along(journey, told, outcome)


def _goes_along(journey: Journey, told: Told, outcome: Outcome) -> None:
    receiver = {
        Outcome.ANOTHER_HOME: Receiver.ANOTHER_HOME,
        Outcome.ANOTHER_HOSPITAL: Receiver.HOSPITAL,
    }.get(outcome, Receiver.SOMEBODY)
    if journey.holder.receiver != receiver or told.to not in (None, journey.holder.organisation):
        text = "" if told.to else told.details.get("where") or UNNAMED[outcome]
        _hold(journey, _new_hold(told, receiver, text))
    hospital = outcome in (Outcome.ANOTHER_HOSPITAL, Outcome.OUTSIDE_NETWORK)
    enter(journey, Stage.IN_HOSPITAL if hospital else Stage.COMING_HOME, told)
    if Outcome.LOST in journey.outcomes:
        journey.outcomes.remove(Outcome.LOST)
    together(journey)


def _came_back(journey: Journey, home: uuid.UUID, told: Told) -> None:
    bag = told.details.get("bag", "")
    if journey.resident_is == Where.DIED:
        return
    if bag == WITH_THEM:
        hold = Hold(home, "", "", told.occurred_at, Receiver.HOME, told.organisation == home, [told.id])
        stay(journey, Where.WITH_BAG)
        _hold(journey, hold)
        enter(journey, Stage.BACK_HOME, told)
        together(journey)
    elif bag == STAYS and journey.holder.receiver != Receiver.HOME:
        part(journey, told, Where.HOME)
    elif journey.holder.receiver != Receiver.HOME:
        stay(journey, Where.HOME)


def _cannot_return(journey: Journey, told: Told) -> None:
    """They stay in hospital: with their bag when it is in one, else apart from it once it is at home."""
    if journey.resident_is == Where.DIED or journey.last_stage in LEFT:
        return
    stay(journey, Where.HOSPITAL)
    if Outcome.LOST not in journey.outcomes:
        bag_came(journey, told, journey.holder.receiver, journey.holder.organisation)


def _ambulance(journey: Journey, told: Told) -> Hold:
    """The vehicle that was named, else the last one that had the bag."""
    text = told.details.get("where", "")
    if told.to is None:
        last = next((hold for hold in reversed(journey.holds) if hold.receiver == Receiver.AMBULANCE), None)
        if last is not None:
            return Hold(last.organisation, last.text, text, told.occurred_at, last.receiver, False, [told.id])
        return Hold(None, text or "An ambulance", "", told.occurred_at, Receiver.AMBULANCE, False, [told.id])
    return Hold(told.to, "", text, told.occurred_at, Receiver.AMBULANCE, False, [told.id])


def _new_hold(told: Told, receiver: Receiver, text: str) -> Hold:
    return Hold(told.to, "" if told.to else text, "", told.occurred_at, receiver, False, [told.id])


def _hold(journey: Journey, hold: Hold) -> None:
    take(journey, hold)
    journey.left_at = journey.left_at or hold.since


def _named(what: str, who: str | None) -> str:
    return f"{what}: {who}" if who else what
