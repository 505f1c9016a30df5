"""Somebody is invited to work somewhere, and joins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from redbag.accounts.joining_models import AccountLetter, Identity, Invitation
from redbag.accounts.owing import owe_letter
from redbag.accounts.password_rules import check
from redbag.accounts.passwords import made_by_another
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import GRANTS, Actor, Permission, actor_for, require
from redbag.organisations.actions import digest_of, person_errors
from redbag.organisations.models import Membership, Organisation, User
from redbag.organisations.posts import MANAGING, refuse_own

LASTS = timedelta(days=7)
OWN_FIRST = (
    "Somebody else made your account and its first password. Make it your own first: sign out, ask for a new "
    "password, and open the link that comes by e-mail. Then open this invitation again."
)
UNPRINTED = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class Vouched:
    """What another provider said of the person who is in front of the screen."""

    issuer: str
    subject: str
    name: str = ""


@transaction.atomic
def invite(
    *,
    actor: Actor,
    organisation: Organisation,
    email: str,
    name: str,
    role: str,
    medicines_trained: bool,
    now: datetime,
) -> Invitation:
    """Ask somebody else by e-mail to join in a role; the link lasts seven days. BadInput by field, or Refused."""
    require(actor, Permission.MANAGE_ENDPOINTS, organisation)
    email, name = email.strip().lower(), " ".join(name.split())
    errors = person_errors(organisation, email, name, role)
    if UNPRINTED.search(email):
        errors["email"] = "Enter a whole e-mail address, like ana@oakview.example."
    if errors:
        raise BadInput(errors)
    refuse_own(actor, User.objects.filter(email__iexact=email).first())
    if organisation.closed_on is not None and organisation.closed_on <= now.date():
        raise Refused(f"{organisation.name} is closed.", code="closed")
    if Membership.objects.filter(user__email__iexact=email, organisation=organisation, role=role, ended_at=None):
        raise Refused(f"{email} already works here in this role.", code="already_a_member")
    if Invitation.objects.open().filter(email__iexact=email, organisation=organisation, role=role):
        raise Refused("They are invited already. Send that invitation again.", code="already_invited")
    trained = medicines_trained and Permission.DECIDE_MEDICINES in GRANTS[role]
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=email,
                name=name,
                role=role,
                medicines_trained=trained,
                invited_at=now,
                invited_by=actor.user,
                expires_at=now + LASTS,
            )
    except IntegrityError:
        raise Refused("They are invited already. Send that invitation again.", code="already_invited") from None
    _tell(invitation, "person.invited", actor, now)
    return invitation


@transaction.atomic
def invite_again(*, actor: Actor, invitation: Invitation, now: datetime) -> Invitation:
    """Send the invitation again with a new link for another seven days; the link before opens nothing any more."""
    require(actor, Permission.MANAGE_ENDPOINTS, invitation.organisation)
    refuse_own(actor, User.objects.filter(email__iexact=invitation.email).first())
    invitation = _locked(invitation)
    invitation.token_digest, invitation.expires_at, invitation.invited_by = None, now + LASTS, actor.user
    invitation.save(update_fields=["token_digest", "expires_at", "invited_by"])
    invitation.letters.filter(next_attempt_at__isnull=False).update(next_attempt_at=None)
    _tell(invitation, "person.invited_again", actor, now)
    return invitation


@transaction.atomic
def withdraw(*, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back: its link opens nothing any more. Twice changes nothing."""
    require(actor, Permission.MANAGE_ENDPOINTS, invitation.organisation)
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=now, token_digest=None):
        return
    record(
        "person.invitation_withdrawn",
        invitation,
        actor=actor,
        at=now,
        organisation=invitation.organisation,
        role=invitation.role,
    )


def open_invitations(organisations: Iterable[Organisation]) -> list[Invitation]:
    """Invitations that nobody has used or withdrawn, the newest first; those that ran out among them."""
    rows = Invitation.objects.open().filter(organisation__in=list(organisations)).select_related("invited_by")
    return list(rows.order_by("-invited_at"))


def invitation_with(token: str, *, now: datetime) -> Invitation | None:
    """The invitation whose link this is, if it counts still; it does not when who sent it may invite nobody now."""
    found = Invitation.objects.select_related("organisation").filter(token_digest=digest_of(token)).first()
    return found if found and found.counts(at=now) and _stands(found) else None


def has_account(invitation: Invitation) -> bool:
    """Whether the invited e-mail address has an account already."""
    return User.objects.filter(email__iexact=invitation.email).exists()


@transaction.atomic
def accept(
    *,
    token: str,
    now: datetime,
    actor: Actor | None = None,
    name: str = "",
    password: str = "",
    vouched: Vouched | None = None,
) -> Membership:
    """Join by the link of an invitation, once.

    Who is signed in joins with their account, if it has the invited e-mail address. Otherwise an account is made, with
    a password or with what another provider vouched for. BadInput by field, or Refused.
    """
    found = invitation_with(token, now=now)
    if found is None:
        raise Refused("This invitation was used, withdrawn or ran out. Ask for a new one.", code="invitation_over")
    invitation = _locked(found)
    if invitation.token_digest != found.token_digest:
        raise Refused("A newer letter was sent. Use the link in that one.", code="invitation_over")
    user = _person(invitation, actor, name, password, vouched, now)
    membership, _ = Membership.objects.get_or_create(
        user=user,
        organisation=invitation.organisation,
        role=invitation.role,
        ended_at=None,
        defaults={"started_at": now, "medicines_trained": invitation.medicines_trained},
    )
    invitation.accepted_at, invitation.accepted_by, invitation.token_digest = now, user, None
    invitation.save(update_fields=["accepted_at", "accepted_by", "token_digest"])
    record(
        "person.joined",
        membership,
        actor=actor_for(user, ()),
        at=now,
        organisation=invitation.organisation,
        person=user.pk,
        role=invitation.role,
        invited_by=invitation.invited_by_id,
    )
    return membership


def _person(
    invitation: Invitation, actor: Actor | None, name: str, password: str, vouched: Vouched | None, now: datetime
) -> User:
    if actor is not None and actor.user is not None:
        if actor.facts_only or actor.user.email.lower() != invitation.email.lower():
            raise Refused("This invitation is for another e-mail address.", code="for_somebody_else")
        refuse_own(actor, invitation.invited_by)
        if made_by_another(actor.user):
            raise Refused(OWN_FIRST, code="not_your_own_yet")
        return User.objects.get(pk=actor.user.pk)
    if has_account(invitation):
        raise Refused("There is an account with this e-mail address. Sign in first.", code="account_known")
    if vouched and Identity.objects.filter(issuer=vouched.issuer, subject=vouched.subject).exists():
        raise Refused("You have an account with another e-mail address here.", code="for_somebody_else")
    user = User(email=invitation.email, name=" ".join(name.split()), created_at=now)
    errors = {} if vouched else check(password, user)
    if not 1 <= len(user.name) <= 150:
        errors = {"name": "Enter your name, at most 150 letters."} | errors
    if errors:
        raise BadInput(errors)
    user.password = make_password(None if vouched else password)
    user.save(force_insert=True)
    if vouched:
        Identity.objects.create(
            user=user, issuer=vouched.issuer, subject=vouched.subject, linked_at=now, last_used_at=now
        )
        record("provider.linked", user, actor=actor_for(user, ()), at=now, issuer=vouched.issuer)
    return user


def _stands(invitation: Invitation) -> bool:
    """Whether whoever sent it still looks after people there, and the place is open; a program's stands."""
    if invitation.invited_by_id is None:
        return True
    posts = Membership.objects.filter(user=invitation.invited_by_id, user__is_active=True, ended_at=None)
    return posts.filter(organisation=invitation.organisation_id, role__in=MANAGING).exists()


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").open()
    still = rows.filter(pk=invitation.pk).first()
    if still is None:
        raise Refused("This invitation was used or withdrawn meanwhile.", code="invitation_over")
    return still


def _tell(invitation: Invitation, action: str, actor: Actor, now: datetime) -> None:
    owe_letter(kind=AccountLetter.Kind.INVITATION, address=invitation.email, invitation=invitation, now=now)
    record(
        action,
        invitation,
        actor=actor,
        at=now,
        organisation=invitation.organisation,
        role=invitation.role,
        personal={"email": invitation.email, "name": invitation.name},
    )
