"""What the demo residents live with: health summaries put together from a few believable pictures."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from redbag.management.demo import person

GP_PRACTICES = {
    "VDEM1": ("Orchard Surgery", "01632 960411"),
    "VDEM2": ("Mill Road Practice", "01632 960422"),
    "VDEM3": ("Station Road Surgery", "01632 960433"),
}


def _medicine(name, dose, frequency, reason, *, route="by mouth", time_critical=False) -> dict:
    return {
        "name": name,
        "dose": dose,
        "route": route,
        "frequency": frequency,
        "reason": reason,
        "last_given": "08:00",
        "time_critical": time_critical,
    }


PICTURES: tuple[Mapping, ...] = (
    {
        "diagnoses": "Alzheimer's disease, high blood pressure, osteoarthritis of both knees",
        "medicines": [
            _medicine("Donepezil", "10 mg", "once a day at night", "memory"),
            _medicine("Amlodipine", "5 mg", "once a day", "blood pressure"),
            _medicine("Paracetamol", "1 g", "up to four times a day", "knee pain"),
        ],
        "mobility": "Walks with a frame, one person beside her or him",
        "confusion": "Does not know the day. Settles when you say who you are and why you are here",
        "capacity": "Needs help to decide about treatment. Ask the family",
    },
    {
        "diagnoses": "Parkinson's disease, low mood",
        "medicines": [
            _medicine(
                "Co-careldopa", "25/100, one tablet", "8 am, 12 noon, 4 pm, 8 pm", "Parkinson's", time_critical=True
            ),
            _medicine("Sertraline", "50 mg", "once a day", "mood"),
        ],
        "mobility": "Freezes when turning. Count aloud together",
        "speech": "Quiet voice. Give time",
        "swallowing": "Soft food, thickened drinks (level 2)",
    },
    {
        "diagnoses": "COPD, heart failure",
        "medicines": [
            _medicine("Furosemide", "40 mg", "every morning", "heart failure"),
            _medicine("Salbutamol", "2 puffs", "when breathless", "COPD", route="inhaled"),
            _medicine("Tiotropium", "1 capsule", "once a day", "COPD", route="inhaled"),
        ],
        "oxygen_target": "94 to 98 %",
        "mobility": "Breathless after ten steps. Wheelchair outside the room",
        "capacity": "Decides for themselves",
    },
    {
        "diagnoses": "Type 2 diabetes, chronic kidney disease stage 3",
        "medicines": [
            _medicine(
                "Insulin glargine", "14 units", "every night at 9 pm", "diabetes", route="injection", time_critical=True
            ),
            _medicine("Metformin", "500 mg", "twice a day with food", "diabetes"),
        ],
        "insulin": "Yes: insulin at night. Low sugar shows as sudden anger",
        "mobility": "Walks without help",
        "skin": "Small ulcer on the left heel, dressed every second day",
    },
    {
        "diagnoses": "Atrial fibrillation, stroke in 2021 with weakness of the right side",
        "medicines": [
            _medicine("Apixaban", "2.5 mg", "twice a day", "stroke prevention", time_critical=True),
            _medicine("Bisoprolol", "2.5 mg", "once a day", "heart rate"),
            _medicine("Atorvastatin", "40 mg", "at night", "cholesterol"),
        ],
        "blood_thinner": "Yes: apixaban, twice a day",
        "speech": "Words come slowly, understands everything",
        "lifting": "Stand aid and two people",
    },
    {
        "diagnoses": "Epilepsy, learning disability",
        "medicines": [_medicine("Levetiracetam", "500 mg", "8 am and 8 pm", "epilepsy", time_critical=True)],
        "seizures": "About one a month. Longer than 5 minutes: ring 999",
        "communication": "Uses pictures and a few signs. Bring the picture book",
        "mobility": "Walks without help",
    },
    {
        "diagnoses": "Frailty, osteoporosis, hip replaced on the left in 2019",
        "medicines": [
            _medicine("Alendronic acid", "70 mg", "every Monday morning", "bones"),
            _medicine("Colecalciferol", "800 units", "once a day", "bones"),
        ],
        "mobility": "Walks with a frame, slowly",
        "communication": "Hearing aids in both ears. Speak to the left side",
        "capacity": "Decides for themselves",
    },
)
ALLERGIES = (
    [{"agent": "Penicillin", "reaction": "face swells", "severity": "severe"}],
    [{"agent": "Latex", "reaction": "rash", "severity": "mild"}],
    [
        {"agent": "Trimethoprim", "reaction": "vomiting", "severity": "moderate"},
        {"agent": "Strawberries", "reaction": "itching", "severity": "mild"},
    ],
    [{"agent": "Codeine", "reaction": "very confused", "severity": "moderate"}],
)
RELATIVES = ("daughter", "son", "niece", "wife or husband", "friend")
CALLED = ("Susan", "David", "Priya", "Michael", "Karen", "Owain", "Elżbieta", "Paul", "Claire", "Ifeoma")
MUSIC = ("brass bands", "the Light Programme", "hymns", "Motown", "the piano")
WORKED = ("a school cook", "a bus driver", "a nurse", "a joiner", "a weaver at the mill", "a teacher", "a postman")


SCALE_2 = {
    "oxygen_target": "88 to 92 %",
    "scale2_by": "Dr Amara Osei, respiratory consultant, St Mary's, 14 April 2026",
}


def sections(serial: int, *, dice: Random, today: date) -> dict[str, dict]:
    """The health summary of the resident with this serial; some hold less, as in life."""
    number = serial % len(PICTURES)
    picture = PICTURES[number]

    def pick(*names: str) -> dict:
        return {name: picture[name] for name in names if name in picture}

    whole = {
        "allergies": _allergies(serial),
        "resuscitation": _resuscitation(serial, today),
        "medicines": {"items": picture["medicines"], "note": ""},
        "conditions": pick("diagnoses", "blood_thinner", "insulin", "seizures", "oxygen_target")
        | {"infection": "None known"}
        | (SCALE_2 if serial == person.ON_SCALE_2 else {}),
        "normal": {"speech": "Clear", "confusion": "None", "communication": "Wears glasses for reading"}
        | pick("mobility", "speech", "confusion", "communication", "capacity"),
        "care": {"swallowing": "Normal food and drink", "lifting": "One person", "continence": "Needs reminding"}
        | pick("swallowing", "lifting", "skin")
        | {"risk_to_crew": "None known"},
        "about_me": {
            "important": f"My faith and my tea. I was {dice.choice(WORKED)} and I am proud of it.",
            "people": f"My {dice.choice(RELATIVES)} {dice.choice(CALLED)} rings every Sunday.",
            "communicate": "Say my name first and let me see your face.",
            "please_do": f"Please play {dice.choice(MUSIC)}. Please don't switch off the light at night.",
        },
        "legal": {"told": "Told on moving in, and again this year", "attorneys": _attorneys(serial)}
        | person.law(serial, picture=number, today=today),
        **person.sections(serial, picture=number, today=today),
    }
    if serial % 9 == 4:
        del whole["about_me"], whole["legal"]
    if serial % 11 == 6:
        del whole["allergies"], whole["care"]
    return whole


def _allergies(serial: int) -> dict:
    if serial % 5 in (0, 3):
        return {"status": "present", "items": ALLERGIES[serial % len(ALLERGIES)]}
    return {"status": "not_known" if serial % 5 == 4 else "none_known", "items": []}


def _resuscitation(serial: int, today: date) -> dict:
    if serial % 3 == 0:
        paper = {
            "kind": "ReSPECT" if serial == person.COMFORT_CARE else "DNACPR",
            "signed_by": "Dr L. Farrow",
            "signed_on": "12 March 2026",
            "original_seen": "" if serial == 9 else "Senior carer, 14 March 2026",
            "where": "Care plan folder, first pocket",
            "review_on": (today - timedelta(days=24)).isoformat() if serial == person.REVIEW_PASSED else "",
        }
        limits = "Antibiotics by mouth and fluids, yes. No intensive care."
        return {"recommendation": "do_not_attempt", "papers": [paper], "limits": limits}
    return {"recommendation": "attempt" if serial % 3 == 1 else "not_known", "papers": [], "limits": ""}


def _attorneys(serial: int) -> list[dict]:
    if serial % 4 != 1:
        return []
    return [{"name": "Daughter", "kind": "Attorney for health and welfare", "seen": "Senior carer, on moving in"}]


def contacts(serial: int, last_name: str) -> list[dict]:
    """One or two people to ring, on numbers kept for drama (01632 960xxx)."""
    first = {
        "name": f"{CALLED[serial % len(CALLED)]} {last_name}",
        "relation": RELATIVES[serial % len(RELATIVES)],
        "phone": f"01632 960{500 + serial:03d}",
        "note": "Ring at any time" if serial % 2 else "Not after 10 pm",
    }
    if serial == person.SPEAK_FIRST:
        barred = {"name": "Lee Clarke", "relation": "nephew", "phone": "", "note": "Ring the manager if he comes"}
        return [first, barred | {"do_not_tell": True, "do_not_release": True}]
    if serial % 3:
        return [first]
    return [
        first,
        {
            "name": f"{CALLED[(serial + 4) % len(CALLED)]} Marsh",
            "relation": "friend",
            "phone": f"01632 960{700 + serial:03d}",
            "note": "",
        },
    ]


def vital_signs(serial: int, *, dice: Random, ill: bool = False) -> dict:
    """Vital signs taken together: as they usually are, or as they are on a bad day."""
    on_scale_2 = serial == person.ON_SCALE_2
    lower = 6 if on_scale_2 else 0
    return {
        "respiratory_rate": dice.randint(21, 27) if ill else dice.randint(14, 19),
        "spo2": dice.randint(89, 94) - lower if ill else dice.randint(95, 98) - lower,
        "spo2_scale": 2 if on_scale_2 else 1,
        "on_oxygen": False,
        "systolic_bp": dice.randint(88, 112) if ill else dice.randint(118, 148),
        "pulse": dice.randint(98, 126) if ill else dice.randint(62, 88),
        "acvpu": "C" if ill and serial % 2 else "A",
        "temperature": f"{dice.uniform(37.9, 39.2) if ill else dice.uniform(36.2, 37.3):.1f}",
    }


def before_going(serial: int, *, dice: Random) -> list[tuple[timedelta, dict]]:
    """What the home measured in the day before somebody goes: well, not all of it, a little worse. Hours before."""
    well, half, worse = (vital_signs(serial, dice=dice) for _ in range(3))
    half = {name: half[name] for name in ("pulse", "temperature", "acvpu")}
    worse |= {"respiratory_rate": 21, "pulse": 96, "temperature": "38.2"}
    return [(timedelta(hours=30), well), (timedelta(hours=19), half), (timedelta(hours=7), worse)]
