"""The one way in which the personal part of an entry goes: told in the journal first, and never by hand unseen."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from redbag.journal.models import Destruction, Entry, Personal
from redbag.journal.recording import Who, record

DESTROYED = "personal.destroyed"
AT_ONCE = 1000


@transaction.atomic
def destroy_personal(
    entry_ids: Iterable[int], *, actor: Who | None, at: datetime, why: str, organisation=None, resident=None
) -> int:
    """Destroy what these entries say of people, and write an entry `personal.destroyed` that names each of them.

    `why` is a code, never a text about somebody. Entries without a personal part are left out; returns how many
    parts were destroyed. The entries and their seals stay, so the chain still fits.
    """
    wanted = sorted(set(entry_ids))
    destroyed = 0
    for start in range(0, len(wanted), AT_ONCE):
        parts = Personal.objects.select_for_update().filter(pk__in=wanted[start : start + AT_ONCE])
        found = sorted(parts.values_list("pk", flat=True))
        if found:
            told = record(
                DESTROYED,
                None,
                actor=actor,
                at=at,
                organisation=organisation,
                resident=resident,
                why=why,
                entries=found,
            )
            Destruction.objects.bulk_create(Destruction(entry_id=each, told_in=told) for each in found)
            Personal.objects.filter(pk__in=found).delete()
            destroyed += len(found)
    return destroyed


def told_destroyed() -> dict[int, list[int]]:
    """Which entries each destruction entry names, by its own id."""
    rows = Entry.objects.filter(action=DESTROYED).values_list("pk", "facts")
    return {pk: facts.get("entries", []) for pk, facts in rows}
