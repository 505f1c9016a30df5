"""`manage.py seed_national`: synthetic data of national size."""

import os

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from redbag.management.national.asked import Asked
from redbag.management.national.loading import Unwelcome, load
from redbag.management.national.staff import ACCOUNTS

PEOPLE = "; ".join(f"{email} ({role.label.lower()} of {where})" for email, _, role, where in ACCOUNTS)


class Command(BaseCommand):
    help = (
        "Loads a made-up nation in bulk: areas, hospitals, ambulance services, homes, residents and three years of "
        "journeys with what followed. The same seed makes the same on the same moment: every time is counted back from "
        "now, and what has not happened by then is not there. Label tokens are secrets and always differ. A run that "
        "was killed goes on when it is started again, up to the moment at which it first began. "
        f"In a demo (DEMO=1) these sign in with the demo password: {PEOPLE}."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--homes", type=int, required=True, metavar="N")
        parser.add_argument("--residents", type=int, required=True, metavar="N")
        parser.add_argument("--transfers", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--processes", type=int, default=2, metavar="N", help="side by side, on PostgreSQL only")

    def handle(self, *args, homes: int, residents: int, transfers: int, seed: int, processes: int, **options) -> None:
        if min(homes, residents, transfers) < 0 or (residents and not homes) or (transfers and not residents):
            raise CommandError("Transfers need residents, and residents need homes.")
        many = min(processes, os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
        now = timezone.now().replace(microsecond=0)
        asked = Asked(homes=homes, residents=residents, transfers=transfers, seed=seed, now=now)
        try:
            load(asked=asked, processes=many if not connection.in_atomic_block else 1, tell=self.stdout.write)
        except Unwelcome as why:
            raise CommandError(str(why)) from None
