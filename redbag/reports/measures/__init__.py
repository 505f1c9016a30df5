"""Every measure, by subject; a new one is an entry in one of these modules and a test."""

from redbag.reports.measures import belongings, custody, discharge
from redbag.reports.measures.definitions import Measure

MEASURES: tuple[Measure, ...] = (*custody.MEASURES, *belongings.MEASURES, *discharge.MEASURES)
BY_NAME = {measure.name: measure for measure in MEASURES}
