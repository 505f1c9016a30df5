"""Everything that happened on a journey, moment by moment in the order of time, in words that an inspector reads."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Actor
from redbag.packs.models import Paper
from redbag.packs.phrases import moment
from redbag.reconciliations.models import Reconciliation
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.contents import name_of
from redbag.transfers.line_words import FLAGS, details_of
from redbag.transfers.models import Transfer
from redbag.transfers.releases import STANDINGS
from redbag.transfers.seals import seal_words
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import Line, Story
from redbag.visitors.sessions import called, service_of

SOON = timedelta(minutes=5)
CORRECTION, COPY, LETTER, MEDICINES, NOTE, LOST, VISITOR, SIGNED = (
    *("Correction", "Copy kept", "Letter", "Medicines", "Note", "Not found", "Crew without an account"),
    "Signature",
)
OTHER = "Other"
UNREADABLE = "Something kept about this journey cannot be read: it was changed, or its key is not here"


@dataclass(frozen=True)
class Reader:
    """For whom a story is told: `inside` is the home itself, which also reads what it keeps to itself."""

    actor: Actor
    inside: bool


def told(story: Story, reader: Reader, *, now: datetime) -> list[dict]:
    """Every moment as `{at, when, recorded_at, recorded, kind, says, by, details, flags, taken_back}`, oldest first."""
    transfer = story.transfer
    parts = [_facts(story), _copies(transfer), _swaps(transfer), _signatures(transfer)]
    parts += [_letters(transfer, reader, now), _notes(transfer), _cases(transfer, reader)]
    if reader.inside:
        parts += [_medicines(transfer), _visitors(transfer), _asked_without_code(transfer), _papers(transfer)]
        parts += [_releases(transfer), _deaths(transfer)]
    parts.append(_closed_by_itself(story))
    rows = [row for part in parts for row in _readable(part, now)]
    return sorted(rows, key=lambda row: datetime.fromisoformat(row["at"]))  # facts of one moment keep their order


def _readable(rows: Iterator[dict], now: datetime) -> Iterator[dict]:
    """The rows, and in place of those that no key opens one that says so."""
    try:
        yield from rows
    except (InvalidToken, ValueError):
        yield happened(OTHER, now, UNREADABLE, "Red Bag", unreadable=True)


def happened(kind: str, at: datetime, says: str, by: str = "", *details: str, **more) -> dict:
    """One moment; what is empty is left out of its details."""
    row = {
        "at": at.isoformat(),
        "when": moment(at),
        "recorded_at": at.isoformat(),
        "recorded": "",
        "kind": kind,
        "says": says,
        "by": by,
        "details": [each for each in details if each],
        "flags": [],
        "taken_back": "",
    }
    return row | more


def _facts(story: Story) -> Iterator[dict]:
    names = {item.id: name_of(item) for item in story.items}
    seals = seal_words([line.fact for line in story.lines])
    for line in story.lines:
        yield _fact(line, story, names, seals)


def _fact(line: Line, story: Story, names: Mapping[str, str], seals: Mapping) -> dict:
    fact, is_void = line.fact, line.fact.kind == Kind.VOID
    says = _took_back(line, story) if is_void else line.says
    late = fact.recorded_at - fact.occurred_at > SOON
    clock = fact.claimed_at != fact.occurred_at
    return happened(
        CORRECTION if is_void else Kind(fact.kind).label,
        fact.occurred_at,
        says,
        f"{fact.by_name}, {line.organisation.name}" if fact.by_name else line.organisation.name,
        *(["" if not is_void else f"Why: {fact.reason}" if fact.reason else ""]),
        *([] if is_void else details_of(fact, names=names, seals=seals)),
        f"given by {fact.from_name}" if fact.kind == Kind.HANDOFF and fact.from_name else "",
        f"the device said {moment(fact.claimed_at)}" if clock else "",
        id=str(fact.pk),
        recorded_at=fact.recorded_at.isoformat(),
        recorded=moment(fact.recorded_at) if late else "",
        flags=[FLAGS.get(flag, flag) for flag in line.flags],
        taken_back=_taken_back(line, story),
    )


def _took_back(line: Line, story: Story) -> str:
    target = next((each for each in story.lines if each.fact.pk == line.fact.target), None)
    if target is None:
        return "Took something back that is not known here"
    if target.voided_by != line.fact.pk:
        return f"Tried to take back: {target.says} ({moment(target.fact.occurred_at)})"
    return f"Took back: {target.says} ({moment(target.fact.occurred_at)})"


def _taken_back(line: Line, story: Story) -> str:
    if line.voided_by is None:
        return ""
    void = story.line(line.voided_by).fact
    why = f": {void.reason}" if void.reason else ""
    return f"taken back {moment(void.occurred_at)} by {void.by_name or story.line(void.pk).organisation.name}{why}"


def _copies(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.snapshots.defer("content").order_by("version"):
        says = f"What the hospital is told was frozen: copy {each.version}"
        yield happened(COPY, each.taken_at, says, "Red Bag", f"SHA-256 {each.hash}")


def _papers(transfer: Transfer) -> Iterator[dict]:
    for each in Paper.objects.filter(transfer=transfer).order_by("drawn_at", "pk"):
        says = f"Drawn for printing: {each.get_kind_display().lower()}, {each.pages} page{'s' * (each.pages != 1)}"
        yield happened(COPY, each.drawn_at, says, "Red Bag", f"SHA-256 {each.digest}")


def _swaps(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.swaps.select_related("before", "after").order_by("at"):
        before, after = (bag.tracker if bag else "no bag" for bag in (each.before, each.after))
        why = f"Why: {each.reason}" if each.reason else ""
        yield happened(OTHER, each.at, f"Went on with another bag: {before}, now {after}", each.by_name, why)


def _signatures(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.signatures.order_by("signed_at"):
        yield happened(SIGNED, each.signed_at, f"Signed: {', '.join(filter(None, (each.name, each.role)))}")


def _letters(transfer: Transfer, reader: Reader, now: datetime) -> Iterator[dict]:
    mine = DischargeSummary.objects.visible_to(reader.actor, now=now).filter(transfer=transfer, sent_at__isnull=False)
    rows = mine.select_related("organisation", "acknowledgement").order_by("version")
    for each in rows:
        name = f"Discharge summary, version {each.version}"
        sha = f"SHA-256 of the file {each.file_hash}" if each.file_hash else ""
        replaced = "replaced by a later one" if each.state == DischargeSummary.State.SUPERSEDED else ""
        how = f"{each.get_source_display()}: {each.get_form_display()}"
        yield happened(
            *(LETTER, each.sent_at, f"{name} sent", f"{each.written_by_name}, {each.hospital}", how, sha, replaced)
        )
        if each.opened_at:
            yield happened(LETTER, each.opened_at, f"{name} opened at the home", each.opened_by_name)
        if hasattr(each, "acknowledgement"):
            ack = each.acknowledgement
            yield happened(LETTER, ack.at, f"{name} read and taken on", f"{ack.name}, {ack.role}")


def _medicines(transfer: Transfer) -> Iterator[dict]:
    rows = Reconciliation.objects.filter(summary__transfer=transfer).prefetch_related("second_checks", "lines")
    for each in rows.order_by("begun_at"):
        kinds = Counter(line.get_kind_display() for line in each.lines.all() if line.set_aside_at is None)
        lines = [f"{count}: {kind}" for kind, count in sorted(kinds.items())]
        yield happened(MEDICINES, each.begun_at, "Medicines before and after compared", each.begun_by_name, *lines)
        for check in each.second_checks.all():
            says = "A second person checked the medicines" + (", by phone" if check.by_phone else "")
            yield happened(MEDICINES, check.at, says, check.by_name)
        if each.used_at:
            yield happened(MEDICINES, each.used_at, "The new MAR chart was taken into use", each.used_by_name)


def _notes(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.notes.select_related("organisation").defer("words").order_by("written_at"):
        says = "Asked where the bag is" if each.kind == each.Kind.CHASE else "A note was written"
        read = f"read {moment(each.read_at)} by {each.read_by_name}" if each.read_at else "not read yet"
        yield happened(NOTE, each.written_at, says, f"{each.by_name}, {each.organisation.name}", read)


def _cases(transfer: Transfer, reader: Reader) -> Iterator[dict]:
    """Of a case the parties read that it was opened and closed; what the home did about it the home alone."""
    for case in Case.objects.filter(transfer=transfer).order_by("opened_at"):
        name, number = name_of(case), str(case.pk)[:8].upper()
        if not reader.inside:
            yield happened(LOST, case.opened_at, f"{name}: not found, case {number} opened")
        else:
            for step in case.steps.order_by("at", "pk"):
                yield happened(
                    LOST, step.at, f"{name}: {CaseStep.Kind(step.kind).label} (case {number})", step.by_name, step.words
                )
        if case.closed_at:
            outcome = Case.Outcome(case.outcome).label
            yield happened(LOST, case.closed_at, f"{name}: case {number} closed: {outcome}", case.closed_by_name)


def _visitors(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.visitors.select_related("organisation").order_by("started_at"):
        who = f"{called(each)}, {each.role}, {service_of(each)}"
        yield happened(VISITOR, each.started_at, "Let in to this journey without an account", who)
        if each.stopped_at:
            yield happened(VISITOR, each.stopped_at, f"Stopped by the home: {each.name}", each.stopped_by_name)


def _asked_without_code(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.break_glasses.select_related("organisation").order_by("asked_at"):
        who = f"{called(each)}, {each.role}, {service_of(each)}"
        why = f"Why: {each.reason.replace('_', ' ')}" + (f", {each.words}" if each.words else "")
        yield happened(VISITOR, each.asked_at, "Asked to read without the tablet's code", who, why)
        if each.refused_at:
            yield happened(VISITOR, each.refused_at, f"Refused: {each.name}", each.refused_by_name)
        if each.opened_at:
            yield happened(VISITOR, each.opened_at, "Opened without the tablet's code", who)
        if each.seen_at:
            says = f"A manager looked back: it was {'' if each.was_right else 'not '}right"
            yield happened(VISITOR, each.seen_at, says, each.seen_by_name, each.seen_note)


def _releases(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.releases.order_by("released_at"):
        to = f"to {each.to_name}, {STANDINGS.get(each.standing, each.standing).lower()}"
        yield happened(OTHER, each.released_at, f"Belongings given: {len(each.items)}", each.by_name, to)


def _deaths(transfer: Transfer) -> Iterator[dict]:
    for each in transfer.deaths.select_related("said_for").order_by("said_at"):
        by = f"{each.said_by_name}, {each.said_for.name}"
        yield happened(OTHER, each.said_at, "It was said that the resident died", by)
        if each.confirmed_at:
            says = "The death was confirmed by a second person"
            yield happened(OTHER, each.confirmed_at, says, each.confirmed_by_name)
        if each.taken_back_at:
            why = f"Why: {each.taken_back_why}" if each.taken_back_why else ""
            yield happened(
                CORRECTION, each.taken_back_at, "That they died was taken back", each.taken_back_by_name, why
            )


def _closed_by_itself(story: Story) -> Iterator[dict]:
    transfer = story.transfer
    told_closed = any(line.fact.outcome == Outcome.CLOSED and not line.voided_by for line in story.lines)
    if transfer.closed_at is not None and not told_closed:
        yield happened(OTHER, transfer.closed_at, "The journey was finished by itself", "Red Bag")
