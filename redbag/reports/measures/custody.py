"""Who had the bag, for how long, and whether both sides said so (F1)."""

from datetime import timedelta

from django.db.models import Q

from redbag.counting.models import CountedHandover, CountedJourney
from redbag.reports.figures import Count, HowMany, Lengths, Period, Share, Spread
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "The bag's way"
TOO_LONG = timedelta(days=14)
RECEIVERS = (
    ("ambulance", "The ambulance crew"),
    ("hospital", "A hospital"),
    ("home", "The home"),
    ("another_home", "Another home"),
    ("somebody", "Somebody else"),
)
WAITING = Lengths(CountedJourney, "waiting")


def handed(condition: Q) -> tuple[Row, ...]:
    """A row for each kind of receiver: of the hand-overs to them, those that meet a condition."""
    return tuple(
        Row(
            kind,
            title,
            Share(Count(CountedHandover, Q(receiver=kind) & condition), Count(CountedHandover, Q(receiver=kind))),
        )
        for kind, title in RECEIVERS
    )


def of_all(condition: Q) -> Share:
    """Of all hand-overs, those that meet a condition."""
    return Share(Count(CountedHandover, condition), Count(CountedHandover))


def away(period: Period) -> Q:
    """Bags that had left the home and were not back when the period ended."""
    until = period.moment
    still = Q(back_at=None) | Q(back_at__gte=until)
    return Q(left_at__lt=until) & still & (Q(closed_at=None) | Q(closed_at__gte=until))


def away_too_long(period: Period) -> Q:
    """Those that had been away for more than 14 days by then."""
    return away(period) & Q(left_at__lt=period.moment - TOO_LONG)


TURN_ROUND = Measure(
    name="turn-round",
    title="How long each part took",
    subject=SUBJECT,
    question="How long did the bag wait for the crew, ride, stay and travel home?",
    numerator="Minutes that the bag spent on each part of its way, from one hand-over to the next.",
    denominator="Journeys packed in the period on which that part is over.",
    exclusions="Parts that are not over. Hand-overs that were taken back.",
    unit="minutes",
    counts="minutes until the crew has the bag: half wait less",
    source="Sutton Homes of Care: turn-round of the bag; this service",
    good="less",
    caveat="Times are as people told them, told late or by one side too.",
    first="Part of the journey",
    whole="Journeys",
    rows=(
        Row("waiting", "Waiting for the crew", Spread(WAITING)),
        Row("riding", "In the ambulance", Spread(Lengths(CountedJourney, "riding"))),
        Row("staying", "In hospital", Spread(Lengths(CountedJourney, "staying")), drawn=False),
        Row("returning", "On the way home", Spread(Lengths(CountedJourney, "returning"))),
    ),
)
UNCONFIRMED = Measure(
    name="unconfirmed",
    title="Hand-overs that only one side told",
    subject=SUBJECT,
    question="How often did the other side not say that they have the bag?",
    numerator="Hand-overs that nobody but the giver told of, and no code proved.",
    denominator="Hand-overs on journeys packed in the period.",
    exclusions="Hand-overs that were taken back.",
    unit="% of hand-overs",
    counts="% of hand-overs told by one side only",
    source="This service",
    good="less",
    caveat="Told by one side is normal in a rush. A high share for one receiver is worth a phone call.",
    first="Handed to",
    whole="Hand-overs",
    rows=handed(Q(unconfirmed=True)),
    headline=of_all(Q(unconfirmed=True)),
)
UNEXPECTED = Measure(
    name="unexpected",
    title="Hand-overs nobody expected",
    subject=SUBJECT,
    question="How often did the bag go somewhere the usual way does not lead?",
    numerator="Hand-overs that the usual way from home to hospital and back does not have at that place.",
    denominator="Hand-overs on journeys packed in the period.",
    exclusions="Hand-overs that were taken back.",
    unit="% of hand-overs",
    counts="% of hand-overs were not expected",
    source="This service",
    good="less",
    caveat="Not expected is not wrong: an ambulance that turns back counts too.",
    first="Handed to",
    whole="Hand-overs",
    rows=handed(Q(unexpected=True)),
    headline=of_all(Q(unexpected=True)),
)
AWAY_TOO_LONG = Measure(
    name="away-too-long",
    title="Bags away too long",
    subject=SUBJECT,
    question="Which bags were away for more than 14 days at the end of the period?",
    numerator="Bags that had left their home and were not back at the end of the last day, or now if it is not over.",
    denominator="None: a plain number of bags.",
    exclusions="Journeys that were finished by then.",
    unit="bags",
    counts="bags away for more than 14 days",
    source="This service",
    good="less",
    caveat="A long stay is not a lost bag.",
    first="Bags",
    whole="Bags",
    rows=(
        Row("away", "Away", HowMany(Count(CountedJourney, away, at_the_end=True))),
        Row("too-long", "More than 14 days", HowMany(Count(CountedJourney, away_too_long, at_the_end=True))),
    ),
    headline=HowMany(Count(CountedJourney, away_too_long, at_the_end=True)),
)
MEASURES = (TURN_ROUND, UNCONFIRMED, UNEXPECTED, AWAY_TOO_LONG)
