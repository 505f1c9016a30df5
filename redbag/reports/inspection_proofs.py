"""What is kept of a journey, made anew and held against what was noted of it: fits, or does not fit. Never silently."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from cryptography.fernet import InvalidToken

from redbag.discharges.models import DischargeSummary
from redbag.documents.models import Document
from redbag.journal.destroying import DESTROYED
from redbag.journal.models import Entry
from redbag.journal.verifying import personal_parts
from redbag.packs.models import Paper
from redbag.packs.phrases import moment
from redbag.reports.inspection_told import Reader
from redbag.residents.models import Resident
from redbag.transfers import replay
from redbag.transfers.fact_marks import mark_of
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.transfers.stages import Kind
from redbag.transfers.story import Story
from redbag.vault import read_file

FITS, DOES_NOT, GONE = "fits", "DOES NOT FIT", "destroyed by rule"


def proofs(story: Story, reader: Reader, *, now: datetime) -> list[dict]:
    """Each thing kept as `{what, noted, found, verdict, why}`; both SHA-256 in full, `found` made of the kept bytes."""
    transfer = story.transfer
    emptied = is_destroyed(transfer)
    rows = [*_snapshots(transfer, emptied), *_documents(transfer), *_letters(transfer, reader, now)]
    if reader.inside:
        rows += [*_papers(transfer), *_facts(story, emptied)]
    return [*rows, *_state(story)]


def is_destroyed(transfer: Transfer) -> bool:
    """Whether the journal tells that the record was destroyed in its time: then its words are gone by rule.

    Its words go in one transaction with what the journal itself said in words; that its files went is told later.
    """
    records = Resident.objects.records_of(transfer.resident_id).values("pk")
    return Entry.objects.filter(action__in=("record.destroyed", DESTROYED), resident_id__in=records).exists()


def _row(what: str, noted: str, found: str, why: str = "", *, verdict: str = "") -> dict:
    verdict = verdict or (FITS if noted and noted == found and not why else DOES_NOT)
    return {"what": what, "noted": noted, "found": found, "verdict": verdict, "why": why}


def _snapshots(transfer: Transfer, emptied: bool) -> Iterator[dict]:
    rows = list(transfer.snapshots.defer("content").order_by("version"))
    for each in rows:
        what = f"What the hospital was told, copy {each.version}, {moment(each.taken_at)}"
        try:
            content = Snapshot.objects.values_list("content", flat=True).get(pk=each.pk)
        except (InvalidToken, ValueError):
            yield _row(what, each.hash, "", "it cannot be read: it was changed, or its key is not here")
            continue
        if not content and emptied:
            yield _row(what, each.hash, "", verdict=GONE)
        elif not content:
            yield _row(what, each.hash, "", "what it said is gone")
        else:
            yield _row(what, each.hash, hashlib.sha256(content.encode()).hexdigest())
    versions = [each.version for each in rows]
    if versions != list(range(1, len(rows) + 1)):
        yield _row("The copies of what the hospital was told", "", "", "a copy is missing between the others")
    if transfer.snapshot_hash:
        newest = rows[-1].hash if rows else ""
        yield _row("The journey names its newest copy", transfer.snapshot_hash, newest)


def travelled(transfer: Transfer) -> list[dict]:
    """The papers and pictures of every copy that can be read, each once, with the SHA-256 they travelled under."""
    found: dict[str, dict] = {}
    for pk, version in transfer.snapshots.order_by("version").values_list("pk", "version"):
        try:
            content = Snapshot.objects.values_list("content", flat=True).get(pk=pk)
            listed = json.loads(content).get("documents", []) if content else []
        except (InvalidToken, ValueError):
            continue
        for each in listed:
            row = found.setdefault(each["digest"], {**each, "copies": []})
            row["copies"].append(version)
    return list(found.values())


def _documents(transfer: Transfer) -> Iterator[dict]:
    kept: dict[str, Document] = {}
    for each in Document.objects.of_person(transfer.resident_id).order_by("added_at"):
        kept.setdefault(each.digest, each)
    for told in travelled(transfer):
        name = told["title"] or told["label"]
        what = f"Paper or picture that travelled: {name}"
        document = kept.get(told["digest"])
        if document is None:
            yield _row(what, told["digest"], "", "no paper with this SHA-256 is kept any more")
        else:
            yield _file(what, told["digest"], document.file)


def _letters(transfer: Transfer, reader: Reader, now: datetime) -> Iterator[dict]:
    rows = DischargeSummary.objects.visible_to(reader.actor, now=now).filter(transfer=transfer).exclude(file="")
    plain = rows.defer("identity", "structured", "settled_note", "headings").order_by("version")
    for each in plain:
        yield _file(f"Discharge summary, version {each.version} (the file)", each.file_hash, each.file)


def _papers(transfer: Transfer) -> Iterator[dict]:
    for each in Paper.objects.filter(transfer=transfer).order_by("drawn_at", "pk"):
        yield _file(f"Printed: {each.get_kind_display().lower()}, {moment(each.drawn_at)}", each.digest, each.file)


def _file(what: str, noted: str, name: str) -> dict:
    try:
        return _row(what, noted, hashlib.sha256(read_file(name)).hexdigest())
    except FileNotFoundError:
        return _row(what, noted, "", "its file is gone")
    except (InvalidToken, OSError, ValueError):
        return _row(what, noted, "", "its file cannot be read: it was changed, or its key is not here")


def _facts(story: Story, emptied: bool) -> Iterator[dict]:
    """Holds each fact against the entry that the journal wrote when it was told; the seals hold the entry."""
    entries = list(Entry.objects.filter(subject_id=story.transfer.pk).order_by("pk"))
    named = {each.facts["fact"]: each for each in entries if _tells(each)}
    written = {(each.actor_id, each.at) for each in entries}
    told = [line.fact for line in story.lines]
    marks = _marks([each.pk for each in named.values()])
    wrong = [(fact, words) for fact in told if (words := _against(fact, named, written))]
    if not emptied:
        wrong += [(fact, words) for fact in told if (words := _changed(fact, named.get(str(fact.pk)), marks))]
    known = {str(fact.pk) for fact in told}
    lost = [each for pk, each in named.items() if pk not in known]
    for fact, words in wrong:
        yield _row(f"What was told: {Kind(fact.kind).label}, {moment(fact.occurred_at)}", "", "", words)
    for each in lost:
        yield _row(f"What was told {moment(each.at)}", "", "", f"entry {each.pk} tells of it, but it is gone")
    if not wrong and not lost:
        words = f"What was told: the journal wrote down each of {len(told)} when it came"
        yield _row(f"{words}, and of {len(marks)} every word", "", "", verdict=FITS)


def _tells(entry: Entry) -> bool:
    return "fact" in entry.facts and (entry.action.startswith("fact.") or entry.action == "bag.packed")


def _against(fact: Fact, named: Mapping[str, Entry], written: Collection) -> str:
    """Why a fact is not what the journal says was told, or nothing. What the home tells by doing has no own entry."""
    entry = named.get(str(fact.pk))
    if entry is None:
        by_doing = not fact.digest or fact.kind == Kind.PACK
        known = by_doing and (fact.by_id, fact.recorded_at) in written
        return "" if known else "the journal knows nothing of it"
    if entry.action not in (f"fact.{fact.kind}", "bag.packed") or entry.organisation_id != fact.organisation_id:
        return f"entry {entry.pk} tells of something else"
    if entry.actor_id != fact.by_id:
        return f"entry {entry.pk} says that somebody else told it"
    return ""


def _marks(entry_ids: Sequence[int]) -> dict[int, str]:
    """The marks of what was told by entry; those that are gone or cannot be read are not in it."""
    parts, _ = personal_parts(entry_ids)
    return {pk: json.loads(part.content)["mark"] for pk, part in parts.items()}


def _changed(fact: Fact, entry: Entry | None, marks: Mapping[int, str]) -> str:
    """Why a fact is not word by word what was marked, or nothing. What came before there were marks has none."""
    if entry is None or not entry.personal_digest:
        return ""
    if entry.pk not in marks:
        return f"the mark of it in entry {entry.pk} is gone, or cannot be read"
    if marks[entry.pk] != mark_of(fact):
        return f"it was changed after it was told: the mark in entry {entry.pk} is of other words"
    return ""


def _state(story: Story) -> Iterator[dict]:
    """Whether the journey's row says what its facts say."""
    wrong = sorted(replay.differences(story.transfer, story.journey))
    names = ", ".join(name.removesuffix("_id").replace("_", " ") for name in wrong)
    why = f"the row says something else than what was told: {names}" if wrong else ""
    yield _row("The journey says what its facts say", "", "", why, verdict="" if wrong else FITS)


def faults_of(rows: Sequence[dict]) -> list[str]:
    """What does not fit, each in a sentence."""
    return [
        f"{row['what']}: {row['why'] or 'its SHA-256 is not the one that was noted'}"
        for row in rows
        if row["verdict"] == DOES_NOT
    ]
