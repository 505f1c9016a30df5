"""Organisations, their places, the people who work there, and the keys that open the API."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Kind(models.TextChoices):
    CARE_HOME = "care_home", "Care home"
    AMBULANCE = "ambulance", "Ambulance service"
    HOSPITAL = "hospital", "Hospital"
    AREA = "area", "Area"


class Role(models.TextChoices):
    CARER = "carer", "Carer"
    SENIOR = "senior", "Senior carer"
    HOME_MANAGER = "home_manager", "Home manager"
    GROUP_MANAGER = "group_manager", "Group manager"
    CREW = "crew", "Ambulance crew"
    WARD = "ward", "Ward staff"
    DISCHARGE = "discharge", "Discharge team"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class Organisation(models.Model):
    """A care home, ambulance service, hospital or area, known by its ODS code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ods_code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    area = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    beds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ods_code__regex=r"^[A-Z0-9]{3,10}$"), name="an_ods_code_is_3_to_10_capitals_or_digits"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="an_organisation_is_of_a_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A ward, bay or desk inside an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="a_place_is_named_once_in_an_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    registration = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="an_email_belongs_to_one_person_in_any_case")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody's work at an organisation, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ended_at=None),
                name="a_person_holds_a_role_at_an_organisation_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_membership_is_of_a_known_role"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_membership_is_ended_by_somebody",
            ),
        ]


class Key(models.Model):
    """What a program shows instead of a password; only its digest is kept.

    A person's session, a person's right to send facts later, or an organisation's own key with one role.
    """

    class Use(models.TextChoices):
        SESSION = "session", "Session"
        FACTS = "facts", "Sending facts"
        ORGANISATION = "organisation", "Organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    use = models.CharField(max_length=20, choices=Use.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="keys")
    session = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="facts_keys")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="keys")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(use="organisation", user=None, organisation__isnull=False, role__in=Role.values)
                | Q(use__in=["session", "facts"], user__isnull=False, organisation=None, role=""),
                name="a_key_is_a_persons_or_an_organisations",
            )
        ]
