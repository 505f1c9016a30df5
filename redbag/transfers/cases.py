"""A case for each thing that was not found: opened, closed and brought up to date by what is told of the journey."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid5

from django.utils import timezone

from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.transfers import replay
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.route import Journey
from redbag.transfers.searches import FOUND, MISTAKE, OPEN, Search, searches

DAYS_TO_LOOK = 7
Kind = CaseStep.Kind
TURNING = (Kind.OPENED, Kind.AGAIN, Kind.FOUND, Kind.MISTAKE, Kind.SETTLED)


def follow(
    *, actor: Actor | None, transfer: Transfer, journey: Journey, facts: Iterable[Fact], told: Fact, now: datetime
) -> None:
    """Make the cases of a journey say what its facts say, after one more was told; there is one for each thing.

    The caller holds the transfer's lock. What somebody settled by hand stays settled, until the thing is found, or is
    missed anew.
    """
    wanted = searches(home=transfer.home_id, journey=journey, facts=[replay.told(fact) for fact in facts])
    if not wanted:
        return
    kept = {str(case.item): case for case in transfer.cases.all()}
    for search in wanted:
        case = kept.get(search.item.id)
        if case is None:
            _open(actor, transfer, search, told, now)
        else:
            _bring_up_to_date(actor, case, search, told, now)


def due_on(opened_at: datetime):
    """By when somebody should have an answer: seven days after it was missed."""
    return timezone.localdate(opened_at) + timedelta(days=DAYS_TO_LOOK)


def _open(actor: Actor | None, transfer: Transfer, search: Search, told: Fact, now: datetime) -> None:
    case = Case(
        id=uuid5(transfer.pk, f"case of {search.item.id}"),
        transfer=transfer,
        item=search.item.id,
        owner=transfer.packed_by,
        owner_name=transfer.packed_by_name,
        due_on=due_on(search.opened_at),
        **_told_by_facts(search),
        **_ending(search, told),
    )
    case.save(force_insert=True)
    note(case, Kind.OPENED, told, now)
    _record("case.opened", case, actor, now)
    if search.outcome != OPEN:
        note(case, Kind(search.outcome), told, now)
        _record("case.closed", case, actor, now, outcome=search.outcome)


def _bring_up_to_date(actor: Actor | None, case: Case, search: Search, told: Fact, now: datetime) -> None:
    fresh = _told_by_facts(search)
    if case.due_on == due_on(case.opened_at):
        fresh["due_on"] = due_on(search.opened_at)
    settled, before = _settled_by_hand(case, search), case.outcome
    if not settled:
        fresh |= _ending(search, told)
    changed = {name: value for name, value in fresh.items() if getattr(case, name) != value}
    if changed.keys() & {"asked_id", "asked_text"} and case.steps.filter(kind=Kind.ASKED).exists():
        changed = {name: value for name, value in changed.items() if name not in ("asked_id", "asked_text")}
    if not changed:
        return
    for name, value in changed.items():
        setattr(case, name, value)
    case.save(update_fields=[name.removesuffix("_id") for name in changed])
    if case.outcome != before:
        note(case, Kind(search.outcome) if search.outcome else Kind.AGAIN, told, now)
        _record("case.closed" if search.outcome else "case.reopened", case, actor, now, outcome=case.outcome)


def _told_by_facts(search: Search) -> dict:
    """The columns that follow from what was told."""
    item = search.item
    return {
        "category": item.category,
        "description": item.description,
        "opened_at": search.opened_at,
        "opened_by": search.opened_by,
        "last_seen": search.last_seen,
        "asked_id": search.asked,
        "asked_text": search.asked_text,
    }


def _ending(search: Search, told: Fact) -> dict:
    if search.outcome == OPEN:
        return {"outcome": "", "closed_at": None, "closed_by_name": ""}
    return {"outcome": search.outcome, "closed_at": search.ended_at}


def _settled_by_hand(case: Case, search: Search) -> bool:
    """Whether somebody settled it while the thing was missing, and nothing has changed about that."""
    if case.closed_at is None or search.outcome in (FOUND, MISTAKE) or case.opened_by not in search.run:
        return False
    last = case.steps.filter(kind__in=TURNING).order_by("-at", "-pk").first()
    return last is not None and last.kind == Kind.SETTLED


def note(case: Case, kind: Kind, told: Fact, now: datetime) -> CaseStep:
    """Keep what a fact did to a case, in the name of whoever told it."""
    return CaseStep.objects.create(case=case, kind=kind, at=now, by_id=told.by_id, by_name=told.by_name)


def _record(action: str, case: Case, actor: Actor | None, now: datetime, **facts) -> None:
    transfer = case.transfer
    record(
        action,
        case,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        item=case.item,
        **facts,
    )
