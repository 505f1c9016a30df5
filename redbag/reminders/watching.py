"""Looks at what is due. Looking twice does nothing twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from redbag.deliveries.actions import post_letters
from redbag.journal.recording import record
from redbag.organisations.models import HouseRules
from redbag.reminders.clocks import BY_NAME, CLOCKS, LONDON, Clock, due, morning_of
from redbag.reminders.models import Reminder
from redbag.reminders.subjects import WATCHED

MOST = 500


def watch(*, now: datetime) -> int:
    """Make, settle, tell and escalate what is due now; returns how many reminders changed.

    Each step takes at most 500, the longest waiting first; the next round takes the rest. The number of statements
    does not grow with the journeys under way, only with what is new.
    """
    changed = sum(_settle(clock, now) + _make(clock, now) for clock in CLOCKS)
    return changed + _tell(_to_tell(now), now=now) + _escalate(_to_escalate(now), now=now)


def _settle(clock: Clock, now: datetime) -> int:
    """Nobody has to do any more what the world has moved on from."""
    waiting = Reminder.objects.open().filter(kind=clock.name)
    return waiting.exclude(WATCHED[clock.name].still(now)).update(needless_at=now)


def _make(clock: Clock, now: datetime) -> int:
    watched = WATCHED[clock.name]
    columns = ["pk", "whose", "began", "journey", "of_bag", watched.due or "pk"]
    rows = list(watched.unknown(clock.name, now).order_by("began", "pk").values_list(*columns)[:MOST])
    if not rows:
        return 0
    own = clocks_of(row[1] for row in rows)
    made = [_reminder(clock, row, own.get(row[1], {}), now) for row in rows]
    fresh = Reminder.objects.bulk_create(made, ignore_conflicts=True, batch_size=100)
    again = Reminder.objects.filter(watched.still(now), kind=clock.name, subject__in=[row[0] for row in rows])
    return len(fresh) + again.filter(needless_at__isnull=False, done_at=None).update(needless_at=None)


def _reminder(clock: Clock, row: tuple, own: Mapping[str, int], now: datetime) -> Reminder:
    subject, whose, began, journey, bag, due_then = row
    since = began if isinstance(began, datetime) else morning_of(began)
    due_at = due(clock, since=since, own=own) if clock.minutes is not None else since
    if clock.name == "note_reply":
        due_at = due_then
    return Reminder(
        organisation_id=whose,
        key=f"{clock.name}:{subject}:{since.timestamp():.6f}",
        kind=clock.name,
        subject=subject,
        transfer_id=journey,
        bag_id=bag,
        case_id=subject if clock.name == "case_due" else None,
        wakes=clock.wakes,
        since=since,
        made_at=now,
        due_at=due_at,
    )


def clocks_of(organisations: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """The minutes that organisations have set themselves, by organisation; those without any are left out."""
    rules = HouseRules.objects.filter(organisation__in=set(organisations)).exclude(clocks={})
    return dict(rules.values_list("organisation_id", "clocks"))


def quiet_now(moment: datetime) -> Q:
    """Which house rules say that this moment is quiet, as `clocks.is_quiet` would say of each."""
    local: time = moment.astimezone(LONDON).time().replace(tzinfo=None)
    by_day = Q(quiet_from__lt=F("quiet_until"), quiet_from__lte=local, quiet_until__gt=local)
    over_midnight = Q(quiet_from__gt=F("quiet_until")) & (Q(quiet_from__lte=local) | Q(quiet_until__gt=local))
    return by_day | over_midnight


def _audible(now: datetime) -> QuerySet[Reminder]:
    """Open reminders that may be heard now: those that wake, and all others where it is not quiet."""
    quiet = HouseRules.objects.filter(quiet_now(now)).values("organisation")
    return Reminder.objects.open().filter(Q(wakes=True) | ~Q(organisation__in=quiet))


def _to_tell(now: datetime) -> list[Reminder]:
    rows = _audible(now).filter(told_at=None, due_at__lte=now)
    return list(rows.order_by("due_at", "pk")[:MOST])


def _to_escalate(now: datetime) -> list[Reminder]:
    late = Q(pk=None)
    for clock in CLOCKS:
        if clock.late is not None:
            late |= Q(kind=clock.name, due_at__lte=now - timedelta(minutes=clock.late))
    named = Q(organisation__house_rules__escalate_to__isnull=False)
    rows = _audible(now).filter(late & named, told_at__isnull=False, escalated_at=None)
    return list(rows.select_related("organisation__house_rules").order_by("due_at", "pk")[:MOST])


def _tell(reminders: list[Reminder], *, now: datetime) -> int:
    """One letter to each organisation about all that has become due there."""
    told = 0
    for organisation, theirs in _by_organisation(reminders):
        with transaction.atomic():
            claimed = [each for each in theirs if _claimed(each, now, "told_at")]
            _post(claimed, organisation, None, now)
        told += len(claimed)
    return told


def _escalate(reminders: list[Reminder], *, now: datetime) -> int:
    """One letter to the named person of each organisation about all that is late there, once."""
    told = 0
    for organisation, theirs in _by_organisation(reminders):
        with transaction.atomic():
            claimed = [each for each in theirs if _claimed(each, now, "escalated_at")]
            _post(claimed, organisation, theirs[0].organisation.house_rules.escalate_to_id, now)
        told += len(claimed)
    return told


def _by_organisation(reminders: list[Reminder]) -> Iterable[tuple[UUID, list[Reminder]]]:
    ordered = sorted(reminders, key=lambda each: str(each.organisation_id))
    return [(key, list(rows)) for key, rows in groupby(ordered, key=lambda each: each.organisation_id)]


def _claimed(reminder: Reminder, now: datetime, column: str) -> bool:
    """Whether this worker is the one who tells; a second one finds nothing to claim."""
    rows = Reminder.objects.open().filter(pk=reminder.pk, **{column: None})
    return rows.update(**{column: now}) == 1


def _post(reminders: list[Reminder], organisation: UUID, person: UUID | None, now: datetime) -> None:
    if not reminders:
        return
    first = reminders[0]
    ids = [str(each.pk) for each in reminders]
    post_letters(
        organisations=[organisation],
        type="reminder.due",
        subject_id=first.pk,
        path=f"/api/v1/reminders/{first.pk}" if len(ids) == 1 else "/api/v1/reminders",
        ids={"reminders": ids, "escalated": person is not None},
        now=now,
        person=person,
    )
    action = "reminder.escalated" if person else "reminder.told"
    for each in reminders:
        record(
            action,
            each,
            actor=None,
            at=now,
            organisation=organisation,
            kind=each.kind,
            transfer=each.transfer_id,
            person=person,
        )


def is_late(reminder: Reminder, *, now: datetime) -> bool:
    """Whether it is so long overdue that the named person is told."""
    late = BY_NAME[reminder.kind].late
    return late is not None and now >= reminder.due_at + timedelta(minutes=late)
