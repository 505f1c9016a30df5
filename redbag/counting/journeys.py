"""One row for one journey, from what was told about it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from redbag.counting.followed import Followed, day_of
from redbag.counting.legs import legs_of, minutes
from redbag.counting.letters import Letter, on_arrival
from redbag.counting.models import CountedJourney
from redbag.counting.paperwork import NOTHING_FROZEN, Papers
from redbag.departures.knowing import at_night
from redbag.transfers.stages import MOVED_ON, STAYED_HOME, Outcome, Stage

VERSION = 2
"""Of the rules by which rows are made: rows of an older one are made anew."""
BANDS = ((95, "95 or over"), (85, "85 to 94"), (75, "75 to 84"), (65, "65 to 74"), (0, "under 65"))
ENDINGS = {*MOVED_ON, *STAYED_HOME, Outcome.DIED}


def age_band(*, born: date | None, on: date) -> str:
    """How old somebody was on a day, in bands of ten years; empty when it is not known."""
    if born is None:
        return ""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((band for least, band in BANDS if age >= least), "")


def journey_row(
    followed: Followed,
    *,
    papers: Papers = NOTHING_FROZEN,
    letters: Sequence[Letter] = (),
    used_at: datetime | None = None,
    next_left_at: datetime | None = None,
    counted_at: datetime,
) -> CountedJourney:
    """The row of a journey.

    `papers` are those frozen as it left, `letters` those about its stay, `used_at` when the first new MAR after it was
    taken into use, `next_left_at` when the resident next left the home, on another journey.
    """
    about, journey, moments = followed.about, followed.journey, followed.moments
    sent = min((letter.sent_at for letter in letters), default=None)
    return CountedJourney(
        transfer=about.transfer,
        resident=about.resident,
        age_band=age_band(born=about.born, on=day_of(about.packed_at)),
        packed_at=about.packed_at,
        left_at=journey.left_at,
        back_at=journey.back_at,
        closed_at=journey.closed_at,
        letter_at=sent,
        letter_on_arrival=on_arrival(letters, home_at=moments.home) if moments.attended else None,
        reconciled=minutes(moments.home, used_at),
        until_next=minutes(moments.home, next_left_at),
        version=VERSION,
        counted_at=counted_at,
        **followed.where,
        **vars(legs_of(journey, packed_at=about.packed_at)),
        **_of_resident(followed),
        **vars(papers),
        **_of_bag(followed),
    )


def _of_resident(followed: Followed) -> Mapping:
    moments, died = followed.moments, bool(followed.journey.deaths)
    told = [each.outcome for each in followed.told if each.outcome in followed.journey.outcomes]
    return {
        "attended_at": moments.attended,
        "left_hospital_at": moments.left,
        "home_at": moments.home,
        "stay": minutes(moments.attended, moments.left),
        "away": minutes(moments.departed, moments.home),
        "at_night": at_night(moments.left) if moments.left else None,
        "died": died,
        "outcome": next((each for each in reversed(told) if each in ENDINGS), ""),
    }


def _of_bag(followed: Followed) -> Mapping:
    journey, moments = followed.journey, followed.moments
    with_bag = followed.about.bag and Outcome.NO_BAG not in journey.outcomes
    went = [item for item in journey.items if item.where != "home"]
    looked_for = with_bag and went and moments.departed and journey.last_stage == Stage.BACK_HOME
    return {
        "with_bag": with_bag,
        "bag_behind": minutes(moments.home, journey.back_at) if with_bag else None,
        "items": len(went),
        "missing": journey.missing,
        "checked_back": bool(journey.holder.checks) if looked_for else None,
    }
