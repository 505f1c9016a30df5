"""What the full pack says after its first page: chapters of lines and tables, as plain values."""

from collections.abc import Mapping, Sequence

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.packs.typesetting import Step
from redbag.packs.wording import (
    NOT_RECORDED,
    Gathered,
    contact_words,
    item_name,
    line,
    moment,
    place_words,
    summary_words,
    vital_lines,
)
from redbag.summaries import marks, news2
from redbag.summaries.fields import LEVELS, Field, answered, said
from redbag.summaries.marks_drawing import svg_of
from redbag.summaries.models import Observation
from redbag.summaries.sections import BY_NAME
from redbag.templatetags.redbag import day
from redbag.transfers.snapshot import since_last
from redbag.transfers.vital_signs import Vitals

SIGNS = (
    ("respiratory_rate", "Breaths a minute"),
    ("spo2", "Oxygen level"),
    ("on_oxygen", "Air or oxygen"),
    ("systolic_bp", "Systolic blood pressure"),
    ("pulse", "Pulse a minute"),
    ("acvpu", "Awareness"),
    ("temperature", "Temperature, °C"),
)
LEGS = ("Home to crew", "Crew to ward", "Ward to crew or family", "Back at the home")


def pack_words(known: Gathered, step: Step) -> dict:
    """The whole pack: the emergency summary as its first page, then everything in full."""
    return {
        **summary_words(known, step),
        "title": "Hospital pack",
        "chapters": [each for each in _chapters(known) if each],
    }


def chapter(title: str, *, age: str = "", lines: Sequence = (), tables: Sequence = (), pictures: Sequence = ()) -> dict:
    """One chapter; whatever it leaves out is empty."""
    return {"title": title, "age": age, "lines": list(lines), "tables": list(tables), "pictures": list(pictures)}


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int], strong: Sequence[int] = ()
) -> dict:
    """A table; `widths` are shares of the page, `strong` the rows that must stand out."""
    return {"head": list(head), "rows": [list(row) for row in rows], "widths": list(widths), "strong": list(strong)}


def _chapters(known: Gathered) -> list[dict]:
    page = known.page
    sections = {section["name"]: section for section in page.summary}
    shown = [_section(section) for name, section in sections.items() if name not in ("medicines", "needs")]
    return [
        _added(known),
        _why(known),
        _since_last(known),
        _vital_signs(known),
        _medicines(sections["medicines"]),
        _needs(sections["needs"]),
        *shown,
        _skin(known),
        _belongings(known),
        _documents(known),
        _contacts(known),
        _hand_over_card(),
    ]


def _why(known: Gathered) -> dict:
    page = known.page
    told = [line(each.label, each.words) for each in page.why] or [
        line("", "The home has not said why yet. Ring them.")
    ]
    told += [
        line("Last seen well", page.last_seen_well),
        line("Last ate and drank", page.last_ate),
        line("What we ask of you", page.ask),
        line("Can come home when", page.return_when),
        line("Can decide today?", known.transfer.reason.get("capacity_today") or ""),
        line("Infection today", page.infection_today),
        line("Family told", page.family_told),
        line("In charge at the home", page.in_charge),
    ]
    left = known.transfer.left_at
    return chapter("Why they are going", age=f"Left {moment(left)}" if left else "", lines=told)


def _added(known: Gathered) -> dict | None:
    lines = [
        line(each.label, f"{each.words} ({one.after} after leaving, by {one.by})")
        for one in known.page.added
        for each in one.lines
    ]
    return chapter("Added after leaving", lines=lines) if lines else None


def _since_last(known: Gathered) -> dict | None:
    told = since_last(known.transfer)
    if told is None:
        return None
    when = f"Compared with what left the home on {day(told.taken_at)}"
    lines = [line(f"{each.title}, {each.label.lower()}", each.words) for each in told.changes]
    return chapter("Changes since last time", age=when, lines=lines or [line("", "Nothing has changed.")])


def _vital_signs(known: Gathered) -> dict:
    page = known.page
    same = page.news2 is not None and page.news2 == page.usual_news2
    now = _readings(known, page.news2, usual=same)
    usual = _readings(known, page.usual_news2, usual=True)
    none = (NOT_RECORDED, "")
    rows = [[label, *now.get(name, none), *usual.get(name, none)] for name, label in SIGNS]
    red = [place for place, row in enumerate(rows) if row[2] == "3"]
    head = ("Sign", "Then" if page.news2 and page.news2.old else "Now", "Points", "Usually", "Points")
    drawn = [table(head, rows, widths=(5, 4, 2, 4, 2), strong=red)] if now or usual else []
    credit = "NEWS2: Royal College of Physicians 2017. Not a diagnosis: if you are worried, act on it."
    return chapter("Vital signs and NEWS2", lines=[*vital_lines(page), line("", credit)], tables=drawn)


def _readings(known: Gathered, told: Vitals | None, *, usual: bool) -> dict[str, tuple[str, str]]:
    """Each sign in words with its points; without points where no score is to be shown."""
    if told is None:
        return {}
    rows = known.transfer.resident.observations.filter(taken_at=told.taken_at, is_baseline=usual)
    row = rows.order_by("-recorded_at").first()
    if row is None:
        return {}
    points = {} if told.no_score or known.page.no_score else _points(row)
    words = {reading.name: reading.words for reading in told.readings}
    words |= {"on_oxygen": {True: "on oxygen", False: "on air", None: ""}[row.on_oxygen]}
    return {name: (words[name], str(points.get(name, ""))) for name, _ in SIGNS if words.get(name)}


def _points(row: Observation) -> Mapping[str, int]:
    signs = {name: getattr(row, name) for name in news2.PARAMETERS}
    seen = news2.Observation(**{**signs, "acvpu": row.acvpu or None}, spo2_scale=row.spo2_scale)
    return {} if news2.implausible(seen) else news2.score(seen).points


def _medicines(section: Mapping) -> dict:
    rows = sorted(section["content"]["items"], key=lambda row: not row["time_critical"])
    cells = [
        [
            f"MUST NOT BE LATE: {row['name']}" if row["time_critical"] else row["name"],
            ", ".join(filter(None, (row["form"], row["dose"], row["route"]))),
            row["frequency"],
            row["reason"],
            row["last_given"] or NOT_RECORDED,
        ]
        for row in rows
    ]
    critical = [place for place, row in enumerate(rows) if row["time_critical"]]
    head = ("Medicine", "Form, dose, route", "How often", "What for", "Last given")
    drawn = [table(head, cells, widths=(5, 5, 4, 4, 4), strong=critical)] if cells else []
    lines = [] if cells else [line("", "None are recorded. Ask the home.")]
    lines += [line("How they take medicines", section["content"]["how"])]
    lines += [line("Also", section["content"]["note"])] if section["content"]["note"] else []
    return chapter("Medicines", age=_age(section), lines=lines, tables=drawn)


def _needs(section: Mapping) -> dict | None:
    levels = dict(LEVELS)
    rows, differs = [], []
    for field in BY_NAME["needs"].fields:
        told = section["content"][field.name]
        if not answered(field, told):
            continue
        usual, now = levels.get(told["usual"], ""), levels.get(told["now"], "")
        if usual and now and usual != now:
            differs.append(len(rows))
            now = f"DIFFERENT TODAY: {now}"
        rows.append([field.label, usual or NOT_RECORDED, now or NOT_RECORDED, told["note"]])
    if not rows:
        return chapter(section["title"], age=_age(section), lines=[line("", "Nothing is recorded. Ask the home.")])
    head = ("Help with", "Usually", "Today", "Note")
    return chapter(section["title"], age=_age(section), tables=[table(head, rows, widths=(5, 4, 5, 6), strong=differs)])


def _section(section: Mapping) -> dict:
    """Any section: its answers as lines, its lists as tables. One that nobody wrote says so in one line."""
    if not section["version"]:
        return chapter(section["title"], lines=[line("", "Nothing is written here yet. Ask the home.")])
    fields, content = BY_NAME[section["name"]].fields, section["content"]
    lines = [line(each.label, _said(each, content)) for each in fields if each.kind != "rows" and _worth(each, content)]
    drawn = [_rows(each, content[each.name]) for each in fields if each.kind == "rows" and content[each.name]]
    return chapter(section["title"], age=_age(section), lines=lines, tables=drawn)


def _worth(field: Field, content: Mapping) -> bool:
    """What is answered, and what counts: that it is not recorded is worth saying."""
    return field.counts or field.kind == "choice" or answered(field, content[field.name])


def _said(field: Field, content: Mapping) -> str:
    return said(field, content[field.name])


def _rows(field: Field, rows: Sequence[Mapping]) -> dict:
    told = [each for each in field.columns if any(answered(each, row[each.name]) for row in rows)]
    columns = [each for each in told if each.name != "code"]
    cells = [[said(each, row[each.name]) for each in columns] for row in rows]
    return table([each.label for each in columns], cells, widths=[1] * len(columns))


def _age(section: Mapping) -> str:
    if not section["version"]:
        return "Nothing is written here yet"
    age = f"Checked {day(section['verified_at'])} by {section['verified_by']}; written by {section['author']}"
    return f"{age}. Not looked at lately: ask the home if it is still right" if section["due"] else age


def _skin(known: Gathered) -> dict | None:
    seen = known.body_map
    if seen is None:
        return chapter("Skin", lines=[line("", "No body map. It does not mean that the skin is whole: look.")])
    when = f"Seen {moment(seen.seen_at)} by {seen.by_name}"
    if not seen.checked:
        return chapter(
            "Skin", lines=[line("", f"Not checked, {moment(seen.seen_at)}: {seen.why_not or 'no reason given'}")]
        )
    rows = [[str(number), marks.said(mark), mark.get("note", "")] for number, mark in enumerate(seen.marks, start=1)]
    if not rows:
        return chapter("Skin", age=when, lines=[line("", "Looked at: no marks.")])
    sides = [side for side in ("front", "back") if any(mark["side"] == side for mark in seen.marks)]
    pictures = [
        {"svg": svg_of(seen.marks, side), "words": f"{side.title()} of the body, marks numbered as in the list"}
        for side in sides
    ]
    drawn = table(("No", "What and where", "Note"), rows, widths=(1, 8, 8))
    return chapter("Skin", age=when, tables=[drawn], pictures=pictures)


def _belongings(known: Gathered) -> dict:
    items = known.page.items
    if not items:
        return chapter("What is with them", lines=[line("", "Nothing is listed.")])
    rows = [
        [
            item_name(item),
            place_words(item).capitalize(),
            "[ ]",
            "[ ]",
        ]
        for item in items
    ]
    head = ("Thing", "Where", "There on arrival", "Goes home")
    words = (
        "Tick each once on arrival and once before they leave. The bag and everything in it goes home with the patient."
    )
    return chapter("What is with them", lines=[line("", words)], tables=[table(head, rows, widths=(8, 5, 4, 4))])


def _documents(known: Gathered) -> dict:
    rows = [
        [each.title or each.get_kind_display(), each.get_kind_display(), day(each.dated_on) or "no date"]
        for each in travelling_documents(known.transfer.resident)
        if each.kind != Document.Kind.PHOTO
    ]
    if not rows:
        return chapter(
            "Papers the home holds", lines=[line("", "None are listed. Ask the home for the papers you need.")]
        )
    words = "Copies are kept at the home. Ring for any that did not come in the bag."
    head = ("Paper", "Kind", "Dated")
    return chapter("Papers the home holds", lines=[line("", words)], tables=[table(head, rows, widths=(8, 6, 3))])


def _contacts(known: Gathered) -> dict:
    resident = known.transfer.resident
    lines = [
        line(each.who, ". ".join(filter(None, (each.phone or "no number recorded", each.note))))
        for each in known.page.numbers
    ]
    lines += [
        line(f"Contact {number}", ". ".join(filter(None, (contact_words(row), row.get("note")))))
        for number, row in enumerate(resident.contacts, start=1)
    ]
    gp = " ".join(filter(None, (resident.gp_practice, resident.gp_phone)))
    return chapter("Whom to ring", lines=[*lines, line("GP", gp)])


def _hand_over_card() -> dict:
    rows = [[leg, "", "", ""] for leg in LEGS]
    words = "For when there is no signal: write it here, and tell Red Bag later by scanning the label on the bag."
    head = ("Hand-over", "Name and role", "Ward or vehicle", "Date and time")
    return chapter("Hand-over card", lines=[line("", words)], tables=[table(head, rows, widths=(5, 6, 5, 4))])
