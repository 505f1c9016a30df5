"""Signatures, pictures of belongings, and cases of what is not found yet."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation, User
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class Signature(models.Model):
    """A name written with a finger; its picture lies encrypted. `fact` is the hand-over it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="signatures")
    fact = models.UUIDField(null=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=100, blank=True)
    file = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


class ItemPhoto(models.Model):
    """A picture of one belonging, so that it can be known again; it lies encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, null=True, on_delete=models.PROTECT, related_name="item_photos")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="item_photos")
    item = models.UUIDField()
    file = models.CharField(max_length=200)
    taken_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)


class Cases(models.QuerySet):
    def visible_to(self, actor: Actor | None, *, now: datetime):
        """Those of transfers the actor may read."""
        return self.filter(transfer__in=Transfer.objects.visible_to(actor, now=now))

    def open(self):
        """Those not settled."""
        return self.filter(closed_at=None)


class Case(models.Model):
    """Something not found yet: who is looking for it, who had it last, by when, and what came of it."""

    class Outcome(models.TextChoices):
        FOUND = "found", "Found again"
        REPLACED = "replaced", "Replaced"
        PAID = "paid", "Paid for"
        NOT_FOUND = "not_found", "Given up: not found"
        MISTAKE = "mistake", "Was never missing"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="cases")
    item = models.UUIDField()
    category = models.CharField(max_length=20)
    description = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    last_seen = models.UUIDField(null=True)
    asked = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="cases_asked")
    asked_text = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=150, blank=True)
    due_on = models.DateField()
    value_pence = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=150, blank=True)

    objects = Cases.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "item"], condition=Q(closed_at=None), name="an_item_is_looked_for_in_one_case"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_settled_case_has_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(closed_at=None), name="case_open_by_due")]


class CaseStep(models.Model):
    """What was done about a case: rang, wrote, heard back, changed hands."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Not found"
        AGAIN = "again", "Not found again"
        FOUND = "found", "Found"
        MISTAKE = "mistake", "The report was taken back"
        RANG = "rang", "Rang"
        LETTER = "letter", "Made a letter"
        HEARD = "heard", "Heard back"
        LOOKED = "looked", "Looked for it here"
        HANDED = "handed", "Handed over"
        CHANGED = "changed", "Changed"
        ASKED = "asked", "Whom to ask was put right"
        SETTLED = "settled", "Settled"
        HERE = "here", "We found it"
        NOT_HERE = "not_here", "We do not have it"
        SENT_BACK = "sent_back", "Sent back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12)
    words = SealedTextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
