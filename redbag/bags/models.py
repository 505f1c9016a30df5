"""The register of bags, their labels, and what is being printed."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User


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


class PrintJobs(models.QuerySet):
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
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="printed")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="a_place_on_a_sheet_holds_one_label")]
