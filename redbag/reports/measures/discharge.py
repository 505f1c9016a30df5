"""The letter about the stay, and what the home did with it (F4)."""

from datetime import timedelta

from django.db.models import Q

from redbag.counting.models import CountedLetter
from redbag.reports.figures import DAY, Count, Period, Share
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Coming home"
READ_WITHIN = timedelta(hours=24)
READ_SOON = Q(read__lte=DAY)


def judged(period: Period) -> Q:
    """Letters of which it is known whether they were read in time: read, or current and a day old."""
    return Q(read__isnull=False) | Q(current=True, sent_at__lt=period.moment - READ_WITHIN)


READ_IN_TIME = Share(Count(CountedLetter, READ_SOON), Count(CountedLetter, judged))
TIME_TO_READ = Measure(
    name="time-to-read",
    title="How soon discharge summaries are read",
    subject=SUBJECT,
    question="How long from the hospital sending a summary until somebody at the home takes it on?",
    numerator="Summaries that a named person at the home took on within 24 hours of sending.",
    denominator="Summaries sent in the period that were taken on, or are current and 24 hours old.",
    exclusions="Summaries that a newer one replaced before anybody read them; those not read and not a day old.",
    unit="% read in 24 hours",
    counts="% read within 24 hours",
    source="This service",
    good="more",
    caveat="Taking a summary on is somebody's word that they read it.",
    first="Which",
    whole="Summaries",
    part="Read in 24 hours",
    rows=(Row("all", "All summaries", READ_IN_TIME),),
)
MEASURES = (TIME_TO_READ,)
