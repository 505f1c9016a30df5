"""The QR on the wall of a ward or bay: made, printed, made anew, and known again when it is scanned."""

import base64
import hashlib
import re
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation, Place
from redbag.vault import seal_label, unseal_label

RANDOM_BYTES = 16  # 128 bits, 26 symbols
LONGEST_NAME = 100
LONGEST_PHONE = 40
SHORTEST_REPLY, LONGEST_REPLY = 5, 24 * 60  # minutes
IN_TEXT = re.compile(r"(?:^|/[pP]/)([A-Za-z2-7]{26})(?=$|[/?#])")


def places_of(actor: Actor) -> list[Place]:
    """The wards and bays the actor may make posters for, by name (their organisations joined)."""
    mine = actor.organisations_with(Permission.SET_HOUSE_RULES)
    rows = Place.objects.filter(organisation__in=mine).select_related("organisation")
    return list(rows.order_by("organisation__name", "name"))


def place_at(text: str) -> Place | None:
    """The place whose QR holds this token or address (its organisation joined); None when it is no place's any more."""
    found = IN_TEXT.search(text.strip())
    if found is None:
        return None
    return Place.objects.select_related("organisation").filter(token_digest=_digest(found[1])).first()


def address_of(place: Place) -> str:
    """What the QR on the wall says (the place has a token)."""
    return f"{settings.PUBLIC_URL}/p/{unseal_label(place.token_sealed)}"


@transaction.atomic
def add_place(*, actor: Actor, organisation: Organisation, name: str, now: datetime) -> Place:
    """A ward, bay or desk by its name; naming one twice changes nothing."""
    require(actor, Permission.SET_HOUSE_RULES, organisation)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput({"name": f"Write the name of the ward or bay, at most {LONGEST_NAME} letters."})
    place, made = Place.objects.get_or_create(organisation=organisation, name=name)
    if made:
        record("place.added", place, actor=actor, at=now, organisation=organisation)
    return place


@transaction.atomic
def change_place(*, actor: Actor, place: Place, phone: str, reply_within: int | str | None, now: datetime) -> Place:
    """Set a place's direct line and in how many minutes it answers a note; an empty time promises nothing."""
    require(actor, Permission.SET_HOUSE_RULES, place.organisation)
    phone, errors, minutes = phone.strip(), {}, None
    if len(phone) > LONGEST_PHONE:
        errors["phone"] = f"Use at most {LONGEST_PHONE} characters."
    if reply_within not in (None, ""):
        minutes = int(reply_within) if str(reply_within).isascii() and str(reply_within).isdigit() else 0
        if not SHORTEST_REPLY <= minutes <= LONGEST_REPLY:
            errors["reply_within"] = f"Write minutes, {SHORTEST_REPLY} to {LONGEST_REPLY}, or leave it empty."
    if errors:
        raise BadInput(errors)
    place.phone, place.reply_within = phone, minutes
    place.save(update_fields=["phone", "reply_within"])
    record("place.changed", place, actor=actor, at=now, organisation=place.organisation, reply_within=minutes)
    return place


@transaction.atomic
def issue_token(*, actor: Actor, place: Place, now: datetime) -> Place:
    """Give the place a QR, or a new one; a poster printed before leads nowhere from now on."""
    require(actor, Permission.SET_HOUSE_RULES, place.organisation)
    place = Place.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=place.pk)
    token = base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().rstrip("=")
    place.token_digest, place.token_sealed = _digest(token), seal_label(token)
    place.save(update_fields=["token_digest", "token_sealed"])
    record("place.token_issued", place, actor=actor, at=now, organisation=place.organisation_id)
    return place


def _digest(token: str) -> str:
    return hashlib.sha256(token.upper().encode()).hexdigest()
