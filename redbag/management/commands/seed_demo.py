"""`manage.py seed_demo`: the demo world, the same every time."""

from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from redbag.management.demo.bag_shelf import plan_shelf
from redbag.management.demo.documents import plan_papers
from redbag.management.demo.history import plan_history
from redbag.management.demo.medicines import plan_medicines
from redbag.management.demo.skin import plan_skin
from redbag.management.demo.today import plan_today
from redbag.management.demo.world import World, settle_in
from redbag.organisations.models import Organisation


class Command(BaseCommand):
    help = "Loads the demo world. Run again, it changes nothing; with --reset everything is removed first."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove everything first (in a demo only)")

    def handle(self, *args, reset: bool, **options) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo (DEMO=0). Nothing was changed.")
        if reset:
            remove_everything()
        elif Organisation.objects.filter(ods_code="VDEM1").exists():
            self.stdout.write("The demo world is here already. Nothing was changed.")
            return
        made = build(now=timezone.now())
        residents = sum(map(len, made.residents.values()))
        bags = sum(map(len, made.bags.values()))
        self.stdout.write(f"The demo world: {residents} residents in {len(made.residents)} homes, {bags} bags.")


@transaction.atomic
def build(*, now: datetime) -> World:
    """Make the whole world, or nothing of it."""
    world = settle_in(now=now)
    plan_history(world)
    plan_today(world)
    plan_shelf(world)
    plan_papers(world)
    plan_skin(world)
    plan_medicines(world)
    world.live()
    return world


def remove_everything() -> None:
    """Drop every table of the app and make them anew: append-only tables give up their rows in no other way."""
    call_command("migrate", "redbag", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
