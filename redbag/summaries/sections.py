"""The sections of a health summary as data. Adding one is a definition here, not a page."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 4000
MOST_ROWS = 100


@dataclass(frozen=True)
class Field:
    """One thing a section asks. Kinds: text (a line), long (paragraphs), choice, rows (of `columns`), tick."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple["Field", ...] = ()
    counts: bool = True


@dataclass(frozen=True)
class Section:
    """A section: its fields, and after how many days it asks "still right?"."""

    name: str
    title: str
    fields: tuple[Field, ...]
    fresh_days: int


ALLERGY_STATUS = (
    ("present", "Has allergies"),
    ("none_known", "No known allergies (asked)"),
    ("not_known", "Not known: check before giving anything"),
)
CPR = (
    ("attempt", "Attempt CPR"),
    ("do_not_attempt", "Do NOT attempt CPR"),
    ("not_known", "No decision known, so attempt CPR"),
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "allergies",
        "Allergies and bad reactions",
        (
            Field("status", "Allergies", "choice", ALLERGY_STATUS),
            Field(
                "items",
                "What they are allergic to",
                "rows",
                columns=(
                    Field("agent", "To what"),
                    Field("reaction", "What happens"),
                    Field("severity", "How bad"),
                ),
                counts=False,
            ),
        ),
        180,
    ),
    Section(
        "resuscitation",
        "If heart or breathing stops",
        (
            Field("recommendation", "What is recommended", "choice", CPR),
            Field(
                "papers",
                "Papers held",
                "rows",
                columns=(
                    Field("kind", "Which (DNACPR, ReSPECT, ADRT, care plan)"),
                    Field("signed_by", "Signed by"),
                    Field("signed_on", "Date signed"),
                    Field("original_seen", "Original seen by, when"),
                    Field("where", "Where it is now"),
                ),
                counts=False,
            ),
            Field("limits", "Agreed limits of other treatment", "long", counts=False),
        ),
        180,
    ),
    Section(
        "medicines",
        "Medicines",
        (
            Field(
                "items",
                "Medicines",
                "rows",
                columns=(
                    Field("name", "Medicine"),
                    Field("dose", "Dose, word for word"),
                    Field("route", "Route"),
                    Field("frequency", "How often"),
                    Field("reason", "What for"),
                    Field("last_given", "Last given"),
                    Field("time_critical", "Must not be late", "tick"),
                ),
            ),
            Field("note", "Anything else about medicines", "long", counts=False),
        ),
        30,
    ),
    Section(
        "conditions",
        "Conditions and what matters at once",
        (
            Field("diagnoses", "Conditions", "long"),
            Field("blood_thinner", "Blood thinner"),
            Field("insulin", "Insulin or diabetes"),
            Field("seizures", "Seizures"),
            Field("oxygen_target", "Oxygen target"),
            Field("infection", "Infection or isolation"),
        ),
        90,
    ),
    Section(
        "normal",
        "What is normal for them",
        (
            Field("mobility", "Moving about"),
            Field("speech", "Speech"),
            Field("confusion", "Memory and confusion"),
            Field("communication", "How to talk with them (hearing, sight, language)"),
            Field("capacity", "Can decide about today?"),
        ),
        90,
    ),
    Section(
        "care",
        "Eating, moving and care",
        (
            Field("swallowing", "Swallowing, food and drink"),
            Field("lifting", "Lifting and transfers"),
            Field("continence", "Continence, catheter"),
            Field("skin", "Skin and pressure areas", "long"),
            Field("risk_to_crew", "Risk to others"),
        ),
        30,
    ),
    Section(
        "about_me",
        "About me",
        (
            Field("important", "What is most important to me", "long"),
            Field("people", "People who are important to me", "long"),
            Field("communicate", "How I communicate", "long"),
            Field("wellness", "My wellness", "long", counts=False),
            Field("please_do", "Please do, and please don't", "long"),
            Field("support", "How and when to support me", "long", counts=False),
            Field("worth_knowing", "Also worth knowing", "long", counts=False),
        ),
        365,
    ),
    Section(
        "legal",
        "Decisions and the law",
        (
            Field("told", "Told how information is used"),
            Field("objection", "Any objection, and to what", counts=False),
            Field("attorney", "Attorney or deputy, and paper seen"),
            Field("dols", "Deprivation of liberty safeguards: where valid", counts=False),
        ),
        365,
    ),
)
BY_NAME = {section.name: section for section in SECTIONS}


def empty(section: Section) -> dict:
    """The content of a section nobody has filled: choices at their not-known value, never "none"."""
    blank = {"choice": "not_known", "rows": [], "tick": False}
    return {field.name: blank.get(field.kind, "") for field in section.fields}


def completeness(section: Section, content: Mapping) -> int:
    """How much of the section is filled, 0 to 100: a choice counts once it is known."""
    asked = [field for field in section.fields if field.counts]
    filled = [field for field in asked if content.get(field.name) not in ("", "not_known", [], None, False)]
    return round(100 * len(filled) / len(asked))


def problems(section: Section, content: object) -> dict[str, str]:
    """What is wrong with a content somebody sent, by field; empty when nothing is."""
    if not isinstance(content, Mapping):
        return {section.name: "Send an object with the section's fields."}
    known = {field.name: field for field in section.fields}
    wrong = {
        f"{section.name}.{name}": f"There is no such field. Fields: {', '.join(known)}."
        for name in content
        if name not in known
    }
    for name, value in content.items():
        if name in known and (fault := _fault(known[name], value)):
            wrong[f"{section.name}.{name}"] = fault
    if section.name == "allergies":
        agents = [row for row in content.get("items") or [] if isinstance(row, Mapping) and row.get("agent")]
        if content.get("status") == "present" and not agents:
            wrong["allergies.items"] = "Name what they are allergic to."
        if content.get("status") != "present" and agents:
            wrong["allergies.status"] = "Allergies are listed, so the answer must be: has allergies."
    return wrong


def _fault(field: Field, value: object) -> str:
    if field.kind == "rows":
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            return f"Send a list of at most {MOST_ROWS} rows."
        columns = {column.name: column for column in field.columns}
        for row in value:
            if not isinstance(row, Mapping) or set(row) - set(columns):
                return f"Each row holds: {', '.join(columns)}."
            if fault := next((f for name, cell in row.items() if (f := _fault(columns[name], cell))), ""):
                return fault
        return ""
    if field.kind == "tick":
        return "" if isinstance(value, bool) else "Send true or false."
    if not isinstance(value, str):
        return "Send text."
    if field.kind == "choice" and value not in dict(field.choices):
        return f"Choose one of: {', '.join(dict(field.choices))}."
    return "" if len(value) <= LONGEST else f"Use at most {LONGEST} characters."


def tidy(section: Section, content: Mapping) -> dict:
    """The whole content of the section: what was sent over the empty values, empty rows dropped."""
    whole = {**empty(section), **content}
    for field in section.fields:
        if field.kind == "rows":
            whole[field.name] = [
                {column.name: row.get(column.name, False if column.kind == "tick" else "") for column in field.columns}
                for row in whole[field.name]
                if any(row.values())
            ]
    return whole
