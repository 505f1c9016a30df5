"""What a letter looks like on each channel. None names or describes a person: ids and an address, no more.

A FHIR server alone is given the document itself; see fhir_letters.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from standardwebhooks import Webhook

from redbag.deliveries import webpush
from redbag.deliveries.endpoints import dialled, live_secrets
from redbag.deliveries.events import carried
from redbag.deliveries.fhir_letters import URI, document_reference, own_id
from redbag.deliveries.models import Endpoint, Letter

SUBJECTS = {
    "discharge_summary.available": "A discharge summary is ready to read",
    "discharge_summary.replaced": "A discharge summary has a new version",
    "discharge_summary.held": "A discharge summary waits for an identity check",
    "discharge_summary.opened": "A discharge summary was opened at the home",
    "discharge_summary.acknowledged": "A discharge summary was taken on by the home",
    "transfer.packed": "Somebody is going to hospital",
    "transfer.stage_changed": "A red bag has moved on",
    "item.missing": "Something from a red bag has not been found yet",
    "item.found": "Something from a red bag has been found",
    "reminder.due": "A red bag needs you",
    "note.written": "Somebody wrote a note about a red bag",
    "note.answered": "Somebody answered a note about a red bag",
    "bag.found": "Somebody found a red bag",
    "break_glass.asked": "A crew cannot see your tablet and waits for a code",
    "break_glass.opened": "A page was opened without the tablet's code",
    "departure.planned": "A hospital plans to send somebody home",
    "departure.answered": "A home has answered whether somebody can come home",
    "endpoint.disabled": "An address that gets news was switched off",
    "endpoint.test": "This is a test from Red Bag",
}
OTHER_NEWS = "There is news in Red Bag"
API = "/api/v1"
PUSH_LASTS_SECONDS = 12 * 3600


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An HTTP request, ready to be posted."""

    address: str
    body: bytes
    headers: dict[str, str]


def webhook(letter: Letter, endpoint: Endpoint, *, at: datetime) -> Parcel:
    """A signed request after Standard Webhooks 1.0: id and body stay the same over retries, time and signature do not.

    With two secrets (one of them on its way out) there are two signatures.
    """
    data = {**carried(letter.type, letter.ids), "address": f"{settings.PUBLIC_URL}{letter.path}"}
    body = json.dumps({"type": letter.type, "timestamp": letter.written_at.isoformat(), "data": data})
    moment = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(str(letter.pk), moment, body) for secret in live_secrets(endpoint, at=at)]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "RedBag",
        "webhook-id": str(letter.pk),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Parcel(address=endpoint.address, body=body.encode(), headers=headers)


def fhir(letter: Letter, endpoint: Endpoint) -> Parcel:
    """A DocumentReference for a FHIR server, created at most once however often it is sent (conditional create)."""
    document = document_reference(letter, description=subject(letter))
    headers = {
        "Content-Type": "application/fhir+json",
        "Accept": "application/fhir+json",
        "User-Agent": "RedBag",
        "If-None-Exist": f"identifier={URI}|{own_id(letter)}",
    }
    base = endpoint.address.rstrip("/").removesuffix("/DocumentReference")
    return Parcel(address=f"{base}/DocumentReference", body=json.dumps(document).encode(), headers=headers)


def email(letter: Letter, endpoint: Endpoint) -> EmailMessage:
    """A message with a link and nothing else; its Message-ID is always the same, so that a second copy is known as one.

    The page of a thing has the address of its API call, without the API's own prefix.
    """
    page = f"{settings.PUBLIC_URL}{letter.path.removeprefix(API)}"
    text = (
        f"{subject(letter)}.\n\n"
        f"Sign in to see it:\n{page}\n\n"
        f"You get this because {letter.organisation.name} asked for it. E-mail is not safe for names or health, "
        "so this message has none.\n"
    )
    host = urlsplit(settings.PUBLIC_URL).hostname or "redbag"
    return EmailMessage(
        subject=subject(letter),
        body=text,
        to=[endpoint.address],
        headers={"Message-ID": f"<{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def push(letter: Letter, endpoint: Endpoint, *, at: datetime) -> Parcel:
    """A Web Push (RFC 8030) that only this phone can read; a newer one of the same kind takes its place unread."""
    words = {
        "title": subject(letter),
        "body": "Open Red Bag.",
        "path": letter.path.removeprefix(API),
        "tag": letter.type,
    }
    keys = json.loads(endpoint.secret)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(PUSH_LASTS_SECONDS),
        "Urgency": "high",
        "Authorization": webpush.authorization(endpoint.address, at=at),
    }
    body = webpush.sealed(json.dumps(words).encode(), p256dh=keys["p256dh"], auth=keys["auth"])
    return Parcel(address=endpoint.address, body=body, headers=headers)


def sms(letter: Letter, endpoint: Endpoint) -> Parcel:
    """A text message for the gateway at SMS_URL, as JSON `{id, to, text}`; a retry has the same id."""
    page = f"{settings.PUBLIC_URL}{letter.path.removeprefix(API)}"
    told = {"id": str(letter.pk), "to": dialled(endpoint.address), "text": f"{subject(letter)}. Sign in: {page}"}
    headers = {"Content-Type": "application/json", "User-Agent": "RedBag"}
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    return Parcel(address=settings.SMS_URL, body=json.dumps(told).encode(), headers=headers)


def subject(letter: Letter) -> str:
    """What the letter is about, in words."""
    return SUBJECTS.get(letter.type, OTHER_NEWS)
