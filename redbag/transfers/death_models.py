"""That somebody died on a journey, and to whom their belongings were given."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.models import Organisation, User
from redbag.transfers.case_models import Signature
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class Death(models.Model):
    """That somebody died on a journey: said by one step, confirmed by a second; who told the family; who must wait.

    `hold` says that a coroner or the police want the belongings kept. `done` is what the home has seen to: by name of
    the task, when and by whom. Taking it back leaves the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="deaths")
    fact = models.UUIDField(null=True)
    died_at = models.DateTimeField(null=True)
    family_told = models.CharField(max_length=10)
    family_told_by = SealedTextField(blank=True)
    family_told_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    said_by_name = models.CharField(max_length=150)
    said_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by_name = models.CharField(max_length=150, blank=True)
    taken_back_why = SealedTextField(blank=True)
    hold = models.CharField(max_length=10, blank=True)
    hold_note = SealedTextField(blank=True)
    done = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(taken_back_at=None), name="a_death_stands_once_on_a_journey"
            ),
            models.CheckConstraint(condition=Q(hold__in=["", "coroner", "police"]), name="a_hold_names_who_asked"),
        ]


class Release(models.Model):
    """Belongings given, item by item, to somebody with a right to them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="releases")
    to_name = SealedTextField()
    standing = models.CharField(max_length=20)
    items = models.JSONField(default=list)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
