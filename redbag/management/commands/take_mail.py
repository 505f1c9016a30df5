"""Take in one mail from standard input: `manage.py take_mail [ADDRESS ...] < message`, from any mail server's pipe."""

import os
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from redbag.discharges.mail import take_mail
from redbag.discharges.mail_parts import LARGEST, BadMail

TRY_AGAIN, NO_MAIL = 75, 65  # EX_TEMPFAIL and EX_DATAERR, as mail servers know them
ENVELOPE = ("ORIGINAL_RECIPIENT", "RECIPIENT", "LOCAL_RECIPIENT")


class Command(BaseCommand):
    help = "Take in one forwarded mail from standard input, for the home whose address it went to."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="*", help="to whom it was delivered; else as its headers say")

    def handle(self, *args, **options):
        addresses = options["address"] or [os.environ[name] for name in ENVELOPE if os.environ.get(name)]
        try:
            content = sys.stdin.buffer.read(LARGEST + 1)
            taken = take_mail(content=content, recipients=addresses, now=timezone.now())
        except BadMail as wrong:
            self.stderr.write(str(wrong))
            sys.exit(NO_MAIL)
        except Exception as wrong:
            self.stderr.write(type(wrong).__name__)
            sys.exit(TRY_AGAIN)
        self.stdout.write(f"{taken.outcome.value} {len(taken.letters)}")
