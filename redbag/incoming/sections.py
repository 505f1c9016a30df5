"""The sections of a document: every one of them, each heading once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from redbag.incoming.headings import HEADINGS, LONGEST, LONGEST_NAME, MOST, Heading, around, known
from redbag.incoming.message import Section
from redbag.incoming.narrative import Read, Table, read_narrative
from redbag.incoming.parts import Resource
from redbag.incoming.trees import all_words, concept, each, objects, plain, words

CUT = "\n\n[The text goes on in the document that the hospital sent.]"
WAS_CUT = "{title}: the text is too long to be shown whole. Open what the hospital sent to read the rest."
TOO_DEEP = "The document has sections inside sections more than 20 deep. The innermost were not read."
TOO_MANY = "The document has more than 1,000 sections. The rest was not read."
TOO_LONG = "The document is longer than can be shown. Open what the hospital sent to read the rest."
NO_TITLE = "Other information"
DEEPEST = 20
MOST_READ = 1_000
LONGEST_IN_ALL = 2_000_000


@dataclass
class Part:
    """One section as it stands in the document: its words, its tables, what it points at, and where it belongs."""

    title: str
    read: Read
    resource: Resource
    heading: Heading | None = None
    code: str = ""
    inside: tuple[str, ...] = ()
    belongs: Heading | None = None


@dataclass
class _Room:
    characters: int = LONGEST_IN_ALL
    sections: int = MOST_READ
    notes: list[str] = field(default_factory=list)


def parts_of(composition: Resource, notes: list[str]) -> list[Part]:
    """Every section and the sections inside it, in the order of the document."""
    room = _Room(notes=notes)
    return [part for one in objects(composition, "section") for part in _walk(one, room, (), None)]


def _walk(section: Resource, room: _Room, inside: tuple[str, ...], belongs: Heading | None) -> Iterator[Part]:
    if room.sections <= 0 or len(inside) > DEEPEST:
        room.notes.append(TOO_MANY if room.sections <= 0 else TOO_DEEP)
        return
    room.sections -= 1
    codes = all_words(section, "code", "coding", "code")
    title = words(section, "title")[:LONGEST_NAME] or concept(section, "code")[:LONGEST_NAME]
    names = [name for name in (*codes, title) if name]
    heading = next((found for look in (known, around) for name in names if (found := look(name))), None)
    belongs = heading or belongs
    yield Part(title, _read(section, room), section, heading, codes[0] if codes else "", inside, belongs)
    for inner in objects(section, "section"):
        yield from _walk(inner, room, (*inside, title), belongs)


def _read(section: Resource, room: _Room) -> Read:
    html = plain(next((one for one in each(section, "text", "div") if isinstance(one, str)), ""))
    if len(html) > room.characters:
        html = html[: room.characters]
        room.notes.append(TOO_LONG)
    room.characters -= len(html)
    read = read_narrative(html)
    return read if read.text else Read(text=concept(section, "emptyReason"), cut=read.cut)


def shown(parts: list[Part], notes: list[str]) -> tuple[Section, ...]:
    """The sections to show: one for each heading of the standard, and one for each title that it does not know."""
    together: dict[str, Section] = {}
    for part in parts:
        if not part.read.text:
            continue
        name, section = _place(part)
        if part.read.cut:
            notes.append(WAS_CUT.format(title=part.title or NO_TITLE))
        if name not in together and len(together) >= MOST - len(HEADINGS) and not section.slug:
            name, section = NO_TITLE, replace(section, title=NO_TITLE, code="")
        text = part.read.text
        if part.title and part.title != section.title and (known(part.title) or section) != part.heading:
            text = f"{part.title}\n{text}"
        before = together.get(name)
        together[name] = replace(before or section, text=f"{before.text}\n\n{text}" if before else text)
    return tuple(_cut(section, notes) for section in together.values())


def _place(part: Part) -> tuple[str, Section]:
    """Where the words of a section go: under its heading, the one around it, or its own title."""
    heading = part.heading or part.belongs
    if heading:
        return heading.slug, Section(title=heading.title, text="", slug=heading.slug, code=heading.code)
    title = next((title for title in (*part.inside, part.title) if title), NO_TITLE)
    return title, Section(title=title, text="", code="" if part.inside else part.code)


def _cut(section: Section, notes: list[str]) -> Section:
    if len(section.text) <= LONGEST:
        return section
    notes.append(WAS_CUT.format(title=section.title))
    return replace(section, text=section.text[: LONGEST - len(CUT)] + CUT)


def tables_under(parts: list[Part], heading: Heading) -> list[tuple[Part, Table]]:
    """Every table under a heading, with the section it stands in."""
    return [(part, table) for part in parts if part.belongs == heading for table in part.read.tables]
