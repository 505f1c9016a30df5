"""People are added and sign in; keys are issued; house rules are kept."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from redbag.errors import Refused
from redbag.journal.recording import record
from redbag.organisations.access import GRANTS, Actor, Permission, actor_for, require
from redbag.organisations.models import HouseRules, Key, Kind, Membership, Organisation, Role, User

SESSION_LASTS = timedelta(hours=12)
FACTS_LAST = timedelta(days=7)
ROLES_BY_KIND = {
    Kind.CARE_HOME: (Role.CARER, Role.SENIOR, Role.HOME_MANAGER, Role.GROUP_MANAGER, Role.ADMINISTRATOR),
    Kind.AMBULANCE: (Role.CREW, Role.ADMINISTRATOR),
    Kind.HOSPITAL: (Role.WARD, Role.DISCHARGE),
    Kind.AREA: (Role.AUDITOR, Role.ADMINISTRATOR),
}
NOBODY = make_password(None)


def digest_of(secret: str) -> str:
    """By what a key is found: SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(*, email: str, password: str) -> User | None:
    """The person with this e-mail address and password, or None; a wrong address takes as long as a wrong password."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    fits = check_password(password, user.password if user else NOBODY)
    return user if user and fits else None


@transaction.atomic
def open_session(*, user: User, now: datetime) -> tuple[str, str]:
    """A session token, and a token that may only send facts as this person for seven days."""
    session, facts = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    key = Key.objects.create(
        digest=digest_of(session), use=Key.Use.SESSION, user=user, created_at=now, expires_at=now + SESSION_LASTS
    )
    Key.objects.create(
        digest=digest_of(facts), use=Key.Use.FACTS, user=user, session=key, created_at=now, expires_at=now + FACTS_LAST
    )
    record("session.opened", user, actor=actor_for(user, ()), at=now)
    return session, facts


@transaction.atomic
def close_session(*, actor: Actor, now: datetime) -> None:
    """End the session whose token the actor showed. Facts not yet sent may still come with their own token."""
    if actor.key is not None:
        Key.objects.filter(pk=actor.key.pk).update(revoked_at=now)
    record("session.closed", actor.user, actor=actor, at=now)


@transaction.atomic
def issue_key(*, organisation: Organisation, role: str, name: str, now: datetime) -> str:
    """A new API key of an organisation; it is shown once and only its digest is kept."""
    if role not in ROLES_BY_KIND[Kind(organisation.kind)]:
        raise Refused(f"{organisation.name} has no {role}.", code="role_does_not_fit")
    secret = secrets.token_urlsafe(32)
    key = Key.objects.create(
        digest=digest_of(secret),
        use=Key.Use.ORGANISATION,
        organisation=organisation,
        role=role,
        name=name,
        created_at=now,
    )
    record("key.issued", key, actor=None, at=now, organisation=organisation, role=role)
    return secret


def person_errors(organisation: Organisation, email: str, name: str, role: str) -> dict[str, str]:
    """What is wrong with who is to work at an organisation, by field; empty when nothing is."""
    errors = {}
    try:
        validate_email(email.strip())
    except ValidationError:
        errors["email"] = "Enter a whole e-mail address, like ana@oakview.example."
    if not 1 <= len(name.strip()) <= 150:
        errors["name"] = "Enter their name, at most 150 letters."
    if role not in ROLES_BY_KIND[Kind(organisation.kind)]:
        errors["role"] = "Choose what they do here."
    return errors


@transaction.atomic
def set_medicines_training(*, actor: Actor, membership: Membership, trained: bool, now: datetime) -> Membership:
    """Say whether somebody is trained in medicines here. Refused for whoever left, or works where nobody gives any."""
    require(actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.ended_at:
        raise Refused("They no longer work here.", code="left")
    if Permission.DECIDE_MEDICINES not in GRANTS[membership.role]:
        raise Refused("Nobody in this role decides medicines.", code="role_does_not_fit")
    if membership.medicines_trained == trained:
        return membership
    membership.medicines_trained = trained
    membership.save(update_fields=["medicines_trained"])
    record(
        "person.medicines_training",
        membership,
        actor=actor,
        at=now,
        organisation=membership.organisation,
        person=membership.user_id,
        role=membership.role,
        trained=trained,
    )
    return membership


def rules_of(organisation: Organisation) -> HouseRules:
    """The rules of an organisation, or the usual ones, not kept, when it has set none."""
    return HouseRules.objects.filter(organisation=organisation).first() or HouseRules(organisation=organisation)


@transaction.atomic
def keep_house_rules(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], now: datetime
) -> HouseRules:
    """Write down an organisation's rules, which the caller has checked; the generation of its codes stays."""
    require(actor, Permission.SET_HOUSE_RULES, organisation)
    columns = {
        "signature_asked": values["signature_asked"],
        "seal_asked": values["seal_asked"],
        "clocks": dict(values["clocks"]),
        "quiet_from": values["quiet_from"],
        "quiet_until": values["quiet_until"],
        "escalate_to_id": values["escalate_to"],
    }
    rules, _ = HouseRules.objects.update_or_create(organisation=organisation, defaults=columns)
    record("house_rules.set", organisation, actor=actor, at=now, organisation=organisation, **columns)
    return rules
