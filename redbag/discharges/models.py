"""Discharge summaries and acknowledgements."""

import json
import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from redbag.deliveries.models import Delivery
from redbag.incoming.headings import Heading, Section, in_order, without_text
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.residents.models import Resident
from redbag.transfers.death_models import about_who_lives_here
from redbag.transfers.models import Party, Transfer
from redbag.vault import SealedTextField

SENT_BACK = "sent_back"


class Summaries(models.QuerySet):
    def visible_to(self, actor: Actor | None, *, now: datetime):
        """Sent ones for the home; a hospital's own and, once sent, those of transfers it may read as a party.

        One that is held or not yet read belongs to its hospital alone.
        """
        if actor is None or actor.facts_only:
            return self.none()
        homes = actor.organisations_with(Permission.ACKNOWLEDGE_DISCHARGE)
        hospitals = actor.organisations_with(Permission.WRITE_DISCHARGE)
        party = Party.objects.filter(transfer=OuterRef("transfer"), organisation__in=hospitals, reads=True)
        told = Q(state__in=["sent", "superseded"])
        return self.filter(
            Q(home__in=homes) & told
            | Q(organisation__in=hospitals)
            | told & (Q(transfer__destination__in=hospitals) | Exists(party))
        )

    def sent(self):
        """Those that count: sent and not superseded."""
        return self.filter(state=DischargeSummary.State.SENT)

    def about_who_lives_here(self):
        """Those about residents who live here still: nobody is asked about who died or has left."""
        return about_who_lives_here(self)

    def unread(self):
        """Those that nobody at the home has opened yet."""
        return self.sent().filter(opened_at=None)

    def awaiting_acknowledgement(self):
        """Those that nobody at the home has taken on yet."""
        return self.sent().filter(acknowledgement=None)


class DischargeSummary(models.Model):
    """What a hospital sends home about a stay; a later version supersedes an earlier one and changes nothing in it.

    `organisation` is who put it in: the hospital, or the home that copied a letter on paper or had it by mail; then
    `hospital_name` is who wrote it. `home` and `resident` are empty until it is known whose it is, `transfer` also for
    a stay that no journey here is about. `follows` is the version it replaces or adds to. `identity` is whom the
    document itself names, `structured` what could be read of it beside the text under its headings, both as JSON.
    `held_for` says in codes what did not agree, `urgent_for` why it may not wait: stopped_medicine, new_allergy.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        DRAFT = "draft", "Draft"
        HELD = "held", "Held for an identity check"
        SENT = "sent", "Sent"
        SUPERSEDED = "superseded", "Superseded"

    class Form(models.TextChoices):
        HEADINGS = "headings", "Typed by heading"
        PDF = "pdf", "PDF"
        FHIR_JSON = "fhir_json", "FHIR document (JSON)"
        FHIR_XML = "fhir_xml", "FHIR document (XML)"

    class Source(models.TextChoices):
        HOSPITAL = "hospital", "Sent by the hospital"
        COPIED = "copied", "Copied by the home"
        MAILED = "mailed", "Forwarded by e-mail"

    class Relation(models.TextChoices):
        REPLACES = "replaces", "Replaces an earlier one"
        APPENDS = "appends", "Adds to an earlier one"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(
        Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="discharge_summaries"
    )
    home = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(
        Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="discharge_summaries"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="discharge_summaries")
    hospital_name = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.HOSPITAL)
    relation = models.CharField(max_length=10, choices=Relation.choices, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    document_id = models.CharField(max_length=300, blank=True)
    document_set = models.CharField(max_length=300, blank=True)
    identity = SealedTextField(blank=True)
    structured = SealedTextField(blank=True)
    held_for = models.JSONField(default=list, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_note = SealedTextField(blank=True)
    urgent_for = models.JSONField(default=list, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    return_note = models.BooleanField(default=False)
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
                condition=Q(state__in=["reading", "draft", "held"], sent_at=None)
                | Q(state__in=["sent", "superseded"], sent_at__isnull=False),
                name="a_sent_summary_was_sent_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "superseded"]) | Q(home__isnull=False, resident__isnull=False),
                name="a_sent_summary_is_known_to_be_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_at__isnull=False) | ~Q(state="held"), name="a_held_summary_waits_since"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "document_id"], name="summary_by_document"),
            models.Index(fields=["home", "-sent_at"], name="summary_by_home"),
        ]

    @property
    def hospital(self) -> str:
        """Who wrote it, by name."""
        return self.hospital_name or self.organisation.name

    @property
    def taken_off(self) -> bool:
        """Whether it was said of a letter that was in use that it is somebody else's: nothing of it is left."""
        filed_here = self.source != self.Source.HOSPITAL and self.settled_at is not None
        return filed_here or (self.state == self.State.SUPERSEDED and SENT_BACK in self.held_for)

    def texts(self) -> dict[str, str]:
        """What it says, by the slug of each heading."""
        return json.loads(self.headings) if self.headings else {}

    def read(self) -> dict:
        """What could be read of it beside its texts, named as in `incoming.message`; empty when nothing was."""
        return json.loads(self.structured) if self.structured else {}

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
    """A named person at the home has read the summary and takes it on.

    `trained` is whether the home knew them then as trained in medicines, `did` what they say they have done about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    summary = models.OneToOneField(DischargeSummary, on_delete=models.PROTECT, related_name="acknowledgement")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=60)
    trained = models.BooleanField(default=False)
    did = SealedTextField(blank=True)
    at = models.DateTimeField()


class FollowUps(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor takes letters on, once the letter was sent."""
        if actor is None or actor.facts_only:
            return self.none()
        homes = actor.organisations_with(Permission.ACKNOWLEDGE_DISCHARGE)
        return self.filter(summary__home__in=homes, summary__state__in=["sent", "superseded"])

    def waiting(self):
        """Those that nobody has done, of letters that count and of those they replaced."""
        return self.filter(done_at=None, summary__state__in=["sent", "superseded"])


class FollowUp(models.Model):
    """One thing to do after a stay: who, what and by when. `text` is word for word where a letter says it."""

    class Owner(models.TextChoices):
        HOME = "home", "Us, at the home"
        GP = "gp", "The GP"
        HOSPITAL = "hospital", "The hospital"
        OTHER = "other", "Somebody else"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    summary = models.ForeignKey(DischargeSummary, on_delete=models.PROTECT, related_name="follow_ups")
    position = models.PositiveSmallIntegerField()
    text = SealedTextField()
    owner = models.CharField(max_length=10, choices=Owner.choices)
    owner_text = models.CharField(max_length=150, blank=True)
    due_on = models.DateField(null=True, blank=True)
    from_letter = models.BooleanField(default=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_by_name = models.CharField(max_length=150, blank=True)
    done_note = SealedTextField(blank=True)

    objects = FollowUps.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "position"], name="what_follows_stands_at_one_place"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by_name="") | (Q(done_at__isnull=False) & ~Q(done_by_name="")),
                name="what_follows_is_done_by_somebody",
            ),
        ]


class Mailbox(models.Model):
    """Where a home's forwarded mail comes in: the secret part of its address, and since when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="mailbox")
    name = models.CharField(max_length=60, unique=True)
    opened_at = models.DateTimeField()


class OwnedByHome(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor takes letters on."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.ACKNOWLEDGE_DISCHARGE))


class Copies(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor copies letters: whoever comes on shift goes on with what was begun."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.COPY_LETTERS))


class LetterCopy(models.Model):
    """A letter on paper while it is photographed: its pages so far, until it is whole or nobody touched it for a week.

    `pages` is a JSON list in their order: id, file, kind (jpeg or pdf), pages, and turn in degrees.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="letter_copies")
    transfer = models.ForeignKey(Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(DischargeSummary, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    return_note = models.BooleanField(default=False)
    pages = SealedTextField(blank=True)
    begun_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    begun_by_name = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    objects = Copies.as_manager()

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="letter_copy_by_age")]


class MailedLetter(models.Model):
    """A mail that a home was sent, with the letter in it, until somebody says whose it is or puts it aside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=300)
    sender = SealedTextField(blank=True)
    subject = SealedTextField(blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_note = SealedTextField(blank=True)
    summary = models.OneToOneField(
        DischargeSummary, null=True, blank=True, on_delete=models.PROTECT, related_name="mailed_letter"
    )

    objects = OwnedByHome.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "message_id"], name="a_mail_comes_to_a_home_once"),
        ]
