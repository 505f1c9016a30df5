"""A line of the comparison as people see it: both sides, what differs, what can be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from redbag.medicines.listed import Listed
from redbag.medicines.saying_stopped import what_is_said
from redbag.reconciliations.choices import ASKED, BY_LETTER
from redbag.reconciliations.lists import listed
from redbag.reconciliations.models import Decision, Line
from redbag.reconciliations.standing import Decided, Standing

Kind = Line.Kind
SHAPES = {
    Kind.UNCHANGED: "=",
    Kind.CHANGED: "≠",
    Kind.STOPPED: "✕",
    Kind.STARTED: "+",
    Kind.NOT_MENTIONED: "?",
    Kind.NEW_TO_US: "?",
    Kind.UNCERTAIN: "?",
}
PARTS = (
    ("dose", "Dose"),
    ("frequency", "How often"),
    ("form", "Form"),
    ("route", "Route"),
    ("instructions", "Instructions"),
    ("reason", "What for"),
    ("recommendation", "The hospital recommends"),
    ("last_given", "Last given"),
    ("until", "Until"),
)
SAID = {
    "started": "The letter says: started",
    "stopped": "The letter says: stopped",
    "changed": "The letter says: changed",
    "continued": "The letter says: carry on",
    "unclear": "The letter is not clear: ask",
}
ON_HOLD = "The letter says: on hold for now. That is not stopped"
EMPTY: Mapping = {}


@dataclass(frozen=True)
class Part:
    """One part of a medicine on one side; `differs` when the other side says something else."""

    label: str
    words: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """One side of a line: the name, its parts, and what the list itself says of a change."""

    name: str
    name_differs: bool
    parts: Sequence[Part]
    says: str
    why: str


@dataclass(frozen=True)
class Card:
    """A line with everything its card shows. `typed` and `errors` are what came back from its form."""

    decided: Decided
    shape: str
    before: Side | None
    after: Side | None
    why: str
    differences: Sequence[Mapping]
    warnings: Sequence[str]
    by_letter: str
    as_before: Decision | None = None
    taken_over: str = ""
    then: Decided | None = None
    typed: Mapping = field(default_factory=dict)
    errors: Mapping = field(default_factory=dict)

    @property
    def gives(self) -> str:
        """What is given, in one line of words."""
        return in_words(self.decided.gives) if self.decided.gives else ""

    @property
    def gave_then(self) -> str:
        """What was decided to give on the version before, in one line of words."""
        return in_words(self.then.gives) if self.then and self.then.gives else ""

    @property
    def asked_whom(self) -> str:
        """Whom somebody rang, as part of a sentence."""
        last = self.decided.last
        words = dict(ASKED).get(last.asked, "") if last else ""
        return words[:1].lower() + words[1:]


def cards(
    standing: Standing,
    *,
    as_before: Mapping,
    taken_over: Mapping,
    then: Mapping,
    typed: Mapping = EMPTY,
    errors: Mapping = EMPTY,
    wrong: object = None,
) -> list[Card]:
    """Every line in the order of its danger; `wrong` is the line whose form came back, with what was typed in it."""
    ordered = sorted(standing.lines, key=_place)
    return [
        replace(
            _card(each),
            as_before=as_before.get(each.line.pk),
            taken_over=taken_over.get(each.line.pk, ""),
            then=then.get(each.line.pk),
            typed=typed if each.line.pk == wrong else EMPTY,
            errors=errors if each.line.pk == wrong else EMPTY,
        )
        for each in ordered
    ]


def _card(decided: Decided) -> Card:
    both = decided.compared
    differs = {each["part"] for each in both["differences"]}
    return Card(
        decided=decided,
        shape=SHAPES[Kind(decided.line.kind)],
        before=_side(both["before"], differs),
        after=_side(both["after"], differs),
        why=both["why"],
        differences=both["differences"],
        warnings=warnings(both),
        by_letter=_by_letter(decided.line.kind, both["after"]),
    )


def _place(decided: Decided) -> tuple:
    """Do-not-stop first, then what harms first."""
    both = decided.compared
    return not both["do_not_stop"], both["urgency"], decided.line.position


def _side(row: Mapping | None, differs: set[str]) -> Side | None:
    if row is None:
        return None
    parts = [Part(label, row[name], name in differs) for name, label in PARTS if row.get(name)]
    if "strength" in differs:
        parts = [Part(part.label, part.words, part.differs or part.label == "Dose") for part in parts]
    return Side(row["name"], "name" in differs, parts, _says(row), row["change_reason"])


def _says(row: Mapping) -> str:
    """What the list itself says of a change; what is on hold is never only called changed, or stopped."""
    on_hold = bool(row["change"]) and what_is_said(listed(row))[0].change == "withheld"
    return ON_HOLD if on_hold else SAID.get(row["change"], "")


def warnings(both: Mapping) -> list[str]:
    """What must be seen first: not to be stopped, not to be late, of a kind that harms most when it is wrong."""
    told = [_must_go_on(both["do_not_stop"])] if both["do_not_stop"] else []
    late = (
        ["Must not be late"] if both["must_not_be_late"] and not any("late" in each for each in both["flags"]) else []
    )
    return [*told, *late, *both["flags"]]


def _must_go_on(words: str) -> str:
    """The warning once, also where the letter's own words begin with it."""
    begins = words.strip().casefold().replace("’", "'").startswith(("do not ", "don't ", "must not ", "never "))
    return words.strip() if begins else f"Do not stop: {words}"


def _by_letter(kind: str, after: Mapping | None) -> str:
    """The words of the button that decides as the letter says; empty where it decides nothing."""
    if Kind(kind) not in BY_LETTER:
        return ""
    if kind == Kind.STOPPED:
        return "As the letter says: do not give"
    return f"As the letter says: give {dose_words(after or {})}".strip()


def dose_words(row: Mapping) -> str:
    """Dose and times in one line."""
    return ", ".join(filter(None, (row.get("dose"), row.get("frequency"), row.get("instructions"))))


def in_words(row: Mapping) -> str:
    """A medicine in one line: name, form, dose, times, route."""
    named = " ".join(filter(None, (row["name"], row["form"])))
    return ", ".join(filter(None, (named, dose_words(row), row["route"])))


def listed_in_words(rows: Sequence[Listed]) -> list[str]:
    """A list of medicines, each in one line."""
    return [in_words({name: getattr(each, name) for name in Listed.__dataclass_fields__}) for each in rows]


def next_doses(standing: Standing, *, now: datetime) -> list[dict]:
    """What is to be given next, in time order; `passed` says that its time has come."""
    return [
        {
            "at": each.last.next_due_at,
            "words": in_words(each.gives),
            "critical": each.gives["time_critical"],
            "passed": each.last.next_due_at <= now,
        }
        for each in standing.due_next()
        if each.last and each.last.next_due_at and each.gives
    ]
