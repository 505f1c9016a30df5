"""`manage.py count_journeys`: makes the rows that the measures count."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from redbag.counting.areas import move_areas
from redbag.counting.catching_up import begin_again, catch_up

PAGE = 500


class Command(BaseCommand):
    help = "Counts what was written since the last time; --all makes every row anew. It can be stopped and goes on."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--all", action="store_true", help="everybody anew, not only to whom something happened")

    def handle(self, *args, all: bool, **options) -> None:
        if all:
            begin_again()
        if moved := move_areas():
            self.stdout.write(f"{moved} homes are in another area now.")
        fresh, before = catch_up(now=timezone.now(), at_most=PAGE), None
        while fresh.waiting and fresh != before:
            self.stdout.write(f"{fresh.waiting} residents are left.")
            fresh, before = catch_up(now=timezone.now(), at_most=PAGE), fresh
        if fresh.waiting:
            raise CommandError(f"{fresh.waiting} residents could not be counted. The log says why.")
        self.stdout.write("Everything is counted.")
