"""Which notes wait to be read."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from redbag.notes.models import Note
from redbag.organisations.access import Actor, Permission
from redbag.transfers.models import Transfer


def unread(actor: Actor, transfers: Iterable[Transfer]) -> dict[UUID, int]:
    """How many notes from the other side nobody has read yet, by journey (which the caller may see); one statement."""
    mine = actor.organisations_with(Permission.WRITE_NOTES)
    waiting = Note.objects.filter(transfer__in=[each.pk for each in transfers], read_at=None)
    return Counter(waiting.exclude(organisation__in=mine).values_list("transfer", flat=True))
