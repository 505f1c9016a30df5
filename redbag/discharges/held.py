"""What waits for its hospital to say whose it is, and the little that a home is told of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from redbag.discharges.content import beside
from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Actor, Permission
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Where

State = DischargeSummary.State
MOST = 50


@dataclass(frozen=True)
class Elsewhere:
    """That a summary is held: where, whom to ring, since when, on which journey; nothing of what it says."""

    hospital: str
    who: str
    phone: str
    since: datetime
    transfer: Transfer | None


def waiting(actor: Actor, *, now: datetime) -> QuerySet[DischargeSummary]:
    """What the actor's hospitals must say whose it is, the longest waiting first."""
    hospitals = actor.organisations_with(Permission.WRITE_DISCHARGE)
    rows = DischargeSummary.objects.visible_to(actor, now=now).filter(organisation__in=hospitals)
    return rows.filter(state=State.HELD, settled_at=None).order_by("held_at", "pk")


def held_elsewhere(actor: Actor, *, transfer: Transfer | None = None) -> list[Elsewhere]:
    """What is held and plausibly concerns the actor's homes: posted to a journey of theirs, or sent for somebody whose
    NHS number they know by a hospital that named the home. With `transfer`, what was posted to that one."""
    homes = actor.organisations_with(Permission.ACKNOWLEDGE_DISCHARGE)
    rows = DischargeSummary.objects.filter(state=State.HELD, settled_at=None, home__in=homes)
    rows = rows.filter(transfer=transfer) if transfer else rows.exclude(transfer__resident_is=Where.DIED)
    rows = rows.select_related("organisation", "transfer__resident").order_by("held_at", "pk")
    return [_told(each) for each in rows[:MOST]]


def _told(summary: DischargeSummary) -> Elsewhere:
    hospital, own = summary.organisation, beside(summary.identity, "phone")
    ward = beside(summary.identity, "ward") if own else ""
    assert summary.held_at is not None
    return Elsewhere(
        hospital=hospital.name,
        who=f"{hospital.name}, {ward}" if ward else hospital.name,
        phone=own or hospital.phone,
        since=summary.held_at,
        transfer=summary.transfer,
    )
