"""`manage.py close_account EMAIL`: nobody signs in with this account any more."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from redbag.organisations.models import User
from redbag.organisations.posts import close_account, open_account


class Command(BaseCommand):
    help = "Closes somebody's account: every session ends at once, and what they wrote stays. --open opens it again."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("--open", action="store_true", help="open a closed account again")

    def handle(self, *args, email: str, **options) -> None:
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            raise CommandError("There is no account with this e-mail address.")
        if options["open"]:
            open_account(user=user, now=timezone.now())
        else:
            close_account(user=user, now=timezone.now())
        self.stdout.write(f"The account is {'open' if options['open'] else 'closed'}.")
