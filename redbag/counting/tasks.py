"""The bell of counting: what is to be counted stands in the journal."""

from celery import shared_task
from django.utils import timezone

from redbag.counting import catching_up

TURNS, A_TURN = 5, 500


@shared_task
def count(**_later):
    """Count until nobody waits, but a few turns at most: other clocks wait for the same worker."""
    for _ in range(TURNS):
        if not catching_up.catch_up(now=timezone.now(), at_most=A_TURN).waiting:
            return
