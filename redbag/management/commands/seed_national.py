"""`manage.py seed_national`: synthetic data of national size."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from redbag.management import national
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident


class Command(BaseCommand):
    help = "Loads synthetic homes, residents and closed journeys in bulk; the same seed makes the same."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--homes", type=int, required=True, metavar="N")
        parser.add_argument("--residents", type=int, required=True, metavar="N")
        parser.add_argument("--transfers", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")

    def handle(self, *args, homes: int, residents: int, transfers: int, seed: int, **options) -> None:
        if not settings.DEMO and Resident.objects.exists():
            raise CommandError("There are real residents here. Nothing was changed.")
        if Organisation.objects.filter(ods_code="VN00000").exists():
            raise CommandError("National data is here already. Nothing was changed.")
        if min(homes, residents, transfers) < 0 or (residents and not homes) or (transfers and not residents):
            raise CommandError("Transfers need residents, and residents need homes.")
        national.load(
            homes=homes, residents=residents, transfers=transfers, seed=seed, now=timezone.now(), tell=self.stdout.write
        )
