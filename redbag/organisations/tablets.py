"""Tablets that an organisation has made ready to work without a network, and the tokens facts travel with."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from redbag.errors import BadInput, Gone, NotAllowed
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.actions import FACTS_LAST, digest_of
from redbag.organisations.models import Device, HouseRules, Key, Organisation

LONGEST_NAME = 100
SEEN_AGAIN = timedelta(minutes=1)
REVOKED = (
    "This tablet was taken out of use. Nothing can be read on it any more; what waits to be sent stays there, sealed."
)


class TabletRevoked(Gone):
    """The tablet that calls was taken out of use."""

    code = "device_revoked"


def tablets_of(actor: Actor | None) -> QuerySet[Device]:
    """The tablets of every organisation the actor works at, whatever their role there may do."""
    if actor is None or actor.facts_only:
        return Device.objects.none()
    return Device.objects.filter(organisation__in=[post.organisation.pk for post in actor.posts])


def checked_name(name: str) -> str:
    """The name somebody gave a tablet, or BadInput."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        words = f"Use at most {LONGEST_NAME} characters." if name else "Give the tablet a name, like Office."
        raise BadInput({"name": words})
    return name


@transaction.atomic
def enrol_tablet(*, actor: Actor, organisation: Organisation, name: str, now: datetime) -> tuple[Device, str]:
    """Make a tablet ready; its token is given once and only its digest is kept."""
    require(actor, Permission.ENROL_DEVICES, organisation)
    name = checked_name(name)
    token = secrets.token_urlsafe(32)
    tablet = Device.objects.create(
        organisation=organisation,
        name=name,
        digest=digest_of(token),
        enrolled_at=now,
        enrolled_by=actor.user,
        last_seen_at=now,
    )
    record("tablet.enrolled", tablet, actor=actor, at=now, organisation=organisation)
    return tablet, token


@transaction.atomic
def revoke_tablet(*, actor: Actor, tablet: Device, now: datetime) -> None:
    """A tablet is lost or given away: it opens nothing any more, and the hand-over codes it could make prove nothing.

    Facts still waiting on it need a sign-in before they are sent: their tokens are revoked too.
    """
    require(actor, Permission.ENROL_DEVICES, tablet.organisation)
    tablet = Device.objects.select_for_update().get(pk=tablet.pk)
    if tablet.revoked_at:
        return
    tablet.revoked_at, tablet.revoked_by = now, actor.user
    tablet.save(update_fields=["revoked_at", "revoked_by"])
    HouseRules.objects.get_or_create(organisation=tablet.organisation)
    HouseRules.objects.filter(pk=tablet.organisation_id).update(handover_generation=F("handover_generation") + 1)
    Key.objects.filter(use=Key.Use.FACTS, name=_of(tablet), revoked_at=None).update(revoked_at=now)
    record("tablet.revoked", tablet, actor=actor, at=now, organisation=tablet.organisation)


def tablet_with(token: str, *, unsent: int, now: datetime) -> Device | None:
    """The tablet that shows this token, noted as seen; None without one. Raises TabletRevoked."""
    if not token:
        return None
    tablet = Device.objects.select_related("organisation").filter(digest=digest_of(token)).first()
    if tablet is None or tablet.revoked_at:
        raise TabletRevoked(REVOKED)
    if tablet.unsent != unsent or now - tablet.last_seen_at >= SEEN_AGAIN:
        Device.objects.filter(pk=tablet.pk).update(unsent=unsent, last_seen_at=now)
    return tablet


@transaction.atomic
def give_facts_token(*, actor: Actor, tablet: Device | None, now: datetime) -> tuple[str, datetime]:
    """A token that may only send facts as this person, for seven days, whoever signs out meanwhile; and until when."""
    if actor.user is None or actor.facts_only:
        raise NotAllowed("Only a person who is signed in gets a token of their own.")
    token, until = secrets.token_urlsafe(32), now + FACTS_LAST
    Key.objects.create(
        digest=digest_of(token),
        use=Key.Use.FACTS,
        user=actor.user,
        name=_of(tablet) if tablet else "",
        created_at=now,
        expires_at=until,
    )
    record("facts_token.given", actor.user, actor=actor, at=now, organisation=actor.first_place())
    return token, until


def _of(tablet: Device) -> str:
    return f"tablet {tablet.pk}"
