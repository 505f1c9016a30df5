"""What the API forgets by and by."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from redbag.api.models import Answer
from redbag.retention.holds import held_ids, named_in

KEPT = timedelta(days=7)


@shared_task
def forget_answers(**_later) -> None:
    """Remove kept answers to calls with an Idempotency-Key after a week; the contract asks for a day.

    One that names anything of somebody on a legal hold stays.
    """
    old, held = Answer.objects.filter(at__lt=timezone.now() - KEPT), [str(each) for each in held_ids()]
    spared = [each.pk for each in old.iterator() if named_in(each.body, held)] if held else []
    old.exclude(pk__in=spared).delete()
