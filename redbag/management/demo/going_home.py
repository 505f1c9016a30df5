"""Somebody is to go home today: the home is asked, half of what they need is ready."""

from collections.abc import Callable
from datetime import datetime, timedelta

from redbag.departures.actions import mark_ready, plan_home
from redbag.management.demo.trips import WARD, Trip
from redbag.transfers.models import Transfer

SAID = (
    ("transport", "ready", "", ""),
    ("last_doses", "ready", "on_letter", ""),
    ("medicines", "without", "follows", "The pharmacy sends them by taxi before six"),
    ("family", "ready", "", "Daughter told on the ward"),
)


def go_home_today(trip: Trip) -> None:
    """The ward asks the home 40 minutes ago, to leave in three hours, and has said a few lines."""
    world = trip.world
    actor = world.people[WARD]
    asked = world.now - timedelta(minutes=40)

    def plan(at: datetime) -> None:
        leaves = (world.now + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
        note = "Walks a few steps with a frame and two people. Needs the lower bed."
        transfer = Transfer.objects.get(pk=trip.id)
        plan_home(actor=actor, transfer=transfer, leaves_at=leaves, transport="patient_transport", note=note, now=at)

    def say(line: str, says: str, reason: str, note: str) -> Callable[[datetime], object]:
        said = {"line": line, "says": says, "reason": reason, "note": note}
        return lambda at: mark_ready(actor=actor, transfer=Transfer.objects.get(pk=trip.id), now=at, **said)

    world.plan(asked, plan)
    for place, words in enumerate(SAID, start=1):
        world.plan(asked + timedelta(minutes=place), say(*words))
