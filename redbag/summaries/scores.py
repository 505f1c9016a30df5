"""Scores of food, weight and frailty. Pure: numbers in, points and words out.

MUST: the Malnutrition Universal Screening Tool of BAPEN. The Clinical Frailty Scale is Rockwood's, and a clinician's
judgement: here it is only refused where it was not made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

FRAILTY_FROM = 65
LOSS = {"under_5": (0, "less than 5 %"), "5_to_10": (1, "5 to 10 %"), "over_10": (2, "more than 10 %")}
NO_INTAKE = {"yes": (2, "yes"), "no": (0, "no")}
BANDS = {"low": "low risk", "medium": "medium risk", "high": "high risk"}
RESPONSE = {
    "low": "Weigh again in a month.",
    "medium": "Write down what they eat and drink for three days, and weigh again in a month.",
    "high": "Ask the GP or dietitian for help with food, and weigh again in a month.",
}
NOT_FOR_YOUNG = "The Clinical Frailty Scale is not made for people under 65. Choose: Not scored."
NOT_FOR_LEARNING = (
    "The Clinical Frailty Scale is not made for people with a learning disability or autism. Choose: Not scored."
)


@dataclass(frozen=True)
class Part:
    """One step of MUST: what it asks, what is known in words, and its points; None when it is not known."""

    label: str
    told: str
    points: int | None


@dataclass(frozen=True)
class Must:
    """A MUST score with its parts. `total` and `band` (low, medium, high) are None unless every part is known.

    `already_high` says that the known parts alone make it high, whatever the missing ones are.
    """

    bmi: Decimal | None
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    total: int | None
    band: str | None
    already_high: bool

    @property
    def said(self) -> str:
        """The score on one line, never a total from an incomplete set."""
        if self.total is not None:
            return f"MUST {self.total}: {BANDS[self.band or 'low']}"
        low = ", already high risk" if self.already_high else ""
        return f"MUST not complete{low}: {', '.join(self.missing).lower()} not known"

    @property
    def in_full(self) -> str:
        """The score and the points of each known part on one line; empty while nothing is known."""
        if not (self.bmi or any(part.told for part in self.parts)):
            return ""
        points = "; ".join(f"{part.label} {part.told}: {part.points}" for part in self.parts if part.points is not None)
        return f"{self.said} ({points})" if points else self.said


def bmi(*, weight: Decimal, height: Decimal) -> Decimal:
    """Body mass index from kilograms and centimetres, unrounded."""
    return weight / (height / 100) ** 2


def bmi_points(index: Decimal) -> int:
    """Over 20: 0; from 18.5 to 20: 1; under 18.5: 2."""
    return 0 if index > 20 else 1 if index >= Decimal("18.5") else 2


def bmi_said(index: Decimal) -> str:
    """With one decimal, or as many as it takes to be on its own side of a threshold."""
    shown = next(
        (each for places in range(1, 6) if bmi_points(each := round(index, places)) == bmi_points(index)), index
    )
    return str(shown)


def must(content: Mapping) -> Must:
    """MUST from the section `scores`."""
    weight, height = number(content.get("weight")), number(content.get("height"))
    index = bmi(weight=weight, height=height) if weight and height else None
    loss, words = LOSS.get(content.get("weight_loss") or "", (None, ""))
    starved, answer = NO_INTAKE.get(content.get("no_intake") or "", (None, ""))
    parts = (
        Part("BMI", bmi_said(index) if index else "", bmi_points(index) if index else None),
        Part("Weight lost without meaning to", words, loss),
        Part("Very ill, and eating nothing for more than 5 days", answer, starved),
    )
    missing = [name for name, value in (("Weight", weight), ("Height", height)) if not value]
    missing += [part.label for part in parts[1:] if part.points is None]
    points = sum(part.points or 0 for part in parts)
    total = None if missing else points
    return Must(
        bmi=index,
        parts=parts,
        missing=tuple(missing),
        total=total,
        band=None if total is None else must_band(total),
        already_high=bool(missing) and points >= 2,
    )


def must_band(total: int) -> str:
    """0 low, 1 medium, 2 and more high."""
    return ("low", "medium", "high")[min(total, 2)]


def number(told: object) -> Decimal | None:
    """A number above nothing, with a point or a comma; None otherwise."""
    try:
        value = Decimal(str(told or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def age(born: date, today: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def no_frailty_score(*, born: date, passport: Mapping, today: date) -> str:
    """Why the Clinical Frailty Scale is not for this person; empty when it may be used.

    `passport` is the section that says whether they have a learning disability or autism.
    """
    if age(born, today) < FRAILTY_FROM:
        return NOT_FOR_YOUNG
    return NOT_FOR_LEARNING if passport.get("which") in ("learning_disability", "autism", "both") else ""
