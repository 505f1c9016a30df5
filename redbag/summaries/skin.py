"""Looking at a resident's skin: every answer is a body map of its own, and none is ever changed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import refuse_merged
from redbag.residents.models import Resident
from redbag.summaries.marks import MOST_MARKS, Difference, differences, problems, problems_of, said, tidy
from redbag.summaries.models import BodyMap

AHEAD = timedelta(minutes=5)
BEFORE_PACKING = timedelta(hours=12)
SHORTEST = timedelta(microseconds=1)
LONGEST_WHY = 200
MOST_LOOKS = 60


class MapChanged(Refused):
    """Somebody looked since the map that was read; `newest` is the id of what they saw."""

    code = "changed_meanwhile"


def looks(resident: Resident) -> QuerySet[BodyMap]:
    """Every answer to "skin checked?" on any record of theirs, the newest first."""
    whose = Resident.objects.records_of(resident.pk)
    return BodyMap.objects.filter(resident__in=whose).order_by("-seen_at", "-recorded_at")


def latest_map(resident: Resident) -> BodyMap | None:
    """The skin as it was last seen; None while nobody has looked."""
    return looks(resident).filter(checked=True).first()


@transaction.atomic
def look_at_skin(
    *,
    actor: Actor,
    resident: Resident,
    moment: str,
    marks: Sequence[Mapping] | None,
    now: datetime,
    seen_at: datetime | None = None,
    look_id: uuid.UUID | None = None,
    after: uuid.UUID | None = None,
) -> BodyMap:
    """Somebody looked at the skin, and these are all its marks; None: the same as on the map, which there must be.

    A look with a known id changes nothing. With `after`, the map that was read, raises MapChanged when it is no longer
    the newest. BadInput by field.
    """
    known = _lock(actor, resident, look_id)
    if known is not None:
        return known
    newest = latest_map(resident)
    if after is not None and (newest is None or newest.pk != after):
        raise MapChanged("Somebody looked at the skin meanwhile. Read the map again.", newest=newest and newest.pk)
    errors = {} if marks is None else _wrong(marks, now)
    if marks is None and newest is None:
        errors["marks"] = "Send marks: an empty list when there are none."
    errors |= _wrong_moment(moment) | _wrong_time(seen_at, now)
    if errors:
        raise BadInput(errors)
    kept = newest.marks if newest else []
    if marks is not None:
        kept = [_with_id_and_day(mark, seen_at or now) for mark in marks]
    return _append(actor, resident, moment, kept, now, seen_at=seen_at, look_id=look_id)


@transaction.atomic
def not_looked(
    *, actor: Actor, resident: Resident, moment: str, why: str, now: datetime, look_id: uuid.UUID | None = None
) -> BodyMap:
    """The skin was not looked at, and why; the map stays what it was. BadInput by field."""
    known = _lock(actor, resident, look_id)
    if known is not None:
        return known
    errors = _wrong_moment(moment)
    if not why.strip() or len(why) > LONGEST_WHY:
        errors["why_not"] = f"Say in a few words why not (at most {LONGEST_WHY} letters)."
    if errors:
        raise BadInput(errors)
    row = BodyMap.objects.create(
        id=look_id or uuid.uuid4(),
        resident=resident,
        moment=moment,
        checked=False,
        why_not=why.strip(),
        seen_at=now,
        recorded_at=now,
        by=actor.user,
        by_name=actor.name,
    )
    _record("skin.not_looked", row, actor, now, personal={"why": row.why_not}, moment=moment)
    return row


@transaction.atomic
def put_mark(*, actor: Actor, resident: Resident, moment: str, mark: Mapping, now: datetime) -> BodyMap:
    """A mark was seen, or is seen otherwise than it was: the map with this mark in the place of its id.

    Nothing is written when the map holds it word for word, so sending it twice is one look. BadInput by field.
    """
    _lock(actor, resident, None)
    errors = problems_of(mark, today=timezone.localdate(now)) | _wrong_moment(moment)
    if errors:
        raise BadInput(errors)
    mark, newest = _with_id_and_day(mark, now), latest_map(resident)
    marks = newest.marks if newest else []
    if newest is not None and mark in marks:
        return newest
    if any(each["id"] == mark["id"] for each in marks):
        marks = [mark if each["id"] == mark["id"] else each for each in marks]
    elif len(marks) >= MOST_MARKS:
        raise BadInput({"kind": f"The map holds {MOST_MARKS} marks already. Change one of them."})
    else:
        marks = [*marks, mark]
    return _append(actor, resident, moment, marks, now)


@transaction.atomic
def remove_mark(*, actor: Actor, resident: Resident, moment: str, mark_id: uuid.UUID, now: datetime) -> BodyMap | None:
    """A mark is no longer there: the map without it. Nothing is written when the map does not hold it."""
    _lock(actor, resident, None)
    newest = latest_map(resident)
    if errors := _wrong_moment(moment):
        raise BadInput(errors)
    if newest is None or not any(mark["id"] == str(mark_id) for mark in newest.marks):
        return newest
    return _append(actor, resident, moment, [mark for mark in newest.marks if mark["id"] != str(mark_id)], now)


def _lock(actor: Actor, resident: Resident, look_id: uuid.UUID | None) -> BodyMap | None:
    """Ask whether they may, hold the resident, and find the look that was sent before; a record put away is refused."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    locked = Resident.objects.select_for_update().get(pk=resident.pk)
    if look_id and (known := resident.body_maps.filter(pk=look_id).first()):
        return known
    refuse_merged(locked)
    return None


def _append(actor, resident, moment, marks, now, *, seen_at=None, look_id=None) -> BodyMap:
    """Keep a look as the newest, unless it was told to be of an earlier time."""
    newest = latest_map(resident)
    row = BodyMap.objects.create(
        id=look_id or uuid.uuid4(),
        resident=resident,
        moment=moment,
        checked=True,
        marks=marks,
        seen_at=seen_at or (max(now, newest.seen_at + SHORTEST) if newest else now),
        recorded_at=now,
        by=actor.user,
        by_name=actor.name,
    )
    Resident.objects.filter(pk=resident.pk).update(told_at=now)  # what is frozen holds the map
    told = {"marks": [said(mark) for mark in marks]}
    _record("skin.looked", row, actor, now, personal=told, moment=moment, marks=[mark["id"] for mark in marks])
    return row


def _record(action: str, row: BodyMap, actor: Actor, now: datetime, **more) -> None:
    home = row.resident.home_id
    record(action, row, actor=actor, at=now, organisation=home, resident=row.resident, **more)


def _with_id_and_day(mark: Mapping, seen_at: datetime) -> dict:
    """The mark as it is kept; a new one gets an id, and is first seen on the day of the look unless somebody said."""
    given = dict(mark)
    if not given.get("id"):
        given |= {"id": str(uuid.uuid4())}
        given["first_seen"] = given.get("first_seen") or timezone.localdate(seen_at).isoformat()
    return tidy(given)


def _wrong(marks: object, now: datetime) -> dict[str, str]:
    return problems(marks, today=timezone.localdate(now))


def _wrong_moment(moment: object) -> dict[str, str]:
    allowed = BodyMap.Moment.values
    return {} if moment in allowed else {"moment": f"Choose one of: {', '.join(allowed)}."}


def _wrong_time(seen_at: datetime | None, now: datetime) -> dict[str, str]:
    return {"seen_at": "This time is in the future."} if seen_at and seen_at > now + AHEAD else {}


@dataclass(frozen=True)
class Journey:
    """The skin around one journey to hospital: what the home saw before, what was seen on return, and how they differ.

    `not_looked` is the home's "not checked" on leaving, when nobody has looked since; `unseen` the same on return.
    """

    before: BodyMap | None
    not_looked: BodyMap | None
    after: BodyMap | None
    unseen: BodyMap | None
    differences: list[Difference]
    left_at: datetime

    @property
    def looked_that_day(self) -> bool:
        """Whether the home looked at the skin on the day of leaving."""
        return self.before is not None and _day(self.before.seen_at) == _day(self.left_at)


def _day(moment: datetime):
    return timezone.localdate(moment)


def around_journey(
    *, resident: Resident, packed_at: datetime, left_at: datetime | None, until: datetime | None, now: datetime
) -> Journey:
    """What belongs to a journey that was packed and left then; `until` is when the next one was packed."""
    leaving, on_return = Q(moment=BodyMap.Moment.LEAVING), Q(moment=BodyMap.Moment.RETURN, seen_at__gte=packed_at)
    rows = looks(resident).filter(leaving | on_return | Q(seen_at__lte=left_at or now))
    kept = list((rows.filter(seen_at__lt=until) if until else rows)[:MOST_LOOKS])
    back = [row for row in kept if row.moment == BodyMap.Moment.RETURN and row.seen_at >= packed_at]
    earlier = [row for row in kept if row not in back]
    before, after = _first(earlier, checked=True), _first(back, checked=True)
    lately = [
        row for row in earlier if row.moment == BodyMap.Moment.LEAVING and row.seen_at > packed_at - BEFORE_PACKING
    ]
    skipped = _first(lately, checked=False)
    if before and skipped and before.seen_at >= skipped.seen_at:
        skipped = None
    found = differences(before.marks if before else [], after.marks) if after else []
    return Journey(before, skipped, after, None if after else _first(back, checked=False), found, left_at or now)


def _first(rows: Sequence[BodyMap], *, checked: bool) -> BodyMap | None:
    return next((row for row in rows if row.checked is checked), None)
