"""What whoever stands outside calls a journey: a code that leads back to it only at the home.

It is another one for each organisation that looks, and for each place it looks at.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from redbag.bags.codes import ALPHABET, normalise, shown
from redbag.counting.models import CountedHandover, CountedJourney
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind, Organisation
from redbag.rows import everything
from redbag.vault import secret_for

LENGTH = 8  # symbols of a code


def code_of(*, transfer: UUID, viewer: UUID, place: UUID) -> str:
    """The code of a journey for an organisation that looks at a place: K7QF-2M9T, 40 bits of a keyed digest."""
    digest = secret_for(f"{transfer}|{viewer}|{place}", purpose="coded journey")
    number = int.from_bytes(digest[:5], "big")
    return shown("".join(ALPHABET[number >> (5 * step) & 31] for step in range(LENGTH)))


def order_of(transfer: UUID) -> bytes:
    """By which journeys are left out of a list: alike for whoever looks at whatever, so that no list has the others."""
    return secret_for(str(transfer), purpose="order of coded journeys")


@everything()
def find_coded(*, code: str, homes: Iterable[UUID]) -> UUID | None:
    """The journey of these homes that an organisation above them calls by this code; None where there is none."""
    asked, homes = shown(normalise(code)), list(homes)
    if len(normalise(code)) != LENGTH:
        return None
    above = dict(Organisation.objects.filter(kind=Kind.AREA).values_list("pk", "area_id"))
    went: dict[UUID, set] = defaultdict(set)
    viewers: dict[UUID, set] = {}
    for table in (CountedJourney, CountedHandover):
        rows = table._default_manager.filter(home__in=homes)
        for transfer, area, *places in rows.values_list("transfer", "area", "home", "hospital", "ambulance"):
            viewers[transfer] = {area, above.get(area)} - {None}
            went[transfer].update(places)
    for transfer, handed_to in went.items():
        for viewer in viewers[transfer]:
            for place in (handed_to | viewers[transfer]) - {None}:
                if code_of(transfer=transfer, viewer=viewer, place=place) == asked:
                    return transfer
    return None


def codes_of(rows: Iterable[CountedJourney], *, actor: Actor, organisation: Organisation | None) -> dict[UUID, str]:
    """Each journey's code for whoever looks: of their areas the one that the home lies in."""
    own = set(actor.organisations_with(Permission.READ_AREA_REPORTS))
    above = dict(Organisation.objects.filter(kind=Kind.AREA).values_list("pk", "area_id"))
    viewers = {each.pk: each.area if each.area in own else above.get(each.area) or each.area for each in rows}
    place = organisation.pk if organisation is not None else None
    return {pk: code_of(transfer=pk, viewer=viewer, place=place or viewer) for pk, viewer in viewers.items()}
