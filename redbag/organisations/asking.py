"""What an organisation wants asked when a bag changes hands."""

from dataclasses import dataclass

from django.core.cache import cache

from redbag.organisations.models import HouseRules, Organisation

KEPT = 300  # seconds


@dataclass(frozen=True)
class Asks:
    """Whether somebody signs, and whether the seal's number is told."""

    signature: bool = False
    seal: bool = False


def asks_of(organisation: Organisation) -> Asks:
    """What the house rules of this organisation ask for, remembered for five minutes."""

    def read() -> tuple[bool, bool]:
        rules = HouseRules.objects.filter(pk=organisation.pk).values_list("signature_asked", "seal_asked")
        return next(iter(rules), (False, False))

    signature, seal = cache.get_or_set(f"asked-{organisation.pk}", read, KEPT) or (False, False)
    return Asks(signature=signature, seal=seal)
