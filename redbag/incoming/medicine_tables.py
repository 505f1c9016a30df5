"""Medicines read from a table in the text, when its headings leave no doubt; said as such, and nothing beyond it."""

import re

from redbag.incoming.headings import MEDICINES
from redbag.incoming.medicine_changes import ASK, what_happened
from redbag.incoming.medicine_lists import GONE, NOT_NOW, said_by_headings
from redbag.incoming.medicines_coded import KEEP_ON, MOST
from redbag.incoming.message import Medicine
from redbag.incoming.narrative import Row
from redbag.incoming.sections import Part, tables_under

COLUMNS = {
    "name": "medicine|medicines|medication|medications|drug|drugs|name|medication name|medicine name|drug name|item",
    "form": "form|formulation|preparation|medication form",
    "dose": "dose|dosage|dose amount|dose directions|dose amount description|dose directions description",
    "strength": "strength",
    "route": "route|route of administration",
    "frequency": "frequency|how often|timing|times|when|dose timing|dose timing description",
    "change": "status|change|change status|medication change|changes|change to medicine|started stopped or changed",
    "change_reason": "reason for change|why changed|comment on change|description of amendment",
    "reason": "reason|indication|what for|for",
    "instructions": "comment|comments|instructions|additional instructions|additional instruction|notes|directions",
    "recommendation": "recommendation|recommendations",
    "until": "until|duration|stop date|end date|course length|dose direction duration",
    "last_given": "last given|last dose|last dose given|time of last dose",
}
KNOWN = {name: part for part, names in COLUMNS.items() for name in names.split("|")}
CHANGED = {
    "started": "started|new|added|start|newly started|new medicine|new medication",
    "stopped": "stopped|discontinued|stop|ceased|withdrawn",
    "changed": "changed|amended|altered|dose changed|increased|decreased|reduced|dose increased|dose reduced",
    "continued": "continued|unchanged|continue|no change|same|not changed",
}
CHANGES = {name: change for change, names in CHANGED.items() for name in names.split("|")}
LONGEST_HEADING = 60
NOT_READ = (
    "The table under \u201c{over}\u201d is not read as the list of medicines to take. Read it in the letter's text."
)
FROM_TABLE = "The medicines were read from a table in the letter's text, not from codes. Compare each with the letter."
NO_NAME = "A row in the table of medicines has no name of a medicine: {row}"
UNCLEAR = "{name}: what is said of a change ({said}) is not a word we know for sure. Read it in the letter."
UNREAD_TABLE = "There is a table of medicines whose headings we do not know. Read it in the letter's text."


def medicines_in_tables(parts: list[Part], notes: list[str]) -> list[Medicine]:
    """The medicines in tables under the heading for medicines; none unless the columns say what they hold."""
    found: list[Medicine] = []
    for part, table in tables_under(parts, MEDICINES):
        over = " ".join((*part.inside, part.title, table.over))
        if NOT_NOW.search(over) or (GONE.search(over) and len(table.over) > LONGEST_HEADING):
            notes.append(NOT_READ.format(over=over.strip()))
            continue
        headed = said_by_headings(table.over, part.title, *reversed(part.inside))
        rows = _across(table.rows) or _down(table.rows)
        if rows is None:
            notes.append(UNREAD_TABLE)
        for row in rows or ():
            if medicine := _medicine(row, headed, notes):
                found.append(medicine)
    if found:
        notes.append(FROM_TABLE)
    return found[:MOST]


def _part(heading: str) -> str:
    return KNOWN.get(" ".join(re.findall(r"[a-z]+", heading.lower())), "")


def _across(table: tuple[Row, ...]) -> list[dict[str, str]] | None:
    """A table with a first row of headings: one medicine in each row below it."""
    parts = [_part(cell) for cell in table[0].cells]
    if "name" not in parts or not {"dose", "strength", "frequency", "change"} & set(parts) or not table[1:]:
        return None
    if any(len(row.cells) != len(parts) for row in table[1:]):
        return None
    return [_filled(zip(parts, table[0].cells, row.cells, strict=True)) for row in table[1:]]


def _down(table: tuple[Row, ...]) -> list[dict[str, str]] | None:
    """A table with a heading before each value: a medicine begins where its name stands."""
    if any(len(row.cells) != 2 or not row.headings[0] for row in table) or _part(table[0].cells[0]) != "name":
        return None
    blocks: list[list[tuple[str, str, str]]] = []
    for heading, value in (row.cells for row in table):
        part = _part(heading)
        if part == "name":
            blocks.append([])
        blocks[-1].append((part, heading, value))
    return [_filled(block) for block in blocks]


def _filled(cells) -> dict[str, str]:
    """The parts of one medicine; what stands under a heading we do not know is kept with the instructions."""
    found: dict[str, str] = {}
    for part, heading, value in cells:
        if not value:
            continue
        part, value = (part, value) if part else ("instructions", f"{heading}: {value}" if heading else value)
        found[part] = f"{found[part]}; {value}" if part in found else value
    return found


def _medicine(row: dict[str, str], headed: str, notes: list[str]) -> Medicine | None:
    name = row.get("name", "")[:300]
    if not name:
        if row:
            notes.append(NO_NAME.format(row=" | ".join(row.values()))[:500])
        return None
    if strength := row.pop("strength", ""):
        name = name if strength in name else f"{name} {strength}"
    said = row.pop("change", "")
    own = CHANGES.get(" ".join(re.findall(r"[a-z]+", said.lower())), "")
    if said and not own:
        notes.append(UNCLEAR.format(name=name, said=said)[:500])
    change, doubt = what_happened(own or (said if headed == "stopped" else ""), headed=headed)
    if doubt:
        notes.append(ASK.format(name=name, why=doubt)[:500])
    why = row.pop("change_reason", "") or ("" if own else said)
    everything = " ".join(row.values())
    keep = row.get("instructions", "") if any(one in everything.lower() for one in KEEP_ON) else ""
    parts = {part: value[:1_000] for part, value in row.items() if part != "name"}
    return Medicine(
        name=name,
        change=change,
        change_reason=". ".join(filter(None, (doubt, why)))[:1_000],
        do_not_stop=keep[:1_000],
        **parts,
    )
