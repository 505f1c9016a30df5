"""Inspection packs that were asked for, and the journeys in each."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.queues.claims import Queue
from redbag.transfers.models import Transfer


class InspectionPacks(Queue):
    most_tries = 5
    failed_for = timedelta(days=7)

    def visible_to(self, actor: Actor | None):
        """Those the actor asked for from a place where they read reports still, and all of a home they manage."""
        if actor is None or actor.facts_only:
            return self.none()
        mine = Q(asked_by=actor.user_id, place__in=actor.organisations_with(Permission.READ_REPORTS))
        managed = Q(place__in=actor.organisations_with(Permission.KEEP_RECORDS))
        return self.filter(managed | mine if actor.user_id else managed)

    def known_to(self, actor: Actor | None):
        """Those whose making may be confirmed to the actor: of their own places, and of every home below their area."""
        if actor is None or actor.facts_only:
            return self.none()
        places = actor.organisations_with(Permission.READ_REPORTS)
        areas = actor.organisations_with(Permission.READ_AREA_REPORTS)
        below = Q(home__area__in=areas) | Q(home__area__area__in=areas)
        return self.filter(Q(place__in=places) | Q(home__in=places) | below)

    def with_first(self):
        """Each with the id of its first journey, so that a list asks for all of them at once."""
        first = InspectionPart.objects.filter(pack=OuterRef("pk")).order_by("position").values("transfer_id")[:1]
        return self.annotate(first_journey=Subquery(first))


class InspectionPack(models.Model):
    """The story of one journey, or of every journey of a home in some days, as a paper and as data.

    The row is the queue. `place` is from where it was asked: it shows what they may read. Both files lie sealed and go
    at `kept_until`; the digests stay, so that a paper can be checked for as long as the journal lasts.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be made"
        RUNNING = "running", "Being made"
        DONE = "done", "Ready"
        FAILED = "failed", "Could not be made"
        FORGOTTEN = "forgotten", "Thrown away"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=150)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    paper = models.CharField(max_length=200, blank=True)
    paper_digest = models.CharField(max_length=64, blank=True)
    data = models.CharField(max_length=200, blank=True)
    data_digest = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)

    objects = InspectionPacks.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day=None, last_day=None) | Q(first_day__isnull=False, last_day__isnull=False),
                name="a_pack_is_of_one_journey_or_of_days",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(paper_digest="") & ~Q(data_digest="")),
                name="a_pack_that_is_ready_can_be_checked",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "-asked_at"], name="inspection_by_place"),
            models.Index(fields=["paper_digest"], name="inspection_by_paper"),
            models.Index(fields=["data_digest"], name="inspection_by_data"),
        ]


class InspectionPart(models.Model):
    """One journey in a pack; its story lies sealed until the pack is put together."""

    id = models.BigAutoField(primary_key=True)
    pack = models.ForeignKey(InspectionPack, on_delete=models.PROTECT, related_name="parts")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    file = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "transfer"], name="a_journey_is_in_a_pack_once")]
