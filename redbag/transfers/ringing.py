"""Whom crew and ward ring, and whom nobody may tell. Pure: contacts and sections in, words out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redbag.residents.phones import same_phone
from redbag.transfers.lines import Line

NOBODY_TOLD = "Not told, as far as anybody wrote down"


@dataclass(frozen=True)
class Number:
    """Somebody to ring."""

    who: str
    phone: str
    note: str = ""


def whom_to_ring(
    *,
    home: str,
    phone: str,
    in_charge: str,
    family_told: str,
    told: str,
    contacts: Sequence[Mapping],
    attorneys: Sequence[Mapping],
) -> list[Number]:
    """The nurse in charge at the home's phone; then one of family, or an attorney, with whether they were told.

    `family_told` and `told` are what the home wrote of the family, and of everybody: it stands with the person it
    names, who is then offered too, and with the home when it names nobody.
    Whoever must not be told, or given the person, is never offered, whatever else they are.
    """
    who = f"{in_charge}, in charge at {home}" if in_charge else f"{home}: the nurse or carer in charge"
    note = _told(family_told, told)
    family = [(row, row.get("relation")) for row in contacts] + [(row, row.get("kind")) for row in attorneys]
    offered = [
        (row, what)
        for row, what in family
        if row.get("phone") and not is_kept_from(row) and not is_one_of(row, contacts)
    ]
    if not (family_told or told):
        return [Number(who, phone), *(_number(*each, note) for each in offered[:1])]
    named = _named(family_told or told, offered)
    if named is None:
        return [Number(who, phone, note), *(_number(*each, "") for each in offered[:1])]
    shown = offered[:1] if offered[0] == named else [offered[0], named]
    return [Number(who, phone), *(_number(*each, note if each == named else "") for each in shown)]


def _number(row: Mapping, what: str | None, note: str) -> Number:
    notes = ". ".join(part.rstrip(". ") for part in (note, row.get("note")) if part)
    return Number(", ".join(filter(None, (row.get("name"), what))), row["phone"], notes)


def _named(words: str, offered: Sequence[tuple[Mapping, str | None]]) -> tuple[Mapping, str | None] | None:
    """The one person whom the words name, by whole name, first name or else relation; None for nobody and for two.

    Whoever told them ("by Ana") is not the one who was told.
    """
    heard = re.sub(r"\bby\s+\S+", " ", words, flags=re.IGNORECASE)
    for sayings in (
        lambda row, _: [row.get("name")],
        lambda row, _: [(row.get("name") or "").partition(" ")[0]],
        lambda _, what: [what],
    ):
        found = [each for each in offered if any(_says(heard, part) for part in sayings(*each))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _says(words: str, part: str | None) -> bool:
    """Whether a name or relation stands in the words, as whole words."""
    return bool(part) and re.search(rf"\b{re.escape(_same(part))}\b", _same(words)) is not None


def _told(family_told: str, told: str) -> str:
    """Whether the family was told, as somebody wrote it, or that nobody did."""
    if family_told:
        return family_told if "told" in family_told.casefold() else f"Family told: {family_told}"
    return f"Who was told: {told}" if told else NOBODY_TOLD


def kept_from(contacts: Sequence[Mapping]) -> list[Line]:
    """Who must not be told, and to whom the person must not be given, by name."""
    return [
        Line(name, label, ", ".join(filter(None, (row.get("name"), row.get("relation")))) or "a contact without a name")
        for name, label in (("do_not_tell", "Do not tell"), ("do_not_release", "Do not release to"))
        for row in contacts
        if row.get(name)
    ]


def is_kept_from(row: Mapping) -> bool:
    """Whether a contact must not be told, or must not be given the person."""
    return bool(row.get("do_not_tell") or row.get("do_not_release"))


def without_numbers(summary: Sequence[dict], contacts: Sequence[Mapping]) -> list[dict]:
    """The sections of the summary, with no number of an attorney who is also a contact who must not be told."""
    return [
        section | {"content": _quiet(section["content"], contacts)} if section["name"] == "legal" else section
        for section in summary
    ]


def _quiet(legal: Mapping, contacts: Sequence[Mapping]) -> dict:
    rows = [{**row, "phone": ""} if is_one_of(row, contacts) else row for row in legal["attorneys"]]
    return {**legal, "attorneys": rows}


def is_one_of(row: Mapping, contacts: Sequence[Mapping]) -> bool:
    """Whether a name or a phone is that of a contact who must not be told, or given the person."""
    kept = [each for each in contacts if is_kept_from(each)]
    named = bool(_same(row.get("name"))) and _same(row.get("name")) in {_same(each.get("name")) for each in kept}
    return named or any(same_phone(row.get("phone"), each.get("phone")) for each in kept)


def _same(name: str | None) -> str:
    """A name as it is compared: case and spaces make no difference."""
    return " ".join((name or "").split()).casefold()
