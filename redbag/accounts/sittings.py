"""Who sits at a shared tablet: from when, when it locks, what they may, and who is let in for one shift."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from redbag.accounts.pins import signed_in_fully
from redbag.accounts.tablet_models import Sitting
from redbag.journal.recording import record
from redbag.organisations.access import AGENCY, Actor, Post, actor_for
from redbag.organisations.models import Device, Membership, Role, User

IDLE = timedelta(minutes=2)
IDLE_WHILE_PACKING = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=10)
LONGEST_NAME = 150
# What a role is by PIN alone: nothing that asks for a second factor. Who is not named has no PIN.
BY_PIN: dict[str, str] = {
    Role.CARER: Role.CARER,
    Role.SENIOR: Role.SENIOR,
    Role.HOME_MANAGER: Role.SENIOR,
    Role.GROUP_MANAGER: Role.SENIOR,
    Role.CREW: Role.CREW,
    Role.WARD: Role.WARD,
    Role.DISCHARGE: Role.WARD,
}


def people_with_pin(tablet: Device) -> list[User]:
    """Who works where the tablet belongs and has a PIN, by name."""
    people = User.objects.filter(pin__isnull=False, is_active=True, memberships__in=_posts_at(tablet))
    return list(people.distinct().order_by("name", "pk"))


def works_at(tablet: Device, user: User) -> bool:
    """Whether they have a post where the tablet belongs, of a kind that counts on it."""
    return _posts_at(tablet).filter(user=user).exists()


def named_here(tablet: Device, name: str) -> bool:
    """Whether somebody who works where the tablet belongs is called this."""
    return User.objects.filter(name__iexact=name, memberships__in=_posts_at(tablet)).exists()


def _posts_at(tablet: Device) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=tablet.organisation_id, ended_at=None, role__in=BY_PIN)


def agency_here(tablet: Device, *, now: datetime) -> list[Sitting]:
    """Agency staff whose shift on this tablet goes on, by name."""
    going_on = Sitting.objects.filter(tablet=tablet, how=Sitting.How.AGENCY, ended_at=None, until__gt=now)
    return list(going_on.order_by("name", "pk"))


def sitting_with(sitting_id: object) -> Sitting | None:
    """The sitting a session tells of, with who and where."""
    rows = Sitting.objects.select_related("tablet__organisation", "user")
    return rows.filter(pk=sitting_id).first() if isinstance(sitting_id, str) else None


def lasts(sitting: Sitting, *, now: datetime) -> bool:
    """Whether it can still be gone on with, locked or not."""
    return sitting.ended_at is None and now < sitting.until and sitting.tablet.revoked_at is None


def is_locked(sitting: Sitting, *, now: datetime) -> bool:
    """Whether its owner must show again who they are."""
    return sitting.locked_at is not None or now - sitting.active_at > timedelta(seconds=sitting.idle)


def actor_at(sitting: Sitting) -> Actor:
    """As whom a request from this tablet acts: by PIN only where the tablet belongs, and as little as BY_PIN says."""
    if sitting.user is None:
        post = Post(organisation=sitting.tablet.organisation, role=AGENCY)
        return Actor(name=said_of(sitting), posts=(post,), sitting_id=sitting.pk)
    actor = actor_for(sitting.user)
    if sitting.how == Sitting.How.FULL:
        return actor
    here = [post for post in actor.posts if post.organisation.pk == sitting.tablet.organisation_id]
    return replace(actor, posts=tuple(replace(each, role=BY_PIN[each.role]) for each in here if each.role in BY_PIN))


def said_of(sitting: Sitting) -> str:
    """Their name as it stands under what they record: Jo Smith (agency: Care4U), let in by Ana."""
    if not sitting.agency:
        return sitting.name
    how = f"let in by {sitting.let_in_by_name}" if sitting.let_in_by_name else "let in by the word of the house"
    return f"{sitting.name} (agency: {sitting.agency}), {how}"[:LONGEST_NAME]


def agency_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the journal calls agency staff, by the ids it names them with."""
    wanted = set(ids)
    rows = Sitting.objects.filter(pk__in=wanted, how=Sitting.How.AGENCY) if wanted else ()
    return {each.pk: said_of(each) for each in rows}


@transaction.atomic
def sit_down(*, tablet: Device, user: User, how: Sitting.How, now: datetime) -> tuple[Sitting, int]:
    """Somebody uses the tablet from now on; with a full sign-in, how many wrong tries at their PIN there were too."""
    make_room(tablet=tablet, now=now)
    sitting = Sitting.objects.create(
        tablet=tablet,
        how=how,
        user=user,
        name=user.name,
        started_at=now,
        until=now + LONGEST,
        active_at=now,
        idle=int(IDLE.total_seconds()),
    )
    wrong = signed_in_fully(tablet=tablet, user=user, now=now) if how == Sitting.How.FULL else 0
    record("tablet.used", tablet, actor=actor_for(user, ()), at=now, organisation=tablet.organisation_id, how=how)
    return sitting, wrong


def make_room(*, tablet: Device, now: datetime) -> None:
    """Whoever used the tablet until now is out; agency staff are locked out only, for their shift goes on."""
    Device.objects.select_for_update().get(pk=tablet.pk)
    before = Sitting.objects.filter(tablet=tablet, ended_at=None)
    before.filter(how=Sitting.How.AGENCY, locked_at=None).update(locked_at=now)
    before.exclude(how=Sitting.How.AGENCY).update(ended_at=now)


def lock(*, sitting: Sitting, was_at: str, now: datetime) -> None:
    """Nobody goes on here without showing who they are; the page comes back to them."""
    if sitting.locked_at is None:
        Sitting.objects.filter(pk=sitting.pk, locked_at=None).update(locked_at=now, was_at=was_at[:500])


@transaction.atomic
def unlock(*, sitting: Sitting, now: datetime) -> None:
    """Agency staff have shown the PIN of their shift."""
    make_room(tablet=sitting.tablet, now=now)
    touched = {"locked_at": None, "active_at": now, "idle": int(IDLE.total_seconds())}
    Sitting.objects.filter(pk=sitting.pk).update(**touched)


def touch(*, sitting: Sitting, idle: timedelta, now: datetime) -> None:
    """Somebody did something; written at most every few seconds."""
    seconds = int(idle.total_seconds())
    if sitting.idle != seconds or now - sitting.active_at >= SEEN_EVERY:
        Sitting.objects.filter(pk=sitting.pk, locked_at=None).update(active_at=now, idle=seconds)


def stand_up(*, sitting: Sitting, now: datetime) -> None:
    """They signed out."""
    Sitting.objects.filter(pk=sitting.pk, ended_at=None).update(ended_at=now)


def last_page_of(*, tablet: Device, user: User, now: datetime) -> str:
    """Where this person was when the tablet locked on them last, whoever used it since; empty when it did not."""
    mine = Sitting.objects.filter(tablet=tablet, user=user, until__gt=now)
    last = mine.order_by("-started_at").first()
    return last.was_at if last and last.locked_at else ""


def in_use(tablets: QuerySet[Device], *, now: datetime) -> dict[UUID, Sitting]:
    """Who uses each of these tablets now, locked or not, by the tablet's id."""
    going_on = Sitting.objects.filter(tablet__in=tablets, ended_at=None, until__gt=now, tablet__revoked_at=None)
    return {each.tablet_id: each for each in going_on.order_by("active_at")}
