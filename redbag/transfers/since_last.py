"""How what left the home differs from what left it last time, in words. Pure: two snapshots in, differences out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redbag.summaries import marks
from redbag.summaries.fields import Field, Section, changes
from redbag.summaries.sections import SECTIONS
from redbag.transfers.ringing import is_kept_from, is_one_of

PERSON = (
    ("title", "Title"),
    ("first_name", "First name"),
    ("last_name", "Surname"),
    ("preferred_name", "Preferred name"),
    ("date_of_birth", "Born"),
    ("nhs_number", "NHS number"),
    ("gp_practice", "GP practice"),
    ("gp_phone", "GP phone"),
)
SAID = ("name", "relation", "phone")
KINDS: dict[str, type] = {"levels": Mapping, "tick": bool}


@dataclass(frozen=True)
class Difference:
    """One thing that differs from last time; `before` or `after` is empty for what came or went.

    `section` is a section of the summary, or person, skin or documents.
    """

    section: str
    title: str
    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The difference as a sentence's end: new, no longer, or from what to what."""
        if not self.before:
            return f"new: {self.after}"
        return f"was {self.before}; now {self.after}" if self.after else f"no longer: {self.before}"


def differences(before: Mapping, after: Mapping) -> list[Difference]:
    """What differs between two snapshots, in the order of the summary, then person, skin and documents.

    What an older snapshot did not hold yet (skin, documents) is not compared; a section it did not hold was empty.
    Of whom nobody may tell now, or give the person to, only name and flags are compared, whatever was known before.
    """
    kept = (after.get("resident") or {}).get("contacts") or []
    was, now = _contents(before, kept), _contents(after, kept)
    found = [
        Difference(section.name, section.title, each.label, each.before, each.after)
        for section in SECTIONS
        if section.travels
        for each in changes(section, _readable(section, was), _readable(section, now))
    ]
    found += _person(before.get("resident") or {}, after.get("resident") or {}, kept)
    if before.get("body_map") is not None and after.get("body_map") is not None:
        found += _skin(before["body_map"], after["body_map"])
    if "documents" in before and "documents" in after:
        found += _documents(before["documents"], after["documents"])
    return found


def _contents(snapshot: Mapping, kept: Sequence[Mapping]) -> dict[str, Mapping]:
    """The sections by name; of an attorney whom nobody may tell now, or give the person to, the name alone."""
    contents = {part["name"]: part["content"] for part in snapshot.get("summary") or []}
    rows = contents.get("legal", {}).get("attorneys")
    if isinstance(rows, list):
        rows = [{"name": row["name"]} if isinstance(row, Mapping) and is_one_of(row, kept) else row for row in rows]
        contents["legal"] = {**contents["legal"], "attorneys": rows}
    return contents


def _readable(section: Section, contents: Mapping[str, Mapping]) -> dict:
    """The fields of a section that hold what they hold today; a snapshot of long ago may hold something else.

    Codes are left out: nobody reads them, and the words beside them are compared.
    """
    content = contents.get(section.name) or {}
    fields = [field for field in section.fields if _fits(field, content.get(field.name))]
    return {field.name: _without_codes(content[field.name]) for field in fields}


def _without_codes(value):
    if not isinstance(value, list):
        return value
    return [{name: cell for name, cell in row.items() if name != "code"} for row in value]


def _fits(field: Field, value: object) -> bool:
    if isinstance(value, list):
        return field.kind == "rows" and all(isinstance(row, Mapping) for row in value)
    return field.kind != "rows" and isinstance(value, KINDS.get(field.kind, str))


def _person(was: Mapping, now: Mapping, kept: Sequence[Mapping]) -> list[Difference]:
    named = [(label, str(was.get(name) or ""), str(now.get(name) or "")) for name, label in PERSON]
    found = [Difference("person", "The person", *each) for each in named if each[1] != each[2]]
    before, after = _said_contacts(was, kept), _said_contacts(now, kept)
    found += [Difference("person", "The person", "Contact", "", each) for each in after if each not in before]
    return found + [Difference("person", "The person", "Contact", each, "") for each in before if each not in after]


def _said_contacts(person: Mapping, kept: Sequence[Mapping]) -> list[str]:
    """Each contact on one line, with whether they may be told; of whom they may not, no more than the name."""
    flags = (("do_not_tell", "do not tell"), ("do_not_release", "do not release to"))
    return [
        ", ".join(
            [str(row[name]) for name in (("name",) if _is_kept(row, kept) else SAID) if row.get(name)]
            + [words for name, words in flags if row.get(name)]
        )
        for row in person.get("contacts") or []
    ]


def _is_kept(row: Mapping, kept: Sequence[Mapping]) -> bool:
    """Whether a contact is one of those nobody may tell; one without a name is, when one of those has none either."""
    nameless = not row.get("name") and any(is_kept_from(each) and not each.get("name") for each in kept)
    return nameless or is_kept_from(row) or is_one_of(row, kept)


def _skin(was: Mapping, now: Mapping) -> list[Difference]:
    return [
        Difference(
            "skin",
            "Skin",
            "Mark",
            marks.said(each.before) if each.before else "",
            marks.said(each.after) if each.after else "",
        )
        for each in marks.differences(was["marks"], now["marks"])
    ]


def _documents(was: Sequence[Mapping], now: Sequence[Mapping]) -> list[Difference]:
    """Documents that came and went, told apart by their content."""
    before, after = ({each["digest"]: _paper(each) for each in side} for side in (was, now))
    sides = [("", words) for digest, words in after.items() if digest not in before]
    sides += [(words, "") for digest, words in before.items() if digest not in after]
    return [Difference("documents", "Documents", "Paper", *side) for side in sides]


def _paper(row: Mapping) -> str:
    return ", ".join(filter(None, (row.get("label") or row["kind"], row.get("title"), row.get("date"))))
