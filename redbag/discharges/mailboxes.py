"""The addresses to which homes forward their mail: part of each is a secret of its home."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from redbag.discharges.models import Mailbox
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none is taken for another
SECRET, LONGEST_NAME = 12, 20


def address_of(mailbox: Mailbox) -> str:
    """Where mail is forwarded to."""
    return f"letters+{mailbox.name}@{settings.MAIL_DOMAIN}"


def mailboxes_of(homes: Iterable[Organisation]) -> dict[UUID, Mailbox]:
    """The mailboxes that these homes have opened, by home."""
    return {box.home_id: box for box in Mailbox.objects.filter(home__in=[each.pk for each in homes])}


@transaction.atomic
def open_mailbox(*, actor: Actor, home: Organisation, now: datetime) -> Mailbox:
    """A new address for a home. One it had before takes nothing any more from this moment."""
    require(actor, Permission.SET_HOUSE_RULES, home)
    Organisation.objects.select_for_update().get(pk=home.pk)
    before = Mailbox.objects.filter(home=home).first()
    values = {"name": _new_name(home), "opened_at": now}
    mailbox, _ = Mailbox.objects.update_or_create(home=home, defaults=values)
    record("mailbox.changed" if before else "mailbox.opened", mailbox, actor=actor, at=now, organisation=home)
    return mailbox


def _new_name(home: Organisation) -> str:
    readable = re.sub(r"[^a-z0-9]+", "-", home.name.lower()).strip("-")[:LONGEST_NAME].strip("-")
    return f"{readable or 'home'}-{''.join(secrets.choice(LETTERS) for _ in range(SECRET))}"


def homes_at(addresses: Iterable[str]) -> list[Organisation]:
    """The homes whose address is among these, each once; the domain is the mail server's business."""
    names = [local.removeprefix("letters+") for local in _locals(addresses) if local.startswith("letters+")]
    boxes = Mailbox.objects.filter(name__in=names).select_related("home").order_by("opened_at")
    return [box.home for box in boxes]


def _locals(addresses: Iterable[str]) -> list[str]:
    return [address.strip().strip("<>").lower().rpartition("@")[0] for address in addresses]
