"""Journal entries, their personal part, and the seals over them. The database refuses UPDATE and DELETE on all."""

import uuid

from django.db import models

from redbag.vault import SealedTextField


class Entry(models.Model):
    """One thing that happened. Only ids, codes and times: nothing here names a person."""

    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    resident_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    key_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    personal_digest = models.CharField(max_length=64, blank=True)
    once = models.CharField(max_length=200, null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["resident_id", "-id"], name="entry_by_resident"),
            models.Index(fields=["subject_id", "-id"], name="entry_by_subject"),
            models.Index(fields=["organisation_id", "-id"], name="entry_by_organisation"),
        ]


class Mention(models.Model):
    """A resident whose data an entry about several people showed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="mentions")
    resident_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["resident_id", "-entry"], name="mention_by_resident")]


class Personal(models.Model):
    """What an entry says of a person: JSON, encrypted, with the salt of its digest."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="personal")
    salt = models.UUIDField(default=uuid.uuid4)
    content = SealedTextField()


class Seal(models.Model):
    """A link of the chain: the digest of one entry, joined to the link before."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    chained = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class Destruction(models.Model):
    """Lets the personal part of an entry be destroyed; `told_in` is the entry that says who did it, and why."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="destruction")
    told_in = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")


class Checkpoint(models.Model):
    """How far the chain had come on a day, signed: whoever keeps a copy can tell when the journal's end is missing."""

    number = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    made_at = models.DateTimeField()
    journal = models.CharField(max_length=64)
    seal = models.BigIntegerField()
    chained = models.CharField(max_length=64)
    entries = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    key = models.CharField(max_length=16)
    signature = models.CharField(max_length=88)

    class Meta:
        indexes = [models.Index(fields=["day"], name="checkpoint_by_day")]


class Heartbeat(models.Model):
    """When a part of the service last showed that it is alive."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
