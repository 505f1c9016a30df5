"""Doorbells of letters that came on paper and by mail."""

from celery import shared_task
from django.utils import timezone

from redbag.discharges.mail_folder import sweep_folder


@shared_task
def sweep(**_later) -> None:
    """Take in the mail that a server has put into the folder."""
    sweep_folder(now=timezone.now)
