"""Phones and tablets that a reminder wakes, and the one person who hears of what is late."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from redbag.deliveries.actions import test_letter
from redbag.deliveries.addresses import AddressRefused, checked
from redbag.deliveries.endpoints import LONGEST_ADDRESS
from redbag.deliveries.models import Delivery, Endpoint
from redbag.deliveries.webpush import decoded, sealed
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, actor_for, require
from redbag.organisations.models import Membership, Organisation, User
from redbag.organisations.posts import end_due, end_membership, memberships_due

WAKES_FOR = [
    "reminder.due",
    "break_glass.asked",
    "break_glass.opened",
    "bag.found",
    "note.written",
    "departure.planned",
    "departure.answered",
]
MOST_PHONES = 10
AUTH_BYTES = 16
UNFIT = "This browser sent something that cannot be woken. Try again, or use another browser."


@transaction.atomic
def wake_phone(
    *, actor: Actor, organisation: Organisation, address: str, keys: Mapping[str, str], now: datetime
) -> Endpoint:
    """Have this phone woken when an organisation is reminded; the same phone again stays one.

    `address` and `keys` (p256dh, auth) are what the browser made. BadInput by field.
    """
    require(actor, Permission.MOVE_BAGS, organisation)
    if actor.user is None:
        raise NotAllowed("Only a person can have a phone woken.")
    if errors := _problems(address, keys):
        raise BadInput(errors)
    own = Endpoint.objects.live().filter(kind=Endpoint.Kind.PUSH, user=actor.user).select_for_update()
    known = {(each.address, each.organisation_id): each for each in own}
    secret = json.dumps({"p256dh": keys["p256dh"], "auth": keys["auth"]})
    if phone := known.get((address, organisation.pk)):
        phone.secret = secret
        phone.save(update_fields=["secret"])
        return phone
    if len(known) >= MOST_PHONES:
        raise Refused(f"You have {MOST_PHONES} phones already. Stop one of them first.", code="too_many_phones")
    phone = Endpoint.objects.create(
        organisation=organisation,
        kind=Endpoint.Kind.PUSH,
        address=address,
        events=WAKES_FOR,
        secret=secret,
        user=actor.user,
        created_at=now,
    )
    record("phone.added", phone, actor=actor, at=now, organisation=organisation)
    return phone


@transaction.atomic
def stop_waking(*, actor: Actor, phone: Endpoint, now: datetime) -> None:
    """Wake this phone no more; what was still due there is given up."""
    _own(actor, phone)
    _end(actor, phone, now)


@transaction.atomic
def let_go(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Somebody no longer works here: neither their phones nor their e-mail hear from here again."""
    end_membership(actor=actor, membership=membership, now=now)
    _hear_no_more(actor, membership, now)


def let_go_when_due(*, now: datetime) -> int:
    """End the posts whose last day is over, each by itself, for whoever said so; returns how many."""
    ended = 0
    for membership in memberships_due(now=now):
        with transaction.atomic():
            if end_due(membership=membership, now=now):
                _hear_no_more(actor_for(membership.leaves_said_by, ()), membership, now)
                ended += 1
    return ended


def _hear_no_more(actor: Actor, membership: Membership, now: datetime) -> None:
    if membership.user.memberships.filter(organisation=membership.organisation_id, ended_at=None).exists():
        return  # they still do something else here
    for each in Endpoint.objects.live().filter(user=membership.user_id, organisation=membership.organisation_id):
        _end(actor, each, now)


def _end(actor: Actor, endpoint: Endpoint, now: datetime) -> None:
    if Endpoint.objects.live().filter(pk=endpoint.pk).update(removed_at=now):
        given_up = {"state": Delivery.State.FAILED, "next_attempt_at": None, "lease_until": None, "settled_at": now}
        endpoint.deliveries.filter(state__in=[Delivery.State.DUE, Delivery.State.PARKED]).update(**given_up)
        action = "phone.removed" if endpoint.kind == Endpoint.Kind.PUSH else "endpoint.removed"
        record(action, endpoint, actor=actor, at=now, organisation=endpoint.organisation_id)


@transaction.atomic
def try_phone(*, actor: Actor, phone: Endpoint, now: datetime) -> Delivery:
    """Wake one's own phone now, the way every reminder does."""
    _own(actor, phone)
    delivery = test_letter(phone, now)
    record("endpoint.tested", phone, actor=actor, at=now, organisation=phone.organisation_id)
    return delivery


def phones_of(actor: Actor) -> list[Endpoint]:
    """The phones and tablets that wake a person, the newest first."""
    if actor.user is None or actor.facts_only:
        return []
    own = Endpoint.objects.live().filter(kind=Endpoint.Kind.PUSH, user=actor.user)
    return list(own.select_related("organisation").order_by("-created_at"))


def reach_person(*, organisation: Organisation, person: User, now: datetime) -> None:
    """See that what is late reaches a person by e-mail; the caller has asked who may."""
    own = Endpoint.objects.live().filter(organisation=organisation, user=person, kind=Endpoint.Kind.EMAIL)
    if not own.exists():
        Endpoint.objects.create(
            organisation=organisation,
            kind=Endpoint.Kind.EMAIL,
            address=person.email,
            events=["reminder.due"],
            user=person,
            created_at=now,
        )


def _own(actor: Actor, phone: Endpoint) -> None:
    if actor.user is None or actor.facts_only or phone.user_id != actor.user.pk:
        raise NotAllowed("Only its owner can change this phone.")


def _problems(address: str, keys: Mapping[str, str]) -> dict[str, str]:
    try:
        if len(address) > LONGEST_ADDRESS:
            return {"address": UNFIT}
        checked(address)
        sealed(b"", p256dh=keys["p256dh"], auth=keys["auth"])
        if len(decoded(keys["auth"])) != AUTH_BYTES:
            return {"keys": UNFIT}
    except AddressRefused as refused:
        return {"address": str(refused)}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {"keys": UNFIT}
    return {}
