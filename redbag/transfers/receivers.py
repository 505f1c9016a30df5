"""To whom a bag can be handed, and where inside."""

from redbag.organisations.models import Kind, Organisation, Place
from redbag.transfers.models import Transfer

MOST = 60


def receivers(transfer: Transfer) -> list[Organisation]:
    """Its destination first, then its home, then the hospitals and ambulance services of the home's area, by name."""
    near = Organisation.objects.filter(area=transfer.home.area_id, kind__in=(Kind.HOSPITAL, Kind.AMBULANCE))
    first = [place for place in (transfer.destination, transfer.home) if place is not None]
    known = {place.pk for place in first}
    return first + [place for place in near.order_by("name")[:MOST] if place.pk not in known]


def places_near(transfer: Transfer, kind: str) -> list[Organisation]:
    """The places of a kind in the home's area, by name, the home itself apart."""
    near = Organisation.objects.filter(area=transfer.home.area_id, kind=kind).exclude(pk=transfer.home_id)
    return list(near.order_by("name")[:MOST])


def place_names(organisation: Organisation) -> list[str]:
    """The wards and desks of an organisation, by name."""
    return list(Place.objects.filter(organisation=organisation).order_by("name").values_list("name", flat=True)[:MOST])
