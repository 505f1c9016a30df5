"""What whoever stands outside calls a journey: a code that leads back to it only at the home.

Each list has codes of its own, so nobody can join two of them: lists of two numbers or months, or as two organisations
see them.
"""

from collections.abc import Iterable
from uuid import UUID

from redbag.bags.codes import ALPHABET, VALUES, normalise, shown
from redbag.counting.models import CountedJourney
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.rows import everything
from redbag.vault import secret_for

LENGTH = 12  # symbols of a code, five bits each
BEGINS = 32  # bits with which a journey's id begins: they tell the journeys of a home apart
SALT = 5 * LENGTH - BEGINS  # bits that a list and a journey have for themselves, under which the others are hidden


def code_of(*, transfer: UUID, of: str) -> str:
    """The code of a journey on a list: K7QF-2M9T-4XBA."""
    salt = _bits(f"{transfer}|{of}", "coded journey", SALT)
    number = salt << BEGINS | (transfer.int >> 128 - BEGINS) ^ _veil(salt)
    return shown("".join(ALPHABET[number >> 5 * step & 31] for step in reversed(range(LENGTH))))


def order_of(transfer: UUID) -> bytes:
    """By which journeys are left out of a list: alike for whoever looks at whatever, so that no list has the others."""
    return secret_for(str(transfer), purpose="order of coded journeys")


@everything()
def find_coded(*, code: str, homes: Iterable[UUID]) -> UUID | None:
    """The journey of these homes that somebody outside calls by this code; None where there is none. One look-up."""
    asked = normalise(code)
    if len(asked) != LENGTH or not set(asked) <= VALUES.keys():
        return None
    number = sum(VALUES[symbol] << 5 * step for step, symbol in enumerate(reversed(asked)))
    salt, veiled = divmod(number, 1 << BEGINS)
    first = (veiled ^ _veil(salt)) << 128 - BEGINS
    last = first + (1 << 128 - BEGINS) - 1
    mine = CountedJourney.objects.filter(home__in=list(homes), pk__gte=UUID(int=first), pk__lte=UUID(int=last))
    return mine.values_list("pk", flat=True).first()


def codes_of(
    rows: Iterable[CountedJourney], *, actor: Actor, organisation: Organisation | None, of: str
) -> dict[UUID, str]:
    """Each journey's code on a list that `of` names, as the actor's organisations see that place."""
    viewers = sorted(str(post.organisation.pk) for post in actor.posts)
    told = "|".join([*viewers, str(organisation.pk) if organisation else "", of])
    return {each.pk: code_of(transfer=each.pk, of=told) for each in rows}


def _veil(salt: int) -> int:
    return _bits(str(salt), "veil of coded journeys", BEGINS)


def _bits(text: str, purpose: str, how_many: int) -> int:
    return int.from_bytes(secret_for(text, purpose=purpose)[:8], "big") >> 64 - how_many
