"""Facts told by pressing a button on a page: one fact, taken in like those of any phone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from redbag.bags.models import State
from redbag.errors import BadInput, NotAllowed
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.transfers.intake import Result, take_in
from redbag.transfers.models import Transfer
from redbag.web.typed import form_id, text

REASONS = {
    "blank_label": "Nobody has packed this bag yet, so there is no journey to record.",
    "unknown_token": "We do not know this label. Check the code and type it again.",
    "unknown_item": "The list of things has changed. Look at it again.",
    "future": "The clock of this device is ahead. Set it right and try again.",
}


def tell(request: HttpRequest, *, now: datetime, acting: Organisation, **fact) -> Result:
    """Take in one fact with the id its form was drawn with: pressing twice is one fact.

    A fact that cannot count becomes NotAllowed or BadInput; it is kept all the same, like every fact.
    """
    raw = {
        "id": str(form_id(request.POST)),
        "organisation": acting.ods_code,
        "occurred_at": now.isoformat(),
        **{name: value for name, value in fact.items() if value},
    }
    (result,) = take_in(actor=request.actor, sent_at=now, facts=[raw], now=now)
    if result.outcome != "quarantined":
        return result
    if result.reason == "not_yours":
        raise NotAllowed("Your role may not record this.")
    words = REASONS.get(result.reason or "", "This could not be recorded. Look at it and try again.")
    raise BadInput(dict(result.errors or {}) or {"main": words})


def acting_for(actor: Actor, transfer: Transfer, permission: Permission) -> Organisation:
    """For which of their organisations somebody acts: the holder, the home, the destination, else their first."""
    granted = set(actor.organisations_with(permission))
    theirs = {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}
    if not theirs:
        raise NotAllowed(f"Your role may not {permission}.")
    near = (transfer.holder_id, transfer.home_id, transfer.destination_id)
    return next((theirs[pk] for pk in near if pk in theirs), next(iter(theirs.values())))


def carrier(actor: Actor | None) -> Organisation | None:
    """Where they work and may take a bag, a strange one too; None for everybody else."""
    granted = actor.organisations_with(Permission.MOVE_BAGS) if actor else []
    places = [post.organisation for post in actor.posts if post.organisation.pk in granted] if actor else []
    return next(iter(places), None)


def finished(actor: Actor, transfer: Transfer | None) -> str:
    """What is said of a journey that has just been finished, with the way to a bag that now waits to be cleaned."""
    bag = transfer.bag if transfer else None
    if transfer is None or bag is None or bag.state != State.CLEANING:
        return "Recorded: finished."
    if not actor.may(Permission.READ_BAGS, transfer.home_id):
        return f"Recorded: finished. Bag {bag.tracker} now waits to be cleaned."
    way = reverse("web:bag", args=[bag.pk])
    return format_html('Recorded: finished. Next: <a href="{}">clean bag {}, and say so there</a>.', way, bag.tracker)


def looked_for(posted: Mapping, known: Mapping[str, str]) -> list[dict]:
    """The states chosen in a contents form, by item; what was not checked is left out.

    `known` maps each item to where it is: with *all there* everything that travels is present, but for what was
    ticked as not found or changed: who presses the wrong button of the two loses nothing.
    """
    chosen = {item: text(posted, f"item-{item}") for item in known}
    if text(posted, "all") == "yes":
        chosen = {item: chosen[item] or ("present" if where != "home" else "") for item, where in known.items()}
    return [
        {"item": item, "state": state, "note": text(posted, f"note-{item}")[:200]}
        for item, state in chosen.items()
        if state in ("present", "missing", "changed")
    ]


def new_form() -> str:
    """An id for a form about to be drawn."""
    return str(uuid4())
