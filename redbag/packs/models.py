"""The papers drawn for a transfer, the QR printed on them, and who opened the page behind it."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer


class Sheet(models.Model):
    """The QR of a transfer's papers: a token of its own, which ends when the person is back.

    `tries` counts drawings since the last that succeeded; until `next_try_at` no worker begins another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="sheet")
    token_digest = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by_name = models.CharField(max_length=150, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)


class Reader(models.Model):
    """Somebody who opened a printed sheet's page: what they said of themselves, which nobody has checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="readers")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=100)
    organisation = models.CharField(max_length=150)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sheet", "-opened_at"], name="reader_by_sheet")]


class Paper(models.Model):
    """One paper drawn for a transfer; its file lies encrypted. `made_of` is the digest of what it was made of."""

    class Kind(models.TextChoices):
        SUMMARY = "summary", "Emergency summary"
        PACK = "pack", "Hospital pack"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    snapshot_hash = models.CharField(max_length=64)
    made_of = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "kind", "snapshot_hash"], name="a_paper_is_drawn_once"),
            models.CheckConstraint(condition=Q(kind__in=["summary", "pack"]), name="a_paper_is_of_a_known_kind"),
        ]


class Folders(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor's role packs; nobody's for anybody else."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.PACK))


class Folder(models.Model):
    """A home's grab folder: the emergency summary of every resident in one paper, for when nothing works.

    `made_of` is the digest of what it was made of; the file lies encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="folders")
    made_of = models.CharField(max_length=64)
    file = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    residents = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    objects = Folders.as_manager()

    class Meta:
        indexes = [models.Index(fields=["home", "-asked_at"], name="folder_by_home")]
