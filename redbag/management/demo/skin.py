"""Body maps of the demo world: marks that are old, a check before leaving, and one look on return that differs."""

import uuid
from datetime import datetime, timedelta

from redbag.management.demo.world import World
from redbag.residents.models import Resident
from redbag.summaries.body_parts import named
from redbag.summaries.skin import look_at_skin, not_looked

CARER, SENIOR, MILLBROOK = "carer@oakview.example", "senior@oakview.example", "carer@millbrook.example"
HIP = ("scar_or_device", "", "right hip, back", "Old operation scar", 380)
FOREARM = ("bruise", "", "left forearm, front", "30 mm, yellow: bumped on the bed rail", 22)
HEEL = ("pressure", "1", "left heel", "Red, skin whole. Heel off the bed, cream twice a day", 25)
SHIN = ("wound", "", "right shin", "Skin tear 15 mm, dressing changed on Mondays", 14)
STOMA = ("scar_or_device", "", "left side of belly", "Stoma, bag changed daily", 400)
SACRUM = ("pressure", "2", "sacrum", "20 mm wide, shallow, pink. Nurse told", 0)
FOLD = ("pressure", "moisture", "right groin", "Sore from moisture, barrier cream", 9)


def plan_skin(world: World) -> None:
    """Plan who looked at whose skin, and when."""
    oakview, millbrook = world.residents["VDEM1"], world.residents["VDEM2"]
    now = world.now
    _look(world, SENIOR, oakview[0], now - timedelta(days=12), (HIP, HEEL))
    _look(world, CARER, oakview[0], now - timedelta(days=2, hours=5, minutes=20), (HIP, HEEL), moment="leaving")
    _look(world, SENIOR, oakview[1], now - timedelta(days=5), (STOMA, SHIN))
    _look(world, CARER, oakview[1], now - timedelta(hours=6), (STOMA, SHIN, FOLD))
    _look(world, SENIOR, oakview[2], now - timedelta(days=9), (SHIN,))
    world.plan(
        now - timedelta(minutes=60),
        lambda at: not_looked(
            actor=world.people[SENIOR], resident=oakview[2], moment="leaving", why="In too much pain to turn", now=at
        ),
    )
    _look(world, SENIOR, oakview[3], now - timedelta(days=19), (HIP, FOREARM))
    _look(world, CARER, oakview[3], now - timedelta(hours=2), (HIP, SACRUM), moment="return")
    _look(world, SENIOR, oakview[4], now - timedelta(days=20), (FOREARM,))
    _look(world, SENIOR, oakview[5], now - timedelta(days=5), ())
    _look(world, MILLBROOK, millbrook[0], now - timedelta(days=3), (HEEL,))


def _look(
    world: World, who: str, resident: Resident, at: datetime, marks: tuple[tuple, ...], *, moment: str = "home"
) -> None:
    kept = [_mark(world, resident, mark, seen_by=at) for mark in marks]
    actor = world.people[who]
    world.plan(at, lambda now: look_at_skin(actor=actor, resident=resident, moment=moment, marks=kept, now=now))


def _mark(world: World, resident: Resident, mark: tuple, *, seen_by: datetime) -> dict:
    """A mark with the same id whenever it is seen again, first seen no later than this look."""
    kind, category, where, note, days_old = mark
    place = named(where)
    return {
        "id": str(uuid.uuid5(resident.pk, f"{kind} {where}")),
        "kind": kind,
        "category": category,
        "side": place.side,
        "x": place.x,
        "y": place.y,
        "note": note,
        "first_seen": min(world.now - timedelta(days=days_old), seen_by).date().isoformat(),
    }
