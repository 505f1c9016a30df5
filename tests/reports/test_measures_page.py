"""docs/measures.md says what the definitions say, and every definition says enough to count by hand."""

import os
from pathlib import Path

import pytest

from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.measures.page import page

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"


def test_the_page_is_made_from_the_definitions():
    if os.environ.get("REDBAG_WRITE"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "Run this test with REDBAG_WRITE=1."


def test_every_name_is_one_measures_and_every_line_of_a_measure_has_its_own():
    assert len(BY_NAME) == len(MEASURES)
    for measure in MEASURES:
        assert len({row.name for row in measure.rows}) == len(measure.rows), measure.name


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_every_measure_says_what_is_counted_of_what_what_is_left_out_and_who_asks(measure):
    said = ("title", "question", "numerator", "denominator", "exclusions", "unit", "counts", "source", "caveat")
    assert [each for each in said if not getattr(measure, each).strip()] == []
    assert measure.good in ("less", "more", "neither")
    assert {row.figure.kind for row in measure.rows} == {measure.kind}
    assert measure.observational == (measure.subject == "Outcomes")
