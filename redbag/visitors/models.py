"""Visitors: crews without an account, each let in to one journey; and who asked to be without the tablet's code."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class Visitors(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those let in to journeys of the homes where the actor packs."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(transfer__home__in=actor.organisations_with(Permission.PACK))


class Visitor(models.Model):
    """Somebody let in to one journey: what they said of themselves (nobody has checked it), from when until when.

    `until` is the latest end; arriving at hospital brings it nearer. When the home stops a visitor, documents close at
    `stopped_at` and the emergency page fifteen minutes later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="visitors")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=100)
    registration = models.CharField(max_length=20, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="visitors")
    organisation_text = models.CharField(max_length=200, blank=True)
    let_in_by = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    stopped_by_name = models.CharField(max_length=150, blank=True)

    objects = Visitors.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(organisation_text=""),
                name="a_visitor_comes_from_somewhere",
            )
        ]
        indexes = [models.Index(fields=["transfer", "-started_at"], name="visitor_by_transfer")]


class BreakGlasses(models.QuerySet):
    def visible_to(self, actor: Actor | None):
        """Those about journeys of the homes where the actor packs."""
        if actor is None or actor.facts_only:
            return self.none()
        return self.filter(transfer__home__in=actor.organisations_with(Permission.PACK))


class BreakGlass(models.Model):
    """Somebody without an account who cannot see the tablet asks to read one journey: who, why, and what came of it.

    `digest` is of the token on their phone, `code_digest` of the code that is good until `code_until`; a code itself is
    kept nowhere. `wrong` counts wrong codes at the one that is good now, `wrong_in_all` at all of them. `mail_due_at`
    is when a worker is to send a code to `email`. `visitor` is who they became; until `seen_at` a manager has still to
    say whether it was right.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="break_glasses")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=100)
    registration = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="break_glasses")
    organisation_text = models.CharField(max_length=200, blank=True)
    phone = SealedTextField(blank=True)
    reason = models.CharField(max_length=20)
    words = SealedTextField(blank=True)
    email = SealedTextField(blank=True)
    email_index = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_by = models.CharField(max_length=10, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    wrong_in_all = models.PositiveSmallIntegerField(default=0)
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    shown_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    shown_by_name = models.CharField(max_length=150, blank=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    refused_by_name = models.CharField(max_length=150, blank=True)
    visitor = models.OneToOneField(Visitor, null=True, on_delete=models.PROTECT, related_name="break_glass")
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    seen_by_name = models.CharField(max_length=150, blank=True)
    was_right = models.BooleanField(null=True)
    seen_note = SealedTextField(blank=True)

    objects = BreakGlasses.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(organisation_text=""),
                name="who_breaks_the_glass_comes_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(visitor=None, opened_at=None) | Q(visitor__isnull=False, opened_at__isnull=False),
                name="what_was_opened_has_a_visitor",
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, was_right=None)
                | Q(seen_at__isnull=False, was_right__isnull=False, opened_at__isnull=False),
                name="only_what_was_opened_is_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(code_digest="", code_until=None) | ~Q(code_digest="") & Q(code_until__isnull=False),
                name="a_code_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["transfer", "-asked_at"], name="break_glass_by_transfer"),
            models.Index(fields=["email_index", "-asked_at"], name="break_glass_by_email"),
            models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="break_glass_mail"),
        ]
