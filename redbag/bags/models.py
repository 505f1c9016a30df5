"""The register of bags, their labels, and what is being printed."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.queues.claims import Queue
from redbag.vault import SealedTextField


class State(models.TextChoices):
    AVAILABLE = "available", "Available"
    PACKED = "packed", "Packed"
    WITH_CREW = "with_crew", "With the crew"
    IN_HOSPITAL = "in_hospital", "In hospital"
    COMING_HOME = "coming_home", "Coming home"
    BACK = "back", "Back"
    CLEANING = "cleaning", "Being cleaned"
    QUARANTINED = "quarantined", "Quarantined"
    LOST = "lost", "Lost"
    RETIRED = "retired", "Retired"
    BLANK = "blank", "Blank label, not yet on a bag"


class Bags(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Bags of the homes where the actor's role reads bags."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.READ_BAGS))


class Bag(models.Model):
    """A red bag: the home's, used again and again, known by its tracker number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bags")
    tracker = models.CharField(max_length=30)
    state = models.CharField(max_length=12, choices=State.choices, default=State.AVAILABLE)
    created_at = models.DateTimeField()
    state_since = models.DateTimeField(null=True, blank=True)

    objects = Bags.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "tracker"], name="a_tracker_number_is_one_bag_in_a_home"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_bag_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return self.tracker


class Label(models.Model):
    """A QR label. The token opens nothing by itself; its digest finds the bag, its sealed form is for reprints."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="labels")
    token_digest = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    code = models.CharField(max_length=12, unique=True)
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bag"], condition=Q(voided_at=None), name="a_bag_carries_one_label_at_a_time"
            )
        ]


class Tag(models.Model):
    """A small label on a single thing (a denture pot, a hearing-aid case) that leads back to its bag."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="tags")
    category = models.CharField(max_length=20)
    words = models.CharField(max_length=100, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    code = models.CharField(max_length=12, unique=True)
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)


class BagStep(models.Model):
    """What a person did with a bag between two journeys: to the wash, set aside, fit again, disposed of.

    `until` is the day a bag that is set aside may go to the wash; `authorised_by` who agreed that it is disposed of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=12, choices=State.choices)
    after = models.CharField(max_length=12, choices=State.choices)
    reason = SealedTextField(blank=True)
    authorised_by = SealedTextField(blank=True)
    until = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(after="retired") | ~Q(authorised_by=""), name="nobody_disposes_of_a_bag_alone"
            )
        ]
        indexes = [models.Index(fields=["bag", "-at"], name="bag_step_by_bag")]


class ScanAttempt(models.Model):
    """A code that was scanned or typed and opened nothing more than a page for strangers, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    reason = models.CharField(max_length=20)
    begins = models.CharField(max_length=4, blank=True)
    digest = models.CharField(max_length=64)
    bag = models.ForeignKey(Bag, null=True, on_delete=models.PROTECT, related_name="attempts")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["bag", "-last_at"], name="attempt_by_bag")]


class FoundBag(models.Model):
    """What a stranger told the home: where its bag is, and perhaps a number to ring."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="found")
    place = SealedTextField()
    phone = SealedTextField(blank=True)
    told_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["bag"], condition=Q(settled_at=None), name="found_by_bag")]


class PrintJobs(Queue):
    lease = timedelta(minutes=2)
    most_tries = 5

    def failed(self, now: datetime) -> dict[str, Any]:
        """That it ended, and why, for whoever asked."""
        return super().failed(now) | {"finished_at": now, "error": "These labels were tried too often."}

    def theirs(self, actor: Actor | None):
        """Print jobs of the actor's homes, whatever their role there may do."""
        return self.filter(organisation__in=[post.organisation.pk for post in actor.posts] if actor else [])

    def visible_to(self, actor: Actor | None):
        """Print jobs of the homes where the actor's role prints labels."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(organisation__in=actor.organisations_with(Permission.PRINT_LABELS))


class PrintJob(models.Model):
    """Labels being printed in the background."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Printing"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="print_jobs")
    layout = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = PrintJobs.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="no_more_is_done_than_asked")
        ]


class PrintedLabel(models.Model):
    """A label's place in a print job."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(PrintJob, on_delete=models.PROTECT, related_name="printed")
    label = models.ForeignKey(Label, null=True, on_delete=models.PROTECT, related_name="printed")
    tag = models.ForeignKey(Tag, null=True, on_delete=models.PROTECT, related_name="printed")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="a_place_on_a_sheet_holds_one_label"),
            models.CheckConstraint(
                condition=Q(label__isnull=False, tag=None) | Q(label=None, tag__isnull=False),
                name="a_place_on_a_sheet_holds_a_label_or_a_tag",
            ),
        ]


class PrintChunk(models.Model):
    """A part of a print job that is drawn and kept, so that it is never drawn again; `first` and `last` are places."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(PrintJob, on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="a_part_of_a_print_job_is_drawn_once")]
