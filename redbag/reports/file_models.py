"""Reports as files that are made in the background, and who is sent one every month."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.queues.claims import Queue

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
READERS = (Permission.READ_REPORTS, Permission.READ_AREA_REPORTS)


class MonthlyReports(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """The person's own, wherever they are for."""
        if actor is None or actor.facts_only or actor.user_id is None:
            return self.none()
        return self.filter(user=actor.user_id)

    def open(self):
        """Those that nobody has stopped."""
        return self.filter(ended_at=None)


class MonthlyReport(models.Model):
    """Somebody asked to be told every month, on this day, that the report of the month before is there."""

    class Ended(models.TextChoices):
        ASKED = "asked", "they stopped it"
        LEFT = "left", "they no longer read reports there"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    objects = MonthlyReports.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "place"], condition=Q(ended_at=None), name="somebody_is_sent_a_month_of_a_place_once"
            ),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="a_monthly_report_is_on_a_day_there_is"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="a_monthly_report_ends_for_a_reason",
            ),
        ]


class ReportFiles(Queue):
    most_tries = 4
    failed_for = timedelta(0)

    def visible_to(self, actor: Actor | None):
        """Those the actor asked for, at a place where they read reports still."""
        if actor is None or actor.facts_only:
            return self.none()
        if actor.user_id:
            mine = Q(asked_by=actor.user_id)
        elif actor.key_id:
            mine = Q(asked_by=None, asked_by_key=actor.key_id)
        else:
            return self.none()
        return self.filter(mine, place__in=actor.organisations_with(*READERS))

    def held(self, row):
        """A claimed row until another worker takes it over: that one throws away what this one made of it."""
        return super().held(row).filter(tries=row.tries)


class ReportFile(models.Model):
    """A report somebody asked to have as a file: the row is the queue, and its parts lie sealed until `kept_until`.

    `place` is from where it was asked, `organisation` whose it is where that was chosen. `done` and `total` count the
    homes or measures of it.
    """

    class What(models.TextChoices):
        MEASURES = "measures", "Every measure"
        JOURNEYS = "journeys", "Every journey, one in a row"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be made"
        RUNNING = "running", "Being made"
        DONE = "done", "Ready"
        FAILED = "failed", "Could not be made"
        STOPPED = "stopped", "Stopped"
        FORGOTTEN = "forgotten", "Thrown away"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What.choices)
    form = models.CharField(max_length=4)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    monthly = models.ForeignKey(MonthlyReport, null=True, on_delete=models.PROTECT, related_name="files")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_key = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=150)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    named = models.BooleanField(default=False)  # whether residents are named in it
    counted_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)

    objects = ReportFiles.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["monthly", "first_day"],
                condition=Q(monthly__isnull=False),
                name="a_month_is_sent_to_somebody_once",
            ),
            models.CheckConstraint(condition=Q(form__in=("csv", "xlsx", "pdf")), name="a_report_file_has_a_known_form"),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], name="report_file_by_asker"),
            models.Index(fields=["state"], name="report_file_by_state"),
        ]

    @property
    def percent(self) -> int:
        """How much of it is made."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def file_name(self) -> str:
        """A name without anybody's name."""
        return f"red-bag-{self.what}-{self.first_day}-{self.last_day}.{self.form}"


class ReportPart(models.Model):
    """A part of a report file, sealed: `rows` of it that a workbook is made of later, or a piece of the file itself."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(ReportFile, on_delete=models.CASCADE, related_name="parts")
    rows = models.BooleanField()
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    done = models.PositiveIntegerField(default=0)  # how far the whole was with it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "rows", "number"], name="a_part_of_a_report_is_made_once")]
