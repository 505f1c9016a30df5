"""What a form asks when a bag changes hands: the other side's code, who the person is, the seal, a signature."""

import base64
import binascii
from datetime import datetime
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest

from redbag.errors import BadInput
from redbag.templatetags.redbag import clock
from redbag.transfers.facts import IDENTITY
from redbag.transfers.intake import Result, fact_of
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.signatures import sign
from redbag.web.typed import form_id, text

PNG = "data:image/png;base64,"
LONGEST = {"handover_code": 20, "seal": 40}


def said(request: HttpRequest, transfer: Transfer | None, *, now: datetime) -> dict:
    """What was said in the form, as fields of a hand-over; a signature is kept first. BadInput by field."""
    fact: dict = {name: text(request.POST, name) for name in LONGEST}
    if faults := {name: f"Use at most {LONGEST[name]} characters." for name in fact if len(fact[name]) > LONGEST[name]}:
        raise BadInput(faults)
    fact["identity"] = {name: True for name in IDENTITY if text(request.POST, f"identity-{name}")}
    if transfer is not None and (signature := _signed(request, transfer, now)):
        fact["signature"] = str(signature)
    return {name: value for name, value in fact.items() if value}


def _signed(request: HttpRequest, transfer: Transfer, now: datetime) -> UUID | None:
    name, drawn = text(request.POST, "signature_name"), text(request.POST, "signature")
    if not name and not drawn:
        return None
    try:
        picture = base64.b64decode(drawn.removeprefix(PNG), validate=True) if drawn else b""
    except binascii.Error:
        raise BadInput({"signature": "This signature could not be read. Sign again, or type the name."}) from None
    fact = form_id(request.POST)
    name = name or request.actor.name
    known = uuid5(fact, "signature")
    return sign(actor=request.actor, transfer=transfer, name=name, picture=picture, id=known, fact=fact, now=now).pk


def tell_how(request: HttpRequest, result: Result, *, words: str) -> None:
    """Say that it is recorded, in green; that a code was right; in amber, that it was not, and that nothing is lost."""
    fact = fact_of(result)
    code = fact.content.get("code") if fact else None
    if fact is not None and result.outcome == "duplicate":
        messages.success(request, already(request, fact))
    elif code == "right":
        messages.success(request, f"Recorded, and confirmed by both sides with the hand-over code: {words}.")
    elif code == "wrong":
        messages.success(request, f"Recorded: {words}.")
        messages.warning(
            request,
            "The code did not fit, so this stands as said by you alone. That is enough: there is nothing you must do.",
        )
    else:
        messages.success(request, f"Recorded: {words}.")


def already(request: HttpRequest, fact: Fact) -> str:
    """That it was recorded before, by whom and when."""
    who = "you" if fact.by_id and fact.by_id == request.actor.user_id else fact.by_name
    return f"Already recorded by {who} at {clock(fact.occurred_at)}. Nothing is counted twice."
