"""`manage.py checkpoint_journal`: sign now how far the journal has come, and write the file of it."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from redbag.journal import checkpoints


class Command(BaseCommand):
    help = "Signs a checkpoint of the journal now; with --public-key only prints the key by which it is checked."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--public-key", action="store_true", help="print the public key and sign nothing")

    def handle(self, *args, **options) -> None:
        if options["public_key"]:
            self.stdout.write(next(iter(checkpoints.public_keys().values())))
            return
        row = checkpoints.make_checkpoint(now=timezone.now())
        checkpoints.write_files()
        self.stdout.write(f"Checkpoint {row.number}: {row.seal} seals signed. Files are in {checkpoints.folder()}.")
