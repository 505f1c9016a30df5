"""Discharge summaries and acknowledgements."""

import json
import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from redbag.deliveries.models import Delivery
from redbag.discharges.headings import Heading, Section, in_order, without_text
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.transfers.models import Party, Transfer
from redbag.vault import SealedTextField


class Summaries(models.QuerySet):
    def visible_to(self, actor: Actor | None, *, now: datetime):
        """Sent ones for the home; a hospital's own and, once sent, those of transfers it is a party to."""
        if actor is None or actor.facts_only:
            return self.none()
        homes = actor.organisations_with(Permission.ACKNOWLEDGE_DISCHARGE)
        hospitals = actor.organisations_with(Permission.WRITE_DISCHARGE)
        party = Party.objects.filter(transfer=OuterRef("transfer"), organisation__in=hospitals)
        told = Q(state__in=["sent", "superseded"])
        return self.filter(
            Q(transfer__home__in=homes) & told
            | Q(organisation__in=hospitals)
            | told & (Q(transfer__destination__in=hospitals) | Exists(party))
        )

    def sent(self):
        """Those that count: sent and not superseded."""
        return self.filter(state=DischargeSummary.State.SENT)

    def unread(self):
        """Those that nobody at the home has opened yet."""
        return self.sent().filter(opened_at=None)

    def awaiting_acknowledgement(self):
        """Those that nobody at the home has taken on yet."""
        return self.sent().filter(acknowledgement=None)


class DischargeSummary(models.Model):
    """What a hospital sends home about a stay; a later version supersedes an earlier one and changes nothing in it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        HELD = "held", "Held for an identity check"
        SENT = "sent", "Sent"
        SUPERSEDED = "superseded", "Superseded"

    class Form(models.TextChoices):
        HEADINGS = "headings", "Typed by heading"
        PDF = "pdf", "PDF"
        FHIR_JSON = "fhir_json", "FHIR document (JSON)"
        FHIR_XML = "fhir_xml", "FHIR document (XML)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="discharge_summaries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="discharge_summaries")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    form = models.CharField(max_length=12, choices=Form.choices)
    headings = SealedTextField(blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    written_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    written_by_name = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by_name = models.CharField(max_length=150, blank=True)

    objects = Summaries.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "version"], name="a_transfer_has_each_summary_version_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "held"], sent_at=None)
                | Q(state__in=["sent", "superseded"], sent_at__isnull=False),
                name="a_sent_summary_was_sent_at_some_time",
            ),
        ]

    def texts(self) -> dict[str, str]:
        """What it says, by the slug of each heading."""
        return json.loads(self.headings) if self.headings else {}

    def sections(self) -> list[Section]:
        """What it says, in the order in which people read it; nothing when all of it is in the PDF."""
        return in_order(self.texts())

    def missing(self) -> list[Heading]:
        """The mandatory headings that say nothing. Of what a PDF says nobody here can tell, so none are."""
        return [] if self.form == self.Form.PDF else without_text(self.texts())

    def deliveries(self) -> models.QuerySet[Delivery]:
        """How the news of it fares: to the inbox and to every endpoint."""
        return Delivery.objects.filter(letter__subject_id=self.pk).select_related("endpoint").order_by("created_at")


class Acknowledgement(models.Model):
    """A named person at the home has read the summary and takes it on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    summary = models.OneToOneField(DischargeSummary, on_delete=models.PROTECT, related_name="acknowledgement")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=60)
    at = models.DateTimeField()
