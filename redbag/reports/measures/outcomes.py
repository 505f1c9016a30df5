"""How the stay went. What is seen here together did not necessarily come from each other (F5)."""

from datetime import timedelta

from django.db.models import Q

from redbag.counting.models import CountedJourney
from redbag.reports.figures import DAY, Count, Lengths, Period, Share, Spread
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Outcomes"
OBSERVATIONAL = "Seen, not tried out: people, homes and hospitals differ in more than the bag."


def stays(condition: Q) -> Spread:
    """Days from coming to hospital until leaving it for good."""
    return Spread(Lengths(CountedJourney, "stay", condition), DAY)


def a_day_known(period: Period) -> Q:
    """Came to a hospital, and it is known whether they were home again within a day."""
    return Q(attended_at__isnull=False) & (
        Q(home_at__isnull=False) | Q(attended_at__lt=period.known - timedelta(days=1))
    )


def home_in_a_day(period: Period) -> Q:
    """Those home within 24 hours of leaving the home."""
    return a_day_known(period) & Q(away__lte=DAY)


def followed(days: int) -> Share:
    """Of those who came home and were watched for so many days, those who left again within them."""

    def watched(period: Period) -> Q:
        return Q(attended_at__isnull=False, home_at__lt=period.known - timedelta(days=days))

    def again(period: Period) -> Q:
        return watched(period) & Q(until_next__lte=days * DAY)

    return Share(Count(CountedJourney, again), Count(CountedJourney, watched))


LENGTH_OF_STAY = Measure(
    name="length-of-stay",
    title="Days in hospital, with a bag and without",
    subject=SUBJECT,
    question="Did those who had a bag with them come home sooner?",
    numerator="Days from coming to a hospital until leaving hospital for good.",
    denominator="Journeys packed in the period on which the resident came to a hospital and has left it.",
    exclusions="Those still in hospital, and those who died there.",
    unit="days",
    counts="days in hospital with a bag: half stayed less",
    source="Sutton Homes of Care: 13.4 days with a bag, 17.4 without (179 stays, uncontrolled)",
    good="less",
    caveat=OBSERVATIONAL + " Who goes without a bag is often the more urgent case.",
    first="Which",
    whole="Stays",
    rows=(
        Row("with-bag", "With a bag", stays(Q(with_bag=True))),
        Row("without-bag", "Without a bag", stays(Q(with_bag=False))),
    ),
    observational=True,
)
RETURNED_SOON = Measure(
    name="returned-soon",
    title="Back within a day",
    subject=SUBJECT,
    question="How often was the resident home again within 24 hours?",
    numerator="Journeys on which the resident was back at the home within 24 hours of leaving it.",
    denominator="Journeys packed in the period on which the resident came to a hospital, once a day has passed.",
    exclusions="Journeys that never came to a hospital; those of which it is not known yet.",
    unit="% of attendances",
    counts="% of those who came to hospital were back within a day",
    source="Vanguard programme: attendances that might have been avoided",
    good="neither",
    caveat="Back soon may be a journey that was not needed, or good care. " + OBSERVATIONAL,
    first="Which",
    whole="Came to hospital",
    part="Back in 24 hours",
    rows=(Row("all", "All journeys", Share(Count(CountedJourney, home_in_a_day), Count(CountedJourney, a_day_known))),),
    observational=True,
)
READMISSION = Measure(
    name="readmission",
    title="Back to hospital soon after coming home",
    subject=SUBJECT,
    question="How often did somebody who came home go to hospital again within a week, and within a month?",
    numerator="Journeys after which the same resident left for hospital again within so many days of coming home.",
    denominator="Journeys packed in the period on which the resident came home from hospital so many days ago or more.",
    exclusions="Those who came home too lately to tell; those who did not come home.",
    unit="% of returns",
    counts="% went back to hospital within 7 days",
    source="NHS outcomes framework (emergency readmission within 30 days); eRedBag pilot",
    good="less",
    caveat="Every journey counts, whatever the reason for it. " + OBSERVATIONAL,
    first="Within",
    whole="Came home",
    part="Left again",
    rows=(Row("7-days", "7 days", followed(7)), Row("30-days", "30 days", followed(30))),
    observational=True,
)
MEASURES = (LENGTH_OF_STAY, RETURNED_SOON, READMISSION)
