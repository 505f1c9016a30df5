"""What did not come back, and where it was last seen (F3)."""

from django.db.models import Q

from redbag.counting.models import CountedJourney, CountedLoss
from redbag.reports.figures import Count, Per
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Belongings"
SEEN_AT = (
    ("PACKED", "As it left the home"),
    ("WITH_CREW", "With the crew"),
    ("IN_HOSPITAL", "In hospital"),
    ("COMING_HOME", "On the way home"),
    ("BACK_HOME", "Back home"),
)
JOURNEYS = Count(CountedJourney)


def missing(condition: Q) -> Per:
    """Things still not found per 100 journeys."""
    return Per(Count(CountedLoss, Q(still_missing=True) & condition), JOURNEYS)


MISSING_ITEMS = Measure(
    name="missing-items",
    title="Things not found",
    subject=SUBJECT,
    question="What did not come back, and where was it last seen?",
    numerator="Things on the bag's list that were missing when somebody last looked.",
    denominator="Journeys packed in the period.",
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
MEASURES = (MISSING_ITEMS,)
