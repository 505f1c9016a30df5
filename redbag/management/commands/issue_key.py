"""`manage.py issue_key`: a new API key of an organisation."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from redbag.errors import Refused
from redbag.organisations import actions
from redbag.organisations.models import Organisation, Role


class Command(BaseCommand):
    help = "Prints a new API key, once. The last line of the output is the key and nothing else."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--organisation", required=True, metavar="ODS", help="ODS code of the organisation")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", required=True, metavar="TEXT", help="what the key is for")

    def handle(self, *args, organisation: str, role: str, name: str, **options) -> None:
        place = Organisation.objects.filter(ods_code=organisation.strip().upper()).first()
        if place is None:
            raise CommandError(f"There is no organisation with the ODS code {organisation}.")
        if not 1 <= len(name.strip()) <= 100:
            raise CommandError("Say with --name what the key is for, in at most 100 characters.")
        try:
            key = actions.issue_key(organisation=place, role=role, name=name.strip(), now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"A key of {place.name}, role {role}. Keep it safe: it is shown this once.")
        self.stdout.write(key)
