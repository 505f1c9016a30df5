"""Somebody is given a post without an e-mail: with a first password that whoever adds them knows."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from redbag.accounts.passwords import made_by_another
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.actions import person_errors
from redbag.organisations.models import Membership, Organisation, User
from redbag.organisations.posts import refuse_own

KNOWN_ELSEWHERE = (
    "Another place made this account, and somebody there may know its password. Invite them by e-mail instead: "
    "they set a password of their own before they join."
)


@transaction.atomic
def add_person(
    *, actor: Actor, organisation: Organisation, email: str, name: str, role: str, password: str, now: datetime
) -> Membership:
    """Give somebody a role at an organisation; a person already known keeps their own password.

    Refused for oneself, and for an account made elsewhere whose password somebody else may know.
    """
    require(actor, Permission.MANAGE_ENDPOINTS, organisation)
    errors = person_errors(organisation, email, name, role)
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        try:
            validate_password(password)
        except ValidationError as weak:
            errors["password"] = " ".join(weak.messages)
    if errors:
        raise BadInput(errors)
    refuse_own(actor, user)
    if user is None:
        user = User.objects.create(
            email=email.strip().lower(), name=name.strip(), password=make_password(password), created_at=now
        )
    if user.memberships.filter(organisation=organisation, role=role, ended_at=None).exists():
        raise Refused(f"{user.name} already works here in this role.", code="already_a_member")
    if user.memberships.exclude(organisation=organisation).exists() and made_by_another(user):
        raise Refused(KNOWN_ELSEWHERE, code="not_your_own_yet")
    membership = Membership.objects.create(user=user, organisation=organisation, role=role, started_at=now)
    record("person.added", membership, actor=actor, at=now, organisation=organisation, person=user.pk, role=role)
    return membership
