"""Mail that could not be taken in lies sealed: `manage.py failed_mail` names it, `failed_mail NAME` writes one out."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from redbag.discharges.mail_folder import failed_mails, read_mail


class Command(BaseCommand):
    help = "Names the mail that could not be taken in, or writes one of them to standard output as it came."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="one of the names")

    def handle(self, *args: Any, name: str | None, **options: Any) -> None:
        mails = failed_mails()
        if name is None:
            for each in mails:
                self.stdout.write(each)
        elif name in mails:
            sys.stdout.buffer.write(read_mail(mails[name]))
        else:
            raise CommandError("There is no failed mail of this name.")
