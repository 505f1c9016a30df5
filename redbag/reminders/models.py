"""What somebody at an organisation must do by a time."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.bags.models import Bag
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.transfers.case_models import Case
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class Reminders(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the organisations where the actor's role moves bags."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(organisation__in=actor.organisations_with(Permission.MOVE_BAGS))

    def open(self):
        """Those neither done nor needless."""
        return self.filter(done_at=None, needless_at=None)


class Reminder(models.Model):
    """One thing to do, known by `key` so that looking twice makes it once.

    `subject` is the id of what it is about (a transfer, bag, case, letter or note), `since` the moment it counts from.
    `told_at` is when its organisation was told, `escalated_at` when the named person was; `needless_at` when the world
    moved on and nobody had to do it any more. `wakes` says that it does not wait for the end of quiet hours.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reminders")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    transfer = models.ForeignKey(Transfer, null=True, on_delete=models.PROTECT, related_name="reminders")
    bag = models.ForeignKey(Bag, null=True, on_delete=models.PROTECT, related_name="reminders")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="reminders")
    subject = models.UUIDField()
    wakes = models.BooleanField(default=False)
    since = models.DateTimeField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    needless_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    done_by_name = models.CharField(max_length=150, blank=True)
    done_note = SealedTextField(blank=True)

    objects = Reminders.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="an_organisation_is_reminded_of_a_thing_once")
        ]
        indexes = [
            models.Index(fields=["subject", "kind"], name="reminder_by_subject"),
            models.Index(fields=["due_at"], condition=Q(done_at=None, needless_at=None), name="reminder_open_by_due"),
            models.Index(
                fields=["organisation"], condition=Q(done_at=None, needless_at=None), name="reminder_open_by_owner"
            ),
        ]
