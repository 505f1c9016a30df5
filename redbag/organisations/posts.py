"""Somebody's post at an organisation changes, or ends: now, or after a last day."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import GRANTS, Actor, Permission, actor_for, require
from redbag.organisations.actions import ROLES_BY_KIND
from redbag.organisations.models import HouseRules, Key, Kind, Membership, User

OWN_ADDRESS = "This is your own e-mail address. Ask somebody else who looks after people here to change what you do."
MANAGING = [role for role, granted in GRANTS.items() if Permission.MANAGE_ENDPOINTS in granted]


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Somebody no longer works here: their sessions end at once, and what is late is not theirs to hear any more."""
    membership = _theirs(actor, membership)
    if membership.ended_at:
        return
    _somebody_still_manages(membership)
    _end(membership, actor, now)


@transaction.atomic
def leave_on(*, actor: Actor, membership: Membership, day: date | None, now: datetime) -> Membership:
    """Write down somebody's last day here, today or later; None when they stay after all."""
    membership = _theirs(actor, membership)
    if membership.ended_at:
        raise Refused("They no longer work here.", code="left")
    if day is not None:
        if day < timezone.localdate(now):
            raise BadInput({"leaves_on": "This day is over. Choose today or a day to come."})
        _somebody_still_manages(membership)
    membership.leaves_on, membership.leaves_said_by = day, actor.user if day else None
    membership.save(update_fields=["leaves_on", "leaves_said_by"])
    _record("person.leaves_on", membership, actor, now, leaves_on=day)
    return membership


@transaction.atomic
def change_role(*, actor: Actor, membership: Membership, role: str, now: datetime) -> Membership:
    """Somebody does something else here from now on: the post ends and another begins, of which the new is returned.

    Whoever is trained in medicines stays so. Their sessions go on, with what the new role may.
    """
    membership = _theirs(actor, membership)
    if membership.ended_at:
        raise Refused("They no longer work here.", code="left")
    if role not in ROLES_BY_KIND[Kind(membership.organisation.kind)]:
        raise BadInput({"role": "Choose what they do here."})
    if role == membership.role:
        return membership
    if membership.user.memberships.filter(organisation=membership.organisation, role=role, ended_at=None).exists():
        raise Refused(f"{membership.user.name} already works here in this role.", code="already_a_member")
    if role not in MANAGING:
        _somebody_still_manages(membership)
    membership.ended_at, membership.ended_by = now, actor.user
    membership.save(update_fields=["ended_at", "ended_by"])
    changed = Membership.objects.create(
        user=membership.user,
        organisation=membership.organisation,
        role=role,
        medicines_trained=membership.medicines_trained and Permission.DECIDE_MEDICINES in GRANTS[role],
        started_at=now,
    )
    _record("person.role_changed", changed, actor, now, before=membership.role)
    return changed


def memberships_due(*, now: datetime) -> list[Membership]:
    """The posts whose last day is over."""
    over = Membership.objects.filter(ended_at=None, leaves_on__lt=timezone.localdate(now))
    return list(over.select_related("user", "organisation", "leaves_said_by"))


@transaction.atomic
def end_due(*, membership: Membership, now: datetime) -> bool:
    """End a post whose last day is over, for whoever said so; false when it has ended or they stay after all."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation", "leaves_said_by")
    membership = rows.get(pk=membership.pk)
    if membership.ended_at or membership.leaves_on is None or membership.leaves_on >= timezone.localdate(now):
        return False
    _end(membership, actor_for(membership.leaves_said_by, ()), now)
    return True


@transaction.atomic
def close_account(*, user: User, now: datetime) -> None:
    """Nobody signs in with this account any more, and whoever is in with it is out; what they wrote stays."""
    User.objects.filter(pk=user.pk).update(is_active=False, times_signed_out=F("times_signed_out") + 1)
    Key.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    record("account.closed", user, actor=None, at=now)


@transaction.atomic
def open_account(*, user: User, now: datetime) -> None:
    """A closed account counts again, with the posts it has."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    record("account.opened", user, actor=None, at=now)


def refuse_own(actor: Actor, user: User | None) -> None:
    """Refused when this is the actor themself: nobody gives themselves a post."""
    if actor.user is not None and user is not None and user.pk == actor.user.pk:
        raise Refused(OWN_ADDRESS, code="own_membership")


def _theirs(actor: Actor, membership: Membership) -> Membership:
    """The post, locked, when a person who looks after people here may change it; never one's own."""
    require(actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    if actor.user is None:
        raise NotAllowed("Only a person can end a membership.")
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation")
    membership = rows.get(pk=membership.pk)
    if membership.user_id == actor.user.pk and not membership.ended_at:
        raise Refused("You cannot end or change your own work here. Ask another manager.", code="own_membership")
    return membership


def _somebody_still_manages(membership: Membership) -> None:
    """Refused when nobody else who stays looks after the people there. Two who leave at once wait for each other."""
    if membership.role not in MANAGING:
        return
    others = Membership.objects.select_for_update(of=("self",)).filter(
        organisation=membership.organisation_id, role__in=MANAGING, ended_at=None, leaves_on=None, user__is_active=True
    )
    if not others.exclude(user=membership.user_id).order_by("pk"):
        words = "Nobody else looks after the people here. Invite another manager first."
        raise Refused(words, code="last_manager")


def _end(membership: Membership, by: Actor, now: datetime) -> None:
    membership.ended_at, membership.ended_by = now, by.user
    membership.save(update_fields=["ended_at", "ended_by"])
    still = membership.user.memberships.filter(ended_at=None)
    if not still.filter(organisation=membership.organisation).exists():
        named = HouseRules.objects.filter(organisation=membership.organisation, escalate_to=membership.user)
        named.update(escalate_to=None)
    if not still.exists():
        Key.objects.filter(user=membership.user, revoked_at=None).update(revoked_at=now)
    _record("person.left", membership, by, now)


def _record(action: str, membership: Membership, actor: Actor, now: datetime, **facts) -> None:
    record(
        action,
        membership,
        actor=actor,
        at=now,
        organisation=membership.organisation,
        person=membership.user_id,
        role=membership.role,
        **facts,
    )
