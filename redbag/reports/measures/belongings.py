"""What did not come back, and where it was last seen (F3)."""

from django.db.models import Q

from redbag.counting.models import CountedJourney, CountedLoss
from redbag.reports.figures import Count, HowMany, Per, Share
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Belongings"
SEEN_AT = (
    ("PACKED", "As it left the home"),
    ("WITH_CREW", "With the crew"),
    ("IN_HOSPITAL", "In hospital"),
    ("COMING_HOME", "On the way home"),
    ("BACK_HOME", "Back home"),
)
KINDS = (
    ("dentures", "Dentures", Q(category__in=["dentures_upper", "dentures_lower"])),
    ("hearing-aids", "Hearing aids", Q(category__in=["hearing_aid_left", "hearing_aid_right"])),
    ("glasses", "Glasses", Q(category="glasses")),
    ("walking-aid", "Walking aids", Q(category="walking_aid")),
    ("phone", "Phones", Q(category="phone")),
    ("clothes", "Clothes and toiletries", Q(category__in=["clothes", "toiletries"])),
    ("medicines", "Medicines", Q(category="medicines")),
    ("documents", "Papers", Q(category="document")),
    ("other", "Other things", Q(category="other")),
)
JOURNEYS = Count(CountedJourney, Q(left_at__isnull=False))
NOT_FOUND = Q(still_missing=True) | Q(outcome__in=["replaced", "paid", "not_found"])
PRICED_LOSSES = Count(CountedLoss, NOT_FOUND & Q(value_pence__isnull=False))
BACK = Q(checked_back__isnull=False)


def missing(condition: Q) -> Per:
    """Things still not found per 100 journeys."""
    return Per(Count(CountedLoss, Q(still_missing=True) & condition), JOURNEYS)


MISSING_ITEMS = Measure(
    name="missing-items",
    title="Things not found",
    subject=SUBJECT,
    question="What did not come back, and where was it last seen?",
    numerator="Things on the bag's list that were missing when somebody last looked.",
    denominator="Journeys packed in the period on which somebody or something left the home.",
    exclusions="Things that were found again, or were never missing.",
    unit="things per 100 journeys",
    counts="things not found per 100 journeys",
    source="Sutton Homes of Care: lost dentures, glasses and hearing aids",
    good="less",
    caveat="Where it was last seen is where somebody last ticked it, not where it was lost.",
    first="Last seen",
    whole="Journeys",
    part="Not found",
    rows=tuple(Row(stage, title, missing(Q(last_seen=stage))) for stage, title in SEEN_AT),
    headline=missing(Q()),
)
MISSING_KINDS = Measure(
    name="missing-kinds",
    title="Which things are not found",
    subject=SUBJECT,
    question="Are dentures, hearing aids and glasses coming back?",
    numerator="Things of this kind on the bag's list that were missing when somebody last looked.",
    denominator="Journeys packed in the period on which somebody or something left the home.",
    exclusions="Things that were found again, or were never missing.",
    unit="things per 100 journeys",
    counts="dentures not found per 100 journeys",
    source="Sutton Homes of Care: lost dentures, glasses and hearing aids",
    good="less",
    caveat="Of all journeys, also those on which nothing of the kind was on the list.",
    first="Which thing",
    whole="Journeys",
    part="Not found",
    rows=tuple(Row(name, title, missing(condition)) for name, title, condition in KINDS),
)
LOST_VALUE = Measure(
    name="lost-value",
    title="What lost things were worth",
    subject=SUBJECT,
    question="What do the things cost that were lost, and how many have a price?",
    numerator="The worth written in the case of each thing that was not found, replaced or paid for.",
    denominator="None: pounds. The second line says of how many lost things a value was written.",
    exclusions="Things that were found again or never missing; lost things without a value.",
    unit="pounds",
    counts="pounds: what lost things were worth",
    source="Sutton Homes of Care: worth of lost items avoided",
    good="less",
    caveat="Only what somebody wrote down; many lost things have no price in their case.",
    first="What",
    whole="Number",
    rows=(
        Row(
            "pounds",
            "Pounds",
            HowMany(Count(CountedLoss, NOT_FOUND, total="value_pence"), unit=100, cases=PRICED_LOSSES),
        ),
        Row("priced", "Lost things with a value", HowMany(PRICED_LOSSES), drawn=False),
        Row("lost", "Lost things in all", HowMany(Count(CountedLoss, NOT_FOUND)), drawn=False),
    ),
)
CHECKED_BACK = Measure(
    name="checked-back",
    title="Bags looked through after they came back",
    subject=SUBJECT,
    question="Does somebody at the home look whether everything is there?",
    numerator="Journeys after which the home checked the contents of the bag.",
    denominator="Journeys packed in the period on which the bag is back and something was in it.",
    exclusions="Bags that are not back; empty ones.",
    unit="% of bags back",
    counts="% of bags that came back were looked through",
    source="Red Bag pathway: reconcile the contents on return",
    good="more",
    caveat="What nobody looks for is never missing: read the losses beside this.",
    first="Which",
    whole="Bags back",
    part="Looked through",
    rows=(
        Row(
            "all",
            "All bags back",
            Share(Count(CountedJourney, BACK & Q(checked_back=True)), Count(CountedJourney, BACK)),
        ),
    ),
)
MEASURES = (MISSING_ITEMS, MISSING_KINDS, LOST_VALUE, CHECKED_BACK)
