"""Every measure on one page for people, made from the definitions."""

from itertools import groupby

from redbag.reports.measures import MEASURES
from redbag.reports.measures.definitions import Measure

KINDS = {
    "share": "per cent, to one decimal",
    "rate": "a rate, to one decimal",
    "spread": "median, middle half and mean, to one decimal",
    "count": "a plain number",
}
TOP = """# What is measured

Made from the definitions in `redbag/reports/measures/`; a test holds this page to them.

How to read any of them:

- Days are days in Europe/London. A journey belongs to the day on which it was packed, a letter to the day on which it
  was sent. Lengths are true minutes that went by, whatever the clocks did.
- What was taken back does not count, what was corrected counts as corrected, what still goes on counts where it can.
- A spread is told as its median, its middle half (quartiles, inclusive) and its mean. Months are told beside the range
  they usually keep to (XmR chart, as in NHS England's *Making data count*), so that noise is not read as news.
- Whoever stands outside the home sees no count of 1 to 4; other counts are to the nearest 5. Shares and rates are the
  exact ones, rounded: to the nearest 5, of 200 cases or more to the nearest 1, of 2,000 or more to the nearest 0.1.
- Figures are counted from the journal's newest lines at most a minute old, for more than one area at most five minutes;
  every page says when.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [TOP]
    for subject, measures in groupby(MEASURES, key=lambda measure: measure.subject):
        parts += [f"\n## {subject}\n", *(_told(measure) for measure in measures)]
    return "".join(parts)


def _told(measure: Measure) -> str:
    rows = "; ".join(f"{row.title} (`{row.name}`)" for row in measure.rows)
    said = (
        ("Question", measure.question),
        ("Numerator", measure.numerator),
        ("Denominator", measure.denominator),
        ("Left out", measure.exclusions),
        ("Told as", f"{measure.unit}: {KINDS[measure.kind]}"),
        ("Lines", rows),
        ("Better", measure.good),
        ("Asked for by", measure.source),
        ("Mind", measure.caveat),
    )
    lines = "".join(f"- **{title}:** {words}\n" for title, words in said)
    return f"\n### {measure.title} (`{measure.name}`)\n\n{lines}"
