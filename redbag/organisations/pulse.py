"""Whose boards must look again. A hint, never a record: a lost one only means that a board looks a little later."""

from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from redbag.organisations.models import Organisation, Pulse

# One statement, its rows always in the same order, so that two of them never wait for each other.
BEAT = """
    INSERT INTO redbag_pulse (organisation_id, beats) VALUES {rows}
    ON CONFLICT (organisation_id) DO UPDATE SET beats = redbag_pulse.beats + 1
"""


def stir(organisations: Iterable[UUID | None]) -> None:
    """Let the boards of these organisations look again, once what the caller writes is there to be seen."""
    places = sorted({place for place in organisations if place})
    if places:
        transaction.on_commit(partial(_beat, places), robust=True)


def version(organisations: Collection[UUID]) -> int:
    """A number that is another one after something moved for any of these organisations."""
    beats = Pulse.objects.filter(organisation__in=organisations).values_list("beats", flat=True)
    return sum(beats)


def _beat(places: list[UUID]) -> None:
    key = Organisation._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            BEAT.format(rows=", ".join(["(%s, 1)"] * len(places))),
            [key.get_db_prep_value(place, connection) for place in places],
        )
