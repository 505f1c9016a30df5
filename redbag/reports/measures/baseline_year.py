"""What happens to residents now against the year before the red bags, as the vanguards were judged (F5)."""

from redbag.reports.baseline_year import PerYears
from redbag.reports.measures.definitions import Measure, Row

SUBJECT = "Outcomes"
DENOMINATOR = (
    "Years lived: days residents lived at the home in these months, by 365.25; who is in hospital for a while still "
    "lives at the home. Then: the home's own average of residents, times the days of the month."
)
EXCLUSIONS = (
    "Months that are not over or not whole within the period; the month of the home's first journey and those before; "
    "months without figures from before; all but the newest twelve. A home without such months is on neither side."
)
CAVEAT = (
    "Seen, not tried out: there is no group beside it that went without. Homes often begin after a bad year, and a bad "
    "year is followed by a better one by itself. Small numbers swing. Then the home counted by its own ways; now only "
    "journeys told to Red Bag count, so a journey without it, or a resident who is not in it, changes the rate."
)
SOURCE = "Vanguard programme: care-home sites 1.4 % fewer, the rest 6.7 % more, against a baseline year"


def _rows(part: str) -> tuple[Row, ...]:
    return (
        Row("now", "These months", PerYears(part, "days", 100)),
        Row("then", "The same months before red bags", PerYears(f"{part}_then", "days_then", 100)),
    )


ADMISSIONS = Measure(
    name="admissions-baseline-year",
    title="Emergency admissions against the year before",
    subject=SUBJECT,
    question="Are residents admitted to hospital less often than in the year before the red bags?",
    numerator=(
        "Journeys on which the resident came to a hospital and was not back at the home within 24 hours of leaving it: "
        "nobody tells of the admission itself. Then: the emergency admissions that the home counted."
    ),
    denominator=DENOMINATOR,
    exclusions=EXCLUSIONS,
    unit="a year for 100 residents",
    counts="emergency admissions a year for 100 residents",
    source=SOURCE,
    good="less",
    caveat=CAVEAT,
    first="When",
    whole="Years lived",
    part="Emergency admissions",
    rows=_rows("admissions"),
    observational=True,
)
ATTENDANCES = Measure(
    name="attendances-baseline-year",
    title="A&E attendances against the year before",
    subject=SUBJECT,
    question="Do residents go to A&E less often than in the year before the red bags?",
    numerator=("Journeys on which the resident came to a hospital. Then: the A&E attendances that the home counted."),
    denominator=DENOMINATOR,
    exclusions=EXCLUSIONS,
    unit="a year for 100 residents",
    counts="A&E attendances a year for 100 residents",
    source=SOURCE,
    good="less",
    caveat=CAVEAT,
    first="When",
    whole="Years lived",
    part="A&E attendances",
    rows=_rows("attendances"),
    observational=True,
)
MEASURES = (ADMISSIONS, ATTENDANCES)
