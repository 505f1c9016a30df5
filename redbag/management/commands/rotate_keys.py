"""Puts everything that is sealed under the first of DATA_KEYS and of LABEL_KEY. docs/keys.md tells when to run it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from redbag.management.rotating import BATCH, Count, rotate


class Command(BaseCommand):
    help = "Seals everything again with the first keys; with --check only counts what is under an older one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything is left")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows read at a time")

    def handle(self, *args: Any, check: bool, batch: int, **options: Any) -> None:
        if set(settings.DATA_KEYS) & set(settings.LABEL_KEYS):
            raise CommandError("DATA_KEYS and LABEL_KEY share a key. Each needs its own.")
        if left := rotate(check=check, told=self.tell, batch=batch):
            raise CommandError(
                f"{left} not under the first key. Keep the older keys" + ("." if check else ", and run this again.")
            )
        self.stdout.write("Everything is under the first key. The older keys may be taken away.")

    def tell(self, count: Count) -> None:
        """One line for each place, and one for each thing that no key opens."""
        if count.seen or count.older:
            self.stdout.write(
                f"{count.place}: {count.seen} sealed, {count.older} under an older key, {count.left} left"
            )
        for each in count.unreadable:
            self.stderr.write(f"cannot be done: {each}")
