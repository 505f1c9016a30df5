"""Who had the bag, for how long, and whether both sides said so (F1)."""

from datetime import timedelta

from django.db.models import Q

from redbag.counting.models import CountedHandover, CountedJourney
from redbag.reports.figures import HOUR, Count, HowMany, Lengths, Period, Share, Spread
from redbag.reports.measures.definitions import OWN, Measure, Row

SUBJECT = "The bag's way"
TOO_LONG = timedelta(days=14)
RECEIVERS = (
    ("ambulance", "The ambulance crew"),
    ("hospital", "A hospital"),
    ("home", "The home"),
    ("another_home", "Another home"),
    ("somebody", "Somebody else"),
)
TO_HOSPITAL = Q(receiver="hospital")
WITHOUT_ITS_BAG = Q(with_bag=True, left_at__isnull=False, back_at=None, closed_at__isnull=False)
FROM_HOSPITAL = Q(giver="hospital") & ~TO_HOSPITAL
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


def part_of(condition: Q, whole: Q) -> Share:
    """Of the hand-overs that meet `whole`, those that meet a condition too."""
    return Share(Count(CountedHandover, whole & condition), Count(CountedHandover, whole))


def of_all(condition: Q) -> Share:
    """Of all hand-overs, those that meet a condition."""
    return Share(Count(CountedHandover, condition), Count(CountedHandover))


def away(period: Period) -> Q:
    """Bags that had left the home and were not back when the period ended."""
    until = period.moment
    still = Q(back_at=None) | Q(back_at__gte=until)
    return Q(with_bag=True, left_at__lt=until) & still & (Q(closed_at=None) | Q(closed_at__gte=until))


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
    source="Sutton Homes of Care: turn-round of the bag",
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
    source=OWN,
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
    source=OWN,
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
    exclusions="Journeys that were finished by then: of those packed in the period the last line counts the ones that "
    "were finished without their bag. Whether it came later stands on *Bags*.",
    unit="bags",
    counts="away for more than 14 days",
    source=OWN,
    good="less",
    caveat="A long stay is not a lost bag.",
    first="Which",
    whole="Bags",
    rows=(
        Row("away", "Away", HowMany(Count(CountedJourney, away, at_the_end=True))),
        Row("too-long", "More than 14 days", HowMany(Count(CountedJourney, away_too_long, at_the_end=True))),
        Row(
            "finished-without",
            "Journey finished, bag not back by then",
            HowMany(Count(CountedJourney, WITHOUT_ITS_BAG)),
        ),
    ),
    headline=HowMany(Count(CountedJourney, away_too_long, at_the_end=True)),
)
LATE = Measure(
    name="told-late",
    title="Hand-overs told late",
    subject=SUBJECT,
    question="How many hand-overs reached us more than two days after they happened?",
    numerator="Hand-overs recorded more than 48 hours after the time they are said to have happened.",
    denominator="Hand-overs on journeys packed in the period.",
    exclusions="Hand-overs that were taken back.",
    unit="% of hand-overs",
    counts="% of hand-overs told more than two days late",
    source=OWN,
    good="less",
    caveat="A tablet without a network tells late and tells the truth; look for places with none.",
    first="Handed to",
    whole="Hand-overs",
    rows=handed(Q(late=True)),
    headline=of_all(Q(late=True)),
)
UNCHECKED = Measure(
    name="not-looked-through",
    title="Bags that nobody looked into",
    subject=SUBJECT,
    question="Do hospital and home look whether everything is there when the bag comes, and again as it goes?",
    numerator="Hand-overs to a hospital or the home after which nobody there checked the contents. *As it left*: bags "
    "that a hospital looked into once, not twice.",
    denominator="Hand-overs to a hospital, or to the home. *As it left*: hand-overs by a hospital to somebody else. On "
    "journeys packed in the period.",
    exclusions="Hand-overs that were taken back.",
    unit="% of hand-overs",
    counts="% of bags taken over were not looked into",
    source="Red Bag pathway: check the contents when the bag comes and when it goes",
    good="less",
    caveat="The check belongs to the stay, not to the minute of the hand-over. An empty bag counts as seen.",
    first="Where",
    whole="Hand-overs",
    rows=(
        Row("hospital", "Came to a hospital", part_of(Q(unchecked=True), TO_HOSPITAL)),
        Row("as-it-left", "As it left the hospital", part_of(Q(unchecked=True), FROM_HOSPITAL)),
        Row("home", "Came home", part_of(Q(unchecked=True), Q(receiver="home"))),
    ),
    headline=part_of(Q(unchecked=True), Q(receiver__in=["hospital", "home"])),
)
IDENTITY = Measure(
    name="identity-not-checked",
    title="Taken over without asking who it is",
    subject=SUBJECT,
    question="How often did a ward not tick that it made sure who the person is?",
    numerator="Hand-overs that the hospital told of without photo, date of birth or wristband ticked, then or later.",
    denominator="Hand-overs to a hospital that the hospital itself told of, on journeys packed in the period.",
    exclusions="Hand-overs that were taken back, and those that the hospital never told of: nobody there was asked.",
    unit="% of hand-overs to hospital",
    counts="% of hand-overs to hospital without a look at who it is",
    source=OWN,
    good="less",
    caveat="Not ticked is not the same as not looked.",
    first="Which",
    whole="Told by the hospital",
    rows=(Row("all", "All wards", part_of(Q(identity_not_checked=True), TO_HOSPITAL & Q(said_by_receiver=True))),),
)
AWARENESS = Measure(
    name="awareness",
    title="Hospitals that say they have the bag",
    subject=SUBJECT,
    question="Do wards know the bag, and say themselves that it is there?",
    numerator="Hand-overs to a hospital of which the hospital told by itself, or whose code was proved there.",
    denominator="Hand-overs to a hospital on journeys packed in the period.",
    exclusions="Hand-overs that were taken back.",
    unit="% of hand-overs to hospital",
    counts="% of hand-overs to hospital were told by the hospital too",
    source="South London evaluation: half of hospital clinicians had seen too few bags to say",
    good="more",
    caveat="A ward that receives bags and never scans may not know what the bag is: show them the poster.",
    first="Which",
    whole="Hand-overs to hospital",
    part="Told by the hospital",
    rows=(
        Row(
            "all",
            "All wards",
            Share(Count(CountedHandover, TO_HOSPITAL & Q(said_by_receiver=True)), Count(CountedHandover, TO_HOSPITAL)),
        ),
    ),
)
BAG_RETURN = Measure(
    name="bag-return",
    title="How long the bag comes after its owner",
    subject=SUBJECT,
    question="When somebody is home again, how long until their bag is?",
    numerator="Hours from the resident's coming home until the bag is back at the home.",
    denominator="Journeys packed in the period with a bag, on which both are back.",
    exclusions="Bags that are not back; journeys without a bag; those who did not come home.",
    unit="hours",
    counts="hours the bag came after its owner: half came sooner",
    none="At least half of the bags came together with their owner",
    source="Red Bag pathway: the bag goes home with the resident",
    good="less",
    caveat="Nought where both came together. Bags that are not back at all stand under *Bags away too long*.",
    first="Which",
    whole="Bags back",
    rows=(
        Row("all", "All bags back", Spread(Lengths(CountedJourney, "bag_behind"), HOUR)),
        Row("apart", "Those that came later", Spread(Lengths(CountedJourney, "bag_behind", Q(bag_behind__gt=0)), HOUR)),
    ),
)
MEASURES = (
    TURN_ROUND,
    UNCONFIRMED,
    UNEXPECTED,
    LATE,
    UNCHECKED,
    IDENTITY,
    AWARENESS,
    BAG_RETURN,
    AWAY_TOO_LONG,
)
