"""Residents of care homes."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.vault import BlindIndexField, SealedTextField, blind_indexes

INDEX = "nhs number"


class OfHomes(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor's role reads residents; nobody's for anybody else."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(home__in=actor.organisations_with(Permission.READ_RESIDENTS))


class Residents(OfHomes):
    def living_here(self):
        """Those not archived."""
        return self.filter(archived_at=None)

    def records_of(self, resident_id: uuid.UUID):
        """The record and those put away because it is the same person's, to be used inside another query."""
        return self.filter(Q(pk=resident_id) | Q(merged_into=resident_id))

    def numbered(self, nhs_number: str):
        """Those with this NHS number (10 digits)."""
        return self.filter(nhs_number_index__in=blind_indexes(nhs_number, purpose=INDEX))


class Resident(models.Model):
    """A person who lives in a care home, after the PRSB demographics."""

    class Number(models.TextChoices):
        NONE = "none", "No NHS number"
        UNVERIFIED = "unverified", "Not verified"
        VERIFIED = "verified", "Verified"

    class Sex(models.TextChoices):
        NOT_KNOWN = "", "Not recorded"
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        OTHER = "other", "Other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="residents")
    title = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField()
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    nhs_number = SealedTextField(blank=True)
    nhs_number_index = BlindIndexField(of="nhs_number", purpose=INDEX, blank=True)
    nhs_number_status = models.CharField(max_length=12, choices=Number.choices, default=Number.NONE)
    nhs_number_elsewhere = models.BooleanField(default=False)
    room = models.CharField(max_length=40, blank=True)
    gp_practice = models.CharField(max_length=200, blank=True)
    gp_phone = models.CharField(max_length=40, blank=True)
    contacts = models.JSONField(default=list, blank=True)
    usual_items = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    archived_why = models.CharField(max_length=200, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    objects = Residents.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["home", "last_name", "first_name"], name="resident_by_name"),
            models.Index(fields=["nhs_number_index"], name="resident_by_nhs_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["home", "nhs_number_index"],
                condition=~Q(nhs_number_index=""),
                name="an_nhs_number_is_one_residents_in_a_home",
            ),
            models.CheckConstraint(
                condition=Q(nhs_number_index="", nhs_number_status="none")
                | (~Q(nhs_number_index="") & ~Q(nhs_number_status="none")),
                name="only_a_known_nhs_number_has_a_status",
            ),
        ]

    @property
    def called(self) -> str:
        """The name used inside the home: preferred name first."""
        return f"{self.preferred_name or self.first_name} {self.last_name}"

    @property
    def patient_name(self) -> str:
        """The name in NHS order: SURNAME, First (Title)."""
        title = f" ({self.title})" if self.title else ""
        return f"{self.last_name.upper()}, {self.first_name}{title}"


class Merges(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of the homes where the actor's role joins records; nobody's for anybody else."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(kept__home__in=actor.organisations_with(Permission.MERGE_RESIDENTS))

    def standing(self):
        """Those not taken apart again."""
        return self.filter(undone_at=None)


class Merge(models.Model):
    """Two records told to be one person's; `moved` holds what the kept record took over, so that it can be undone.

    The other record stays as it was, archived and pointing at the kept one. Undoing is written here too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_away")
    why = models.CharField(max_length=200)
    moved = models.JSONField(default=dict)
    nhs_number = SealedTextField(blank=True)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    merged_by_name = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)
    undone_why = models.CharField(max_length=200, blank=True)

    objects = Merges.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at=None), name="a_record_is_merged_into_one_other"
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("other")), name="a_record_is_not_merged_into_itself"),
        ]
