"""Sections of a resident's health summary, every version of them, and observations."""

import uuid

from django.db import models
from django.db.models import Q

from redbag.organisations.models import User
from redbag.residents.models import Resident


class SectionVersion(models.Model):
    """What a section said from a moment on. Versions are never changed; the newest is the section."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="section_versions")
    section = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "section", "version"], name="a_section_has_each_version_once")
        ]


class CurrentSection(models.Model):
    """The newest version of a section, and who last said that it is still right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="current_sections")
    section = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    verified_at = models.DateTimeField()
    verified_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "section"], name="a_resident_has_each_section_once")]


class Observation(models.Model):
    """Vital signs taken together, with the NEWS2 that followed from them. Temperature in degrees Celsius."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="observations")
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    respiratory_rate = models.PositiveSmallIntegerField(null=True)
    spo2 = models.PositiveSmallIntegerField(null=True)
    spo2_scale = models.PositiveSmallIntegerField(default=1)
    on_oxygen = models.BooleanField(null=True)
    systolic_bp = models.PositiveSmallIntegerField(null=True)
    pulse = models.PositiveSmallIntegerField(null=True)
    acvpu = models.CharField(max_length=1, blank=True)
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    is_baseline = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["resident", "-taken_at"], name="observation_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None, band="") | Q(score__isnull=False), name="a_band_comes_with_a_score"
            ),
            models.CheckConstraint(condition=Q(spo2_scale__in=[1, 2]), name="spo2_scale_is_1_or_2"),
        ]


class BodyMap(models.Model):
    """The skin as somebody saw it at one moment: every mark that was there. Never changed; the newest is the map.

    `checked` is False for "not checked today", which carries no marks. A mark is `{id, kind, category, side, x, y,
    where, note, first_seen}`: `side` front or back, `x` and `y` in thousandths of the outline's width and height.
    """

    class Moment(models.TextChoices):
        HOME = "home", "At home"
        LEAVING = "leaving", "Going to hospital"
        RETURN = "return", "Coming back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="body_maps")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    checked = models.BooleanField()
    marks = models.JSONField(default=list)
    why_not = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["resident", "-seen_at"], name="body_map_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(moment__in=["home", "leaving", "return"]), name="a_body_map_has_a_moment"
            )
        ]
