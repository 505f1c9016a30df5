"""Drafts: what somebody typed and has not saved yet."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.accounts.tablet_models import Sitting
from redbag.organisations.models import User
from redbag.vault import SealedTextField


class Draft(models.Model):
    """The fields of one form as one person left them; `place` names the form and what it is about.

    Whose they are is a user, or agency staff at a shared tablet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="drafts")
    sitting = models.ForeignKey(Sitting, null=True, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=200)
    content = SealedTextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "place"], name="a_person_has_one_draft_of_a_form"),
            models.UniqueConstraint(fields=["sitting", "place"], name="agency_staff_have_one_draft_of_a_form"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, sitting=None) | Q(owner=None, sitting__isnull=False),
                name="a_draft_is_somebodys",
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]
