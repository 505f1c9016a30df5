"""`manage.py load_organisations FILE`: organisations from a CSV file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from redbag.counting.areas import move_areas
from redbag.errors import BadInput
from redbag.organisations.loading import load_ods, load_organisations
from redbag.organisations.models import Kind

MOST_TOLD = 50


class Command(BaseCommand):
    help = (
        "Loads organisations from CSV: ods_code,name,kind,area,phone,address,beds,places,closed_on (places separated "
        "by ;). With --ods KIND from a file of the NHS Organisation Data Service as it is published, without a heading "
        "line. All of them or none; what is wrong is told by line."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--ods", choices=Kind.values, metavar="KIND", help="what the organisations in it are")

    def handle(self, *args, file: Path, ods: str | None = None, **options) -> None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
            count = load_ods(lines=lines, kind=ods) if ods else load_organisations(lines=lines)
        except OSError as missing:
            raise CommandError(f"{file} cannot be read: {missing.strerror}.") from missing
        except UnicodeDecodeError as unreadable:
            raise CommandError(f"{file} is not UTF-8. Save it as CSV (UTF-8).") from unreadable
        except BadInput as wrong:
            told = [f"{where}: {words}" for where, words in wrong.errors.items()]
            more = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
            raise CommandError("\n".join(["Nothing was loaded.", *told[:MOST_TOLD], *more])) from wrong
        move_areas()
        self.stdout.write(f"{count} organisations loaded.")
