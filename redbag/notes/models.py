"""Notes about a journey, written by one party and read by another."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation, User
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class Notes(models.QuerySet):
    def visible_to(self, actor: Actor | None, *, now: datetime):
        """Those of transfers the actor may read."""
        return self.filter(transfer__in=Transfer.objects.visible_to(actor, now=now))


class Note(models.Model):
    """A few words to the other side of a journey. Never changed; `answers` is the note it replies to.

    `reply_by` is set only where the ward it was written to promises to answer in time.
    """

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        CHASE = "chase", "Where is the bag?"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NOTE)
    words = SealedTextField()
    written_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    reply_by = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by_name = models.CharField(max_length=150, blank=True)

    objects = Notes.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["note", "chase"]), name="a_note_is_of_a_known_kind")
        ]
        indexes = [
            models.Index(fields=["transfer", "written_at"], name="note_by_transfer"),
            models.Index(fields=["reply_by"], condition=Q(read_at=None), name="note_by_reply"),
        ]
