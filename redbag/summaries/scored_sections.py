"""The section of what is measured: frailty, weight, height and food."""

from collections.abc import Mapping

from redbag.summaries.clinical_sections import YES_NO
from redbag.summaries.fields import Field, Section
from redbag.summaries.scores import number

CFS = (
    ("1", "1 Very fit"),
    ("2", "2 Fit"),
    ("3", "3 Managing well"),
    ("4", "4 Living with very mild frailty"),
    ("5", "5 Living with mild frailty"),
    ("6", "6 Living with moderate frailty"),
    ("7", "7 Living with severe frailty"),
    ("8", "8 Living with very severe frailty"),
    ("9", "9 Terminally ill"),
    ("not_known", "Not scored"),
)
WEIGHT_LOSS = (
    ("under_5", "Less than 5 % in 3 to 6 months"),
    ("5_to_10", "5 to 10 %"),
    ("over_10", "More than 10 %"),
    ("not_known", "Not known"),
)
LIGHTEST, HEAVIEST = 20, 300  # kg
SHORTEST, TALLEST = 90, 230  # cm


def _scores(content: Mapping) -> dict[str, str]:
    """Slips of the finger: pounds for kilograms, metres or feet for centimetres."""
    weight, height = number(content.get("weight")), number(content.get("height"))
    wrong = {}
    if content.get("weight") and not (weight and LIGHTEST <= weight <= HEAVIEST):
        wrong["weight"] = f"Check this. Enter kilograms, between {LIGHTEST} and {HEAVIEST}."
    if content.get("height") and not (height and SHORTEST <= height <= TALLEST):
        wrong["height"] = f"Check this. Enter centimetres, between {SHORTEST} and {TALLEST}, like 162."
    return wrong


SCORED: tuple[Section, ...] = (
    Section(
        "scores",
        "Frailty, weight and food",
        (
            Field(
                "cfs",
                "Clinical Frailty Scale, as they were two weeks ago",
                "choice",
                CFS,
                hint="Not for people under 65, nor with a learning disability, autism or a stable disability",
                prsb="Assessment scales: Clinical Frailty Scale",
                counts=False,
            ),
            Field("cfs_by", "Scored by, when", counts=False),
            Field("weight", "Weight", "number", unit="kg", code="27113001", prsb="Nursing care needs: weight"),
            Field("height", "Height", "number", unit="cm", code="50373000", prsb="Nursing care needs: height"),
            Field("weighed_on", "Weighed on", "date"),
            Field(
                "weight_loss",
                "Weight lost without meaning to",
                "choice",
                WEIGHT_LOSS,
                prsb="Nursing care needs: unexplained weight change",
            ),
            Field(
                "no_intake",
                "Very ill, and eating nothing for more than 5 days",
                "choice",
                YES_NO,
                counts=False,
                prsb="Assessment scales: MUST",
            ),
        ),
        31,
        "Care staff, once a month",
        "Assessment scales",
        rule=_scores,
    ),
)
