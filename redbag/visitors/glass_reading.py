"""Who asked without the tablet's code: whose phone this is, what waits at a home, and what is to be looked back at."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from redbag import rows
from redbag.organisations.access import Actor, Permission
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Kind, Organisation
from redbag.visitors.glass_codes import ASKED_LASTS, Standing, standing
from redbag.visitors.models import BreakGlass

JOINED = ("organisation", "visitor", "transfer__home", "transfer__resident")


def asked_with(tokens: Sequence[str], transfer_id: UUID) -> BreakGlass | None:
    """The newest asking about this journey that one of these tokens belongs to."""
    digests = [digest_of(token) for token in tokens if token]
    if not digests:
        return None
    theirs = BreakGlass.objects.select_related(*JOINED).filter(digest__in=digests, transfer=transfer_id)
    with rows.everything():
        asked = theirs.order_by("-asked_at").first()
    if asked is not None:
        rows.also(asked.transfer_id)
    return asked


def waiting_at(actor: Actor, *, now: datetime) -> list[BreakGlass]:
    """Those who wait for an answer of the actor's homes, the newest first: who is on the telephone has just asked."""
    mine = BreakGlass.objects.visible_to(actor).select_related(*JOINED)
    unanswered = mine.filter(asked_at__gt=now - ASKED_LASTS, visitor=None, refused_at=None).order_by("-asked_at")
    return [each for each in unanswered if standing(each, now=now).waits]


def to_look_back(actor: Actor) -> QuerySet[BreakGlass]:
    """What was opened at the actor's homes and no manager has looked back at yet, the oldest first.

    Everybody of the home reads that it waits; who may say that it was right is asked elsewhere.
    """
    mine = BreakGlass.objects.visible_to(actor).select_related(*JOINED)
    return mine.filter(opened_at__isnull=False, seen_at=None).order_by("opened_at")


def asked_of(transfer_id: UUID) -> list[BreakGlass]:
    """Everybody who asked about a journey, newest first."""
    rows = BreakGlass.objects.select_related(*JOINED).filter(transfer=transfer_id)
    return list(rows.order_by("-asked_at")[:50])


def places_near(home: Organisation) -> list[Organisation]:
    """The ambulance services and hospitals of the home's area, to choose from, by name."""
    near = Organisation.objects.filter(kind__in=(Kind.AMBULANCE, Kind.HOSPITAL), area=home.area_id)
    return list(near.order_by("kind", "name")[:30])


def may_look_back(actor: Actor, asked: BreakGlass) -> bool:
    """Whether the actor may say that this opening was right, and nobody has said it yet."""
    opened = standing(asked, now=asked.asked_at) == Standing.OPENED and asked.seen_at is None
    return opened and actor.may(Permission.LOOK_BACK, asked.transfer.home_id)
