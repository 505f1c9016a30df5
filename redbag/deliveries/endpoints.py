"""What an endpoint must be."""

import base64
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from redbag.deliveries.addresses import AddressRefused, checked
from redbag.deliveries.models import EVENTS, EVERY_EVENT, Endpoint

LONGEST_ADDRESS = 500
WHOLE_MAIL = "Enter a whole e-mail address, like nurses@oakview.example."
WHOLE_NUMBER = "Enter a whole mobile number, like 07700 900123 or +44 7700 900123."
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")  # E.164


def problems(*, kind: str, address: str, events: object) -> dict[str, str]:
    """What is wrong with a wish for an endpoint, by field."""
    return _address_problems(kind, address) | _events_problems(events)


def new_secret() -> str:
    """A signing secret after Standard Webhooks: 256 random bits."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def live_secrets(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """The secrets a webhook is signed with, the newest first; the one before it until its time is over."""
    secrets_kept = endpoint.secret.split()
    over = endpoint.old_secret_until is not None and endpoint.old_secret_until <= at
    return secrets_kept[:1] if over else secrets_kept


def standing(organisations: Sequence[UUID]) -> list[Endpoint]:
    """All endpoints of organisations, also those out of use, each with `stands`; one statement."""
    return list(Endpoint.objects.with_standing().filter(organisation__in=organisations))


def wanting(rows: Sequence[Endpoint], type: str, person: UUID | None = None) -> tuple[list[Endpoint], list[Endpoint]]:
    """Of `standing` rows those that get this type of news now, before any fallback, and those for which it must wait.

    It waits where the only ones that asked for it are switched off. What is one person's, other than their phone, gets
    only what is meant for them; `person` gets theirs alone, or everything when they have nothing. Who left gets nothing
    more.
    """
    known = {endpoint.pk: endpoint for endpoint in rows}
    asking = [each for each in rows if each.wants(type) and not any(above.stands for above in _above(each, known))]
    now = [each for each in asking if each.stands]
    theirs = [each for each in now if person is not None and each.user_id == person]
    first = theirs or [each for each in now if each.user_id is None or each.kind == Endpoint.Kind.PUSH]
    helped = {above.pk for each in first for above in _above(each, known)}
    off = [each for each in asking if each.disabled_at and each.removed_at is None and each.user_id is None]
    waits = {each.pk for each in off} - helped
    return first, [each for each in off if each.pk in waits and not waits & {above.pk for above in _above(each, known)}]


def stand_ins(endpoint: Endpoint) -> list[Endpoint]:
    """Those that take over when this one gives up; where one of them is out of use, those that stand in for it."""
    rows = standing([endpoint.organisation_id])

    def below(pk: UUID) -> list[Endpoint]:
        direct = [each for each in rows if each.fallback_of_id == pk]
        return [found for each in direct for found in ([each] if each.stands else below(each.pk))]

    return below(endpoint.pk)


def stands_below(endpoint: Endpoint) -> set[UUID]:
    """An endpoint, those that stand in for it, those that stand in for these, and so on; also what is out of use."""
    pairs = list(Endpoint.objects.filter(organisation=endpoint.organisation_id).values_list("pk", "fallback_of"))
    found = {endpoint.pk}
    while more := {pk for pk, above in pairs if above in found} - found:
        found |= more
    return found


def _above(endpoint: Endpoint, known: dict[UUID, Endpoint]) -> list[Endpoint]:
    """What an endpoint stands in for, what that stands in for, and so on."""
    found: list[Endpoint] = []
    while endpoint.fallback_of_id is not None and endpoint.fallback_of_id in known:
        endpoint = known[endpoint.fallback_of_id]
        found.append(endpoint)
    return found


def dialled(number: str) -> str:
    """A phone number as a gateway dials it: +447700900123. Raises ValidationError for what is none."""
    digits = re.sub(r"[\s()-]", "", number)
    whole = re.sub(r"^0(?=[1-9])", "+44", digits)
    if not NUMBER.fullmatch(whole):
        raise ValidationError(WHOLE_NUMBER)
    return whole


def _address_problems(kind: str, address: str) -> dict[str, str]:
    if kind not in Endpoint.Kind.values:
        return {"kind": f"Choose one of: {', '.join(Endpoint.Kind.values)}."}
    if kind == Endpoint.Kind.PUSH:
        return {"kind": "A phone or tablet is added on itself: sign in there and open Wake this phone."}
    if kind == Endpoint.Kind.SMS and not settings.SMS_URL:
        return {"kind": "Text messages are switched off here. Whoever runs this service can set SMS_URL."}
    if len(address) > LONGEST_ADDRESS:
        return {"address": f"Use at most {LONGEST_ADDRESS} characters."}
    try:
        if kind == Endpoint.Kind.EMAIL:
            validate_email(address)
        elif kind == Endpoint.Kind.SMS:
            dialled(address)
        else:
            checked(address)
    except ValidationError:
        return {"address": WHOLE_NUMBER if kind == Endpoint.Kind.SMS else WHOLE_MAIL}
    except AddressRefused as refused:
        return {"address": str(refused)}
    return {}


def _events_problems(events: object) -> dict[str, str]:
    known = (*EVENTS, EVERY_EVENT)
    if not isinstance(events, list | tuple) or any(event not in known for event in events):
        return {"events": f"Send a list of any of: {', '.join(known)}. An empty list asks for every event."}
    return {}
