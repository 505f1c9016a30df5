"""Counted journeys and hand-overs straight into their tables, many at a time."""

import uuid
from datetime import UTC, datetime, timedelta

from redbag.counting.models import CountedHandover, CountedJourney

PACKED = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


def journeys(home, hospital, how_many, *, ambulance=None, at=PACKED, **more) -> list[CountedJourney]:
    """So many journeys of a home to a hospital, an hour apart; 20 minutes waiting, 40 riding, 3 days in hospital."""
    told = {"age_band": "85-89", "with_bag": True, "waiting": 20, "riding": 40, "staying": 3 * 1440, "ward": ""} | more
    rows = [
        CountedJourney(
            transfer=uuid.uuid4(),
            resident=uuid.uuid4(),
            home=home.pk,
            area=home.area_id,
            hospital=hospital.pk if hospital else None,
            ambulance=ambulance.pk if ambulance else None,
            day=(at + timedelta(hours=place)).date(),
            packed_at=at + timedelta(hours=place),
            left_at=at + timedelta(hours=place, minutes=20),
            version=1,
            counted_at=at,
            **told,
        )
        for place in range(how_many)
    ]
    return CountedJourney.objects.bulk_create(rows)


def handed(rows, *, receiver="hospital", **more) -> list[CountedHandover]:
    """One hand-over for each journey, confirmed and expected unless told otherwise."""
    flags = dict.fromkeys(("unconfirmed", "unexpected", "late", "unchecked", "identity_not_checked"), False)
    told = flags | {"said_by_receiver": True, "giver": "ambulance", "leg": "IN_HOSPITAL", "receiver": receiver} | more
    places = ("transfer", "home", "area", "hospital", "ambulance", "ward", "day")
    made = [
        CountedHandover(fact=uuid.uuid4(), at=row.packed_at, **{name: getattr(row, name) for name in places}, **told)
        for row in rows
    ]
    return CountedHandover.objects.bulk_create(made)
