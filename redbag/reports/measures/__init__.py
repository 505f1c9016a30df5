"""Every measure, by subject; a new one is an entry in one of these modules and a test."""

from redbag.reports.measures import baseline_year, belongings, custody, discharge, outcomes, paperwork
from redbag.reports.measures.definitions import Measure

MEASURES: tuple[Measure, ...] = (
    *custody.MEASURES,
    *paperwork.MEASURES,
    *belongings.MEASURES,
    *discharge.MEASURES,
    *outcomes.MEASURES,
    *baseline_year.MEASURES,
)
BY_NAME = {measure.name: measure for measure in MEASURES}
