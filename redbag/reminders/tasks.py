"""The bell of the clocks: what is due is in the database."""

from celery import shared_task
from django.utils import timezone

from redbag.reminders import watching


@shared_task
def watch(**_later):
    watching.watch(now=timezone.now())
