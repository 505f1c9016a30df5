"""Organisations, their places, the people who work there, and the keys that open the API."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now, TruncDate
from django.utils.crypto import salted_hmac


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


class Organisations(models.QuerySet):
    def offered(self):
        """Those to choose from: not closed."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=TruncDate(Now())))


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
    closed_on = models.DateField(null=True, blank=True)

    objects = Organisations.as_manager()

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
    """A ward, bay or desk inside an organisation.

    Its token is what the QR on its wall holds. `reply_within` is how many minutes it promises to answer a note in; None
    where it promises nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    token_sealed = models.TextField(blank=True)
    reply_within = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="a_place_is_named_once_in_an_organisation"),
            models.CheckConstraint(
                condition=Q(token_digest=None, token_sealed="") | (Q(token_digest__isnull=False) & ~Q(token_sealed="")),
                name="a_place_with_a_label_keeps_its_token",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who signs in. Their browser sessions end when `times_signed_out` goes up, as with a new password."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    registration = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    times_signed_out = models.PositiveIntegerField(default=0)

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="an_email_belongs_to_one_person_in_any_case")]

    def _get_session_auth_hash(self, secret=None):
        proof = f"{self.times_signed_out}:{self.password}"
        return salted_hmac("redbag.session", proof, secret=secret, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody's work at an organisation, from when until when, and whether they are trained in medicines.

    `leaves_on` is the last day of somebody who is to leave, and `leaves_said_by` who said so; `ended_at` alone ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    medicines_trained = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    leaves_on = models.DateField(null=True, blank=True)
    leaves_said_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

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
            models.CheckConstraint(
                condition=Q(leaves_on=None, leaves_said_by=None)
                | Q(leaves_on__isnull=False, leaves_said_by__isnull=False),
                name="somebody_says_when_a_membership_ends",
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


class HouseRules(models.Model):
    """What an organisation asks of a hand-over, and when and whom its clocks wake. Without a row the defaults hold.

    `clocks` are minutes by the name of a clock. `handover_generation` goes up when a tablet is lost, so that the
    hand-over codes it could make prove nothing any more.
    """

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.PROTECT, related_name="house_rules"
    )
    signature_asked = models.BooleanField(default=False)
    seal_asked = models.BooleanField(default=False)
    clocks = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    escalate_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handover_generation = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            )
        ]


class Device(models.Model):
    """A shared tablet or phone that an organisation has made ready: for PINs, and to work without a network.

    `digest` is of the token that what it keeps for the hours without a network is fetched with, `cookie_digest` of the
    cookie its browser is known by. From `pins_off_at` on, PINs are not taken on it for some hours.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    cookie_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    last_seen_at = models.DateTimeField()
    unsent = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pins_off_at = models.DateTimeField(null=True, blank=True)


class Pulse(models.Model):
    """A number that grows whenever something moved for an organisation, so that its boards know when to look again."""

    organisation = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="pulse")
    beats = models.PositiveBigIntegerField(default=0)


class Tried(models.Model):
    """A try at something that is guarded by number: one of so many places, taken until a time.

    In the database, so that an emptied cache gives nobody fresh tries; `who` is a digest.
    """

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    taken_at = models.FloatField()
    until = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "who", "number"], name="a_try_is_taken_once")]
        indexes = [models.Index(fields=["until"], name="tried_until")]
