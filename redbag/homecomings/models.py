"""What was found when somebody came home; the last answer to a question counts."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import Organisation, User
from redbag.residents.models import OfHomes, Resident
from redbag.transfers.models import Transfer
from redbag.vault import SealedTextField


class ReturnAnswer(models.Model):
    """One question about a return and what somebody at the home said to it.

    `question` names what is asked, `about` which paper or allergy, as the resident's record or the letter names it.
    `settles` is the answer that says how an earlier one was seen to, such as the ward that was rung.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="return_answers")
    transfer = models.ForeignKey(Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary = models.ForeignKey(DischargeSummary, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=30)
    about = SealedTextField(blank=True)
    about_key = models.CharField(max_length=64, blank=True)
    answer = models.CharField(max_length=30)
    note = SealedTextField(blank=True)
    settles = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="settled_by")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    objects = OfHomes.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(transfer__isnull=False) | Q(summary__isnull=False), name="a_return_is_after_a_stay"
            )
        ]
