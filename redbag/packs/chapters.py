"""What the full pack says after its first page: chapters of lines and tables, as plain values."""

from collections.abc import Mapping, Sequence

from redbag.packs.companions import belongings, contacts, documents, hand_over_card, skin
from redbag.packs.gathering import Gathered
from redbag.packs.parts import NOT_RECORDED, chapter, line, table
from redbag.packs.phrases import moment
from redbag.packs.signs import vital_lines
from redbag.packs.typesetting import Step
from redbag.packs.wording import summary_words
from redbag.summaries import news2
from redbag.summaries.fields import LEVELS, Field, answered, said
from redbag.summaries.models import Observation
from redbag.summaries.observing import observations_of
from redbag.summaries.scores import must
from redbag.summaries.sections import BY_NAME
from redbag.templatetags.redbag import day
from redbag.transfers.ringing import is_kept_from
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


def pack_words(known: Gathered, step: Step) -> dict:
    """The whole pack: the emergency summary as its first page, then everything in full."""
    return {
        **summary_words(known, step),
        "title": "Hospital pack",
        "chapters": [each for each in _chapters(known) if each],
    }


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
        skin(known),
        belongings(known),
        documents(known),
        contacts(known),
        hand_over_card(),
    ]


def _why(known: Gathered) -> dict:
    page = known.page
    told = [line(each.label, each.words) for each in page.why] or [
        line("", "The home has not said why yet. Ring them.")
    ]
    told += [
        line("Last seen well", page.last_seen_well),
        line("Last doses given today", page.last_doses),
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
    lines = [line(f"{each.title}, {each.label.lower()}", _quiet(known, each.words)) for each in told.changes]
    return chapter("Changes since last time", age=when, lines=lines or [line("", "Nothing has changed.")])


def _quiet(known: Gathered, words: str) -> str:
    """Frozen words without the number of a contact whom nobody may tell since."""
    for row in known.transfer.resident.contacts:
        if is_kept_from(row) and row.get("phone"):
            words = words.replace(row["phone"], "(number left out)")
    return words


def _vital_signs(known: Gathered) -> dict:
    page = known.page
    same = page.news2 is not None and page.news2.is_usual
    now = _readings(known, page.news2, usual=same)
    usual = _readings(known, page.usual_news2, usual=True)
    none = (NOT_RECORDED, "")
    rows = [[label, *now.get(name, none), *usual.get(name, none)] for name, label in SIGNS]
    red = [place for place, row in enumerate(rows) if row[2] == "3"]
    head = ("Sign", page.news2.when if page.news2 and not page.news2.old else "Then", "Points", "Usually", "Points")
    drawn = [table(head, rows, widths=(5, 4, 2, 4, 2), strong=red)] if now or usual else []
    credit = "NEWS2: Royal College of Physicians 2017. Not a diagnosis: if you are worried, act on it."
    return chapter("Vital signs and NEWS2", lines=[*vital_lines(page), line("", credit)], tables=drawn)


def _readings(known: Gathered, told: Vitals | None, *, usual: bool) -> dict[str, tuple[str, str]]:
    """Each sign in words with its points; without points where no score is to be shown."""
    if told is None:
        return {}
    rows = observations_of(known.transfer.resident).filter(taken_at=told.taken_at, is_baseline=usual)
    row = rows.order_by("-recorded_at").first()
    if row is None:
        return {}
    points = {} if told.no_score or known.page.no_score else _points(row)
    words = {reading.name: reading.words for reading in told.readings}
    if points and "spo2" in words:
        words["spo2"] += f" (SpO2 scale {row.spo2_scale})"
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
    rows: list[list[str]] = []
    differs: list[int] = []
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
    if section["name"] == "scores" and (risk := must(content).in_full):
        lines.insert(0, line("Food and weight", risk))
    drawn = [_rows(each, content[each.name]) for each in fields if each.kind == "rows"]
    return chapter(section["title"], age=_age(section), lines=lines, tables=[each for each in drawn if each])


def _worth(field: Field, content: Mapping) -> bool:
    """What is answered, and what counts: that it is not recorded is worth saying."""
    return field.counts or field.kind == "choice" or answered(field, content[field.name])


def _said(field: Field, content: Mapping) -> str:
    return said(field, content[field.name])


def _rows(field: Field, rows: Sequence[Mapping]) -> dict | None:
    """What the rows answer, as a table; codes stand there only when there is nothing else to read."""
    told = [each for each in field.columns if any(answered(each, row[each.name]) for row in rows)]
    columns = [each for each in told if each.name != "code"] or told
    if not columns:
        return None
    cells = [[said(each, row[each.name]) for each in columns] for row in rows]
    return table([each.label for each in columns], cells, widths=[1] * len(columns))


def _age(section: Mapping) -> str:
    if not section["version"]:
        return "Nothing is written here yet"
    checked = f"Checked {day(section['verified_at'])} by {section['verified_by']}"
    age = f"{checked if section['verified_at'] else 'Not checked as a whole'}; written by {section['author']}"
    return f"{age}. Not looked at lately: ask the home if it is still right" if section["due"] else age
