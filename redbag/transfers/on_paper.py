"""A journey that was written on paper because nothing else worked, entered later with its true times."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from redbag.bags.models import Bag
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.transfers.actions import AlreadyOut, BagElsewhere, BagNotUsable, Packing
from redbag.transfers.facts import LATE
from redbag.transfers.intake import take_in
from redbag.transfers.models import Transfer
from redbag.transfers.named_bag import pack_without_losing
from redbag.transfers.stages import Kind

ON_PAPER = {"paper": True}
FIELDS = {
    "left_time": "Time they left",
    "crew_time": "Time they took the bag",
    "ward_time": "Time at the hospital",
    "back_time": "Time they came back",
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who took the bag, by organisation or in words, and when; `at` None when nobody wrote it."""

    to: Organisation | None = None
    to_text: str = ""
    name: str = ""
    place: str = ""
    at: datetime | None = None

    @property
    def is_told(self) -> bool:
        return bool(self.to or self.to_text)


@dataclass(frozen=True, kw_only=True)
class OnPaper:
    """What a sheet of paper says of one journey; only who went and one time are needed.

    `id` is that of the form it was typed into, so that sending it twice is one journey; `joins` is a journey already
    known to which the paper belongs.
    """

    id: UUID
    resident: Resident
    left_at: datetime | None = None
    bag: Bag | None = None
    why: str = ""
    crew: Given = Given()
    ward: Given = Given()
    back_at: datetime | None = None
    joins: Transfer | None = None


@transaction.atomic
def write_down(*, actor: Actor, paper: OnPaper, now: datetime) -> Transfer:
    """Tell a journey from paper: the packing and each hand-over with the time when it happened, all or nothing.

    A bag that was on another journey at that time is left there, and the home is asked who has it. BadInput by field
    for times that are missing, in the future or out of order; Refused when the resident is on another journey that this
    paper does not belong to.
    """
    _check_times(paper, now)
    began = next(at for _, at in _times(paper))
    transfer = paper.joins or _pack(actor, paper, began, now)
    facts = list(_facts(paper, transfer, began))
    for result in take_in(actor=actor, sent_at=now, facts=facts, now=now) if facts else []:
        if result.outcome == "quarantined":
            raise BadInput(dict(result.errors or {}) or {"resident": "This could not be recorded. Look at it again."})
    transfer.refresh_from_db()
    return transfer


def _times(paper: OnPaper) -> Iterator[tuple[str, datetime]]:
    """The times that are known, in the order in which they happened, by the field they were typed in."""
    for name, at in (
        ("left_time", paper.left_at),
        ("crew_time", paper.crew.at),
        ("ward_time", paper.ward.at),
        ("back_time", paper.back_at),
    ):
        if at is not None:
            yield name, at


def _check_times(paper: OnPaper, now: datetime) -> None:
    errors: dict[str, str] = {}
    known = list(_times(paper))
    if not known:
        errors["left_time"] = "Write about when they left, even if nobody is sure."
    if paper.ward.is_told and paper.ward.at is None:
        errors["ward_time"] = "Write about when they came to the ward, or leave out the hospital."
    for name, at in known:
        if at > now:
            errors[name] = f"{FIELDS[name]}: this time has not come yet. Check the date."
    for (_, before), (name, at) in itertools.pairwise(known):
        if at < before:
            words = f"this is before {_said(before)}, when the step above it happened. Check date and time."
            errors[name] = f"{FIELDS[name]}: {words}"
    if errors:
        raise BadInput(errors)


def _said(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y, %H:%M}"


def _pack(actor: Actor, paper: OnPaper, began: datetime, now: datetime) -> Transfer:
    later = _later(paper, began, resident=paper.resident)
    if later is not None and not _is_over(paper, later):
        raise AlreadyOut(
            f"{paper.resident.called} left again on {_said(later.packed_at)}. Write when they came back from this "
            "journey, before that.",
            transfer=str(later.pk),
        )
    with_bag = _later(paper, began, bag=paper.bag) if paper.bag else None
    over = [each.packed_at for each in (later, with_bag) if each is not None and _is_over(paper, each)]
    why = {"why": paper.why} if paper.why else {}
    packing = Packing(
        id=uuid5(paper.id, "paper"),
        resident=paper.resident,
        bag=paper.bag,
        reason={"concern": paper.why} if paper.why else {},
        destination=paper.ward.to,
        destination_place=paper.ward.place if paper.ward.to else "",
        destination_text=paper.ward.to_text,
        occurred_at=began,
        told={"content": ON_PAPER | why, "intake_flags": ["late"] if now - began > LATE else []},
        over_at=min(over, default=None),
    )
    return pack_without_losing(actor=actor, packing=packing, now=now)[0]


def _is_over(paper: OnPaper, later: Transfer) -> bool:
    """Whether they were back before that journey began."""
    return paper.back_at is not None and paper.back_at < later.packed_at


def _later(paper: OnPaper, began: datetime, **whose) -> Transfer | None:
    """The first journey of the resident, or of the bag, that began after this one."""
    rows = Transfer.objects.filter(packed_at__gt=began, **whose).exclude(pk=uuid5(paper.id, "paper"))
    return rows.order_by("packed_at").first()


def _facts(paper: OnPaper, transfer: Transfer, began: datetime) -> Iterator[Mapping]:
    """The hand-overs on the paper, as any device would send them."""
    home = transfer.home.ods_code
    steps = (
        ("crew", paper.crew, paper.crew.at or began),
        ("ward", paper.ward, paper.ward.at),
        ("back", Given(to=transfer.home), paper.back_at),
    )
    for name, given, at in steps:
        if not given.is_told or at is None:
            continue
        told = {"to": given.to.ods_code} if given.to else {"to_text": given.to_text}
        yield {
            "id": str(uuid5(paper.id, name)),
            "kind": Kind.HANDOFF,
            "transfer": str(transfer.pk),
            "organisation": home,
            "occurred_at": at.isoformat(),
            "to_name": given.name,
            "place": given.place,
            **told,
            **ON_PAPER,
        }


def field_of(refused: Refused) -> str:
    """The field of the paper that a refusal is about."""
    return "bag" if isinstance(refused, BagElsewhere | BagNotUsable) else "resident"
