"""What an endpoint must be."""

import base64
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from redbag.deliveries.addresses import AddressRefused, checked
from redbag.deliveries.models import EVENTS, EVERY_EVENT, Endpoint

LONGEST_ADDRESS = 500


def problems(*, kind: str, address: str, events: object) -> dict[str, str]:
    """What is wrong with a wish for an endpoint, by field."""
    return _address_problems(kind, address) | _events_problems(events)


def new_secret() -> str:
    """A signing secret after Standard Webhooks: 256 random bits."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def wanting(organisations: Sequence[UUID], type: str, person: UUID | None = None) -> list[Endpoint]:
    """The endpoints of organisations that asked for this type of news first, before any fallback.

    What is one person's, other than their phone, gets only what is meant for them; `person` gets theirs alone, or
    everything when they have nothing.
    """
    first = Endpoint.objects.live().filter(organisation__in=organisations, fallback_of=None)
    asking = [endpoint for endpoint in first if endpoint.wants(type)]
    theirs = [endpoint for endpoint in asking if person is not None and endpoint.user_id == person]
    return theirs or [each for each in asking if each.user_id is None or each.kind == Endpoint.Kind.PUSH]


def _address_problems(kind: str, address: str) -> dict[str, str]:
    if kind not in Endpoint.Kind.values:
        return {"kind": f"Choose one of: {', '.join(Endpoint.Kind.values)}."}
    if len(address) > LONGEST_ADDRESS:
        return {"address": f"Use at most {LONGEST_ADDRESS} characters."}
    try:
        if kind == Endpoint.Kind.EMAIL:
            validate_email(address)
        else:
            checked(address)
    except ValidationError:
        return {"address": "Enter a whole e-mail address, like nurses@oakview.example."}
    except AddressRefused as refused:
        return {"address": str(refused)}
    return {}


def _events_problems(events: object) -> dict[str, str]:
    known = (*EVENTS, EVERY_EVENT)
    if not isinstance(events, list | tuple) or any(event not in known for event in events):
        return {"events": f"Send a list of any of: {', '.join(known)}. An empty list asks for every event."}
    return {}
