"""`manage.py load_organisations FILE`: organisations from a CSV file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from redbag.organisations import actions
from redbag.organisations.models import Organisation


class Command(BaseCommand):
    help = "Loads organisations from CSV: ods_code,name,kind,area,phone,address,beds,places (places separated by ;)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options) -> None:
        try:
            count = actions.load_organisations(lines=file.read_text(encoding="utf-8-sig").splitlines())
        except OSError as missing:
            raise CommandError(f"{file} cannot be read: {missing.strerror}.") from missing
        except KeyError as lacking:
            raise CommandError(f"The first line must name the columns; {lacking} is missing.") from lacking
        except Organisation.DoesNotExist as unknown:
            raise CommandError("An area in the file is neither known nor in an earlier line.") from unknown
        self.stdout.write(f"{count} organisations loaded.")
