"""Transfers, the facts about them (append-only), facts that wait for their cause, parties, and frozen snapshots."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from redbag.bags.models import Bag
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.residents.models import Resident
from redbag.transfers.stages import Kind, Stage, Where
from redbag.vault import SealedTextField

AFTER_HOLDING = timedelta(hours=24)


class Transfers(models.QuerySet):
    def visible_to(self, actor: Actor | None, *, now: datetime):
        """The home's; those a hospital is or was a party to; those a crew holds or held until a day ago.

        A visitor's: the one they were let in to, while it is open.
        """
        if actor is not None and actor.visit is not None:
            return self.filter(pk=actor.reads_transfer, closed_at=None)
        if actor is None or actor.facts_only:
            return self.none()
        as_party = actor.organisations_with(Permission.READ_TRANSFERS)
        as_holder = actor.organisations_with(Permission.READ_HELD_TRANSFERS)
        parties = Party.objects.filter(transfer=OuterRef("pk"), reads=True)
        held = Q(organisation__in=as_holder) & (Q(holding=True) | Q(held_until__gte=now - AFTER_HOLDING))
        return self.filter(
            Q(home__in=as_party)
            | Q(destination__in=as_party)
            | Exists(parties.filter(Q(organisation__in=as_party) | held))
        )

    def open(self):
        """Those not closed."""
        return self.exclude(stage=Stage.CLOSED)

    def on_boards(self):
        """Those on which nobody died: boards and lists never speak of a death."""
        return self.exclude(resident_is=Where.DIED)


class Transfer(models.Model):
    """One journey of a resident from the home to hospital and back. Stage, holder and flags follow from the facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="transfers")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="transfers")
    bag = models.ForeignKey(Bag, null=True, on_delete=models.PROTECT, related_name="transfers")
    destination = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="incoming")
    destination_place = models.CharField(max_length=100, blank=True)
    destination_text = models.CharField(max_length=200, blank=True)
    reason = models.JSONField(default=dict)
    ask = models.TextField(blank=True)
    return_when = models.TextField(blank=True)
    packed_at = models.DateTimeField()
    packed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    packed_by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    request_digest = models.CharField(max_length=64)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.PACKED)
    holder = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="holding")
    holder_text = models.CharField(max_length=200, blank=True)
    holder_place = models.CharField(max_length=100, blank=True)
    holder_since = models.DateTimeField()
    holder_confirmed = models.BooleanField(default=True)
    flags = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)
    parties_known = models.JSONField(default=dict)
    missing_items = models.PositiveSmallIntegerField(default=0)
    apart_since = models.DateTimeField(null=True)
    resident_is = models.CharField(max_length=20, blank=True)
    resident_is_at = models.CharField(max_length=200, blank=True)
    stage_since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changes = models.PositiveIntegerField(default=0)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    snapshot_at = models.DateTimeField(null=True)

    objects = Transfers.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=~Q(stage="CLOSED"), name="a_resident_is_on_one_journey_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["bag"],
                condition=~Q(stage="CLOSED") & Q(bag__isnull=False),
                name="a_bag_is_on_one_journey_at_a_time",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="a_transfer_is_at_a_known_stage"),
            models.CheckConstraint(
                condition=Q(stage="CLOSED", closed_at__isnull=False) | (~Q(stage="CLOSED") & Q(closed_at=None)),
                name="only_a_closed_transfer_was_closed_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=False) | ~Q(holder_text=""), name="somebody_holds_the_bag"
            ),
        ]
        indexes = [
            models.Index(fields=["bag", "-packed_at"], name="transfer_by_bag"),
            models.Index(fields=["home", "-packed_at"], name="transfer_by_home"),
            models.Index(fields=["destination", "-packed_at"], name="transfer_by_destination"),
            models.Index(fields=["home"], condition=~Q(stage="CLOSED"), name="transfer_open_by_home"),
            models.Index(fields=["snapshot_at"], condition=~Q(stage="CLOSED"), name="transfer_by_snapshot"),
        ]

    @property
    def ended_at(self) -> datetime | None:
        """When it was back home, else closed: nothing the home writes after that belongs to it. None under way."""
        return self.back_at or self.closed_at


class Party(models.Model):
    """An organisation that a counted hand-off names, and whether and until when it held the bag.

    `reads` is false for one that became a party only after the journey was closed: it may know what it told, no more.
    """

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="party_to")
    holding = models.BooleanField()
    held_until = models.DateTimeField(null=True)
    reads = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "organisation"], name="an_organisation_is_a_party_once")
        ]
        indexes = [models.Index(fields=["organisation", "holding"], name="party_by_organisation")]


class Fact(models.Model):
    """Something that somebody said happened. Never changed, never refused; corrections are facts too.

    `occurred_at` is the corrected time that counts, `claimed_at` what the device said.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="facts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="facts")
    role = models.CharField(max_length=20)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    to = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    to_kind = models.CharField(max_length=20, blank=True)
    to_text = models.CharField(max_length=200, blank=True)
    to_name = models.CharField(max_length=150, blank=True)
    from_name = models.CharField(max_length=150, blank=True)
    place = models.CharField(max_length=100, blank=True)
    occurred_at = models.DateTimeField()
    claimed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    items = models.JSONField(default=list)
    outcome = models.CharField(max_length=20, blank=True)
    target = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    content = models.JSONField(default=dict)
    intake_flags = models.JSONField(default=list)
    code_proved = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["transfer", "occurred_at"], name="fact_by_transfer"),
            models.Index(fields=["target"], condition=Q(kind="void"), name="fact_by_target"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="handoff") | Q(to__isnull=False) | ~Q(to_text=""), name="a_hand_off_names_a_receiver"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_fact_is_of_a_known_kind"),
        ]


class HeldFacts(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those told by people of the actor's homes, where the actor may pack; and the actor's own."""
        if actor is None or actor.visit is not None or actor.facts_only:
            return self.none()
        homes = actor.organisations_with(Permission.PACK)
        own = Q(organisation=None, by=actor.user) if homes and actor.user else Q(pk__in=())
        return self.filter(Q(organisation__in=homes) | own)


class HeldFact(models.Model):
    """A fact that does not count yet, kept as it came, with the reason. It becomes a fact when its cause goes away."""

    id = models.UUIDField(primary_key=True, editable=False)
    body = SealedTextField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=20)
    errors = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    key_id = models.UUIDField(null=True)
    transfer_ref = models.UUIDField(null=True)
    token_digest = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = HeldFacts.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["transfer_ref"], condition=Q(settled_at=None), name="held_by_transfer"),
            models.Index(fields=["token_digest"], condition=Q(settled_at=None), name="held_by_token"),
            models.Index(fields=["next_try_at"], condition=Q(settled_at=None), name="held_by_next_try"),
        ]


class Snapshot(models.Model):
    """What left the home, frozen: RFC 8785 JSON, encrypted at rest; `hash` is the SHA-256 of the plain bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveSmallIntegerField()
    content = SealedTextField()
    hash = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "version"], name="a_transfer_has_each_snapshot_once")
        ]


class Swap(models.Model):
    """Another bag on a transfer that is under way. Facts about the bag before still lead here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="swaps")
    before = models.ForeignKey(Bag, null=True, on_delete=models.PROTECT, related_name="swapped_from")
    after = models.ForeignKey(Bag, null=True, on_delete=models.PROTECT, related_name="swapped_to")
    reason = SealedTextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)


class WrongCode(models.Model):
    """How often a wrong hand-over code was tried on a transfer while one code was shown; five void that code."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="wrong_codes")
    step = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transfer", "step"], name="wrong_codes_are_counted_once")]
