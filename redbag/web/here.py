"""Where somebody stands: the ward whose QR they scanned in the last twelve hours, else the one they chose last."""

from dataclasses import dataclass

from django.core.cache import cache
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from redbag.organisations.models import Organisation, Place
from redbag.transfers.receivers import place_names

HERE, LAST_PLACE = "rb_here", "rb_place"
HERE_LASTS = 12 * 3600
YEAR = 365 * 24 * 3600
PLACES_KEPT = 300  # seconds


@dataclass(frozen=True)
class Here:
    """A ward or bay of an organisation, by its name."""

    organisation: str
    name: str


def here(request: HttpRequest) -> Here | None:
    """Where this browser was told to be in the last twelve hours."""
    try:
        told = request.get_signed_cookie(HERE, salt=HERE, max_age=HERE_LASTS)
    except (KeyError, BadSignature):
        return None
    organisation, _, name = told.partition("|")
    return Here(organisation, bytes.fromhex(name).decode())


def stay_here(response: HttpResponse, place: Place) -> None:
    """Keep in this browser where it is."""
    told = f"{place.organisation_id}|{place.name.encode().hex()}"
    response.set_signed_cookie(HERE, told, salt=HERE, max_age=HERE_LASTS, httponly=True, samesite="Lax")


def place_here(request: HttpRequest, organisation: Organisation) -> str:
    """The name of the place whose QR was scanned, if it is one of theirs."""
    place = here(request)
    return place.name if place and place.organisation == str(organisation.pk) else ""


def places(request: HttpRequest, organisation: Organisation) -> list[dict]:
    """The wards to choose from; where they are, else where they were last, comes chosen."""
    names = cache.get_or_set(f"places-{organisation.pk}", lambda: place_names(organisation), PLACES_KEPT) or []
    now = place_here(request, organisation) or _last(request)
    return [{"name": name, "chosen": name == now} for name in names]


def remember(response: HttpResponse, place: str) -> None:
    """Keep the ward that was chosen, for next time."""
    if place:
        response.set_cookie(LAST_PLACE, place.encode().hex(), max_age=YEAR, httponly=True, samesite="Lax")


def _last(request: HttpRequest) -> str:
    try:
        return bytes.fromhex(request.COOKIES.get(LAST_PLACE, "")).decode()
    except ValueError:
        return ""
