"""Codes on paper for the day the phone is lost: ten, each used once, kept as digests alone."""

import hashlib
from datetime import datetime

from django.db import transaction

from redbag.accounts.codes import grouped, new_paper_code, tidied
from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.noting import note
from redbag.accounts.owing import owe_letter
from redbag.accounts.second_factor_models import RecoveryCode
from redbag.organisations.models import User

HOW_MANY = 10
FEW = 3  # so many left, and the person is told to make new ones


def codes_left(user: User) -> int:
    """How many of their codes are not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def make_codes(*, user: User, now: datetime) -> list[str]:
    """Ten new codes in groups of four, to be shown this once; those made before are worth nothing any more."""
    user = User.objects.select_for_update().get(pk=user.pk)
    codes = [new_paper_code() for _ in range(HOW_MANY)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code), made_at=now) for code in codes)
    note("recovery.made", user, now=now, codes=HOW_MANY)
    owe_letter(kind=AccountLetter.Kind.CODES_MADE, address=user.email, now=now)
    return [grouped(code) for code in codes]


@transaction.atomic
def take_recovery_code(*, user: User, typed: str, now: datetime) -> bool:
    """Whether this is a code of theirs that was not used yet; from now on it is."""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, tidied(typed)), used_at=None)
    if not unused.update(used_at=now):
        return False
    note("recovery.used", user, now=now, left=codes_left(user))
    owe_letter(kind=AccountLetter.Kind.CODE_USED, address=user.email, now=now)
    return True


def _digest(user: User, code: str) -> str:
    return hashlib.sha256(f"{user.pk}:{code}".encode()).hexdigest()
