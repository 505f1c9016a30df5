"""One row for each person: from which day until which they lived at a home. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from redbag.counting.followed import day_of
from redbag.counting.models import CountedResident


def resident_row(
    *,
    resident: UUID,
    home: UUID,
    area: UUID | None,
    known_since: Sequence[datetime],
    archived_at: datetime | None,
    died_at: datetime | None = None,
) -> CountedResident:
    """The row of a person; `known_since` are the moments at which their records were made.

    The first day is that on which the home first knew them here, the last that on which they were archived or on which
    somebody said on a journey that they had died, whichever came first. Somebody archived who came back counts as never
    gone: the days between are not kept.
    """
    ended = min((each for each in (archived_at, died_at) if each), default=None)
    first = min(day_of(each) for each in known_since)
    return CountedResident(
        resident=resident,
        home=home,
        area=area,
        first_day=first.toordinal(),
        last_day=max(first, day_of(ended)).toordinal() if ended else None,
    )
