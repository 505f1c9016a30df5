"""Doorbells of the post office."""

from celery import shared_task
from django.utils import timezone

from redbag.deliveries import sending
from redbag.deliveries.health import hand_on_from_switched_off


@shared_task
def push(*, delivery_id: str, **_later) -> None:
    """Send one delivery, if it is still due."""
    sending.push(delivery_id, now=timezone.now)


@shared_task
def push_round(*, delivery_ids: list[str], **_later) -> None:
    """Send several deliveries of one endpoint, those that are still due."""
    sending.push_each(delivery_ids, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Ring for what is due: retries whose time has come, and what a lost message or a lost worker left behind."""
    hand_on_from_switched_off(now=timezone.now())
    for delivery_ids in sending.rounds_for(now=timezone.now()):
        push_round.delay(delivery_ids=delivery_ids)
