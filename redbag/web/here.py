"""Where somebody stands: the ward whose QR they scanned in the last twelve hours, else the one they chose last."""

from dataclasses import dataclass

from django.core.cache import cache
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from redbag.organisations.models import Kind, Organisation, Place
from redbag.transfers.models import Transfer
from redbag.transfers.receivers import place_names
from redbag.transfers.stages import Stage
from redbag.web.telling import new_form

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


@dataclass(frozen=True)
class Move:
    """A way to say that the bag is in another ward of the same hospital: the ward whose poster was scanned, if it is
    another one than known, all their wards, and the ids of the two forms.
    """

    poster: str
    places: list[dict]
    poster_form: str
    form: str


def to_another_ward(request: HttpRequest, transfer: Transfer, holder: Organisation | None) -> Move | None:
    """For a hospital that has the bag: how to say in which of its wards it is now; None for everybody else."""
    has_it = holder is not None and holder.kind == Kind.HOSPITAL and transfer.holder_id == holder.pk
    if holder is None or not has_it or not transfer.holder_confirmed or transfer.stage == Stage.CLOSED:
        return None
    poster = place_here(request, holder)
    known = transfer.holder_place
    others = [each for each in places(request, holder) if each["name"] != known]
    return Move("" if poster == known else poster, others, new_form(), new_form())


def places(request: HttpRequest, organisation: Organisation, *, else_: str = "") -> list[dict]:
    """The wards to choose from; where they are comes chosen, else where they were last, else the one given."""
    names = cache.get_or_set(f"places-{organisation.pk}", lambda: place_names(organisation), PLACES_KEPT) or []
    wanted = (place_here(request, organisation), _last(request), else_)
    now = next((name for name in wanted if name in names), "")
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
