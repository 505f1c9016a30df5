"""Ninety days of journeys with the untidiness of life, and those that are under way now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from redbag.bags.models import Bag
from redbag.management.demo.letters import LETTERS
from redbag.management.demo.trips import CREW, DISCHARGE_TEAM, NORTHGATE, WARD, Trip
from redbag.management.demo.world import World

HOMES = {
    "VDEM1": (("carer@oakview.example", "senior@oakview.example", "manager@oakview.example"), 18),
    "VDEM2": (("carer@millbrook.example", "manager@millbrook.example"), 14),
    "VDEM3": (("manager@fernleigh.example",), 8),
}
KEPT_FOR_TODAY = {"VDEM1": 5, "VDEM2": 2, "VDEM3": 1}
ILLNESSES = (
    {
        "reason": {
            "concern": "Fell by the bed at night. Left hip hurts, leg looks shorter.",
            "action": "Not moved. Blanket, paracetamol at 02:20. 999 rung.",
            "response": "Awake, in pain, talking to us.",
            "examination": "Cannot lift the left leg.",
            "shared": "Family told on the phone.",
            "last_seen_well": "Midnight check, asleep",
        },
        "ask": "X-ray of the hip. Please ring before sending home at night.",
        "return_when": "Safe with one person and the stand aid.",
    },
    {
        "reason": {
            "concern": "Breathless since this morning, coughing green.",
            "action": "Sat up, inhaler twice. GP rung, said 999.",
            "response": "A little better after the inhaler.",
            "examination": "Fast breathing, hot.",
            "shared": "GP letter in the bag.",
            "last_seen_well": "Breakfast, ate half",
        },
        "ask": "Is it pneumonia? Can antibiotics be given at the home?",
        "return_when": "Oxygen no longer needed.",
    },
    {
        "reason": {
            "concern": "Face dropped on the right, words slurred.",
            "action": "FAST test, 999 at once.",
            "response": "Squeezes the left hand.",
            "last_seen_well": "Lunch, normal speech",
        },
        "ask": "Stroke pathway.",
        "return_when": "After the swallow test.",
    },
    {
        "reason": {
            "concern": "Much more confused than usual, not drinking for two days.",
            "action": "Offered fluids, urine dipped.",
            "response": "Sleepy, wakes to voice.",
            "shared": "GP and family told.",
            "last_seen_well": "Two days ago, played cards",
        },
        "ask": "Fluids. Check for infection. Please keep the routine: tea at four.",
        "return_when": "Drinking again.",
    },
)


@dataclass(frozen=True)
class Legs:
    """How long each part of a journey took."""

    wait: timedelta
    ride: timedelta
    stay: timedelta
    homeward: timedelta

    @property
    def whole(self) -> timedelta:
        """From packing to unpacked, with some air."""
        return self.wait + self.ride + self.stay + self.homeward + timedelta(hours=8)


def plan_history(world: World) -> None:
    """Plan every journey of the last ninety days, and those that are open now."""
    busy: dict[Bag, list[tuple[datetime, datetime]]] = {}
    for home, (staff, count) in HOMES.items():
        for number in range(count):
            start = _start(world, number, count)
            legs = _legs(world)
            bag = _free_bag(world, home, busy, start, start + legs.whole)
            resident = world.residents[home][6 + number % 13]
            trip = Trip(world, f"{home} {number}", resident, bag, start)
            _past(trip, legs, staff[number % len(staff)], STORIES[number % len(STORIES)], number)


def _start(world: World, number: int, count: int) -> datetime:
    day = world.now - timedelta(days=88 - number * 78 // count)
    return day.replace(hour=world.dice.randint(1, 22), minute=world.dice.randint(0, 59), second=0, microsecond=0)


def _legs(world: World) -> Legs:
    dice = world.dice
    stay = timedelta(hours=dice.choice((5, 9, 22, 47, 70, 96, 140, 200)), minutes=dice.randint(0, 59))
    return Legs(
        wait=timedelta(minutes=dice.randint(9, 95)),
        ride=timedelta(minutes=dice.randint(22, 150)),
        stay=stay,
        homeward=timedelta(minutes=dice.randint(25, 190)),
    )


def _free_bag(world: World, home: str, busy: dict, start: datetime, end: datetime) -> Bag | None:
    for bag in world.bags[home][: -KEPT_FOR_TODAY[home]]:
        if all(end < taken or start > freed for taken, freed in busy.setdefault(bag, [])):
            busy[bag].append((start, end))
            return bag
    return None


def _past(trip: Trip, legs: Legs, carer: str, story: str, number: int) -> None:
    trip.pack(who=carer, illness=ILLNESSES[number % len(ILLNESSES)])
    minutes_ahead = timedelta(minutes=7) if story == "clock" else timedelta(0)
    if story == "own transport":
        trip.after(seconds=legs.wait.total_seconds()).hand_over(by=carer, to="RDEM1", place="A&E")
    else:
        trip.after(seconds=legs.wait.total_seconds()).hand_over(by=CREW, to="RDEM9", clock_ahead=minutes_ahead)
    if story == "treated on scene":
        trip.after(minutes=40).end(by=carer, outcome="treated_on_scene").after(minutes=30).end(by=carer)
        return
    trip.after(seconds=legs.ride.total_seconds())
    if story == "wrong hospital":
        trip.hand_over(by=CREW, to="RDEM2", place="A&E").after(minutes=4)
        trip.take_back_last(by=CREW, reason="Tapped the wrong hospital").after(minutes=1)
    if story == "one side":
        trip.hand_over(by=CREW, to="RDEM1", place="A&E")
    else:
        late = timedelta(hours=61) if story == "late" else timedelta(0)
        trip.hand_over(by=WARD, to="RDEM1", place="A&E", late=late)
        trip.after(minutes=18).check(by=WARD, late=late)
    _stay_and_return(trip, legs, carer, story, number)


def _stay_and_return(trip: Trip, legs: Legs, carer: str, story: str, number: int) -> None:
    ward, hospital = WARD, "RDEM1"
    if story == "died":
        trip.after(seconds=legs.stay.total_seconds()).end(by=WARD, outcome="died")
        trip.after(hours=20).hand_over(by=carer, to=trip.home).after(minutes=20).end(by=carer)
        return
    if story != "one side":
        trip.after(hours=3).hand_over(by=WARD, to="RDEM1", place="Ward 4B")
    if story == "second hospital":
        trip.after(hours=1).hand_over(by=NORTHGATE, to="RDEM2", place="Ward 7")
        ward, hospital = NORTHGATE, "RDEM2"
    trip.after(seconds=legs.stay.total_seconds())
    if story not in ("unchecked", "one side"):
        trip.check(by=ward)
    if story != "one side":
        _write_home(trip, NORTHGATE if ward == NORTHGATE else DISCHARGE_TEAM, carer, story, number)
    trip.after(minutes=50).hand_over(by=CREW, to="RDEM9")
    if story == "turned round":
        trip.after(minutes=25).hand_over(by=ward, to=hospital, place="A&E").after(hours=5)
        trip.hand_over(by=CREW, to="RDEM9")
    trip.after(seconds=legs.homeward.total_seconds()).hand_over(by=carer, to=trip.home)
    missing = {"dentures": (3,), "hearing aid": (4,), "unchecked": (2,)}.get(story, ())
    trip.after(minutes=35).check(by=carer, missing=missing)
    if story == "dentures":  # found in a locker, sent on
        trip.after(hours=3).check(by=carer)
    trip.after(hours=1).end(by=carer)


def _write_home(trip: Trip, writer: str, carer: str, story: str, number: int) -> None:
    """Most letters are read within a day, some later, one in seven by nobody; a few are replaced by a newer version."""
    letter = LETTERS[number % len(LETTERS)]
    read_after = timedelta(hours=(2, 5, 11, 19, 38, 60)[number % 6], minutes=number)
    reader = None if number % 7 == 6 else carer
    if story in ("second hospital", "turned round"):
        trip.write_home(by=writer, letter=letter).after(minutes=20)
        letter = {**letter, "safety_alerts": "This replaces the letter sent earlier: the doses are corrected."}
    trip.write_home(by=writer, letter=letter, read_by=reader, read_after=read_after)


STORIES = (
    "smooth",
    "clock",
    "one side",
    "dentures",
    "late",
    "smooth",
    "second hospital",
    "wrong hospital",
    "hearing aid",
    "own transport",
    "turned round",
    "smooth",
    "unchecked",
    "died",
    "smooth",
    "treated on scene",
    "late",
    "smooth",
)
