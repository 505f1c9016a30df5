"""Belongings and summary sections as pages for crew, ward and home draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from redbag.summaries.fields import Field, answered, said, unanswered
from redbag.summaries.scores import must
from redbag.summaries.sections import BY_NAME
from redbag.templatetags.redbag import clock
from redbag.transfers.case_models import Case
from redbag.transfers.contents import PLACES, Item, Seen, name_of
from redbag.transfers.holding import Looked
from redbag.transfers.line_words import STATES
from redbag.transfers.stages import Stage

NEVER_BLANK = ("allergies", "resuscitation")
LEGS = {
    Stage.PACKED: "At the home",
    Stage.WITH_CREW: "With the crew",
    Stage.IN_HOSPITAL: "In hospital",
    Stage.COMING_HOME: "Coming home",
    Stage.BACK_HOME: "Back home",
}


@dataclass(frozen=True)
class ItemRow:
    """One belonging in words, with how it was on each leg (`cells` follows the legs of the table it is in).

    `before` says what whoever looked last said, on which leg and when; `photo` whether there is a picture of it; `case`
    what is done about it when it was not found; `tagged` whether a small tag of its kind leads to this bag.
    """

    item: Item
    name: str
    where: str
    last: str
    before: str = ""
    cells: Sequence[Seen | None] = ()
    photo: bool = False
    case: Case | None = None
    tagged: bool = False


@dataclass(frozen=True)
class Contents:
    """Belongings by leg."""

    legs: Sequence[str]
    rows: Sequence[ItemRow]


@dataclass(frozen=True)
class Part:
    """One field of a section: words, or rows of which each is a few parts itself (what is empty left out)."""

    label: str
    words: str = ""
    rows: Sequence[Sequence["Part"]] = ()


@dataclass(frozen=True)
class Checked:
    """What whoever has the bag found in it, by name, and who looked last."""

    at: datetime
    by: str
    missing: Sequence[str]
    unlooked: Sequence[str]

    @property
    def all_there(self) -> bool:
        """Whether everything that travels was looked for and found."""
        return not self.missing and not self.unlooked


def checked(looked: Looked | None) -> Checked | None:
    """The result of looking, in words; None while nobody looked."""
    if looked is None:
        return None
    return Checked(
        at=looked.fact.occurred_at,
        by=looked.fact.by_name,
        missing=[row.name for row in item_rows(looked.missing)],
        unlooked=[row.name for row in item_rows(looked.unlooked)],
    )


def item_rows(items: Sequence[Item], legs: Sequence[Stage] = ()) -> list[ItemRow]:
    """Every belonging with where it was put and how it was when last looked for."""
    return [
        ItemRow(
            item=item,
            name=name_of(item),
            where={"packed": "", "added": "put in later: ", "extra": "extra, found on the way: "}[item.came_as]
            + PLACES.get(item.where, item.where).lower(),
            last=STATES.get(item.seen[-1].state, "") if item.seen else "",
            before=_before(item.seen[-1]) if item.seen else "",
            cells=[_on(item, leg) for leg in legs],
        )
        for item in items
    ]


def contents(items: Sequence[Item]) -> Contents:
    """The table of belongings: only legs on which somebody looked."""
    looked = {seen.leg for item in items for seen in item.seen}
    legs = [leg for leg in LEGS if leg in looked]
    return Contents([LEGS[leg] for leg in legs], item_rows(items, legs))


def _before(seen: Seen) -> str:
    return f"{STATES.get(seen.state, seen.state)} ({LEGS[seen.leg].lower()}, {clock(seen.at)})"


def _on(item: Item, leg: Stage) -> Seen | None:
    return next((seen for seen in reversed(item.seen) if seen.leg == leg), None)


def sections_shown(summary: Sequence[Mapping]) -> list[dict]:
    """Each section of read_summary with what it says (`parts`), and the names of what nobody wrote (`missing`)."""
    return [_shown(section) for section in summary]


def _shown(section: Mapping) -> dict:
    fields, content = BY_NAME[section["name"]].fields, section["content"]
    said_of = [each for each in fields if answered(each, content.get(each.name)) or section["name"] in NEVER_BLANK]
    return {
        **section,
        "parts": [*_must(section), *(_part(field, content) for field in said_of)],
        "missing": unanswered(BY_NAME[section["name"]], content) if section["version"] else [],
    }


def _must(section: Mapping) -> list[Part]:
    """The MUST score with its risk and its parts; no total of half a set."""
    words = must(section["content"]).in_full if section["name"] == "scores" and section["version"] else ""
    return [Part("Food and weight", words)] if words else []


def _part(field: Field, content: Mapping) -> Part:
    value = content.get(field.name)
    if field.kind == "rows":
        return Part(field.label, rows=[_row(field, row) for row in value or []])
    return Part(field.label, _cell(field, value))


def _row(field: Field, row: Mapping) -> list[Part]:
    cells = [Part(column.label, _cell(column, row.get(column.name))) for column in field.columns]
    return [cell for cell in cells if cell.words]


def _cell(field: Field, value: object) -> str:
    return "" if value is None else said(field, value)
