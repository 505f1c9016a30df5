"""Makes report files: claimed from the queue, part after part, so that a worker that dies loses one part at most."""

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from django.db import transaction
from django.db.models import F

from redbag.counting.catching_up import catch_up
from redbag.errors import Gone, NotAllowed
from redbag.organisations.access import Actor, Post, actor_for
from redbag.organisations.models import Key
from redbag.queues.claims import Claim, Clock, Lost
from redbag.reports import monthly
from redbag.reports.file_models import ReportFile, ReportPart
from redbag.reports.file_rows import columns_of, homes_of, names_residents, rows_of
from redbag.reports.measures import MEASURES
from redbag.reports.opening import opening_of
from redbag.reports.papers import as_paper
from redbag.reports.reading import runs_of, tables_of
from redbag.reports.scopes import Scope, scope_for
from redbag.reports.tables import harmless, on_the_clock
from redbag.reports.workbooks import as_one_csv, as_workbook, write_rows
from redbag.vault import files_in, keep_file, read_file
from redbag.vault import throw_away as remove

KEPT = timedelta(days=7)
A_TURN = 500  # residents counted first
PIECE = 2 * 1024 * 1024  # bytes that are sealed together
STILL_HERE = 20_000  # rows after which a worker says that it lives
MONTHS = 14  # of a run on paper
FOLDER = "red-bag-report-"  # where a workbook is made, one for each try
State = ReportFile.State
NOT_WANTED = (State.STOPPED, State.FAILED, State.FORGOTTEN)


def make_file(file_id: str, *, now: Clock) -> bool:
    """Claim a file and make what is missing of it; a second worker finds nothing to claim."""
    asked = ReportFile.objects.select_related("place", "organisation", "asked_by", "monthly__user")
    claim = asked.claim(file_id, now=now)
    if claim is None:
        return False
    file = claim.row
    try:
        actor = asker_of(file, now=now())
        if actor is None:
            raise NotAllowed("Nobody may read this any more.")
        scope = scope_for(actor=actor, organisation=file.organisation)
        if file.what == ReportFile.What.JOURNEYS:
            counted_at = _journeys(claim, actor, scope)
        else:
            counted_at = _measures(claim, scope)
        _finish(claim, counted_at)
        _clear(file)
        return True
    except Lost:
        if ReportFile.objects.filter(pk=file.pk, state__in=NOT_WANTED).exists():
            throw_away(file)
    except NotAllowed:
        claim.fail()
    return False


def asker_of(file: ReportFile, *, now: datetime) -> Actor | None:
    """Whoever asked, with what they may now; None for who may no longer read reports there."""
    if file.asked_by is not None:
        actor = actor_for(file.asked_by) if file.asked_by.is_active else None
    else:
        key = Key.objects.filter(pk=file.asked_by_key, revoked_at=None).select_related("organisation").first()
        over = key is None or key.organisation is None or (key.expires_at is not None and key.expires_at <= now)
        actor = None if over else Actor(name=key.name, posts=(Post(key.organisation, key.role),), key=key)
    return actor if ReportFile.objects.visible_to(actor).filter(pk=file.pk).exists() else None


def pieces_of(file: ReportFile) -> Iterator[bytes]:
    """The finished file, piece by piece; Gone when it is not there any more."""
    names = list(file.parts.filter(rows=False).order_by("number").values_list("file", flat=True))
    try:
        first = read_file(names[0])
    except (IndexError, FileNotFoundError):
        raise Gone("This file is not kept any more. Have it made again.") from None
    return chain([first], (read_file(name) for name in names[1:]))


def throw_away(file: ReportFile) -> None:
    """Remove everything of a file but that there was one; parts nobody noted down too."""
    _remove(file)
    remove(files_in(f"reports/{file.pk}"))
    _clear(file)


def _measures(claim: Claim, scope: Scope) -> datetime | None:
    """Every measure at once: a paper, a workbook, or one CSV. Returns when it was counted."""
    file, moment = claim.row, claim.now()
    _remove(file)
    fresh = catch_up(now=moment, at_most=A_TURN)
    tables = tables_of(
        MEASURES, scope=scope, start=file.first_day, end=file.last_day, now=moment, compared=True, fresh=fresh
    )
    claim.say(done=1, total=2)
    if file.form == "pdf":
        runs = runs_of(MEASURES, scope=scope, last=file.last_day, months=MONTHS, now=moment)
        opening = opening_of(scope, last=file.last_day, now=moment)
        content = as_paper(tables, runs=runs, opening=opening, now=moment)
    else:
        content = as_workbook(tables) if file.form == "xlsx" else as_one_csv(tables)
    _keep(claim, (content[at : at + PIECE] for at in range(0, len(content), PIECE)))
    return tables[0].counted_at


def _journeys(claim: Claim, actor: Actor, scope: Scope) -> datetime | None:
    """Home after home, each group of homes a part that is kept; a workbook is made of the parts in the end.

    Returns when they were counted.
    """
    file = claim.row
    if file.named and not names_residents(actor, scope):
        raise NotAllowed("They may no longer read who these residents are.")
    counted = catch_up(now=claim.now(), at_most=A_TURN).counted_at
    groups = homes_of(file, scope)
    claim.say()
    if file.parts.filter(rows=False).exists() and file.form == "xlsx":
        _remove(file, rows=False)
    if file.total not in (0, len(groups) + 1):  # there are others than when it was begun
        _remove(file)
    workbook = file.form == "xlsx"
    first = file.parts.filter(rows=workbook).count()
    for number, homes in enumerate(groups[first:] or ([[]] if not groups and not first else []), start=first):
        rows = rows_of(file, scope, homes, actor=actor)
        content = json.dumps(rows).encode() if workbook else _csv(file, rows, headed=number == 0)
        _keep_one(claim, workbook, number, content, done=number, total=len(groups) + 1)
    claim.say(done=len(groups), total=len(groups) + 1)
    if workbook:
        _bind(claim, scope)
        claim.say()
        _remove(file, rows=True)
    return counted


def _bind(claim: Claim, scope: Scope) -> None:
    """The workbook of all rows, made in a folder of this try that is gone after it."""
    file = claim.row
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{file.pk}-"))
    try:
        path = folder / "journeys.xlsx"
        write_rows(path, columns=columns_of(file), rows=_told(claim), about=_about(file, scope, claim.now()))
        with path.open("rb") as book:
            _keep(claim, iter(lambda: book.read(PIECE), b""))
    except Exception:
        claim.say()  # whoever took it over has cleared rows and folder away: Lost, and no fault of this one
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(file: ReportFile) -> None:
    """Remove the folders of workers that were killed while they made its workbook."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}{file.pk}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _told(claim: Claim) -> Iterator[list]:
    names = list(claim.row.parts.filter(rows=True).order_by("number").values_list("file", flat=True))
    seen = 0
    for name in names:
        for row in json.loads(read_file(name)):
            seen += 1
            if seen % STILL_HERE == 0:
                claim.say()
            yield row


def _about(file: ReportFile, scope: Scope, moment: datetime) -> list[tuple]:
    who = "Residents are named: keep it where their records are kept." if file.named else CODED_WORDS
    about: list[tuple] = [("Whose", scope.title), ("From", file.first_day), ("To", file.last_day)]
    return [*about, ("Made", moment), ("Asked for by", file.asked_by_name), ("Mind", who)]


CODED_WORDS = (
    "Codes lead back to a journey only at its home. Of each home whole fives are told, so up to four journeys are left "
    "out; what fewer than five share is left empty; lengths are rounded."
)


def _csv(file: ReportFile, rows: Iterable[list], *, headed: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    if headed:
        writer.writerow([column.title for column in columns_of(file)])
    kinds = [column.kind for column in columns_of(file)]
    writer.writerows([[_plain(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in rows])
    return text.getvalue().encode()


def _plain(kind: str, cell: object) -> object:
    """A cell as spreadsheets read it: moments as the clock in London shows them."""
    if kind == "moment" and isinstance(cell, str):
        return on_the_clock(datetime.fromisoformat(cell))
    return "" if cell is None else harmless(cell)


def _keep(claim: Claim, content: Iterable[bytes]) -> None:
    for number, piece in enumerate(content):
        _keep_one(claim, False, number, piece)


def _keep_one(claim: Claim, rows: bool, number: int, content: bytes, **told: int) -> None:
    """Keep a part, and say how far it is. Lost: what somebody else makes now is left alone."""
    claim.say(**told)
    file = claim.row
    name = keep_file(f"reports/{file.pk}/{'rows' if rows else 'file'}-{number}", content)
    ReportPart.objects.create(of=file, rows=rows, number=number, file=name, done=len(content))


def _remove(file: ReportFile, **which: bool) -> None:
    parts = list(file.parts.filter(**which))
    remove(part.file for part in parts)
    file.parts.filter(pk__in=[part.pk for part in parts]).delete()


@transaction.atomic
def _finish(claim: Claim, counted_at: datetime | None) -> None:
    """It is ready, once; who gets it every month is told in the same moment."""
    file, now = claim.row, claim.now()
    size = sum(file.parts.filter(rows=False).values_list("done", flat=True))
    made = {"size": size, "counted_at": counted_at, "made_at": now, "kept_until": now + KEPT}
    claim.end(state=State.DONE, done=F("total"), **made)
    if file.monthly is not None:
        monthly.tell(file, now=now)
