"""The short code a giver shows and a receiver types: six digits, bound to one transfer and five minutes.

A home's secret gives the secret of each of its journeys, that and the time give the code: a tablet that holds the
secret shows the right code without a network. Whoever gives the bag shows the code, so it proves both sides when the
receiving side sends it; a giver who sends back the code of their own screen has proved nothing.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import F, Value

from redbag.organisations.models import HouseRules, Organisation
from redbag.transfers.models import Transfer, WrongCode
from redbag.vault import secrets_for

LASTS = timedelta(minutes=5)
DIGITS = 6
MOST_TRIES = 5
OLD_STEPS = 13


class Standing(StrEnum):
    """What a code is worth."""

    RIGHT = "right"
    OLD = "old"
    VOID = "void"
    WRONG = "wrong"


@dataclass(frozen=True)
class _Known:
    """The secrets of a home, the one that is shown first, and which of the codes around a moment are void."""

    secrets: tuple[bytes, ...]
    void: frozenset[int]


def secret_of(home: Organisation) -> bytes:
    """The secret from which the hand-over codes of a home follow; another one once its generation goes up."""
    rules = HouseRules.objects.filter(pk=home.pk).values_list("handover_generation", flat=True)
    return _secrets(home.pk, next(iter(rules), 0))[0]


def step_at(moment: datetime) -> int:
    """The number of the five minutes a moment lies in."""
    return int(moment.timestamp() // LASTS.total_seconds())


def code_of(home_secret: bytes, transfer_id: UUID, step: int) -> str:
    """The six digits of a journey in these five minutes; the tablet computes the same."""
    secret = hmac.digest(home_secret, str(transfer_id).encode(), hashlib.sha256)
    digest = hmac.digest(secret, str(step).encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def code_at(transfer: Transfer, moment: datetime) -> tuple[str, datetime]:
    """The code to show at a moment, and until when it is shown; one statement.

    Where it is void the next one is shown already; where that is void too there is none for now, and the code is empty.
    """
    step, known = step_at(moment), _known(transfer, moment)
    shown = next((each for each in (step, step + 1) if each not in known.void), None)
    code = "" if shown is None else code_of(known.secrets[0], transfer.pk, shown)
    ends = step if shown is None else shown
    return code, datetime.fromtimestamp((ends + 1) * LASTS.total_seconds(), tz=UTC)


def address_of(transfer: Transfer, code: str) -> str:
    """What the QR beside the code says: an address without personal data."""
    return f"{settings.PUBLIC_URL}/h/{transfer.pk}/{code}"


def proves(transfer: Transfer, code: str, occurred_at: datetime) -> bool:
    """Whether the code was shown for this transfer at that time, or within one step of it, and is not void."""
    return standing(transfer, code, occurred_at) == Standing.RIGHT


def standing(transfer: Transfer, code: str, moment: datetime) -> Standing:
    """What a code typed at a moment is worth; one statement.

    OLD was shown within the hour before, VOID was guessed at too often: neither is a guess, neither is counted as one.
    """
    typed = code.replace(" ", "").encode()
    if not typed:
        return Standing.WRONG
    known, step = _known(transfer, moment), step_at(moment)
    for each in (step, step - 1, step + 1, *range(step - 2, step - OLD_STEPS, -1)):
        codes = [code_of(secret, transfer.pk, each).encode() for secret in known.secrets]
        if any(hmac.compare_digest(typed, code) for code in codes):
            if each in known.void:
                return Standing.VOID
            return Standing.RIGHT if abs(each - step) <= 1 else Standing.OLD
    return Standing.WRONG


def wrong_try(transfer: Transfer, step: int) -> int:
    """Count a wrong code typed while the code of this step was shown; returns how often now. Five void that code."""
    WrongCode.objects.get_or_create(transfer=transfer, step=step)
    WrongCode.objects.filter(transfer=transfer, step=step).update(tries=F("tries") + 1)
    return WrongCode.objects.values_list("tries", flat=True).get(transfer=transfer, step=step)


def is_void(transfer: Transfer, step: int) -> bool:
    """Whether the code of this step was guessed at too often."""
    return WrongCode.objects.filter(transfer=transfer, step=step, tries__gte=MOST_TRIES).exists()


def shown_step(transfer: Transfer, moment: datetime) -> int:
    """The step whose code is on the screen at a moment: the one of the moment, or the next when that one is void."""
    void = _known(transfer, moment).void
    step = step_at(moment)
    return step + 1 if step in void else step


def _near(moment: datetime) -> tuple[int, ...]:
    step = step_at(moment)
    return step, step - 1, step + 1


def _known(transfer: Transfer, moment: datetime) -> _Known:
    """Generation and void codes in one statement: a scan and a hand-over may not cost more."""
    rules = HouseRules.objects.filter(pk=transfer.home_id).values_list(Value("generation"), F("handover_generation"))
    void = WrongCode.objects.filter(transfer=transfer, step__in=_near(moment), tries__gte=MOST_TRIES)
    rows = list(rules.union(void.values_list(Value("void"), F("step")), all=True))
    generation = next((number for what, number in rows if what == "generation"), 0)
    return _Known(_secrets(transfer.home_id, generation), frozenset(number for what, number in rows if what == "void"))


def _secrets(home_id: UUID, generation: int) -> tuple[bytes, ...]:
    """Of every key: a tablet that was out of signal since a new key came shows codes of the one before."""
    return tuple(secrets_for(f"{home_id}|{generation}", purpose="hand-over"))
