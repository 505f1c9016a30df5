"""`manage.py load_organisations FILE`: organisations from a CSV file."""

from argparse import FileType

from django.core.management.base import BaseCommand

from redbag.organisations import actions


class Command(BaseCommand):
    help = "Loads organisations from CSV: ods_code,name,kind,area,phone,address,beds,places (places separated by ;)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=FileType(encoding="utf-8-sig"))

    def handle(self, *args, file, **options) -> None:
        count = actions.load_organisations(lines=file)
        self.stdout.write(f"{count} organisations loaded.")
