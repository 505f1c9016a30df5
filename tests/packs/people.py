"""A resident of whom everything is known, at the longest that real homes write, for tests of paper."""

from datetime import timedelta

from redbag.packs.drawing import draw
from redbag.packs.models import Paper
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.fields import LEVELS, Field, Section
from redbag.summaries.models import BodyMap
from redbag.summaries.sections import SECTIONS
from redbag.vault import read_file
from tests.web.journeys import pack

MEDICINES = (
    ("Apixaban", "tablet", "5 mg", "by mouth", "twice a day, 8 and 20", "atrial fibrillation", True),
    (
        "Co-careldopa 25 mg/100 mg",
        "tablet",
        "one and a half tablets",
        "by mouth",
        "7, 11, 15 and 19",
        "Parkinson's",
        True,
    ),
    ("Levetiracetam", "liquid", "500 mg in 5 ml", "by mouth", "twice a day", "seizures", True),
    ("Insulin glargine", "pen", "14 units", "under the skin", "at 22", "diabetes", True),
    ("Bisoprolol", "tablet", "2.5 mg", "by mouth", "in the morning", "heart", False),
    ("Ramipril", "capsule", "5 mg", "by mouth", "at night", "blood pressure", False),
    ("Furosemide", "tablet", "40 mg", "by mouth", "in the morning", "fluid", False),
    ("Atorvastatin", "tablet", "20 mg", "by mouth", "at night", "cholesterol", False),
    ("Omeprazole", "capsule", "20 mg", "by mouth", "before breakfast", "stomach", False),
    ("Paracetamol", "tablet", "1 g", "by mouth", "four times a day", "pain in the knees", False),
    ("Buprenorphine", "patch", "10 micrograms/hour", "on the skin", "every Thursday", "pain", False),
    ("Laxido", "sachet", "one in water", "by mouth", "once or twice a day", "bowels", False),
    ("Senna", "tablet", "15 mg", "by mouth", "at night", "bowels", False),
    ("Colecalciferol", "capsule", "800 units", "by mouth", "once a day", "bones", False),
    ("Alendronic acid", "tablet", "70 mg", "by mouth, upright, with water", "Mondays", "bones", False),
    ("Salbutamol", "inhaler", "two puffs with the spacer", "breathed in", "when needed", "breathing", False),
    ("Latanoprost", "drops", "one drop in each eye", "eyes", "at night", "glaucoma", False),
    ("Lorazepam", "tablet", "0.5 mg", "by mouth", "when needed, at most twice a day", "distress", False),
)


def everything(world, *, long: int = 1) -> None:
    """Fill every section of Peggy's summary; `long` makes each text that many times as long."""
    contents = {section.name: _filled(section, long) for section in SECTIONS}
    contents["medicines"]["items"] = [_medicine(row, number) for number, row in enumerate((MEDICINES * long)[:100])]
    contents["allergies"] = {
        "status": "present",
        "items": [
            {"agent": "Penicillin", "reaction": "swelling of the face, could not breathe", "severity": "severe"},
            {"agent": "Trimethoprim", "reaction": "rash"},
            {"agent": "Latex", "reaction": "blisters"},
        ],
    }
    contents["resuscitation"]["recommendation"] = "do_not_attempt"
    contents["plan"]["comfort_care"] = "no"
    contents["safeguarding"] = {"speak_first": "yes", "detail": "SECRET-DETAIL about the nephew"}
    seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=world.now)}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=world.now)
    world.peggy.contacts = [
        {"name": "Susan Jones-Whitaker", "relation": "daughter", "phone": "07700 900123", "note": "ring at any hour"},
        {"name": "David Jones", "relation": "son, in Australia", "phone": "07700 900456", "note": ""},
        {"name": "Colin Jones", "relation": "nephew", "phone": "07700 900789", "do_not_tell": True},
    ]
    world.peggy.gp_practice, world.peggy.gp_phone = "Riverside Surgery, 12 High Street", "01632 960555"
    world.peggy.save(update_fields=["contacts", "gp_practice", "gp_phone"])
    marks = [
        {
            "id": "a",
            "kind": "pressure",
            "category": "2",
            "side": "back",
            "x": 500,
            "y": 480,
            "where": "lower back",
            "note": "dressed daily",
            "first_seen": "2026-11-02",
        },
        {
            "id": "b",
            "kind": "bruise",
            "category": "",
            "side": "front",
            "x": 300,
            "y": 400,
            "where": "left forearm",
            "note": "",
            "first_seen": "2026-11-20",
        },
    ]
    BodyMap.objects.create(
        resident=world.peggy,
        moment="home",
        checked=True,
        marks=marks,
        seen_at=world.now,
        recorded_at=world.now,
        by_name="Ana Tester",
    )


def _medicine(row, number) -> dict:
    name, form, dose, route, frequency, reason, critical = row
    last = "20 Nov 2026, 20:00" if number % 2 else "21 Nov 2026, 02:00"
    return {
        "name": name,
        "form": form,
        "dose": dose,
        "route": route,
        "frequency": frequency,
        "reason": reason,
        "time_critical": critical,
        "last_given": last,
        "code": "",
    }


WORDS = "She needs two staff and the stand hoist, wears her glasses, and likes things told slowly and plainly. "


def _filled(section: Section, long: int) -> dict:
    return {field.name: _answer(field, long) for field in section.fields}


def _answer(field: Field, long: int):
    kinds = {
        "choice": lambda: {"cfs": "not_known", "pregnant": "no"}.get(field.name, field.choices[0][0]),
        "rows": lambda: [{column.name: _answer(column, 1) for column in field.columns}],
        "tick": lambda: True,
        "date": lambda: "2026-05-03",
        "number": lambda: {"height": "162"}.get(field.name, "54.5"),
        "levels": lambda: {"usual": LEVELS[1][0], "now": LEVELS[3][0], "note": "since Tuesday"},
        "long": lambda: WORDS * long,
    }
    return kinds.get(field.kind, lambda: (f"{field.label}: yes, twice since Easter. " * long).strip()[:3900])()


def items(count: int = 14) -> tuple[dict, ...]:
    """So many belongings."""
    kinds = ("glasses", "dentures_upper", "dentures_lower", "hearing_aid_left", "phone", "clothes", "document", "other")
    return tuple(
        {"category": kinds[number % len(kinds)], "description": f"Brown, marked with her name, number {number}"}
        for number in range(count)
    )


REASON = {
    "concern": "Fell in the bathroom at 02:10, cannot put weight on the right leg, right foot turned out.",
    "last_seen_well": "02:00 by Ana, asleep",
    "action": "Not moved. Blanket, paracetamol 1 g at 02:20, rang 111 and 999.",
    "response": "Pain 8 of 10 when touched, 4 when still. Talking as usual.",
    "examination": "No wound to the head. Skin whole.",
    "shared": "GP out of hours, Dr Osei, 02:35.",
    "last_ate": "20:00, soft supper and tea",
    "capacity_today": "Yes, when told slowly",
    "infection_today": "Loose stools since yesterday",
    "in_charge": "Ana Sousa",
    "family_told": "02:50 by Ana: daughter Susan",
    "advised": "111: ambulance within the hour",
    "watch_for": "Bleeding: she takes apixaban",
}


def packed(world, **more):
    """Peggy packed with everything."""
    more = {
        "items": items(),
        "reason": REASON,
        "ask": "Please X-ray the hip",
        "return_when": "She can be hoisted",
    } | more
    return pack(world, **more)


def drawn(world, transfer, kind: str, *, minutes: int = 1) -> bytes:
    """The kept paper after the worker has drawn."""
    assert draw(transfer.pk, now=world.now + timedelta(minutes=minutes))
    return read_file(Paper.objects.filter(transfer=transfer, kind=kind).latest("drawn_at").file)
