"""Shared tablets: how one is made ready, who has a PIN and who uses it, and what was tried in vain."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.models import Device, Organisation, User
from redbag.vault import SealedTextField


class TabletCode(models.Model):
    """A code that makes one tablet ready, once and for a few minutes; only its keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tablet_codes")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    tablet = models.OneToOneField(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="made_by_code")


class Pin(models.Model):
    """Somebody's PIN for shared tablets: Argon2 over a keyed digest, so that the database alone tells nothing."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="pin")
    proof = models.CharField(max_length=128)
    set_at = models.DateTimeField()


class WrongPin(models.Model):
    """A try at a PIN, or at the word of the house, that was not right and that nobody put right at once."""

    tablet = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="wrong_pins")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tablet", "at"], name="wrong_pin_by_tablet"),
            models.Index(fields=["user", "tablet", "at"], name="wrong_pin_by_person"),
        ]


class FullSignIn(models.Model):
    """When somebody last signed in on a tablet with more than a PIN: from then on wrong tries count anew."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tablet = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="full_sign_ins")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tablet"], name="a_full_sign_in_is_kept_once_a_tablet")]


class HouseWord(models.Model):
    """The word of the house lets agency staff in on its tablets. Sealed, so that who is on shift can look it up."""

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.PROTECT, related_name="house_word"
    )
    word = SealedTextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Sitting(models.Model):
    """Somebody at a shared tablet, from when until when: a person with an account, or agency staff without one.

    It is locked since `locked_at`, or when nobody touched the tablet for `idle` seconds after `active_at`; `was_at` is
    the page to come back to. Agency staff have a `proof` of their own here, and were let in by a colleague or, where
    `let_in_by` is empty, by the word of the house.
    """

    class How(models.TextChoices):
        FULL = "full", "Full sign-in"
        PIN = "pin", "PIN"
        AGENCY = "agency", "Agency"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tablet = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="sittings")
    how = models.CharField(max_length=10, choices=How.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="sittings")
    name = models.CharField(max_length=150)
    agency = models.CharField(max_length=60, blank=True)
    let_in_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    let_in_by_name = models.CharField(max_length=150, blank=True)
    proof = models.CharField(max_length=128, blank=True)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    active_at = models.DateTimeField()
    idle = models.PositiveSmallIntegerField()
    locked_at = models.DateTimeField(null=True, blank=True)
    was_at = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how="agency", user=None) & ~Q(agency="") & ~Q(proof="")
                | Q(how__in=["full", "pin"], user__isnull=False, agency="", proof=""),
                name="at_a_tablet_sits_a_person_or_agency_staff",
            )
        ]
        indexes = [models.Index(fields=["tablet", "-active_at"], name="sitting_by_tablet")]
