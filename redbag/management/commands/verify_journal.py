"""`manage.py verify_journal`: is every journal entry what it was when it was sealed, and is its end still there?"""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from redbag.journal import checkpoints, comparing
from redbag.journal.verifying import verify


class Command(BaseCommand):
    help = "Checks every seal, entry and checkpoint. Exit 0 with counts, or 1 and what does not fit, the first first."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--against",
            metavar="FILE_OR_FOLDER",
            type=Path,
            help="checkpoints kept elsewhere; without it those in REDBAG_DATA/checkpoints",
        )

    def handle(self, *args, against: Path | None = None, **options) -> None:
        verdict = verify(now=timezone.now())
        self.stdout.write(f"{verdict.sealed} sealed, {verdict.unsealed} not yet sealed.")
        faults = [*verdict.faults, *comparing.own_faults()]
        place = against or checkpoints.folder()
        try:
            copies = comparing.copies_in(place) if against or place.exists() else []
        except comparing.Unreadable as wrong:
            faults, copies = [*faults, str(wrong)], []
        if against and not copies:
            faults.append(f"no checkpoint in {against}")
        faults += comparing.faults_beside(copies)
        if copies:
            self.stdout.write(f"Held against {len(copies)} checkpoints in {place}.")
        for fault in faults:
            self.stderr.write(f"Does not fit: {fault}.")
        if faults:
            sys.exit(1)
