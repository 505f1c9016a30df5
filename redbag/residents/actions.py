"""Residents arrive, change and leave."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.details import clean, seen_of
from redbag.residents.models import Resident
from redbag.rows import everything


class NumberKnown(Refused):
    code = "nhs_number_known"


class ChangedMeanwhile(Refused):
    """The record is not what its writer saw; `seen` is the mark of what stands now."""

    code = "changed_meanwhile"


class SamePerson(Refused):
    """The record is another one's: what is recorded of the person belongs there."""

    code = "merged"


class Destroyed(Refused):
    """Nothing of the person is left in this record, and nothing new may be written into it."""

    code = "destroyed"


@transaction.atomic
def add_resident(*, actor: Actor, home: Organisation, values: Mapping, now: datetime) -> Resident:
    """Record somebody who lives at a home. BadInput by field; NumberKnown when the home already has the number."""
    require(actor, Permission.WRITE_RESIDENTS, home)
    fields = clean(values, now=now, whole=True)
    _refuse_known(home, fields, but=None)
    try:
        with transaction.atomic():
            resident = Resident.objects.create(
                home=home, created_at=now, nhs_number_elsewhere=_elsewhere(home, fields), **fields
            )
    except IntegrityError:
        _refuse_known(home, fields, but=None)
        raise
    record("resident.added", resident, actor=actor, at=now, organisation=home, resident=resident)
    return resident


@transaction.atomic
def change_resident(
    *, actor: Actor, resident: Resident, values: Mapping, now: datetime, seen: str | None = None
) -> Resident:
    """Change what is recorded of a resident; only the fields that are named.

    `seen` is the mark (seen_of) of what the writer had before them: raises ChangedMeanwhile when it is not of what
    stands now. None asks nothing.
    """
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    fields = clean(values, now=now, whole=False)
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    refuse_merged(resident)
    changed = {name: value for name, value in fields.items() if getattr(resident, name) != value}
    if "nhs_number" not in changed:
        changed.pop("nhs_number_index", None)  # the same number, still under an older key
    if not changed:
        return resident
    if seen is not None and seen != seen_of(resident):
        raise ChangedMeanwhile("Somebody changed this record meanwhile. Look again.", seen=seen_of(resident))
    if changed.get("nhs_number"):
        _refuse_known(resident.home, changed, but=resident)
        changed["nhs_number_elsewhere"] = _elsewhere(resident.home, changed)
    before = {name: str(getattr(resident, name)) for name in changed}
    changed["told_at"] = now
    for name, value in changed.items():
        setattr(resident, name, value)
    resident.save(update_fields=list(changed))
    record(
        "resident.changed",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home,
        resident=resident,
        fields=sorted(before),
        personal={"before": before},
    )
    return resident


@transaction.atomic
def archive_resident(*, actor: Actor, resident: Resident, why: str, now: datetime) -> None:
    """Somebody moved away or died: they leave the lists, and their record stays."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    if not why.strip():
        raise BadInput({"why": "Say why, for example: moved to another home."})
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    if resident.archived_at:
        return
    resident.archived_at, resident.archived_by, resident.archived_why = now, actor.user, why.strip()[:200]
    resident.save(update_fields=["archived_at", "archived_by", "archived_why"])
    record("resident.archived", resident, actor=actor, at=now, organisation=resident.home, resident=resident)


@transaction.atomic
def return_resident(*, actor: Actor, resident: Resident, now: datetime) -> None:
    """Somebody archived lives here again."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    refuse_merged(resident)
    resident.archived_at, resident.archived_by, resident.archived_why = None, None, ""
    resident.save(update_fields=["archived_at", "archived_by", "archived_why"])
    record("resident.returned", resident, actor=actor, at=now, organisation=resident.home, resident=resident)


def lock_told(*, resident: Resident, now: datetime) -> None:
    """Note that somebody tells something of a resident now, and hold the record's lock until the change is whole."""
    if not Resident.objects.filter(pk=resident.pk, merged_into=None).update(told_at=now):
        refuse_merged(Resident.objects.get(pk=resident.pk))


def refuse_merged(resident: Resident) -> None:
    """Raise SamePerson for a record that was put away because another one of the same person is kept, or Destroyed."""
    if resident.endings.filter(state__in=["emptied", "done"]).exists():
        raise Destroyed("This record was destroyed. Add the person anew.")
    if resident.merged_into_id:
        raise SamePerson(
            "This is the same person as another record. Write there, or take the two records apart first.",
            resident=str(resident.merged_into_id),
        )


def _refuse_known(home: Organisation, fields: Mapping, *, but: Resident | None) -> None:
    if not fields.get("nhs_number"):
        return
    known = home.residents.numbered(fields["nhs_number"])
    if other := known.exclude(pk=but.pk if but else None).first():
        where = " (archived)" if other.archived_at else ""
        raise NumberKnown(f"This NHS number is already {other.called}'s here{where}.", resident=str(other.pk))


@everything()
def _elsewhere(home: Organisation, fields: Mapping) -> bool:
    """Another home has this number too: flagged for this home, never revealed."""
    number = fields.get("nhs_number")
    return bool(number) and Resident.objects.numbered(number).exclude(home=home).exists()
