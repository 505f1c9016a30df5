"""`manage.py deliver_due`: send what is due, once."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from redbag.deliveries.models import Delivery
from redbag.deliveries.sending import push_due

State = Delivery.State


class Command(BaseCommand):
    help = "Sends every delivery that is due, here and now, and says how they ended."

    def handle(self, *args, **options) -> None:
        ended = push_due(now=timezone.now)
        self.stdout.write(
            f"{ended.total()} sent: {ended[State.DELIVERED]} arrived, {ended[State.DUE]} to be tried again, "
            f"{ended[State.FAILED]} handed on, {ended[State.PARKED]} waiting for a person."
        )
