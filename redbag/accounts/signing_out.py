"""Out everywhere: for who left a browser signed in somewhere, or lost what they sign in with."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from redbag.accounts.noting import note
from redbag.organisations.models import Key, User


@transaction.atomic
def sign_out_everywhere(*, user: User, now: datetime) -> User:
    """End every browser session of theirs and every program's. What waits on a phone may still be sent.

    Returns the person as they are now, by whom a caller's own session can be kept.
    """
    User.objects.filter(pk=user.pk).update(times_signed_out=F("times_signed_out") + 1)
    Key.objects.filter(user=user, use=Key.Use.SESSION, revoked_at=None).update(revoked_at=now)
    note("signed.out_everywhere", user, now=now)
    return User.objects.get(pk=user.pk)
