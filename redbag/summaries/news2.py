"""NEWS2, the National Early Warning Score of the Royal College of Physicians (2017), to its published chart.

It is for people of 16 and over who are not pregnant. SpO2 scale 2 is only for people whom a competent
clinician has put on it (confirmed hypercapnic failure, target 88-92 %); nothing here chooses a scale.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

ACKNOWLEDGEMENT = (
    "Reproduced from: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the "
    "assessment of acute-illness severity in the NHS. Updated report of a working party. London: RCP, 2017."
)

ALWAYS = (
    "A score is not a diagnosis. Worried? Ring, whatever the number says. Never wait for a score before ringing 999."
)

RESPONSE = MappingProxyType(
    {
        "low": "Low. Repeat the observations as the plan says, and sooner if anything changes.",
        "low_medium": "Low to medium: one reading is far from normal. Tell the nurse in charge now, ask a "
        "clinician (GP, 111 or urgent response) to decide and repeat the observations at least every hour.",
        "medium": "Medium: urgent. A clinician should assess within 1 hour. Ring now (GP, 111 or urgent "
        "response; 999 if you cannot get one) and repeat the observations at least every hour.",
        "high": "High: an emergency. Ring 999 now unless the plan says otherwise. Emergency assessment "
        "is due within 30 minutes. Stay with them and keep watching.",
    }
)

# SNOMED CT, UK edition: the points given for each parameter, and the total.
SNOMED = MappingProxyType(
    {
        "score": "1104051000000101",
        "respiratory_rate": "1104301000000104",
        "spo2_scale_1": "1104311000000102",
        "spo2_scale_2": "1104321000000108",
        "on_oxygen": "1104331000000105",
        "systolic_bp": "1104341000000101",
        "pulse": "1104351000000103",
        "acvpu": "1104361000000100",
        "temperature": "1104371000000107",
    }
)

SNOMED_TO_CONFIRM = frozenset({SNOMED["spo2_scale_2"]})  # not yet looked up in a release of the UK edition

UNDER_16 = "NEWS2 is not made for people under 16."
PREGNANCY = "NEWS2 is not made for pregnancy."
COMFORT_CARE = "The plan is comfort care: no score is shown."
SCALE_2_UNSIGNED = "Scale 2; nobody wrote who set it: ask a clinician."
YOUNGEST = 16

PARAMETERS = ("respiratory_rate", "spo2", "on_oxygen", "systolic_bp", "pulse", "acvpu", "temperature")

# Each row: the points of every reading up to and including this one; the last row has no end.
RESPIRATORY_RATE = ((8, 3), (11, 1), (20, 0), (24, 2), (None, 3))
SPO2_SCALE_1 = ((91, 3), (93, 2), (95, 1), (None, 0))
SPO2_SCALE_2_ON_AIR = ((83, 3), (85, 2), (87, 1), (None, 0))
SPO2_SCALE_2_ON_OXYGEN = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (None, 3))
SYSTOLIC_BP = ((90, 3), (100, 2), (110, 1), (219, 0), (None, 3))
PULSE = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (None, 3))
TEMPERATURE = ((Decimal(35), 3), (Decimal(36), 1), (Decimal(38), 0), (Decimal(39), 1), (None, 2))
ACVPU = {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}
SPO2_SCALE_2_NEEDS_OXYGEN_FROM = 93

# Wide on purpose: a true reading must never be turned away, a slip of the finger (temperature 378, SpO2 9)
# must be. Nought breaths and nought pulse are facts of a cardiac arrest and score 3; an oximeter that shows
# less than 30, a cuff outside 20 to 350 or a thermometer outside 25 to 45 has not measured the person.
PLAUSIBLE = {
    "respiratory_rate": (0, 80, "breaths a minute"),
    "spo2": (30, 100, "%"),
    "systolic_bp": (20, 350, "mmHg"),
    "pulse": (0, 300, "beats a minute"),
    "temperature": (Decimal("25.0"), Decimal("45.0"), "°C"),
}


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One set of readings as taken; None is "not taken". C is new confusion, not their usual state."""

    respiratory_rate: int | None = None  # breaths a minute
    spo2: int | None = None  # per cent
    spo2_scale: int = 1  # 1 or 2
    on_oxygen: bool | None = None
    systolic_bp: int | None = None  # mmHg
    pulse: int | None = None  # beats a minute
    acvpu: str | None = None  # A, C, V, P or U
    temperature: Decimal | None = None  # degrees Celsius


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one set of readings says; with any of the seven missing there is no score and no band.

    Points only ever add up, so an incomplete set can still say two true things: which readings score 3 by
    themselves (`red_parameters`), and the band it has already reached whatever the missing ones are
    (`at_least`, never "low", which would reassure without ground).
    """

    score: int | None  # 0 to 20
    complete: bool
    missing: list[str]
    band: str | None  # low, low_medium, medium, high
    at_least: str | None  # low_medium, medium, high
    red_parameters: list[str]
    points: dict[str, int]  # by parameter, of those that can be judged
    scale: int
    refused: str = ""  # why NEWS2 does not hold for this person
    hidden: str = ""  # why a score that could be made is not shown


class ImplausibleReading(ValueError):
    """A reading nobody can have; `errors` is what implausible() said."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def score(observation: Observation) -> Result:
    """Score one set of readings, or raise ImplausibleReading: no number is made from a slip of the finger.

    Temperature is judged at one decimal, a half rounded up (35.05 is 35.1), as the chart has no room between
    35.0 and 35.1. On SpO2 scale 2 a saturation of 93 or more has no points until oxygen or air is known.
    """
    if errors := implausible(observation):
        raise ImplausibleReading(errors)
    points = {name: given for name in PARAMETERS if (given := _points(name, observation)) is not None}
    missing = [name for name in PARAMETERS if getattr(observation, name) is None]
    red = [name for name in points if points[name] == 3]
    known = sum(points.values())
    reached = _band(known, red=bool(red))
    return Result(
        score=None if missing else known,
        complete=not missing,
        missing=missing,
        band=None if missing else reached,
        at_least=None if reached == "low" else reached,
        red_parameters=red,
        points=points,
        scale=observation.spo2_scale,
    )


def refusal(*, born: date | None, pregnant: bool, today: date) -> str:
    """Why NEWS2 does not hold for somebody, in words, or "". It is made for people of 16 and over, not in pregnancy."""
    if born is not None and today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < YOUNGEST:
        return UNDER_16
    return PREGNANCY if pregnant else ""


def withheld(result: Result, *, refused: str = "", hidden: str = "") -> Result:
    """The same set without score, band, points and red readings where there is a reason; else unchanged."""
    if not refused and not hidden:
        return result
    bare: Result = replace(result, score=None, band=None, at_least=None, red_parameters=[], points={})
    return replace(bare, refused=refused, hidden="" if refused else hidden)


def codes(scale: int) -> dict[str, str]:
    """The SNOMED CT code of the score and of the points of each parameter, on this SpO2 scale."""
    return {name: SNOMED[f"spo2_scale_{scale}" if name == "spo2" else name] for name in ("score", *PARAMETERS)}


def one_decimal(temperature: Decimal) -> Decimal:
    """A temperature as the chart judges it: at one decimal, a half rounded up (36.85 is 36.9)."""
    return temperature.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def implausible(observation: Observation) -> dict[str, str]:
    """What cannot be true, as a sentence by field; empty when every reading given could be a person's."""
    errors = {}
    for name, (lowest, highest, unit) in PLAUSIBLE.items():
        reading = getattr(observation, name)
        if reading is not None and not (Decimal(reading).is_finite() and lowest <= reading <= highest):
            expected = f"between {lowest} and {highest} {unit}"
            errors[name] = f"Check this: it should be {expected}. Not taken? Leave it empty."
    if observation.spo2_scale not in (1, 2):
        errors["spo2_scale"] = "The SpO2 scale is 1, or 2 where a clinician has said so."
    if observation.acvpu is not None and observation.acvpu not in ACVPU:
        errors["acvpu"] = "Choose A (alert), C (new confusion), V (voice), P (pain) or U (unresponsive)."
    return errors


def _points(name: str, observation: Observation) -> int | None:
    """The points of one parameter, or None when they cannot be known."""
    reading = getattr(observation, name)
    if reading is None:
        return None
    if name == "on_oxygen":
        return 2 if reading else 0
    if name == "acvpu":
        return ACVPU[reading]
    if name == "temperature":
        return _look_up(TEMPERATURE, one_decimal(reading))
    if name == "spo2":
        return _spo2_points(observation)
    chart = {"respiratory_rate": RESPIRATORY_RATE, "systolic_bp": SYSTOLIC_BP, "pulse": PULSE}[name]
    return _look_up(chart, reading)


def _spo2_points(observation: Observation) -> int | None:
    if observation.spo2_scale == 1:
        return _look_up(SPO2_SCALE_1, observation.spo2)
    if observation.spo2 < SPO2_SCALE_2_NEEDS_OXYGEN_FROM or observation.on_oxygen is False:
        return _look_up(SPO2_SCALE_2_ON_AIR, observation.spo2)
    if observation.on_oxygen is None:
        return None
    return _look_up(SPO2_SCALE_2_ON_OXYGEN, observation.spo2)


def _look_up(chart: tuple, reading: int | Decimal) -> int:
    return next(points for highest, points in chart if highest is None or reading <= highest)


def _band(total: int, *, red: bool) -> str:
    """The trigger band (RCP 2017): from 7 high, from 5 medium, else low; low-medium with a single 3."""
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low_medium" if red else "low"
