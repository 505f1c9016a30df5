"""Visitors: crews without an account, each let in to one journey."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.transfers.models import Transfer


class Visitors(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those let in to journeys of the homes where the actor packs."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(transfer__home__in=actor.organisations_with(Permission.PACK))


class Visitor(models.Model):
    """Somebody let in to one journey: what they said of themselves (nobody has checked it), from when until when.

    `until` is the latest end; arriving at hospital brings it nearer. When the home stops a visitor, documents close at
    `stopped_at` and the emergency page fifteen minutes later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="visitors")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=100)
    registration = models.CharField(max_length=20, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="visitors")
    organisation_text = models.CharField(max_length=200, blank=True)
    let_in_by = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    stopped_by_name = models.CharField(max_length=150, blank=True)

    objects = Visitors.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(organisation_text=""),
                name="a_visitor_comes_from_somewhere",
            )
        ]
        indexes = [models.Index(fields=["transfer", "-started_at"], name="visitor_by_transfer")]
