"""`manage.py verify_journal`: is every journal entry what it was when it was sealed?"""

import sys

from django.core.management.base import BaseCommand

from redbag.journal.sealing import verify


class Command(BaseCommand):
    help = "Checks every seal and entry. Exit 0 with counts, or 1 and the first that does not fit."

    def handle(self, *args, **options) -> None:
        verdict = verify()
        self.stdout.write(f"{verdict.sealed} sealed, {verdict.unsealed} not yet sealed.")
        if verdict.fault:
            self.stderr.write(f"Does not fit: {verdict.fault}.")
            sys.exit(1)
