"""Legal holds: nothing of a record is destroyed or forgotten while one stands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.retention.models import Hold
from redbag.retention.theirs import theirs

LONGEST = 500


class NotStanding(Refused):
    code = "hold_lifted"


@transaction.atomic
def place_hold(
    *,
    actor: Actor,
    home: Organisation,
    resident: Resident | None,
    asked_by: str,
    reference: str,
    reason: str,
    now: datetime,
) -> Hold:
    """Hold back a record, or without a resident every record of a home. BadInput by field; Refused once destroyed."""
    require(actor, Permission.KEEP_RECORDS, home)
    told = {"asked_by": asked_by.strip(), "reference": reference.strip(), "reason": reason.strip()}
    _refuse_empty(told, {"asked_by": "Say who asked for it.", "reason": "Say why it may not be destroyed."})
    Organisation.objects.select_for_update().get(pk=home.pk)  # whoever destroys waits, and then sees the hold
    if resident is not None:
        resident = Resident.objects.select_for_update().get(pk=resident.merged_into_id or resident.pk)
        if resident.endings.filter(state__in=["emptied", "done"]).exists():
            raise Refused("This record was destroyed: there is nothing left to hold back.", code="destroyed")
    hold = Hold.objects.create(
        home=home, resident=resident, placed_at=now, placed_by=actor.user, placed_by_name=actor.name, **told
    )
    record("hold.placed", hold, actor=actor, at=now, organisation=home, resident=resident, personal=told)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, hold: Hold, why: str, now: datetime) -> None:
    """End a hold. BadInput without a reason; NotStanding when somebody has lifted it already."""
    require(actor, Permission.KEEP_RECORDS, hold.home_id)
    told = {"why": why.strip()}
    _refuse_empty(told, {"why": "Say why it may end, and who said so."})
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at:
        raise NotStanding(f"{hold.lifted_by_name} has lifted this hold already.")
    hold.lifted_at, hold.lifted_by, hold.lifted_by_name = now, actor.user, actor.name
    hold.lifted_why = told["why"]
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_by_name", "lifted_why"])
    record(
        "hold.lifted", hold, actor=actor, at=now, organisation=hold.home_id, resident=hold.resident_id, personal=told
    )


def holds_on(resident: Resident) -> list[Hold]:
    """The holds that stand on a record, on one that was joined to it, or on everybody at its home; oldest first."""
    kept = resident.merged_into_id or resident.pk
    records = Resident.objects.records_of(kept).values("pk")
    wide = Q(resident=None, home=resident.home_id)
    return list(Hold.objects.standing().filter(wide | Q(resident__in=records)).order_by("placed_at"))


def held_residents() -> list[UUID]:
    """Everybody on whose record a hold stands, with the records that were joined."""
    standing = Hold.objects.standing()
    own = standing.filter(Q(resident=OuterRef("pk")) | Q(resident=OuterRef("merged_into")))
    wide = standing.filter(resident=None, home=OuterRef("home"))
    joined = standing.filter(resident__merged_into=OuterRef("pk"))
    held = Resident.objects.filter(Exists(own) | Exists(wide) | Exists(joined))
    return list(held.values_list("pk", flat=True))


def held_ids() -> frozenset[UUID]:
    """The ids of every row about somebody on whose record a hold stands; empty while none does."""
    people = Resident.objects.filter(pk__in=held_residents(), merged_into=None)
    return frozenset().union(*(theirs(each).ids for each in people)) if people else frozenset()


def named_in(text: str, ids: Iterable[str]) -> bool:
    """Whether a text names any of these ids."""
    return any(each in text for each in ids)


def _refuse_empty(told: dict[str, str], words: dict[str, str]) -> None:
    errors = {name: says for name, says in words.items() if not told[name]}
    errors |= {name: f"Use at most {LONGEST} letters." for name, text in told.items() if len(text) > LONGEST}
    if errors:
        raise BadInput(errors)
