"""Rows follow the journal: whoever something happened to is counted anew."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import OperationalError, transaction
from django.db.models import Max, Q, QuerySet

from redbag.counting.counting import count
from redbag.counting.journeys import VERSION
from redbag.counting.models import Mark
from redbag.journal.models import Entry
from redbag.journal.recording import WAYS
from redbag.residents.models import Resident
from redbag.rows import everything
from redbag.transfers.models import Fact

LATE = timedelta(minutes=10)
"""How long a transaction may take to commit: so long the numbers it passed by unwritten are looked for."""
LOOK_BACK = 1_000  # entries before the first that is read
MOST_GAPS = 5_000
FAULTY_AT_ONCE = 5
AGAIN_AFTER = timedelta(minutes=2)
ONLY_LOOKS = [f"{way}." for way in (*WAYS, "refused")]

log = structlog.get_logger()


@dataclass(frozen=True)
class Fresh:
    """Since when everything that was written is counted (None: never yet), and how many residents still wait."""

    counted_at: datetime | None
    waiting: int


@everything()
def catch_up(*, now: datetime, at_most: int = 100) -> Fresh:
    """Count anew up to so many residents to whom something happened; two statements when nothing did.

    Whoever comes while somebody else does it goes on with what is there. A fault stops no page: it is logged, and what
    it kept back is waiting. The first time, and after a change of the rules, everybody is counted, in as many turns as
    that takes.
    """
    mark = None
    try:
        mark = Mark.objects.filter(pk=1).first()
        if mark is not None and _is_recent(mark, now) and not _since(mark.entry).exists():
            return Fresh(now, len(mark.faulty))
        if mark is None:
            Mark.objects.get_or_create(pk=1)
        with transaction.atomic():
            return _take_a_turn(mark, now=now, at_most=at_most)
    except Exception as fault:
        log.error("not counted", fault=type(fault).__name__)
        return Fresh(_whole_at(mark), 1)


def begin_again() -> None:
    """Have everybody counted anew, from the next turn on."""
    Mark.objects.filter(pk=1).update(version=0, through=None)


def _is_recent(mark: Mark, now: datetime) -> bool:
    """Whether everything was looked through a moment ago, entries that were written late among it."""
    return mark.version == VERSION and mark.counted_at is not None and now - mark.counted_at < AGAIN_AFTER


def _whole_at(mark: Mark | None) -> datetime | None:
    return mark.counted_at if mark is not None and mark.version == VERSION else None


def _since(entry: int) -> QuerySet[Entry]:
    """Entries about one resident that tell of more than a look, a print, a file or a refusal."""
    looks = Q()
    for way in ONLY_LOOKS:
        looks |= Q(action__startswith=way)
    return Entry.objects.filter(pk__gt=entry, resident_id__isnull=False).exclude(looks)


def _take_a_turn(seen: Mark | None, *, now: datetime, at_most: int) -> Fresh:
    """Count while nobody else does."""
    mark = Mark.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if mark is None:
        waiting = _since(seen.entry).values("resident_id").distinct().count() if seen else 1
        return Fresh(_whole_at(seen), max(waiting, 1))
    if mark.version > VERSION or (mark.version == VERSION and mark.through is not None):
        return Fresh(mark.counted_at, 1)  # a newer release counts by its own rules, or has begun to
    left = _go_through(mark, now=now, at_most=at_most) if mark.version != VERSION else 0
    if mark.version == VERSION:
        left = _read_on(mark, now=now, at_most=at_most)
    mark.save()
    return Fresh(None if mark.version != VERSION else now if not left else mark.counted_at, left)


def _go_through(mark: Mark, *, now: datetime, at_most: int) -> int:
    """Count the next residents of all there are; how many are left. What happens meanwhile is read afterwards."""
    if mark.through is None:
        mark.entry, mark.counted_at, mark.faulty = _last_entry(), now, []
        mark.gaps = _gaps(max(0, mark.entry - LOOK_BACK), mark.entry, now)
    rest = Resident.objects.order_by("pk").values_list("pk", flat=True)
    if mark.through is not None:
        rest = rest.filter(pk__gt=mark.through)
    wanted = list(rest[:at_most])
    mark.faulty = [*mark.faulty, *_count_or_note(wanted, now)]
    left = rest.filter(pk__gt=wanted[-1]).count() if wanted else 0
    mark.through = wanted[-1] if left else None
    mark.version = mark.version if left else VERSION
    return left


def _read_on(mark: Mark, *, now: datetime, at_most: int) -> int:
    """Count those whom newer entries concern, and those that were written late; how many are left."""
    last = max(_last_entry(), mark.entry)
    gaps = mark.gaps + _gaps(mark.entry, last, now)  # before entries are read: what is written meanwhile is among them
    late = dict(_since(0).filter(pk__in=[pk for pk, _ in mark.gaps]).values_list("pk", "resident_id"))
    first: dict[UUID, int] = {}
    for pk, resident in (
        _since(mark.entry).filter(pk__lte=last).order_by("pk").values_list("pk", "resident_id").iterator()
    ):
        first.setdefault(resident, pk)
    waiting = [each for each in dict.fromkeys([*late.values(), *first]) if str(each) not in mark.faulty]
    turn, rest = waiting[:at_most], waiting[at_most:]
    until = min((first[each] for each in rest if each in first), default=last + 1) - 1
    read = _since(mark.entry).filter(pk__lte=until) | _since(0).filter(pk__in=list(late))
    faulty = _count_or_note([*turn, *_taken_back(read)], now)
    mark.faulty = list(dict.fromkeys([*_still_faulty(mark.faulty, now), *faulty]))
    since = (now - LATE).isoformat()
    mark.gaps = [[pk, at] for pk, at in gaps if pk <= until and (late[pk] in rest if pk in late else at >= since)][
        -MOST_GAPS:
    ]
    mark.entry, mark.counted_at = until, mark.counted_at if rest else now
    return len(rest) + len(mark.faulty)


def _gaps(after: int, until: int, now: datetime) -> list[list]:
    """The numbers between these that no entry has, the newest of them, each with when it was missed."""
    found: deque[int] = deque(maxlen=MOST_GAPS)
    before = after
    for pk in Entry.objects.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", flat=True).iterator():
        found.extend(range(max(before + 1, pk - MOST_GAPS), pk))
        before = pk
    return [[pk, now.isoformat()] for pk in found]


def _last_entry() -> int:
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0


def _taken_back(entries: QuerySet[Entry]) -> list[UUID]:
    """Residents of what these entries take back by a fact that was filed under another journey."""
    voids = [each for each in entries.filter(action="fact.void").values_list("facts__fact", flat=True) if each]
    if not voids:
        return []
    targets = Fact.objects.filter(pk__in=voids).values("target")
    return list(Fact.objects.filter(pk__in=targets).values_list("transfer__resident", flat=True))


def _still_faulty(faulty: Sequence[str], now: datetime) -> list[str]:
    """A few of those whose rows could not be made are tried again, each by itself; the others have their turn next."""
    again = _count_one_by_one([UUID(each) for each in faulty[:FAULTY_AT_ONCE]], now)
    return [*faulty[FAULTY_AT_ONCE:], *again]


def _count_or_note(residents: Sequence[UUID], now: datetime) -> list[str]:
    """Count all of them; those whose rows cannot be made are noted and keep nobody else back."""
    try:
        if residents:
            with transaction.atomic():
                count(residents, now=now)
    except OperationalError:
        raise
    except Exception:
        return _count_one_by_one(dict.fromkeys(residents), now)
    return []


def _count_one_by_one(residents: Iterable[UUID], now: datetime) -> list[str]:
    faulty = []
    for each in residents:
        try:
            with transaction.atomic():
                count([each], now=now)
        except OperationalError:
            raise
        except Exception as fault:
            log.error("resident not counted", resident=str(each), fault=type(fault).__name__)
            faulty.append(str(each))
    return faulty
