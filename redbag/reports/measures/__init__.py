"""Every measure, by subject; a new one is an entry in one of these modules and a test."""

from redbag.errors import NotThere
from redbag.reports.measures import baseline_year, belongings, custody, discharge, outcomes, paperwork
from redbag.reports.measures.definitions import Measure, Row

MEASURES: tuple[Measure, ...] = (
    *custody.MEASURES,
    *paperwork.MEASURES,
    *belongings.MEASURES,
    *discharge.MEASURES,
    *outcomes.MEASURES,
    *baseline_year.MEASURES,
)
BY_NAME = {measure.name: measure for measure in MEASURES}
HEADLINE = "headline"


def measure_named(name: str) -> Measure:
    """The measure of this name, or NotThere."""
    if name not in BY_NAME:
        raise NotThere(f"There is no report {name}. Reports: {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def row_named(name: str, row: str) -> tuple[Measure, Row]:
    """A measure and one of its rows, or NotThere; `headline` is its main number, which has no words of its own."""
    measure = measure_named(name)
    for each in (*measure.rows, Row(HEADLINE, "", measure.told_by)):
        if each.name == row:
            return measure, each
    raise NotThere(f"The report {name} has no row {row}.")
