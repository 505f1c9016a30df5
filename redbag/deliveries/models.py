"""Endpoints, letters, deliveries (what is owed to whom) and every attempt."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When

from redbag.deliveries import events
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Membership, Organisation, User
from redbag.vault import SealedTextField

EVENTS = events.NAMES
EVERY_EVENT = events.EVERY_EVENT


class OwnedByOrganisation(models.QuerySet):
    def theirs(self, actor: Actor | None):
        """Those of the actor's organisations, whatever their role there may do."""
        return self.filter(organisation__in=[post.organisation.pk for post in actor.posts] if actor else [])

    def visible_to(self, actor: Actor | None):
        """Those of the organisations where the actor manages endpoints and deliveries."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(organisation__in=actor.organisations_with(Permission.MANAGE_ENDPOINTS))


class Endpoints(OwnedByOrganisation):
    def live(self):
        """Those not removed."""
        return self.filter(removed_at=None)

    def with_standing(self):
        """Each with `stands`: not removed or switched off, and nobody's own or its person works there still."""
        works_here = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("organisation"), ended_at=None, user__is_active=True
        )
        in_use = Q(removed_at=None, disabled_at=None) & (Q(user=None) | Exists(works_here))
        return self.annotate(stands=Case(When(in_use, then=True), default=False, output_field=models.BooleanField()))


class Deliveries(OwnedByOrganisation):
    def due(self, *, now: datetime):
        """Those to send now: their time has come, or whoever was sending them did not come back."""
        return self.filter(
            Q(state=Delivery.State.DUE, next_attempt_at__lte=now)
            | Q(state=Delivery.State.SENDING, lease_until__lte=now)
        )

    def unsettled(self):
        """Those that nobody is left to carry: a person must send them again or settle them."""
        return self.filter(state=Delivery.State.PARKED)


class WithoutDocument(models.Manager):
    """Letters whose document, which may be megabytes to decrypt, is read when somebody asks for it and not before."""

    def get_queryset(self):
        return super().get_queryset().defer("document")


class OfLetters(models.Manager.from_queryset(Deliveries)):
    """Deliveries whose letters leave their document where it is."""

    def get_queryset(self):
        return super().get_queryset().defer("letter__document")


class Endpoint(models.Model):
    """Where an organisation wants its letters: a webhook, an e-mail address, a FHIR server, a phone that wakes up.

    `user` is whose phone or tablet it is, for a push; its `secret` then holds the browser's keys as JSON.

    An empty `events` asks for every event. One with `fallback_of` gets a letter only once that one gave up.
    `failures` counts those since the last success, the first of them at `failing_since`; until `rests_until` nothing is
    tried there, so that a dead receiver holds up nobody; after `disabled_at` nothing at all until a person says so.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        EMAIL = "email", "E-mail"
        FHIR = "fhir", "FHIR server"
        PUSH = "push", "A phone or tablet that wakes up"
        SMS = "sms", "Text message"

    stands: bool  # as with_standing found it

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="endpoints")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = SealedTextField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fallback_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="fallbacks")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = Endpoints.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["webhook", "email", "fhir", "push", "sms"]), name="an_endpoint_is_of_a_known_kind"
            )
        ]

    def wants(self, event: str) -> bool:
        """Whether it asked for this type of event."""
        return events.asked_for(event, self.events)


class Letter(models.Model):
    """A piece of news for an organisation. Its id is the `webhook-id`.

    `document` is what a FHIR server is given beside the news, finished and sealed by whoever wrote the letter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    path = models.CharField(max_length=200)
    ids = models.JSONField(default=dict)
    document = SealedTextField(blank=True)
    written_at = models.DateTimeField()

    objects = WithoutDocument()

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="letter_by_subject")]


class Delivery(models.Model):
    """A letter owed to one endpoint (or, without one, to the recipient's inbox). The row is the queue.

    FAILED: this endpoint gave up and nothing more is owed to it, because the next channel took over, the endpoint was
    removed or a person settled it. PARKED: it gave up and nobody is left to take over; a person must act.
    `attempts_made` counts since it was last made due by hand; `lease_until` is when a worker that is sending counts as
    lost, or, while due, how long its bell counts as rung.
    """

    class State(models.TextChoices):
        DUE = "DUE", "Due"
        SENDING = "SENDING", "Being sent"
        DELIVERED = "DELIVERED", "Delivered"
        FAILED = "FAILED", "Given up"
        PARKED = "PARKED", "Waiting for a person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_note = SealedTextField(blank=True)
    created_at = models.DateTimeField()

    objects = OfLetters()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "endpoint"], name="a_letter_is_owed_to_an_endpoint_once"),
            models.CheckConstraint(
                condition=Q(state__in=["DUE", "SENDING", "DELIVERED", "FAILED", "PARKED"]),
                name="a_delivery_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="DUE", next_attempt_at__isnull=False) | ~Q(state="DUE"),
                name="what_is_due_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", lease_until__isnull=False) | ~Q(state="SENDING"),
                name="what_is_being_sent_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="DUE"), name="delivery_due"),
            models.Index(fields=["lease_until"], condition=Q(state="SENDING"), name="delivery_leased"),
            models.Index(fields=["organisation", "state", "-created_at"], name="delivery_by_owner"),
        ]


class Attempt(models.Model):
    """One try at a delivery, and how it went. `status` is the HTTP status, when there was one."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="an_attempt_is_numbered_once")]
