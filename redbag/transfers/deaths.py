"""Somebody died on a journey: said, confirmed, taken back; what the home sees to; to whom belongings are given."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.transfers.death_models import Death
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage

FAMILY = {"not_yet": "Not yet", "yes": "Yes", "not_known": "Not known"}
HOLDS = {"": "Nobody asked to keep them", "coroner": "Keep for the coroner", "police": "Keep for the police"}
TASKS = {
    "family": "The family knows, from a person and not from a list",
    "gp": "The GP practice knows",
    "pharmacy": "The pharmacy knows. Medicines are kept for 7 days, in case the coroner asks",
    "coroner": "If the coroner asked: papers, medicines and belongings are kept as they are",
    "bag": "The bag is back, or it is arranged how it comes back",
    "belongings": "Belongings are listed, and given to the executor or next of kin",
    "record": "The resident's record is archived, when the rest is done",
}
FAMILY_FIELDS = ("family_told", "family_told_by", "family_told_at")
LONGEST = 500


def death_of(transfer: Transfer) -> Death | None:
    """The death that stands on a journey, or None."""
    return Death.objects.filter(transfer=transfer, taken_back_at=None).select_related("said_for").first()


def deaths_of(residents: Iterable[UUID]) -> dict[UUID, Death]:
    """The deaths that stand for any of these residents, by resident, also of journeys that are finished."""
    standing = Death.objects.filter(transfer__resident__in=list(residents), taken_back_at=None).order_by("said_at")
    joined = standing.select_related("transfer__resident", "transfer__holder", "transfer__destination")
    return {death.transfer.resident_id: death for death in joined}


def standing_death(transfer: Transfer) -> Death:
    """The death that stands on a journey, or Refused."""
    death = death_of(transfer)
    if death is None:
        raise Refused("No death is written down on this journey.", code="no_death")
    return death


@transaction.atomic
def say_death(
    *, actor: Actor, transfer: Transfer, acting: Organisation, fact_id: UUID, told: Mapping, now: datetime
) -> Death:
    """Say that somebody died. It is quiet at once, and counts as unconfirmed until a second step.

    `told`: died_at (a moment or None), family_told (a key of FAMILY), family_told_by, family_told_at (likewise).
    The same said twice changes nothing.
    """
    require(actor, Permission.RECORD_DEATH, acting)
    _check_told(told, now)
    Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if death_of(transfer) is None:
        fact = {"id": str(fact_id), "kind": "outcome", "outcome": Outcome.DIED, "transfer": str(transfer.pk)}
        _tell(actor, {**fact, "organisation": acting.ods_code}, now)
    death = Death.objects.select_for_update().filter(transfer=transfer, taken_back_at=None).first()
    if death is None:
        raise Refused("This journey is finished. Archive the resident's record instead.", code="closed")
    if death.confirmed_at is None:
        _keep_family(death, told)
        death.died_at = told.get("died_at")
        death.save(update_fields=["died_at", *FAMILY_FIELDS])
        _note("death.said", death, actor, now, acting)
    return death


@transaction.atomic
def confirm_death(*, actor: Actor, death: Death, acting: Organisation, now: datetime) -> Death:
    """The second step: somebody, perhaps the same, has read the name and says that it is so."""
    require(actor, Permission.RECORD_DEATH, acting)
    death = _standing(death)
    if death.confirmed_at is None:
        death.confirmed_at, death.confirmed_by_name = now, actor.name
        death.save(update_fields=["confirmed_at", "confirmed_by_name"])
        _note("death.confirmed", death, actor, now, acting)
    return death


@transaction.atomic
def take_back_death(*, actor: Actor, death: Death, acting: Organisation, why: str, now: datetime) -> None:
    """It was wrong: everything stands as before. Only who said it, or the home's manager, takes it back."""
    require(actor, Permission.RECORD_DEATH, acting)
    if not why.strip() or len(why) > LONGEST:
        raise BadInput({"why": f"Say in a few words what was wrong (at most {LONGEST} letters)."})
    death = _standing(death)
    for fact in Fact.objects.filter(transfer=death.transfer_id, kind=Kind.OUTCOME, outcome=Outcome.DIED):
        void = {"id": str(uuid4()), "kind": "void", "fact": str(fact.pk), "reason": why.strip()}
        _tell(actor, {**void, "organisation": acting.ods_code}, now)
    death.refresh_from_db()
    _note("death.taken_back", death, actor, now, acting)


@transaction.atomic
def say_family_told(*, actor: Actor, death: Death, acting: Organisation, told: Mapping, now: datetime) -> None:
    """Whether the family has been told by now, and by whom."""
    require(actor, (Permission.RECORD_DEATH, Permission.RELEASE_BELONGINGS), acting)
    _check_told(told, now)
    death = _standing(death)
    _keep_family(death, told)
    if death.family_told != "yes":
        death.done = {name: when for name, when in death.done.items() if name != "family"}
    death.save(update_fields=[*FAMILY_FIELDS, "done"])
    _note("death.family_told", death, actor, now, acting)


@transaction.atomic
def hold_belongings(*, actor: Actor, death: Death, acting: Organisation, hold: str, note: str, now: datetime) -> None:
    """The coroner or the police want the belongings kept; with an empty hold, not any more."""
    require(actor, (Permission.RECORD_DEATH, Permission.RELEASE_BELONGINGS), acting)
    if hold not in HOLDS:
        raise BadInput({"hold": f"Choose one of: {', '.join(filter(None, HOLDS))}, or nothing."})
    if len(note) > LONGEST:
        raise BadInput({"hold_note": f"Use at most {LONGEST} letters."})
    death = _standing(death)
    death.hold, death.hold_note = hold, note
    death.save(update_fields=["hold", "hold_note"])
    _note("death.hold_changed", death, actor, now, acting, hold=hold)


@transaction.atomic
def tick_task(*, actor: Actor, death: Death, task: str, done: bool, now: datetime) -> None:
    """The home has seen to one of the tasks after a death, or not after all; that the family knows, only once told."""
    require(actor, Permission.RELEASE_BELONGINGS, death.transfer.home_id)
    if task not in TASKS:
        raise BadInput({"task": f"Choose one of: {', '.join(TASKS)}."})
    death = _standing(death)
    if task == "family" and done and death.family_told != "yes":
        raise Refused("First say that the family has been told, and by whom.", code="family_not_told")
    seen_to = {name: when for name, when in death.done.items() if name != task}
    death.done = seen_to | ({task: {"at": now.isoformat(), "by": actor.name}} if done else {})
    death.save(update_fields=["done"])
    _note("death.task_done", death, actor, now, death.transfer.home, task=task, done=done)


def _standing(death: Death) -> Death:
    """The death and its journey, locked, the journey first as everybody does; Refused when it was taken back."""
    Transfer.objects.select_for_update(of=("self",)).get(pk=death.transfer_id)
    death = Death.objects.select_for_update(of=("self",)).select_related("transfer__home").get(pk=death.pk)
    if death.taken_back_at is not None:
        raise Refused("This was taken back. Nothing has changed.", code="death_taken_back")
    return death


def _keep_family(death: Death, told: Mapping) -> None:
    death.family_told = told["family_told"]
    death.family_told_by = told.get("family_told_by") or ""
    death.family_told_at = told.get("family_told_at")


def _check_told(told: Mapping, now: datetime) -> None:
    errors = {}
    if told.get("family_told") not in FAMILY:
        errors["family_told"] = "Say whether the family has been told."
    elif told["family_told"] == "yes" and not told.get("family_told_by"):
        errors["family_told_by"] = "Say who told them."
    if len(told.get("family_told_by") or "") > 150:
        errors["family_told_by"] = "Use at most 150 letters."
    for name in ("died_at", "family_told_at"):
        if told.get(name) and told[name] > now:
            errors[name] = "This time has not come yet."
    if errors:
        raise BadInput(errors)


def _tell(actor: Actor, fact: Mapping, now: datetime) -> None:
    (result,) = take_in(actor=actor, sent_at=now, facts=[{**fact, "occurred_at": now.isoformat()}], now=now)
    if result.outcome == "quarantined":
        if result.reason == "not_yours":
            raise NotAllowed("Only who said it, or the home's manager, can take it back.")
        raise BadInput(dict(result.errors or {}) or {"main": "This could not be recorded."})


def _note(action: str, death: Death, actor: Actor, now: datetime, place: Organisation, **facts) -> None:
    transfer = death.transfer
    record(action, transfer, actor=actor, at=now, organisation=place, resident=transfer.resident_id, **facts)


def about_somebody(actor: Actor, *, now: datetime) -> list[tuple[Transfer, str]]:
    """Open journeys with a death, for the home's senior and manager, each with whom to ring, in neutral words."""
    homes = actor.organisations_with(Permission.RELEASE_BELONGINGS)
    if not homes:
        return []
    visible = Transfer.objects.visible_to(actor, now=now).filter(home__in=homes, resident_is="died")
    rows = visible.exclude(stage=Stage.CLOSED).select_related("resident", "holder", "destination", "home")
    return [(transfer, ring_words(transfer)) for transfer in rows.order_by("packed_at")]


def hospital_of(transfer: Transfer) -> Organisation | None:
    """The hospital to ring about somebody: the one that has the bag, else the one they went to; never a family."""
    holder = transfer.holder
    return holder if holder is not None and holder.kind == OrganisationKind.HOSPITAL else transfer.destination


def ring_words(transfer: Transfer) -> str:
    """Whom to ring about somebody, in words that a person beside the screen may read."""
    hospital = hospital_of(transfer)
    name = hospital.name if hospital else transfer.destination_text or "the hospital"
    return f"Ring {name} about {transfer.resident.called}"
