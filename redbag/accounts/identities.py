"""Which of our people another provider means. A link is made by who is signed in, never by an e-mail address."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from redbag.accounts.joining_models import AccountLetter, Identity
from redbag.accounts.owing import owe_letter
from redbag.errors import NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.models import User


def identities_of(user: User) -> list[Identity]:
    """The other ways in which somebody signs in, the oldest first."""
    return list(Identity.objects.filter(user=user).order_by("linked_at"))


def person_of(*, issuer: str, subject: str, now: datetime) -> User | None:
    """Whom the provider means, noted as used now; None for nobody of ours and for a closed account."""
    identity = Identity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    if identity is None or not identity.user.is_active:
        return None
    Identity.objects.filter(pk=identity.pk).update(last_used_at=now)
    return identity.user


@transaction.atomic
def link(*, actor: Actor, issuer: str, subject: str, now: datetime) -> Identity:
    """Let a provider's word open the actor's own account from now on; they are told by e-mail.

    Again by the same person changes nothing. Refused when it is somebody else's.
    """
    if actor.user is None or actor.facts_only:
        raise NotAllowed("Only a person can add a way to sign in.")
    try:
        with transaction.atomic():
            identity, made = Identity.objects.get_or_create(
                issuer=issuer, subject=subject, defaults={"user": actor.user, "linked_at": now}
            )
    except IntegrityError:
        identity, made = Identity.objects.get(issuer=issuer, subject=subject), False
    if identity.user_id != actor.user.pk:
        raise Refused("Somebody else here signs in with that already.", code="linked_to_another")
    if made:
        owe_letter(kind=AccountLetter.Kind.PROVIDER_LINKED, address=actor.user.email, now=now)
        record("provider.linked", actor.user, actor=actor, at=now, issuer=issuer)
    return identity


@transaction.atomic
def unlink(*, actor: Actor, identity_id: UUID, now: datetime) -> None:
    """Take a way to sign in off one's own account; they are told by e-mail.

    Refused for the last one of who has no password.
    """
    if actor.user is None or actor.facts_only:
        raise NotAllowed("Only a person can take off a way to sign in.")
    user = User.objects.select_for_update().get(pk=actor.user.pk)
    own = Identity.objects.filter(user=user)
    if not user.has_usable_password() and own.exclude(pk=identity_id).count() == 0:
        words = "Without it you could not sign in. Ask for a link to choose a password first."
        raise Refused(words, code="last_way_in")
    for identity in own.filter(pk=identity_id):
        identity.delete()
        owe_letter(kind=AccountLetter.Kind.PROVIDER_LINKED, address=user.email, now=now)
        record("provider.unlinked", user, actor=actor, at=now, issuer=identity.issuer)
