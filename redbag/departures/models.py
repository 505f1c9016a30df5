"""What is ready before somebody goes home, said line by line; and what the home answers. The last word counts."""

import uuid

from django.db import models

from redbag.organisations.models import Organisation, User
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class ReadyMark(models.Model):
    """What somebody at the hospital said of one line of the readiness list.

    `reason` is why they go without something, or in which way it is ready.
    """

    class Says(models.TextChoices):
        READY = "ready", "Ready"
        NOT_READY = "not_ready", "Not ready yet"
        WITHOUT = "without", "They go without it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="ready_marks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=30)
    says = models.CharField(max_length=10, choices=Says.choices)
    reason = models.CharField(max_length=30, blank=True)
    note = SealedTextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()


class Planned(models.Model):
    """When the hospital means to send somebody home, as it told the home; the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="plans_home")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    leaves_at = models.DateTimeField(null=True, blank=True)
    transport = models.CharField(max_length=30, blank=True)
    note = SealedTextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()


class HomeAnswer(models.Model):
    """Whether the home can take somebody back: yes, not before a time, or not because of needs it cannot meet."""

    class Says(models.TextChoices):
        YES = "yes", "Yes"
        NOT_BEFORE = "not_before", "Not before"
        CANNOT = "cannot", "Cannot meet needs"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="home_answers")
    says = models.CharField(max_length=10, choices=Says.choices)
    not_before = models.DateTimeField(null=True, blank=True)
    because = SealedTextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
