"""What a home counted in a month before it had red bags: figures of its own, from paper or a spreadsheet."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.reports.baseline_numbers import MONTHS

MANAGES = Permission.SET_HOUSE_RULES


class Baselines(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Those of the homes whose rules they may set."""
        return self.filter(organisation__in=actor.organisations_with(MANAGES))

    def standing(self):
        """Those that count: not put right by later ones, and not taken back."""
        return self.filter(put_right_by=None, taken_back=False)


class Baseline(models.Model):
    """One home and one month: how many lived there on average, went to A&E and were admitted as an emergency.

    Rows are only ever added. One that puts right another takes its place; with `taken_back` it repeats the figures of
    that one and says that they do not count any more. `file_digest` is the SHA-256 of the file or the text they came
    from, `file_name` empty for what was typed or pasted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    month = models.SmallIntegerField()
    residents = models.DecimalField(max_digits=5, decimal_places=1)
    attendances = models.PositiveIntegerField()
    admissions = models.PositiveIntegerField()
    stay_days = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    items_lost = models.PositiveIntegerField(null=True)
    puts_right = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="put_right_by")
    taken_back = models.BooleanField(default=False)
    file_digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    kept_by_name = models.CharField(max_length=150)

    objects = Baselines.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "month"],
                condition=Q(puts_right=None),
                name="a_months_first_figures_are_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, year__gte=2000, year__lte=2200),
                name="figures_are_of_a_month_there_is",
            ),
            models.CheckConstraint(condition=Q(residents__gt=Decimal(0)), name="figures_are_of_a_home_with_residents"),
            models.CheckConstraint(
                condition=Q(puts_right=None) | ~Q(puts_right=F("id")), name="figures_put_right_others_than_themselves"
            ),
            models.CheckConstraint(
                condition=Q(taken_back=False) | Q(puts_right__isnull=False), name="only_kept_figures_are_taken_back"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "year", "month"], name="baseline_by_month")]

    @property
    def title(self) -> str:
        """The month in words."""
        return f"{MONTHS[self.month - 1]} {self.year}"
