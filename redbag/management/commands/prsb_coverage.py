"""Writes docs/prsb-coverage.md: where each PRSB heading and element is held."""

from pathlib import Path

from django.core.management.base import BaseCommand

from redbag.reports.prsb_coverage import table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "prsb-coverage.md"


class Command(BaseCommand):
    help = "Write docs/prsb-coverage.md from the definitions of the health summary."

    def handle(self, *_args, **_options):
        PAGE.write_text(table(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name}: {table().count(chr(10) + '| ') - 1} elements")
