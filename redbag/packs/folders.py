"""Draws each home's grab folder and keeps the newest: weekly, soon after somebody told something, and when asked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from redbag.documents.models import Document
from redbag.errors import Gone
from redbag.organisations.models import Kind, Organisation
from redbag.packs import typesetting
from redbag.packs.folder_words import front_words, listed, person_words
from redbag.packs.freshness import known_of
from redbag.packs.gathering import gather_at_home
from redbag.packs.models import Folder
from redbag.residents.models import Resident
from redbag.summaries.models import BodyMap
from redbag.vault import keep_file, read_file

GOOD_FOR = timedelta(days=7)
SETTLES = timedelta(minutes=15)  # while somebody is typing, one folder has to do
ONE_SWEEP = timedelta(seconds=3)  # labels are printed by the same worker
BUSY, BUSY_AT_MOST = "a-folder-is-being-drawn", timedelta(minutes=10)
LATE = timedelta(minutes=1)  # what was told a moment before a look may be seen only after it
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(minutes=30)

log = structlog.get_logger()


def residents_of(home: Organisation) -> QuerySet[Resident]:
    """Everybody who lives at a home, as a folder lists them."""
    return Resident.objects.living_here().filter(home=home, merged_into=None).order_by("last_name", "first_name", "pk")


def made_of(home: Organisation) -> str:
    """The digest of what a folder of this home would be made of now; vital signs alone make no new one."""
    known = known_of(residents_of(home), with_signs=False)
    told = [home.name, home.phone, *(f"{pk} {digest}" for pk, digest in sorted(known.items()))]
    return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    """How a home's folder stands: the one to print, one that is being drawn, and whose page is out of date."""

    home: Organisation
    folder: Folder | None
    waiting: Folder | None
    changed: list[Resident]


def standing_of(home: Organisation) -> Standing:
    """The folder of a home as its page shows it."""
    kept = newest(home)
    waiting = Folder.objects.filter(home=home, drawn_at=None).order_by("asked_at").first()
    return Standing(home, kept, waiting, changed_since(home, kept.drawn_at) if kept else [])


def newest(home: Organisation) -> Folder | None:
    """The home's folder that can be printed."""
    return Folder.objects.filter(home=home, drawn_at__isnull=False).exclude(file="").order_by("-drawn_at").first()


def changed_since(home: Organisation, moment: datetime) -> list[Resident]:
    """Who has come, gone, or has something new to read since a folder was drawn; each person once."""
    told = list(_changed(home, moment).order_by("last_name", "first_name"))
    records = {each.pk for each in told}
    return [each for each in told if each.merged_into_id not in records]


def _changed(home: Organisation, moment: datetime) -> QuerySet[Resident]:
    return Resident.objects.filter(_told_after(moment, moment), home=home)


def file_of(folder: Folder) -> bytes:
    """The folder as PDF; Gone when it is not drawn yet, or a newer one has taken its place."""
    if not folder.file:
        raise Gone("This folder is not there any more, or not yet. Open the page *Grab folder* again.")
    return read_file(folder.file)


def _told_after(moment, outside) -> Q:
    """Residents of whom something was told after a moment; `outside` is the same moment as a subquery names it."""
    papers = Document.objects.filter(resident=OuterRef("pk"), restricted=False)
    return (
        Q(told_at__gt=moment)
        | Q(created_at__gt=moment)
        | Q(archived_at__gt=moment)
        | Exists(papers.filter(Q(added_at__gt=outside) | Q(removed_at__gt=outside)))
        | Exists(BodyMap.objects.filter(resident=OuterRef("pk"), recorded_at__gt=outside))
    )


def sweep(*, now: Callable[[], datetime]) -> None:
    """Ask for the folders that are due, and draw for a few seconds; one fault stops nobody else.

    One sweep draws at a time: a large home takes longer, and meanwhile another worker is free to print labels.
    """
    began = now()
    for home in due(now=began):
        ask(home, now=began)
    if not cache.add(BUSY, True, BUSY_AT_MOST.total_seconds()):
        return
    try:
        _draw_waiting(began, now)
    finally:
        cache.delete(BUSY)


def _draw_waiting(began: datetime, now: Callable[[], datetime]) -> None:
    free = Q(lease_until=None) | Q(lease_until__lte=began)
    waiting = Folder.objects.filter(free, drawn_at=None).order_by("tries", "asked_at").values_list("pk", flat=True)
    for folder_id in waiting:
        if now() - began >= ONE_SWEEP:
            return
        draw(folder_id, now=now())


def due(*, now: datetime) -> list[Organisation]:
    """Homes whose folder is a week old, or where something was told since, a quarter of an hour after the last."""
    homes = Organisation.objects.filter(kind=Kind.CARE_HOME).annotate(asked=_last_asked("pk"))
    living = Resident.objects.living_here().filter(home=OuterRef("pk"))
    old_enough = homes.filter(Q(asked=None) | Q(asked__lte=now - GOOD_FOR), Exists(living))
    told = Resident.objects.annotate(asked=_last_asked("home")).filter(
        _told_after(F("asked"), OuterRef("asked")), asked__lte=now - SETTLES, asked__gt=now - GOOD_FOR
    )
    changed = homes.filter(pk__in=told.values("home"))
    return [*old_enough, *(home for home in changed if _says_less(home, now))]


def _last_asked(home: str) -> Subquery:
    """When a folder was last asked for, beside each row that names its home so."""
    return Subquery(Folder.objects.filter(home=OuterRef(home)).order_by("-asked_at").values("asked_at")[:1])


def _says_less(home: Organisation, now: datetime) -> bool:
    """Whether the last folder says less than is known: what was typed and undone makes no new one.

    That it still said all is remembered: nobody looks again until something more is told.
    """
    last = Folder.objects.filter(home=home).order_by("-asked_at").first()
    if last is None:
        return True
    key = f"folder-said-all-{last.pk}"
    looked = cache.get(key)
    if looked and not _changed(home, looked).exists():
        return False
    less = last.made_of != made_of(home)
    if not less:
        cache.set(key, now - LATE, GOOD_FOR.total_seconds())
    return less


def ask(home: Organisation, *, now: datetime) -> Folder:
    """A folder to be drawn: the one that waits already, else a new one."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=home.pk)
        waiting = Folder.objects.filter(home=home, drawn_at=None).first()
        return waiting or Folder.objects.create(home=home, asked_at=now, made_of=made_of(home))


def draw(folder_id: UUID, *, now: datetime) -> bool:
    """Claim a folder, draw it and keep it in place of the last; False when another worker has it, or on a fault.

    Whoever was so slow that somebody else began anew keeps nothing.
    """
    folder = Folder.objects.select_related("home").get(pk=folder_id)
    if folder.drawn_at is not None or not _claim(folder, now):
        return False
    try:
        return _draw_and_keep(folder, now)
    except Exception as fault:  # whatever one record holds, the folders of other homes are drawn
        log.error("folder not drawn", folder=str(folder_id), fault=type(fault).__name__)
        return False


def _claim(folder: Folder, now: datetime) -> bool:
    wait = min(FIRST_WAIT * 2 ** min(folder.tries, 10), LONGEST_WAIT)
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    mine = Folder.objects.filter(free, pk=folder.pk, tries=folder.tries, drawn_at=None)
    return mine.update(tries=F("tries") + 1, lease_until=now + wait) == 1


def _draw_and_keep(folder: Folder, now: datetime) -> bool:
    """The digest is taken before anything is read: what is told meanwhile has it drawn again."""
    made = made_of(folder.home)
    people = list(residents_of(folder.home).select_related("home"))
    printed = set_in_type(folder.home, people, now=now)
    told = {"made_of": made, "pages": printed.pages, "residents": len(people), "drawn_at": now}
    name, kept = keep_file(f"folders/{folder.pk}.pdf", printed.content), False
    try:
        kept = _keep(folder, told | {"file": name})
    finally:
        if not kept:
            _throw_away([name])
    return kept


def _keep(folder: Folder, told: dict) -> bool:
    """Put a folder in place of the last; False, and nothing is changed, when the claim on it was lost."""
    with transaction.atomic():
        mine = Folder.objects.filter(pk=folder.pk, tries=folder.tries + 1, drawn_at=None)
        if not mine.update(**told, lease_until=None, tries=0):
            return False
        old = Folder.objects.select_for_update().filter(home=folder.home).exclude(pk=folder.pk).exclude(file="")
        gone = [each.file for each in old]
        old.update(file="")
        transaction.on_commit(partial(_throw_away, gone))
    return True


def _throw_away(files: Sequence[str]) -> None:
    for name in files:
        default_storage.delete(name)


def set_in_type(home: Organisation, people: list[Resident], *, now: datetime) -> typesetting.Printed:
    """The folder as PDF: each resident's page in the largest type with which it is one page."""
    pages = []
    for person in people:
        known = gather_at_home(resident=person, now=now)
        fitting = typesetting.summary(partial(person_words, known))
        pages.append(listed(person) | person_words(known, fitting.step))
    return typesetting.folder(front_words(home, now=now) | {"people": pages})
