"""What measures are made from: one flat row for each journey, hand-over, thing not found, letter and resident.

Nothing here is told by anybody and nothing names anybody: every row follows from facts, letters and records kept
elsewhere, and may be thrown away and made again. `day` is the day in Europe/London by which a row falls into a period.
Lengths are whole minutes, rounded down; None is *not known* or *does not apply*, never nought.
"""

import uuid

from django.db import models


class Counted(models.Model):
    """Where it happened, and on which day. `area` is that of the home."""

    home = models.UUIDField()
    area = models.UUIDField(null=True)
    hospital = models.UUIDField(null=True)
    ambulance = models.UUIDField(null=True)
    ward = models.CharField(max_length=100, blank=True)
    day = models.DateField()

    class Meta:
        abstract = True


def _by_place(name: str) -> list[models.Index]:
    """One index for each kind of place that asks for its own days, and one for everybody's."""
    columns = ("home", "area", "hospital", "ambulance")
    return [models.Index(fields=[each, "day"], name=f"{name}_by_{each}") for each in columns] + [
        models.Index(fields=["day"], name=f"{name}_by_day")
    ]


class CountedJourney(Counted):
    """One journey. `day` is that of its packing.

    `hospital`, `ward` and `ambulance` are the first that took the bag, else where it was meant to go. Legs are those of
    the bag: `waiting` for the crew, `riding`, `staying` in hospital, `returning`; going back to a stage adds to it, one
    that is not over is None.
    """

    transfer = models.UUIDField(primary_key=True)
    resident = models.UUIDField()
    age_band = models.CharField(max_length=10)
    packed_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    waiting = models.IntegerField(null=True)
    riding = models.IntegerField(null=True)
    staying = models.IntegerField(null=True)
    returning = models.IntegerField(null=True)
    # The resident.
    with_bag = models.BooleanField()
    attended_at = models.DateTimeField(null=True)  # came to a hospital
    left_hospital_at = models.DateTimeField(null=True)
    home_at = models.DateTimeField(null=True)  # the resident back at the home
    stay = models.IntegerField(null=True)  # from coming to hospital until leaving it
    away = models.IntegerField(null=True)  # from leaving the home until back at it
    until_next = models.IntegerField(null=True)  # from back home until the next journey's leaving the home
    at_night = models.BooleanField(null=True)  # left hospital between 22:00 and 06:00 in London
    died = models.BooleanField(default=False)
    outcome = models.CharField(max_length=20, blank=True)  # the last outcome told that ended the stay otherwise
    bag_behind = models.IntegerField(null=True)  # from the resident's coming home until the bag's
    # Paperwork, as it was frozen when the bag left; None where nothing was frozen.
    papers_asked = models.SmallIntegerField(null=True)
    papers_there = models.SmallIntegerField(null=True)
    fresh = models.BooleanField(null=True)  # every section within its own due time on that day
    has_medicines = models.BooleanField(null=True)
    has_allergies = models.BooleanField(null=True)
    has_resuscitation = models.BooleanField(null=True)
    has_reason = models.BooleanField(null=True)
    has_observations = models.BooleanField(null=True)
    has_baseline = models.BooleanField(null=True)
    # Belongings.
    items = models.SmallIntegerField(default=0)
    missing = models.SmallIntegerField(default=0)  # not found when last looked for
    checked_back = models.BooleanField(null=True)  # the home looked through the bag after it came back
    # The letter about the stay, and what the home did with it.
    letter_at = models.DateTimeField(null=True)  # the first that was sent
    letter_on_arrival = models.BooleanField(null=True)  # of those back from hospital: sent by then
    reconciled = models.IntegerField(null=True)  # from back home until the new MAR was taken into use
    version = models.SmallIntegerField()  # of the rules that made this row
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [*_by_place("journey"), models.Index(fields=["resident", "packed_at"], name="journey_by_resident")]


class CountedHandover(Counted):
    """One hand-over that counts. `day` is that of the journey's packing; `ward` the receiver's.

    `receiver` and `giver` are kinds: ambulance, hospital, home, another_home, somebody; `to` and `by` the organisations
    where they are known. `said_by_receiver` is whether the receiving side said or proved that they have it.
    """

    fact = models.UUIDField(primary_key=True)
    transfer = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    receiver = models.CharField(max_length=12)
    to = models.UUIDField(null=True)
    giver = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    leg = models.CharField(max_length=12)  # the stage it leads to
    unconfirmed = models.BooleanField()
    unexpected = models.BooleanField()
    late = models.BooleanField()
    unchecked = models.BooleanField()
    identity_not_checked = models.BooleanField()
    said_by_receiver = models.BooleanField()

    class Meta:
        indexes = _by_place("handover")


class CountedLoss(Counted):
    """One thing that was missed on a journey. `day` is that of the journey's packing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.UUIDField(db_index=True)
    item = models.CharField(max_length=36)
    category = models.CharField(max_length=20)
    last_seen = models.CharField(max_length=12)  # the stage at which somebody last saw it
    still_missing = models.BooleanField()
    outcome = models.CharField(max_length=12, blank=True)  # of its case: found, replaced, paid, not_found, mistake
    value_pence = models.IntegerField(null=True)

    class Meta:
        indexes = _by_place("loss")


class CountedLetter(Counted):
    """One discharge summary that was sent. `day` is that of its sending, `read` minutes until somebody took it on."""

    summary = models.UUIDField(primary_key=True)
    transfer = models.UUIDField(null=True, db_index=True)
    sent_at = models.DateTimeField()
    read = models.IntegerField(null=True)
    current = models.BooleanField()  # no newer version has taken its place

    class Meta:
        indexes = _by_place("letter")


class CountedResident(models.Model):
    """From which day until which a resident lived at a home, as proleptic day numbers; no `last_day` while they do."""

    resident = models.UUIDField(primary_key=True)
    home = models.UUIDField()
    area = models.UUIDField(null=True)
    first_day = models.IntegerField()
    last_day = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["home"], name="counted_resident_by_home"),
            models.Index(fields=["area"], name="counted_resident_by_area"),
        ]


class Mark(models.Model):
    """How far the journal had been read when rows were last made: what stands behind it is counted.

    While rows are made of everything there is, for the first time or by newer rules than `version`, `through` is the
    resident up to whom that has come. `faulty` are residents whose rows could not be made: they are tried again. `gaps`
    are numbers of entries that were passed by unwritten, each with when: their transactions may have been slow.
    """

    entry = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    version = models.SmallIntegerField(default=0)
    through = models.UUIDField(null=True)
    faulty = models.JSONField(default=list)
    gaps = models.JSONField(default=list)
