"""The letter about the stay, when they came, and what the home did with it (F4)."""

from datetime import timedelta

from django.db.models import Q

from redbag.counting.models import CountedJourney, CountedLetter
from redbag.reports.figures import DAY, HOUR, Count, Lengths, Period, Share, Spread
from redbag.reports.measures.definitions import OWN, Measure, Row

SUBJECT = "Coming home"
READ_WITHIN = timedelta(hours=24)
BY_HOSPITAL = Q(hospital__isnull=False)
READ_SOON = BY_HOSPITAL & Q(read__lte=DAY)


def judged(period: Period) -> Q:
    """Letters from hospitals of which it is known whether they were read in time: read, or current and a day old."""
    waited = Q(read__isnull=False) | Q(current=True, sent_at__lt=period.known - READ_WITHIN)
    return BY_HOSPITAL & waited


def a_day_at_home(period: Period) -> Q:
    """Back from hospital a day ago or more, or dealt with already: known whether medicines were seen to in time."""
    return HOME & (Q(reconciled__isnull=False) | Q(home_at__lt=period.known - READ_WITHIN))


def reconciled_in_time(period: Period) -> Q:
    """Of those, with the new MAR chart in use within 24 hours."""
    return a_day_at_home(period) & Q(reconciled__lte=DAY)


HOME = Q(attended_at__isnull=False, home_at__isnull=False)
TOLD = HOME & Q(letter_on_arrival__isnull=False)
LEFT = Q(at_night__isnull=False)
LETTER_ON_ARRIVAL = Measure(
    name="letter-on-arrival",
    title="Discharge summary there when they came home",
    subject=SUBJECT,
    question="Had the hospital sent a summary by the time the resident was back?",
    numerator="Journeys on which a discharge summary had been sent when the resident came back to the home.",
    denominator="Journeys packed in the period on which the resident came back from a hospital.",
    exclusions="Those who never came to a hospital or have not come back; those whose only letter by then the home put "
    "in itself later, from paper or mail: nobody says whether it came in the bag.",
    unit="% of returns",
    counts="% came home with the summary there",
    source="NICE QS85 statement 2: a discharge summary with current medicines goes with the person",
    good="more",
    caveat="Sent by then is not read by then; the next measures say when somebody took it on.",
    first="Which",
    whole="Came home",
    part="Summary there",
    rows=(
        Row(
            "all",
            "All who came home",
            Share(Count(CountedJourney, TOLD & Q(letter_on_arrival=True)), Count(CountedJourney, TOLD)),
        ),
    ),
)
READ_IN_TIME = Share(Count(CountedLetter, READ_SOON), Count(CountedLetter, judged))
TIME_TO_READ = Measure(
    name="time-to-read",
    title="How soon discharge summaries are read",
    subject=SUBJECT,
    question="How long from the hospital sending a summary until somebody at the home takes it on?",
    numerator="Summaries that a named person at the home took on within 24 hours of sending.",
    denominator="Summaries sent in the period that were taken on, or are current and 24 hours old.",
    exclusions="Summaries that a newer one replaced before anybody read them; those not read and not a day old; those "
    "that the home itself put in from paper or mail: nobody says when the hospital sent them.",
    unit="% read in 24 hours",
    counts="% read within 24 hours",
    source=OWN,
    good="more",
    caveat="Taking a summary on is somebody's word that they read it.",
    first="Which",
    whole="Summaries",
    part="Read in 24 hours",
    rows=(Row("all", "All summaries", READ_IN_TIME),),
)
HOURS_TO_READ = Measure(
    name="hours-to-read",
    title="Hours until a summary is taken on",
    subject=SUBJECT,
    question="How long does a discharge summary wait for somebody at the home?",
    numerator="Hours from sending until a named person at the home took the summary on.",
    denominator="Summaries sent in the period that were taken on.",
    exclusions="Summaries that nobody has taken on; letters that the home itself put in from paper or mail.",
    unit="hours",
    counts="hours until a summary is taken on: half wait less",
    source=OWN,
    good="less",
    caveat="Those not taken on yet are not in it; the measure above counts them.",
    first="Which",
    whole="Summaries",
    rows=(Row("all", "All summaries", Spread(Lengths(CountedLetter, "read", BY_HOSPITAL), HOUR)),),
)
RECONCILED = Measure(
    name="medicines-reconciled",
    title="Medicines gone through within a day",
    subject=SUBJECT,
    question="Had the home compared the medicines and taken the new list into use within 24 hours?",
    numerator="Journeys after which the new MAR chart was in use within 24 hours of coming home.",
    denominator="Journeys packed in the period on which the resident came back from a hospital, once a day has passed.",
    exclusions="Those home for less than a day whose medicines are not done yet.",
    unit="% of returns",
    counts="% had their medicines gone through within 24 hours",
    source="NICE QS85 statement 1: medicines listed by the home on the day of transfer",
    good="more",
    caveat="Counted only where the comparison was made here; a list made on paper alone does not show.",
    first="Which",
    whole="Came home",
    part="Within 24 hours",
    rows=(
        Row(
            "all",
            "All who came home",
            Share(Count(CountedJourney, reconciled_in_time), Count(CountedJourney, a_day_at_home)),
        ),
    ),
)
AT_NIGHT = Measure(
    name="night-discharges",
    title="Sent home at night",
    subject=SUBJECT,
    question="How many left hospital between ten at night and six in the morning?",
    numerator="Journeys on which the resident left hospital between 22:00 and 06:00 in London.",
    denominator="Journeys packed in the period on which the resident left a hospital.",
    exclusions="Those who never came to a hospital or are still there; those who died there.",
    unit="% of discharges",
    counts="% left hospital between ten at night and six in the morning",
    source="Healthwatch on unsafe discharge",
    good="less",
    caveat="The time is when the bag or the resident was handed over, as people told it.",
    first="Which",
    whole="Left hospital",
    part="At night",
    rows=(
        Row(
            "all",
            "All who left hospital",
            Share(Count(CountedJourney, LEFT & Q(at_night=True)), Count(CountedJourney, LEFT)),
        ),
    ),
)
MEASURES = (LETTER_ON_ARRIVAL, TIME_TO_READ, HOURS_TO_READ, RECONCILED, AT_NIGHT)
