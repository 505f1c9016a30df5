"""Invitations, other providers' identities, links that let somebody in once, and the letters that carry them."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, Role, User
from redbag.vault import SealedTextField


class Invitations(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those of every organisation the actor works at, whatever their role there may do."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(organisation__in=[post.organisation.pk for post in actor.posts])

    def managed_by(self, actor: Actor):
        """Those of the organisations whose people the actor looks after."""
        return self.filter(organisation__in=actor.organisations_with(Permission.MANAGE_ENDPOINTS))

    def open(self):
        """Neither used nor withdrawn; some may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Somebody is asked by e-mail to work at an organisation. Of the link only the digest is kept.

    `token_digest` is empty until the letter is written, and the link of the newest letter alone counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role.choices)
    medicines_trained = models.BooleanField(default=False)
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = Invitations.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_for_a_person_and_role",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="an_invitation_is_to_a_known_role"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="an_invitation_is_accepted_by_somebody_or_withdrawn",
            ),
        ]

    def counts(self, *, at: datetime) -> bool:
        """Whether it can be accepted at this moment."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at


class Identity(models.Model):
    """One person as another provider knows them: by issuer and subject, never by an e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="an_identity_is_one_persons")]


class PasswordLink(models.Model):
    """A link by which somebody sets a new password, once; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class AccountLetters(models.QuerySet):
    def due(self, *, now: datetime):
        """Those to send now that nobody is sending."""
        return self.filter(next_attempt_at__lte=now).filter(Q(lease_until=None) | Q(lease_until__lte=now))


class AccountLetter(models.Model):
    """An e-mail about somebody's own account that is to be sent: the row is the queue.

    A link is made when the letter is sent, so that it rests nowhere. `next_attempt_at` is empty once it was sent or
    given up.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        FORGOTTEN = "forgotten", "Forgotten password"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        PROVIDER_LINKED = "provider_linked", "Another way to sign in"
        STEP_ADDED = "step_added", "Second step added"
        STEP_REMOVED = "step_removed", "Second step removed"
        STEP_RESET = "step_reset", "Second step taken off by a manager"
        STEP_GUESSED = "step_guessed", "Wrong codes at the second step"
        CODES_MADE = "codes_made", "New recovery codes"
        CODE_USED = "code_used", "Recovery code used"
        KEY_COPIED = "key_copied", "Passkey that looks copied"
        MONTHLY_REPORT = "monthly_report", "The report of a month is there"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    address = models.EmailField()
    body = SealedTextField(blank=True, default="", db_default="")  # what it says, where whoever owes it wrote that
    invitation = models.ForeignKey(Invitation, null=True, blank=True, on_delete=models.CASCADE, related_name="letters")
    written_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = AccountLetters.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="account_letters_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="invitation", invitation__isnull=False) | (~Q(kind="invitation") & Q(invitation=None)),
                name="a_letter_of_an_invitation_names_it",
            )
        ]
