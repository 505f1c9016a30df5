"""The bags on Oakview's shelf that are not ready: one to clean, one set aside, one written off, one not back yet."""

from datetime import timedelta

from redbag.bags.actions import add_bag
from redbag.bags.life import take_step
from redbag.bags.models import Bag
from redbag.management.demo.history import ILLNESSES
from redbag.management.demo.trips import CREW, WARD, Trip
from redbag.management.demo.world import OPENED, World
from redbag.vault import unseal_label

HOME, CARER, MANAGER = "VDEM1", "carer@oakview.example", "manager@oakview.example"


def plan_shelf(world: World) -> None:
    """Add the bags, and plan what happened to each."""
    dirty, aside, gone, away = (_bag(world, f"OAK-{number:02d}") for number in range(9, 13))
    _step(world, dirty, "wash", CARER, timedelta(hours=7))
    day = (world.now + timedelta(days=3)).date()
    _step(world, aside, "set_aside", CARER, timedelta(hours=20), reason="C. diff on the ward it came from", until=day)
    agreed = "Jo Hall, infection prevention nurse"
    _step(world, gone, "dispose", MANAGER, timedelta(days=40), reason="Zip broken, lining torn", authorised_by=agreed)
    start = world.now - timedelta(days=11)
    trip = Trip(world, "not back yet", world.residents[HOME][-1], away, start)
    trip.pack(who=CARER, illness=ILLNESSES[2]).after(minutes=24).hand_over(by=CREW, to="RDEM9")
    trip.after(minutes=51).hand_over(by=WARD, to="RDEM1", place="A&E").after(days=1).end(by=CARER)


def _bag(world: World, tracker: str) -> Bag:
    home = world.organisations[HOME]
    bag, label = add_bag(actor=world.manager(HOME), home=home, tracker=tracker, now=world.now - OPENED)
    world.tokens[bag] = unseal_label(label.token_sealed)
    return bag


def _step(world: World, bag: Bag, step: str, who: str, ago: timedelta, **said) -> None:
    actor = world.people[who]
    world.plan(world.now - ago, lambda at: take_step(actor=actor, bag=bag, step=step, now=at, **said))
