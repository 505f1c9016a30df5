"""Which journeys are late by the clocks of their home: for boards, and for a journey's page."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from redbag.reminders.clocks import BY_NAME, due
from redbag.reminders.watching import clocks_of
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.transfers.story import awaiting

NEXT_STEP = {
    Stage.PACKED: BY_NAME["crew_awaited"],
    Stage.WITH_CREW: BY_NAME["on_the_way"],
    Stage.COMING_HOME: BY_NAME["coming_home"],
}


def late(transfers: Collection[Transfer], *, now: datetime) -> set[UUID]:
    """Those whose next step should have happened by now, in one statement.

    Never after a death, then nothing is awaited; nor while bag and resident are apart, which is said by itself.
    """
    moving = [each for each in transfers if each.stage in NEXT_STEP and each.apart_since is None and awaiting(each)]
    own = clocks_of({each.home_id for each in transfers})
    return {
        each.pk
        for each in moving
        if due(NEXT_STEP[Stage(each.stage)], since=each.stage_since, own=own.get(each.home_id, {})) < now
    }
