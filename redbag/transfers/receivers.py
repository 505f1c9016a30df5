"""To whom a bag can be handed, and where inside."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from redbag.organisations.models import Kind, Organisation, Place
from redbag.transfers.models import Transfer

MOST = 60


def receivers(transfer: Transfer) -> list[Organisation]:
    """Its destination first, then its home, then the hospitals and ambulance services of the home's area, by name."""
    return receivers_of([transfer])[transfer.pk]


def receivers_of(transfers: Sequence[Transfer]) -> dict[UUID, list[Organisation]]:
    """The receivers of several transfers, home and destination joined, in one statement however many there are."""
    areas = {transfer.home.area_id for transfer in transfers}
    near = defaultdict(list)
    takers = Organisation.objects.offered().filter(area__in=areas, kind__in=(Kind.HOSPITAL, Kind.AMBULANCE))
    for place in takers.order_by("name"):
        near[place.area_id].append(place)
    return {transfer.pk: _in_order(transfer, near[transfer.home.area_id][:MOST]) for transfer in transfers}


def _in_order(transfer: Transfer, near: Sequence[Organisation]) -> list[Organisation]:
    first = [place for place in (transfer.destination, transfer.home) if place is not None]
    known = {place.pk for place in first}
    return first + [place for place in near if place.pk not in known]


def places_near(transfer: Transfer, kind: str) -> list[Organisation]:
    """The places of a kind in the home's area, by name, the home itself apart."""
    near = Organisation.objects.offered().filter(area=transfer.home.area_id, kind=kind).exclude(pk=transfer.home_id)
    return list(near.order_by("name")[:MOST])


def place_names(organisation: Organisation) -> list[str]:
    """The wards and desks of an organisation, by name."""
    return list(Place.objects.filter(organisation=organisation).order_by("name").values_list("name", flat=True)[:MOST])
