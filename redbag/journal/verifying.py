"""Is the journal what it was when it was sealed? Walks all of it and names what does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from redbag.journal.destroying import told_destroyed
from redbag.journal.models import Entry, Heartbeat, Personal, Seal
from redbag.journal.recording import personal_digest, view_once
from redbag.journal.sealing import FIRST, entry_digest, link, mentions_of

PAGE = 1000
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """What a walk over the whole chain found, each fault named, the first in the chain first."""

    sealed: int
    unsealed: int
    faults: tuple[str, ...] = ()

    @property
    def fault(self) -> str:
        """The first thing that does not fit, or nothing."""
        return self.faults[0] if self.faults else ""


def verify(*, now: datetime, most: int = 20) -> Verdict:
    """Walk the chain from the first seal and recompute everything; names the first `most` things that do not fit."""
    faults: list[str] = []
    sealed = 0
    destroyed = {entry: told for told, entries in told_destroyed().items() for entry in entries}
    expected, chained = 1, FIRST
    for seals in _pages():
        sealed += len(seals)
        for seal in seals:
            if seal.number != expected:
                faults.append(_missing(expected, seal.number))
            elif link(chained, seal.digest) != seal.chained:
                faults.append(f"seal {seal.number} does not follow from the one before it")
            expected, chained = seal.number + 1, seal.chained
        faults += faults_of(seals, destroyed)
        if len(faults) >= most:
            break
    faults += _passed_by(now)
    return Verdict(sealed=sealed, unsealed=Entry.objects.filter(seal=None).count(), faults=tuple(faults[:most]))


def _pages() -> Iterator[list[Seal]]:
    done = 0
    while seals := list(Seal.objects.filter(number__gt=done).order_by("number")[:PAGE]):
        yield seals
        done = seals[-1].number


def _missing(first: int, found: int) -> str:
    return f"seal {first} is missing" if found == first + 1 else f"seals {first} to {found - 1} are missing"


def faults_of(seals: Sequence[Seal], destroyed: Mapping[int, int]) -> Iterator[str]:
    """What of these seals' entries is not as it was sealed; `destroyed` says which entry told that a part is gone."""
    ids = [seal.entry_id for seal in seals]
    entries, mentions = Entry.objects.in_bulk(ids), mentions_of(ids)
    personal, unreadable = personal_parts(ids)
    sealed_by = {seal.digest: seal.number for seal in seals}
    for seal in seals:
        entry = entries.get(seal.entry_id)
        if entry is None:
            yield f"entry {seal.entry_id}, which seal {seal.number} sealed, is gone"
            continue
        mentioned = mentions.get(entry.pk, [])
        digest = entry_digest(entry, mentioned)
        if digest != seal.digest and digest in sealed_by:
            yield f"entry {entry.pk} stands under seal {seal.number}, but seal {sealed_by[digest]} sealed it"
        elif digest != seal.digest:
            yield _changed(entry, mentioned, seal)
        if entry.pk in unreadable:
            yield f"the personal part of entry {entry.pk} cannot be read: it was changed, or its key is not here"
        elif fault := _personal_fault(entry, personal.get(entry.pk), destroyed.get(entry.pk)):
            yield fault


def _changed(entry: Entry, mentioned: list[str], seal: Seal) -> str:
    """What of an entry is not as it was sealed, as far as the digests tell."""
    for position, resident in enumerate(mentioned):
        if entry_digest(entry, mentioned[:position] + mentioned[position + 1 :]) == seal.digest:
            return f"resident {resident} was added to those whom entry {entry.pk} names"
    if entry.once and entry.subject_id is None and view_once(entry, mentioned) != entry.once:
        return f"entry {entry.pk} was changed after seal {seal.number}: whom it names, who looked, at what or when"
    return f"entry {entry.pk} ({entry.action}) was changed after seal {seal.number} sealed it"


def personal_parts(ids: Sequence[int]) -> tuple[dict[int, Personal], set[int]]:
    """The personal parts by entry, and the entries whose part no key opens."""
    try:
        return Personal.objects.in_bulk(ids), set()
    except (InvalidToken, ValueError):
        found: dict[int, Personal] = {}
        unreadable = set()
        for pk in Personal.objects.filter(pk__in=ids).values_list("pk", flat=True):
            try:
                found[pk] = Personal.objects.get(pk=pk)
            except (InvalidToken, ValueError):
                unreadable.add(pk)
        return found, unreadable


def _personal_fault(entry: Entry, part: Personal | None, told_in: int | None) -> str:
    if part is None:
        if entry.personal_digest and told_in is None:
            return f"the personal part of entry {entry.pk} is gone, and no entry tells that it was destroyed"
        return ""
    if not entry.personal_digest:
        return f"entry {entry.pk} has a personal part that it did not have when it was sealed"
    if told_in is not None:
        return f"the personal part of entry {entry.pk} is still here, though entry {told_in} says that it was destroyed"
    if personal_digest(salt=part.salt, text=part.content) != entry.personal_digest:
        return f"the personal part of entry {entry.pk} is not what was sealed"
    return ""


def _passed_by(now: datetime) -> Iterator[str]:
    """Entries without a seal although the sealer has long come past them: put in behind it, or their seals are gone."""
    settled = Seal.objects.filter(sealed_at__lt=now - SOON).order_by("-entry_id").values_list("entry_id", flat=True)
    last = settled.first() or 0
    awake = Heartbeat.objects.filter(part="sealer").values_list("at", flat=True).first()
    waiting = Entry.objects.filter(seal=None).order_by("pk")
    behind = waiting.filter(pk__lt=last)
    left = waiting.filter(pk__gt=last, at__lt=awake - SOON) if awake else waiting.none()
    for entry in [*behind[:5], *left[:5]]:
        when = f"{entry.at:%d %b %Y %H:%M}"
        yield f"entry {entry.pk} ({entry.action}, {when}) has no seal, though the sealer came past it"
