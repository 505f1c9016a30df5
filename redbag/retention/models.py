"""How long records are kept: what is known of their end, holds, what was destroyed, and who asked for their own."""

import json
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.queues.claims import Queue
from redbag.residents.models import Resident
from redbag.vault import SealedTextField


class OfKeepers(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor looks after the records; nobody's for anybody else."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.KEEP_RECORDS))


class Exports(Queue):
    """What waits and what is being made stays in its state while a worker has it."""

    to_do = ("waiting", "making")
    worked_on = ""
    lease = timedelta(minutes=10)
    most_tries = 5
    failed_for = timedelta(days=14)
    visible_to = OfKeepers.visible_to


class Holds(OfKeepers):
    def standing(self):
        """Those nobody has lifted."""
        return self.filter(lifted_at=None)


class Endings(OfKeepers):
    def open(self):
        """Those proposed or agreed, and neither done nor given up."""
        return self.filter(state__in=["proposed", "agreed", "emptied"])


class Requests(OfKeepers):
    def open(self):
        """Those not answered yet."""
        return self.filter(closed_at=None)


class Keeping(models.Model):
    """What a manager told about the end of somebody's care, where the record itself does not say it."""

    resident = models.OneToOneField(Resident, primary_key=True, on_delete=models.PROTECT, related_name="keeping")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField(null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    mental_health = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    told_by_name = models.CharField(max_length=150)

    objects = OfKeepers.as_manager()


class KeptLonger(models.Model):
    """That a record is kept until a day beyond its time, and why; the last word counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="kept_longer")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    because = SealedTextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    objects = OfKeepers.as_manager()


class Hold(models.Model):
    """A legal hold on one record, or without a resident on every record of a home. Lifting it leaves the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="holds")
    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    asked_by = SealedTextField(blank=True)
    reference = SealedTextField(blank=True)
    reason = SealedTextField(blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    placed_by_name = models.CharField(max_length=150)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_by_name = models.CharField(max_length=150, blank=True)
    lifted_why = SealedTextField(blank=True)

    objects = Holds.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by_name="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by_name="")),
                name="a_hold_is_lifted_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["home", "resident"], condition=Q(lifted_at=None), name="hold_standing")]


class Ending(models.Model):
    """One record on its way out: proposed by one manager, agreed by another, emptied, its files removed.

    `files` are the names still to be removed from the disk; `stopped_why` says in words why nothing was destroyed.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "A second manager must agree"
        WITHDRAWN = "withdrawn", "Given up"
        AGREED = "agreed", "Being destroyed"
        EMPTIED = "emptied", "Its files are being removed"
        DONE = "done", "Destroyed"
        STOPPED = "stopped", "Stopped: it may not be destroyed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="endings")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    rule = models.CharField(max_length=30)
    due_on = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=150)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_by_name = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    stopped_by_name = models.CharField(max_length=150, blank=True)
    stopped_why = models.CharField(max_length=300, blank=True)
    counts = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)

    objects = Endings.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(state__in=["proposed", "agreed", "emptied"]),
                name="a_record_is_proposed_for_destruction_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn", "stopped"])
                | (Q(agreed_by__isnull=False) & ~Q(agreed_by=F("proposed_by"))),
                name="two_people_destroy_a_record",
            ),
        ]


class EndedRecord(models.Model):
    """The destruction log: what was destroyed, by which rule, who proposed and who agreed. Names nobody cared for.

    `counts` are rows by table; `digest` is a keyed one over all that was destroyed.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ended_records")
    resident_ref = models.UUIDField()
    rule = models.CharField(max_length=30)
    due_on = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by_name = models.CharField(max_length=150)
    agreed_at = models.DateTimeField()
    agreed_by_name = models.CharField(max_length=150)
    destroyed_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    objects = OfKeepers.as_manager()


class RecordRequest(models.Model):
    """Somebody asked for everything that is held about a resident: who, how they proved who they are, by when."""

    class Standing(models.TextChoices):
        SELF = "self", "The resident"
        ATTORNEY = "attorney", "Attorney or deputy"
        EXECUTOR = "executor", "Executor, after a death"
        SOLICITOR = "solicitor", "Solicitor, for the resident"
        OTHER = "other", "Somebody else, with the resident's agreement"

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "They do not want it any more"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="record_requests")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_by = SealedTextField(blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    identity_seen = SealedTextField(blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    extended_why = SealedTextField(blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    noted_by_name = models.CharField(max_length=150)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_words = SealedTextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=150, blank=True)

    objects = Requests.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_request_is_closed_with_an_outcome",
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="a_request_is_due_after_it_came"),
        ]


class RecordExport(models.Model):
    """Everything held about a resident, gathered for a request: raw until a person has looked, then made to be sent.

    The row is the queue. `raw` is what was gathered, `paper` and `data` what may be sent; all lie sealed, and go at
    `kept_until`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be gathered"
        LOOK = "look", "Somebody must look through it"
        MAKING = "making", "Being made"
        READY = "ready", "Ready to be sent"
        FORGOTTEN = "forgotten", "Thrown away"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RecordRequest, on_delete=models.PROTECT, related_name="exports")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=150)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    raw = models.CharField(max_length=200, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    data = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    objects = Exports.as_manager()


class Passage(models.Model):
    """A place in an export that may tell of somebody else: what it says, whose names are in it, what a person decided.

    `place` leads to it in what was gathered. One `first` is left out until somebody has decided to show it.
    """

    class Decision(models.TextChoices):
        OPEN = "", "Not looked at"
        SHOW = "show", "Show it"
        NAMES = "names", "Leave the names out"
        ALL = "all", "Leave all of it out"

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(RecordExport, on_delete=models.PROTECT, related_name="passages")
    place = models.CharField(max_length=200)
    heading = models.CharField(max_length=150)
    text = SealedTextField()
    names = SealedTextField(blank=True)
    why_looked_at = models.CharField(max_length=30)
    first = models.BooleanField(default=False)
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "place"], name="a_place_is_looked_at_once")]

    @property
    def names_found(self) -> list[str]:
        """The names that are known in it; where there is none, only all of it can be left out."""
        return json.loads(self.names or "[]")

    @property
    def loses_names_only(self) -> bool:
        """Whether all but the names is shown; never where no name is known, for then one would stand there still."""
        return self.decision == self.Decision.NAMES and bool(self.names_found)


class PutRight(models.Model):
    """That a version of a section corrects what was wrong in the one before it. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="put_right")
    section = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    why = SealedTextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "section", "version"], name="a_version_puts_right_once")
        ]


class Objections(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of residents whom the actor may read."""
        return self.filter(resident__in=Resident.objects.visible_to(actor))

    def standing(self):
        """Those that nobody has seen to."""
        return self.filter(settled_at=None)


class Objection(models.Model):
    """What the person, or somebody for them, says is wrong in a section; it stands beside the text until seen to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="objections")
    section = models.CharField(max_length=30)
    words = SealedTextField(blank=True)
    said_by = SealedTextField(blank=True)
    said_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_how = SealedTextField(blank=True)

    objects = Objections.as_manager()
