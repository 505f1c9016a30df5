"""Packings that a device tells later: a journey begun without a network, with the time when it really began."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from redbag.bags import tokens
from redbag.bags.models import Bag, Label
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.transfers.actions import DiffersFromFirst, Packing
from redbag.transfers.facts import AHEAD, LATE, can_be_kept
from redbag.transfers.judging import Held
from redbag.transfers.models import Transfer
from redbag.transfers.named_bag import pack_without_losing
from redbag.transfers.stages import Kind


def is_packing(raw: Any) -> bool:
    """Whether what a device sent is a packing rather than something that happened to a bag already packed."""
    return isinstance(raw, Mapping) and raw.get("kind") == Kind.PACK


def pack_as_told(*, arrival, now: datetime) -> tuple[Transfer, bool]:
    """Pack what a device of the home says was packed, with its true time; returns the transfer and whether it is new.

    Whoever may pack at the resident's home may, also with a token that may only send facts. A bag that is on another
    journey is left there. Raises Held: `refused` when the resident is on another journey or gone, `malformed` and the
    like when what was sent cannot be read.
    """
    packing = _read(arrival, now)
    if not Transfer.objects.filter(pk=packing.id).exists():
        _refuse_overlap(packing)
    try:
        with transaction.atomic():
            return pack_without_losing(actor=replace(arrival.actor, facts_only=False), packing=packing, now=now)
    except DiffersFromFirst:
        return Transfer.objects.get(pk=packing.id), False
    except Refused as refused:
        raise Held("refused", {"resident": str(refused)}) from None
    except BadInput as wrong:
        raise Held("malformed", dict(wrong.errors)) from None


def _read(arrival, now: datetime) -> Packing:
    raw, sent = arrival.raw, arrival.sent
    wrong = {name: words for name, words in sent.errors.items() if name in ("id", "occurred_at")}
    if wrong or arrival.when is None:
        raise Held("malformed", wrong)
    if not _keepable(raw):
        raise Held("malformed", {"fact": "Send text without control characters."})
    occurred_at, was_corrected = arrival.when
    resident = _resident(raw, arrival.actor)
    if occurred_at > now + AHEAD:
        raise Held("future", {"occurred_at": "This time has not come yet. Check the clock of the device."})
    raised = (("late", arrival.received_at - occurred_at > LATE), ("clock_corrected", was_corrected))
    return Packing(
        id=sent.id,
        resident=resident,
        bag=bag_named(raw, resident),
        reason=raw.get("reason") or {},
        destination=_destination(raw),
        items=raw.get("items") or (),
        occurred_at=occurred_at,
        told={
            "claimed_at": sent.claimed_at,
            "digest": sent.digest,
            "content": {"paper": True} if raw.get("paper") is True else {},
            "intake_flags": [flag for flag, up in raised if up],
        },
        ask=raw.get("ask") or "",
        return_when=raw.get("return_when") or "",
        destination_place=raw.get("destination_place") or "",
        destination_text=raw.get("destination_text") or "",
    )


def _refuse_overlap(packing: Packing) -> None:
    """Hold a journey that began while another of the resident was under way, or before one that is known.

    Both would be one journey, begun on line by one person and off line by another; or this one's end is not known.
    """
    journeys = Transfer.objects.filter(resident=packing.resident).annotate(ended=Coalesce("back_at", "closed_at"))
    if journeys.filter(Q(packed_at__gte=packing.occurred_at) | Q(ended__gt=packing.occurred_at)).exists():
        who = packing.resident.called
        words = f"{who} is on another journey of that time. If it is the same one, add these words to it."
        raise Held("refused", {"resident": words})


def _keepable(value: Any) -> bool:
    """Whether a database can hold every text in it."""
    if isinstance(value, str):
        return can_be_kept(value)
    if isinstance(value, Mapping):
        return all(_keepable(name) and _keepable(each) for name, each in value.items())
    return all(map(_keepable, value)) if isinstance(value, list) else True


def _resident(raw: Mapping, actor: Actor) -> Resident:
    """Who is going; the kept record when theirs was joined with another meanwhile."""
    wanted = _uuid(raw, "resident")
    if wanted is None:
        raise Held("malformed", {"resident": "Say who is going (the resident's id)."})
    person = Resident.objects.select_related("home", "merged_into__home").filter(pk=wanted).first()
    if person is None or not actor.may(Permission.PACK, person.home_id):
        raise Held("not_yours")
    return person.merged_into or person


def bag_named(raw: Mapping, resident: Resident) -> Bag | None:
    """The bag by its id, or by what its label says; None when they went without one."""
    token = raw.get("token")
    if token:
        return _labelled(token, resident)
    wanted = _uuid(raw, "bag")
    if wanted is None:
        return None
    bag = Bag.objects.filter(pk=wanted, home=resident.home_id).first()
    if bag is None:
        raise Held("not_yours", {"bag": "This home has no such bag."})
    return bag


def _labelled(token: Any, resident: Resident) -> Bag:
    found = tokens.found_in(token) if isinstance(token, str) else None
    if found is None:
        raise Held("unknown_token", {"token": "This is not a Red Bag label."})
    value = {"token_digest": tokens.token_digest(found[1])} if found[0] == "token" else {"code": found[1]}
    label = Label.objects.select_related("bag").filter(**value).first()
    if label is None:
        raise Held("unknown_token", {"token": "This label is not known."})
    if label.bag.home_id != resident.home_id:
        raise Held("not_yours", {"token": "This label is on a bag of another home."})
    return label.bag


def _destination(raw: Mapping) -> Organisation | None:
    code = raw.get("destination")
    if not code:
        return None
    hospitals = Organisation.objects.filter(kind=OrganisationKind.HOSPITAL)
    found = hospitals.filter(ods_code=code.upper()).first() if isinstance(code, str) else None
    if found is None:
        raise Held("unknown_organisation", {"destination": "No hospital has this code. Use destination_text."})
    return found


def _uuid(raw: Mapping, name: str) -> UUID | None:
    value = raw.get(name)
    if value in (None, ""):
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise Held("malformed", {name: "Send a UUID."}) from None
