"""The journeys that are under way when the demo starts, one at each stage and a few that need somebody."""

from datetime import datetime, timedelta

from redbag.management.demo.going_home import go_home_today
from redbag.management.demo.history import ILLNESSES
from redbag.management.demo.letters import LETTERS
from redbag.management.demo.trips import CREW, DISCHARGE_TEAM, NORTHGATE, WARD, Trip
from redbag.management.demo.world import World

CARER, SENIOR = "carer@oakview.example", "senior@oakview.example"
MEDICINES = {
    "medications_and_medical_devices": "CHANGED: insulin glargine 12 units every night at 9 pm (14 before), low sugars."
    "\nNEW: nitrofurantoin 100 mg twice a day for 4 more days."
    "\nSTOPPED: furosemide 40 mg every morning, until the GP has seen the blood test."
    "\nAtorvastatin 20 mg at night."
}
MILLBROOK, FERNLEIGH = "carer@millbrook.example", "manager@fernleigh.example"


def plan_today(world: World) -> None:
    """Plan what is open now."""
    _packed(world)
    _with_crew(world)
    _in_hospital(world)
    _coming_home(world)
    _back_home(world)
    _late_crew(world)
    _told_by_one_side(world)
    _out_too_long(world)


def _trip(world: World, name: str, home: str, resident: int, bag: int, **ago: float) -> Trip:
    start: datetime = world.now - timedelta(**ago)
    return Trip(world, name, world.residents[home][resident], world.bags[home][bag], start)


def _packed(world: World) -> None:
    trip = _trip(world, "packed now", "VDEM1", 4, -1, minutes=12)
    trip.pack(who=CARER, illness=ILLNESSES[1])


def _with_crew(world: World) -> None:
    trip = _trip(world, "with the crew now", "VDEM1", 2, -2, minutes=63)
    trip.pack(who=SENIOR, illness=ILLNESSES[3]).after(minutes=21).look(by=CREW, page="scan.emergency")
    trip.after(minutes=2).hand_over(by=CREW, to="RDEM9")


def _in_hospital(world: World) -> None:
    trip = _trip(world, "in hospital now", "VDEM1", 0, -3, days=2, hours=5)
    trip.pack(who=CARER, illness=ILLNESSES[0], items=8).after(minutes=41).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=52).hand_over(by=WARD, to="RDEM1", place="A&E").after(minutes=20).check(by=WARD, items=8)
    trip.after(hours=4).hand_over(by=WARD, to="RDEM1", place="Ward 4B")
    trip.after(minutes=5).look(by=WARD, page="scan.clinical")
    letter = LETTERS[0]
    trip.at = world.now - timedelta(hours=5)
    trip.write_home(by=DISCHARGE_TEAM, letter=letter)
    newer = {**letter, "safety_alerts": "This replaces the letter of this morning: enoxaparin is for 28 days, not 14."}
    trip.after(hours=3).write_home(by=DISCHARGE_TEAM, letter=newer)
    go_home_today(trip)


def _coming_home(world: World) -> None:
    trip = _trip(world, "coming home now", "VDEM1", 5, -4, days=4, hours=2)
    trip.pack(who=SENIOR, illness=ILLNESSES[1]).after(minutes=28).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=66).hand_over(by=WARD, to="RDEM1", place="A&E").after(minutes=15).check(by=WARD)
    trip.after(hours=6).hand_over(by=WARD, to="RDEM1", place="Ward 6")
    trip.at = world.now - timedelta(minutes=70)
    trip.check(by=WARD).write_home(by=DISCHARGE_TEAM, letter=LETTERS[1])
    trip.after(minutes=25).hand_over(by=CREW, to="RDEM9")


def _back_home(world: World) -> None:
    trip = _trip(world, "back home now", "VDEM1", 3, -5, days=6, hours=3)
    trip.pack(who=CARER, illness=ILLNESSES[3]).after(minutes=33).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=48).hand_over(by=WARD, to="RDEM1", place="A&E").after(minutes=22).check(by=WARD)
    trip.at = world.now - timedelta(hours=4)
    trip.check(by=WARD)
    trip.write_home(
        by=DISCHARGE_TEAM, letter={**LETTERS[3], **MEDICINES}, read_by=SENIOR, read_after=timedelta(minutes=100)
    )
    trip.after(minutes=30).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=55).hand_over(by=CARER, to="VDEM1").after(minutes=20).check(by=CARER, missing=(3,))


def _late_crew(world: World) -> None:
    trip = _trip(world, "long with the crew", "VDEM2", 1, -1, hours=6)
    trip.pack(who=MILLBROOK, illness=ILLNESSES[2]).after(minutes=17).hand_over(by=CREW, to="RDEM9")


def _told_by_one_side(world: World) -> None:
    trip = _trip(world, "told by one side", "VDEM2", 0, -2, days=1, hours=7)
    trip.pack(who=MILLBROOK, illness=ILLNESSES[0]).after(minutes=31).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=58).hand_over(by=CREW, to="RDEM1", place="A&E")


def _out_too_long(world: World) -> None:
    trip = _trip(world, "out too long", "VDEM3", 0, -1, days=23)
    trip.pack(who=FERNLEIGH, illness=ILLNESSES[2], destination="RDEM2").after(minutes=26)
    trip.hand_over(by=CREW, to="RDEM9").after(minutes=61).hand_over(by=NORTHGATE, to="RDEM2", place="Ward 7")
    trip.after(minutes=20).check(by=NORTHGATE)
