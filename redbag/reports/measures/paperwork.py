"""What the hospital was told of the resident: was it complete, and was it still right (F2)."""

from django.db.models import F, Q

from redbag.counting.models import CountedJourney
from redbag.reports.figures import Count, Share
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Paperwork"
WENT = Q(left_at__isnull=False)
FROZEN = WENT & Q(papers_asked__isnull=False)
COMPLETE = FROZEN & Q(papers_there__gte=F("papers_asked"))
TOLD = (
    ("medicines", "Medicines list", "has_medicines"),
    ("allergies", "Allergies", "has_allergies"),
    ("resuscitation", "Resuscitation decision", "has_resuscitation"),
    ("reason", "Why they go, and what is asked", "has_reason"),
    ("observations", "Vital signs of that day", "has_observations"),
    ("baseline", "How they usually are", "has_baseline"),
)


def of_those_who_went(condition: Q) -> Share:
    """Of journeys that left the home with something frozen, those that meet a condition."""
    return Share(Count(CountedJourney, FROZEN & condition), Count(CountedJourney, FROZEN))


COMPLETE_AND_FRESH = Measure(
    name="paperwork",
    title="Paperwork complete and fresh when they left",
    subject=SUBJECT,
    question="Did the hospital get everything asked for, and had the home looked at it lately?",
    numerator="Journeys on which every part of the urgent transfer summary was there when the resident left, and "
    "every part was within the time after which the home looks at it again.",
    denominator="Journeys packed in the period on which the resident left the home.",
    exclusions="Journeys of which no summary was kept as it left.",
    unit="% of journeys",
    counts="% of journeys left with everything there, looked at in time",
    source="PRSB urgent transfer from care home to hospital; South London evaluation of the Red Bag",
    good="more",
    caveat="There is not the same as right: nobody checks what is written against the person.",
    first="What",
    whole="Journeys",
    rows=(
        Row("complete", "Everything was there", of_those_who_went(COMPLETE)),
        Row("fresh", "Everything had been looked at in time", of_those_who_went(Q(fresh=True))),
        Row("both", "Both", of_those_who_went(COMPLETE & Q(fresh=True))),
    ),
    headline=of_those_who_went(COMPLETE & Q(fresh=True)),
)
WHAT_TRAVELLED = Measure(
    name="what-travelled",
    title="What the hospital was told",
    subject=SUBJECT,
    question="Which parts were there when the resident left?",
    numerator="Journeys on which this part had something in it when the resident left.",
    denominator="Journeys packed in the period on which the resident left the home.",
    exclusions="Journeys of which no summary was kept as it left.",
    unit="% of journeys",
    counts="% of journeys left with a medicines list",
    source="PRSB urgent transfer from care home to hospital; NICE QS85 statement 2 (medicines, from the home's side)",
    good="more",
    caveat="*None known* counts as told; an empty part does not.",
    first="Part",
    whole="Journeys",
    rows=tuple(Row(name, title, of_those_who_went(Q(**{column: True}))) for name, title, column in TOLD),
)
MEASURES = (COMPLETE_AND_FRESH, WHAT_TRAVELLED)
