"""Makes what is sent: the record as somebody decided, as JSON with its files and as a paper to read."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.core.files.storage import default_storage
from django.utils import timezone

from redbag.packs.typesetting import FONTS, printable
from redbag.queues.claims import Clock, Lost
from redbag.retention.gathering import KEPT, STAFF, is_staff
from redbag.retention.holdings import BY_TABLE
from redbag.retention.models import Passage, RecordExport
from redbag.retention.passages import short, without
from redbag.vault import keep_file, read_file, throw_away

HERE = Path(__file__).parent
LEFT_OUT, SOMEBODY, A_COLLEAGUE = "[left out]", "[somebody else]", "[a member of staff]"
REASONS = {
    "others": "It is about somebody else",
    "confidence": "It was told in confidence",
    "harm": "It could harm somebody",
    "law": "The law or a court forbids it",
}


def make(export_id: UUID, *, now: Clock) -> None:
    """Make an export about which everything is decided; what was left out is said in it, with the reason."""
    decided = RecordExport.objects.filter(state=RecordExport.State.MAKING)
    claim = decided.select_related("request__resident__home").claim(export_id, now=now)
    if claim is None:
        return
    export, moment = claim.row, now()
    told = json.loads(read_file(export.raw))
    passages = list(export.passages.order_by("pk"))
    files = _files(told, passages)
    shown = redacted(told, passages) | {"left_out": left_out(passages), "request": _request(export)}
    data = keep_file(f"exports/{export.pk}/data", _zip(shown, files, paper := set_in_type(shown, export, moment)))
    made = {"paper": keep_file(f"exports/{export.pk}/paper", paper), "data": data}
    try:
        claim.end(**made, state=RecordExport.State.READY, made_at=moment, kept_until=moment + KEPT, tries=0)
    except Lost:
        throw_away(made.values())
        raise


def redacted(told: Mapping, passages: Iterable[Passage]) -> dict:
    """What was gathered, as somebody decided: places that are not decided, and those left out, say nothing."""
    by_place = {each.place: each for each in passages}
    colleagues = {
        each.place.removeprefix(f"{STAFF}.") for each in by_place.values() if _is_colleague(each) and _hidden(each)
    }
    kinds = [
        kind
        | {
            "rows": [
                {
                    column: _column(kind["table"], number, column, value, by_place, colleagues)
                    for column, value in row.items()
                }
                for number, row in enumerate(kind["rows"])
            ]
        }
        for kind in told["kinds"]
    ]
    looked = [each | {"who": A_COLLEAGUE if each["who"] in colleagues else each["who"]} for each in told["looked"]]
    return {**told, "kinds": kinds, "looked": looked}


def _is_colleague(passage: Passage) -> bool:
    return passage.place.startswith(f"{STAFF}.")


def _hidden(passage: Passage) -> bool:
    return passage.decision != Passage.Decision.SHOW


def _column(table: str, number: int, column: str, value: Any, by_place: Mapping, colleagues: set) -> Any:
    if is_staff(table, column):
        return A_COLLEAGUE if value in colleagues else value
    return _value(value, f"{table}.{number}.{column}", by_place)


def _value(value: Any, place: str, by_place: Mapping[str, Passage]) -> Any:
    if isinstance(value, dict):
        return {name: _value(each, f"{place}.{name}", by_place) for name, each in value.items()}
    if isinstance(value, list):
        return [_value(each, f"{place}.{number}", by_place) for number, each in enumerate(value)]
    passage = by_place.get(short(place))
    if passage is None or passage.decision == Passage.Decision.SHOW:
        return value
    if passage.loses_names_only:
        return without(value, passage.names_found, SOMEBODY)
    return LEFT_OUT


def left_out(passages: Iterable[Passage]) -> list[dict]:
    """What was left out, by kind and reason, without a word of it."""
    counts: dict[tuple[str, str, str], int] = {}
    for each in passages:
        if _hidden(each):
            what = "names" if each.loses_names_only or _is_colleague(each) else "all of it"
            key = (each.heading, what, REASONS.get(each.reason, REASONS["others"]))
            counts[key] = counts.get(key, 0) + 1
    return [{"kind": kind, "what": what, "why": why, "places": n} for (kind, what, why), n in counts.items()]


def _request(export: RecordExport) -> dict:
    asked = export.request
    return {"received_on": str(asked.received_on), "by": asked.get_standing_display(), "home": asked.home.name}


def _files(told: Mapping, passages: Iterable[Passage]) -> dict[str, bytes]:
    """Files somebody decided to show, by the name they get beside the record."""
    shown = {each.place for each in passages if not _hidden(each)}
    found = {}
    for kind in told["kinds"]:
        for number, row in enumerate(kind["rows"]):
            name = row.get("file")
            if name and f"{kind['table']}.{number}.file" in shown and default_storage.exists(name):
                ending = "pdf" if (content := read_file(name))[:5] == b"%PDF-" else "jpg"
                found[f"files/{kind['table'].lower()}-{number + 1}.{ending}"] = content
    return found


def _zip(shown: Mapping, files: Mapping[str, bytes], paper: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("record.json", json.dumps(shown, indent=1, ensure_ascii=False))
        folder.writestr("record.pdf", paper)
        for name, content in files.items():
            folder.writestr(name, content)
    return out.getvalue()


def set_in_type(shown: Mapping, export: RecordExport, now: datetime) -> bytes:
    """The record as a paper to read: PDF/A and tagged, so that a screen reader reads it aloud."""
    resident, day = export.request.resident, timezone.localdate(now)
    facts = {
        "name": f"{resident.first_name} {resident.last_name}",
        "born": f"{resident.date_of_birth:%d-%b-%Y}",
        "home": export.request.home.name,
        "made": f"{day:%-d %B %Y}",
        "date": [day.year, day.month, day.day],
        "kinds": [
            {"title": kind["title"], "rows": [_lines(row) for row in kind["rows"]]}
            for kind in shown["kinds"]
            if kind["rows"]
        ],
        "looked": [
            f"{_moment(each['at'])}: {each['who'] or 'Red Bag'}, {each['organisation_name']} {each['says']}"
            for each in shown["looked"]
        ],
        "left_out": [
            f"{each['kind']}: {each['what']}, {each['places']} times. {each['why']}." for each in shown["left_out"]
        ],
    }
    return typst.compile(
        HERE / "export.typ",
        root=HERE,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
        sys_inputs={"facts": json.dumps(printable(facts))},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
    )


def _lines(row: Mapping) -> list[list[str]]:
    """A row as pairs of a readable name and its words; what is empty and what is only an id is left to the data."""
    lines = []
    for column, value in row.items():
        words = _words(value)
        if words and column != "id" and not _is_id(words):
            lines.append([column.replace("_", " ").capitalize(), words])
    return lines


def _words(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ((name.replace("_", " "), _words(each)) for name, each in value.items())
        return "; ".join(f"{name}: {words}" for name, words in pairs if words)
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else _moment(str(value))


def _moment(text: str) -> str:
    """A time as people write it; any other text as it is."""
    if len(text) < len("2026-11-21T02:50:00Z") or text[10:11] != "T":
        return text
    try:
        return f"{timezone.localtime(datetime.fromisoformat(text)):%-d %b %Y %H:%M}"
    except ValueError:
        return text


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def titles() -> dict[str, str]:
    """What each table is called on the page."""
    return {name: each.title for name, each in BY_TABLE.items()}
