"""That somebody died on a journey, and to whom their belongings were given."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from redbag.organisations.models import Organisation, User
from redbag.transfers.case_models import Signature
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Where
from redbag.vault import SealedTextField


class Death(models.Model):
    """That somebody died on a journey: said by one step, confirmed by a second; who told the family; who must wait.

    `hold` says that a coroner or the police want the belongings kept. `done` is what the home has seen to: by name of
    the task, when and by whom. Taking it back leaves the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="deaths")
    fact = models.UUIDField(null=True)
    died_at = models.DateTimeField(null=True)
    family_told = models.CharField(max_length=10)
    family_told_by = SealedTextField(blank=True)
    family_told_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    said_by_name = models.CharField(max_length=150)
    said_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by_name = models.CharField(max_length=150, blank=True)
    taken_back_why = SealedTextField(blank=True)
    hold = models.CharField(max_length=10, blank=True)
    hold_note = SealedTextField(blank=True)
    done = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(taken_back_at=None), name="a_death_stands_once_on_a_journey"
            ),
            models.CheckConstraint(condition=Q(hold__in=["", "coroner", "police"]), name="a_hold_names_who_asked"),
        ]


class Release(models.Model):
    """Belongings given, item by item, to somebody with a right to them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="releases")
    to_name = SealedTextField()
    standing = models.CharField(max_length=20)
    items = models.JSONField(default=list)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)


def about_who_lives_here(rows: QuerySet[Any], about: str = "") -> QuerySet[Any]:
    """Those of rows about residents who live here still: nobody is asked about who died or has left.

    `about` leads from a row to what names the resident and the transfer, such as "summary__".
    """
    died = Death.objects.filter(transfer__resident=OuterRef(f"{about}resident"), taken_back_at=None)
    joined = {f"{about}resident__merged_into__isnull": False, f"{about}resident__merged_into__archived_at": None}
    living = rows.filter(Q(**{f"{about}resident__archived_at": None}) | Q(**joined))
    return living.exclude(**{f"{about}transfer__resident_is": Where.DIED}).exclude(Exists(died))
