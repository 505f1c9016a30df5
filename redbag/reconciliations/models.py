"""Reconciliations of medicines, their lines, what was decided of each, and second checks."""

import json
import uuid

from django.db import models
from django.db.models import Q

from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation, User
from redbag.residents.models import OfHomes, Resident
from redbag.transfers.models import Snapshot
from redbag.vault import SealedTextField


class Reconciliation(models.Model):
    """The medicines before a stay against those a letter lists, both as they stood when it was begun.

    `snapshot` is what left the home, where there is one; `before_from` and `after_from` say in words where both lists
    come from: what somebody typed from a letter is told from what the hospital listed. `used_at` is when the new MAR
    chart was taken into use; nothing is decided after it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="reconciliations")
    summary = models.OneToOneField(DischargeSummary, on_delete=models.PROTECT, related_name="reconciliation")
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    before_from = models.CharField(max_length=200, blank=True)
    after_from = models.CharField(max_length=200, blank=True)
    rules_version = models.PositiveSmallIntegerField(default=1)
    begun_at = models.DateTimeField()
    begun_by_name = models.CharField(max_length=150)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    used_by_name = models.CharField(max_length=150, blank=True)

    objects = OfHomes.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by_name="") | (Q(used_at__isnull=False) & ~Q(used_by_name="")),
                name="a_new_mar_is_used_by_somebody",
            )
        ]


class Lines(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the comparisons that the actor may see."""
        return self.filter(reconciliation__in=Reconciliation.objects.visible_to(actor))

    def counting(self):
        """Those that were not set aside, in their order."""
        return self.filter(set_aside_at=None).order_by("position")


class Line(models.Model):
    """One medicine, before and after; either side may be empty. `compared` is the whole comparison, as JSON.

    One is set aside when what was typed from a letter is put right; it stays, and counts no more.
    """

    class Kind(models.TextChoices):
        UNCHANGED = "unchanged", "Unchanged"
        CHANGED = "changed", "Changed"
        STOPPED = "stopped", "Stopped by the hospital"
        STARTED = "started", "Started by the hospital"
        NOT_MENTIONED = "not_mentioned", "Not mentioned: ask before you stop it"
        NEW_TO_US = "new_to_us", "New to us: ask"
        UNCERTAIN = "uncertain", "Uncertain: ask"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=Kind.choices)
    compared = SealedTextField()
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = Lines.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "position"], name="a_line_stands_at_one_place"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "unchanged",
                        "changed",
                        "stopped",
                        "started",
                        "not_mentioned",
                        "new_to_us",
                        "uncertain",
                    ]
                ),
                name="a_line_is_of_a_known_kind",
            ),
        ]

    def comparison(self) -> dict:
        """Both sides and what differs, as they were compared."""
        return json.loads(self.compared)


class Decision(models.Model):
    """What a medicines-trained person decided of a line; the last one counts, none is ever changed.

    `asked` is whom they rang, with what was said in `answer`; both stay empty for *as the letter says*. `gives` is the
    medicine as it is to be given, as JSON; empty for what is not given or waits.
    """

    class Way(models.TextChoices):
        AS_LETTER = "as_letter", "As the letter says"
        RANG = "rang", "Rang and asked"

    class Outcome(models.TextChoices):
        GIVE = "give", "Give"
        STOP = "stop", "Do not give"
        WAIT = "wait", "Wait: no answer yet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    asked = models.CharField(max_length=20, blank=True)
    asked_name = SealedTextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = SealedTextField(blank=True)
    gives = SealedTextField(blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="a_decision_has_its_turn"),
            models.CheckConstraint(
                condition=Q(way="as_letter", asked="", asked_at=None) | (Q(way="rang") & ~Q(asked="")),
                name="who_was_rung_is_named",
            ),
        ]


class SecondCheck(models.Model):
    """A second person found the decisions right: another trained one, or a named clinician by phone.

    `digest` is over the decisions it was about: one decided anew needs a new check.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="second_checks")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    by_phone = models.BooleanField(default=False)
    clinician = SealedTextField(blank=True)
    note = SealedTextField(blank=True)
    at = models.DateTimeField()
