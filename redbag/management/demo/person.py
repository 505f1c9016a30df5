"""Who the demo residents are: plans, help they need, stays, law and belongings, believable beside their pictures."""

from collections.abc import Mapping
from datetime import date, timedelta

DEMENTIA, PARKINSONS, LUNGS, DIABETES, STROKE, LEARNING, FRAIL = range(7)
RESPITE, NEW = 1, 19
ON_SCALE_2 = 2
REVIEW_PASSED = 3
SPEAK_FIRST = 4
COMFORT_CARE = 6
UNWELL_TODAY = (0, 2, 3, 4, 5)
LEVELS = ("independent", "slight", "moderate", "moderately_severe", "severe")
HELP: Mapping[int, Mapping[str, int]] = {
    DEMENTIA: {"eating": 1, "drinking": 1, "washing": 2, "dressing": 2, "understanding": 2, "safety": 3},
    PARKINSONS: {"eating": 2, "drinking": 2, "dressing": 2, "moving": 2, "bed": 2},
    LUNGS: {"washing": 1, "moving": 2, "bed": 1},
    DIABETES: {"washing": 1, "safety": 1},
    STROKE: {"eating": 1, "washing": 3, "dressing": 3, "toilet": 3, "moving": 3, "bed": 3, "understanding": 1},
    LEARNING: {"washing": 1, "understanding": 2, "safety": 2},
    FRAIL: {"washing": 2, "dressing": 1, "moving": 2, "bed": 1},
}
NEEDS = (
    *("eating", "drinking", "washing", "dressing", "toilet"),
    *("continence", "moving", "bed", "understanding", "safety"),
)
THINGS = {
    "glasses": ("glasses", "Brown frame, for reading", "worn"),
    "frame": ("walking_aid", "Frame with a name band", "alongside"),
    "hearing": ("hearing_aid_left", "Beige, behind the ear", "worn"),
    "teeth": ("dentures_upper", "In a named pot", "bag"),
    "pictures": ("other", "Picture book for talking", "alongside"),
    "inhaler": ("medicines", "Blue inhaler and spacer", "bag"),
    "clothes": ("clothes", "Cardigan, slippers, nightwear", "bag"),
}
TAKES = {
    DEMENTIA: ("glasses", "frame", "teeth", "clothes"),
    PARKINSONS: ("glasses", "clothes"),
    LUNGS: ("inhaler", "glasses", "clothes"),
    DIABETES: ("glasses", "clothes"),
    STROKE: ("teeth", "clothes"),
    LEARNING: ("pictures", "clothes"),
    FRAIL: ("hearing", "frame", "clothes"),
}


def sections(serial: int, *, picture: int, today: date) -> dict[str, dict]:
    """The parts of the health summary that say who they are and what was agreed with them."""
    told = {
        "plan": _plan(serial),
        "needs": _needs(serial, picture),
        "scores": _scores(serial, picture, today),
        "stay": _stay(serial, today),
        "safeguarding": _safeguarding(serial),
    }
    if picture == LEARNING:
        told["passport"] = {
            "which": "learning_disability",
            "adjustments": "A quiet room. One question at a time. Somebody they know stays with them.",
            "distress": "Noise and being touched from behind. The picture book and a warm drink calm them.",
            "passport": "Yellow booklet, front pocket of the care folder",
            "liaison": "Hospital liaison nurse, St Mary's, 01632 960470",
        }
    return told


def _plan(serial: int) -> dict:
    gp = {"who": "NHS 111, when the surgery is closed", "phone": "111", "when": "Day and night"}
    urgent = {"who": "Urgent response", "phone": "01632 960455", "when": "Every day, 8 am to 8 pm"}
    if serial == COMFORT_CARE:
        line = {"who": "Palliative care line", "phone": "01632 960444", "when": "Day and night"}
        return {
            "prefers": "home",
            "hospital_for": "A broken bone, or pain that cannot be controlled here",
            "treat_here": "Chest infection, breathlessness, not eating and drinking",
            "comfort_care": "yes",
            "ring": [line, urgent],
            "medicines_here": "Just-in-case box in the treatment room, checked every Monday",
            "agreed": "With her niece and the GP, 2 October 2026",
        }
    if serial % 4 == 3:
        return {"prefers": "not_known", "ring": [gp]}
    at_home = serial % 4 == 1
    return {
        "prefers": "home" if at_home else "hospital",
        "hospital_for": "A broken bone, a stroke, bleeding" if at_home else "Whatever hospital can make better",
        "treat_here": "Chest and urine infections that tablets can treat" if at_home else "",
        "comfort_care": "no",
        "ring": [urgent, gp],
        "agreed": "With the family and the GP, this summer",
    }


def _needs(serial: int, picture: int) -> dict:
    """Help as usual; of those who are unwell today, more of it today."""
    told = {}
    for place, name in enumerate(NEEDS):
        usual = HELP[picture].get(name, serial % 2 if place % 3 == 0 else 0)
        now = min(usual + 1 + place % 2, 4) if serial in UNWELL_TODAY and name in HELP[picture] else None
        told[name] = {"usual": LEVELS[usual], "now": "" if now is None else LEVELS[now], "note": ""}
    return told


def _scores(serial: int, picture: int, today: date) -> dict:
    frailty = {DEMENTIA: "6", PARKINSONS: "6", LUNGS: "6", DIABETES: "5", STROKE: "7", FRAIL: "7"}
    cfs = "not_known" if picture == LEARNING else "8" if serial == COMFORT_CARE else frailty[picture]
    return {
        "cfs": cfs,
        "cfs_by": "" if cfs == "not_known" else "The nurse of the surgery, on the spring round",
        "weight": f"{46 + serial * 7 % 34}.{serial % 10}",
        "height": str(152 + serial * 5 % 29),
        "weighed_on": (today - timedelta(days=4 + serial % 35)).isoformat(),
        "weight_loss": ("under_5", "under_5", "5_to_10", "not_known")[serial % 4],
        "no_intake": "no",
    }


def _stay(serial: int, today: date) -> dict:
    if serial == RESPITE:
        since = (today - timedelta(days=6)).isoformat()
        ask = "Her daughter Helen, 01632 960488, any time"
        return {"kind": "respite", "since": since, "from_where": "Her own home, with her daughter", "ask": ask}
    if serial == NEW:
        since, ask = (today - timedelta(days=6)).isoformat(), "Ward 6, St Mary's, 01632 960466"
        return {"kind": "new", "since": since, "from_where": "Ward 6 at St Mary's", "ask": ask}
    return {"kind": "permanent"}


def _safeguarding(serial: int) -> dict:
    if serial != SPEAK_FIRST:
        return {"speak_first": "no"}
    return {
        "speak_first": "yes",
        "detail": "Money was taken from his account. The council is looking into it.",
        "told": "Safeguarding team of the council, by the manager",
    }


def law(serial: int, *, picture: int, today: date) -> dict:
    """What the law says of them, besides attorneys: deprivation of liberty for some."""
    if picture != DEMENTIA:
        return {"dols_state": "none", "capacity": "Presumed. Ask them"}
    capacity = "Not for big decisions: decide in their best interests, with the family"
    if serial:
        return {"dols_state": "applied", "dols": "Asked for by the home", "capacity": capacity}
    until = today + timedelta(days=120)
    return {
        "dols_state": "authorised",
        "dols": f"At Oakview only, until {until.day} {until:%B %Y}. The hospital must decide for itself",
        "capacity": capacity,
    }


def usual_items(picture: int) -> list[dict]:
    """What usually goes with them."""
    return [
        {"category": category, "description": description, "quantity": 1, "where": where}
        for category, description, where in (THINGS[name] for name in TAKES[picture])
    ]
