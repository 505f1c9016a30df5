"""What the code on the giver's screen opens for whoever is about to take the bag."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag import rows
from redbag.bags import codes
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission
from redbag.transfers.handover_codes import Standing, shown_step, standing, wrong_try
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage

JOINED = ("resident", "home", "bag", "destination", "holder")


@dataclass(frozen=True)
class ByCode:
    """What the code is worth; only a right one leads to its transfer. `named` says whether they may know of whom it is,
    `opens` is the code of the bag's label.
    """

    standing: Standing
    transfer: Transfer | None = None
    named: bool = False
    opens: str = ""


def look_by_code(*, transfer_id: UUID, code: str, actor: Actor, now: datetime) -> ByCode:
    """Look at a journey with the code of its giver. A wrong one counts as a try; seeing the name is written down."""
    with rows.everything():
        transfer = Transfer.objects.select_related(*JOINED).exclude(stage=Stage.CLOSED).filter(pk=transfer_id).first()
    if transfer is None:
        return ByCode(Standing.WRONG)
    rows.also(transfer.pk)
    worth = standing(transfer, code, now)
    if worth == Standing.WRONG:
        wrong_try(transfer, shown_step(transfer, now))
    if worth != Standing.RIGHT:
        return ByCode(worth)
    named = _may_know(transfer, actor, now)
    if named:
        where = actor.first_place()
        record_view("take_by_code", transfer, actor=actor, at=now, organisation=where, resident=transfer.resident_id)
    return ByCode(worth, transfer, named, _label_of(transfer))


def _may_know(transfer: Transfer, actor: Actor, now: datetime) -> bool:
    """As with the label: the parties, and any ambulance service while the bag waits, packed."""
    if transfer.stage == Stage.PACKED and actor.organisations_with(Permission.SEE_EMERGENCY_VIEW):
        return True
    return Transfer.objects.visible_to(actor, now=now).filter(pk=transfer.pk).exists()


def _label_of(transfer: Transfer) -> str:
    if transfer.bag is None:
        return ""
    label = transfer.bag.labels.filter(voided_at=None).first()
    return codes.shown(label.code) if label else ""
