"""`manage.py replay_custody`: does every transfer say what its facts say?"""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from redbag.transfers import repair
from redbag.transfers.models import Transfer


class Command(BaseCommand):
    help = (
        "Works out every transfer from its facts and compares. Exit 1 and a list where they differ; --fix mends them."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--fix", action="store_true", help="make them say what the facts say")

    def handle(self, *args, fix: bool, **options) -> None:
        differ = 0
        for transfer, wrong in repair.damaged():
            differ += 1
            self.stdout.write(f"{transfer.pk}: {', '.join(sorted(wrong))}")
            if fix:
                repair.mend(transfer=transfer, now=timezone.now())
        told = "mended" if fix else "differ from their facts"
        self.stdout.write(f"{Transfer.objects.count()} transfers replayed, {differ} {told}.")
        if differ and not fix:
            sys.exit(1)
