"""Are these few entries what was sealed, and does a signed checkpoint cover them? For what one page or paper shows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from redbag.journal.checkpoints import fault_in, statement_of
from redbag.journal.destroying import DESTROYED
from redbag.journal.models import Checkpoint, Destruction, Entry, Heartbeat, Seal
from redbag.journal.sealing import FIRST, link
from redbag.journal.verifying import SOON, faults_of

AT_ONCE = 500
WALK = 20_000  # links recomputed for one paper: about a second


@dataclass(frozen=True)
class Proof:
    """What was found: seals by entry, entries not sealed yet, and every fault in words.

    `checkpoint` is the first that was signed after the last of these seals. `walked` counts the links that were made
    anew; `whole` says that all from the first of these seals to the checkpoint, or to the last of them, were.
    """

    seals: dict[int, Seal]
    unsealed: tuple[int, ...]
    checkpoint: Checkpoint | None
    walked: int
    whole: bool
    faults: tuple[str, ...]


def prove(entry_ids: Collection[int], *, now: datetime, most: int = WALK) -> Proof:
    """Make the seals of exactly these entries anew, and the chain from the first of them to the next checkpoint.

    A chain longer than `most` is made anew around each seal only: `whole` is then false.
    """
    wanted = sorted(set(entry_ids))
    seals = [seal for ids in _parts(wanted) for seal in Seal.objects.filter(entry__in=ids)]
    seals.sort(key=lambda seal: seal.number)
    sealed = {seal.entry_id: seal for seal in seals}
    unsealed = tuple(each for each in wanted if each not in sealed)
    found = [fault for part in _parts(seals) for fault in faults_of(part, _destroyed(part))]
    found += _passed_by(unsealed, now)
    if not seals:
        return Proof(sealed, unsealed, None, 0, True, tuple(found))
    checkpoint = Checkpoint.objects.filter(seal__gte=seals[-1].number).order_by("number").first()
    first, last = seals[0].number, checkpoint.seal if checkpoint else seals[-1].number
    whole = last - first < most
    ranges = [(first, last)] if whole else [(seal.number, seal.number) for seal in seals]
    walked = 0
    for start, end in ranges:
        walked += end - start + 1
        found += _walk(start, end)
    found += _gone(first, last) if whole else []
    found += _unsigned(checkpoint) if checkpoint else []
    return Proof(sealed, unsealed, checkpoint, walked, whole, tuple(dict.fromkeys(found)))


def _parts(rows: Sequence) -> Iterator[Sequence]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _destroyed(seals: Sequence[Seal]) -> dict[int, int]:
    """Which entry told that the personal part of one of these is gone, as far as that entry says so itself."""
    rows = Destruction.objects.filter(entry__in=[seal.entry_id for seal in seals]).select_related("told_in")
    named = {row.entry_id: row.told_in for row in rows}
    return {
        entry: told.pk
        for entry, told in named.items()
        if told.action == DESTROYED and entry in told.facts.get("entries", [])
    }


def _walk(start: int, end: int) -> Iterator[str]:
    """Make every link from the seal before `start` to `end` anew."""
    rows = Seal.objects.filter(number__gte=start - 1, number__lte=end).order_by("number")
    expected, chained = start - 1, None
    if start == 1:
        expected, chained = 1, FIRST
    for number, digest, says in rows.values_list("number", "digest", "chained").iterator(chunk_size=2000):
        if number != expected:
            yield f"seal {expected} is missing"
        elif chained is not None and link(chained, digest) != says:
            yield f"seal {number} does not follow from the one before it"
        expected, chained = number + 1, says
    if expected <= end:
        yield f"seal {expected} is missing"


def _gone(first: int, last: int) -> Iterator[str]:
    """Entries that were sealed between the first and the last of these seals and are not there any more."""
    there = Entry.objects.filter(pk=OuterRef("entry_id"))
    lost = Seal.objects.filter(number__range=(first, last)).filter(~Exists(there)).order_by("number")
    for seal in lost[:20]:
        yield f"entry {seal.entry_id}, which seal {seal.number} sealed, is gone"


def _passed_by(unsealed: Collection[int], now: datetime) -> Iterator[str]:
    """Entries without a seal although the sealer has long come past them."""
    settled = Seal.objects.filter(sealed_at__lt=now - SOON).order_by("-entry_id").values_list("entry_id", flat=True)
    last = settled.first() or 0
    awake = Heartbeat.objects.filter(part="sealer").values_list("at", flat=True).first()
    for entry in Entry.objects.filter(pk__in=unsealed).order_by("pk"):
        if entry.pk < last or (awake and entry.at < awake - SOON):
            yield f"entry {entry.pk} ({entry.action}) has no seal, though the sealer came past it"


def _unsigned(checkpoint: Checkpoint) -> Iterator[str]:
    """What is wrong with the checkpoint that covers them."""
    name = f"checkpoint {checkpoint.number} of {checkpoint.day}"
    if fault := fault_in(statement_of(checkpoint), checkpoint.signature):
        yield f"{name} {fault}"
    says = Seal.objects.filter(number=checkpoint.seal).values_list("chained", flat=True).first()
    if says != checkpoint.chained:
        yield f"{name} does not fit seal {checkpoint.seal}: up to there the journal is not what was signed"
