"""What is known of residents while they are at home: for paper and tablets that must do without a network."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries.alerts import with_dated_doses
from redbag.summaries.fields import Field, answered, said
from redbag.summaries.sections import BY_NAME
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Transfer
from redbag.transfers.not_recorded import OF_THE_DAY
from redbag.transfers.ringing import NOBODY_TOLD, Number

OF_THE_PLAN = ("prefers", "hospital_for", "treat_here", "medicines_here", "agreed")
"""What of the plan stands before those who decide whether somebody goes."""


def written_plan(plan: Mapping) -> list[Field]:
    """The fields of a plan that say something about going to hospital."""
    fields = [field for field in BY_NAME["plan"].fields if field.name in OF_THE_PLAN]
    return [field for field in fields if answered(field, plan.get(field.name))]


def plan_before_going(plan: Mapping, *, limits: str) -> list[dict]:
    """What a plan says of hospital, each with its label; the agreed limits come last."""
    lines = [{"label": field.label, "words": said(field, plan[field.name])} for field in written_plan(plan)]
    return [*lines, {"label": "Agreed limits of treatment", "words": limits}] if limits else lines


def before_going(resident: Resident, *, now: datetime) -> Transfer:
    """The journey that nobody has begun yet, for what is drawn for one; never saved."""
    return Transfer(home=resident.home, resident=resident, packed_at=now, stage_since=now, holder_since=now)


def emergency_at_home(*, resident: Resident, now: datetime) -> Emergency:
    """The first screen of a resident (their home joined) without a journey, in words that stay true when read later.

    What only the day of leaving can tell is not named as missing, and a last dose says on which day it was written.
    """
    page = emergency(transfer=before_going(resident, now=now), now=now, facts=[])
    gaps = [each for each in page.not_recorded if not each.startswith(OF_THE_DAY)]
    medicines = next(section for section in page.summary if section["name"] == "medicines")
    written, today = medicines["written_at"], timezone.localdate(now)
    content = _dated(medicines["content"], timezone.localdate(written) if written else None, today)
    critical = sorted((row for row in content["items"] if row["time_critical"]), key=lambda row: not row["last_given"])
    numbers = [_nobody_goes(each) for each in page.numbers]
    changed = {"not_recorded": gaps, "numbers": numbers, "medicines": content["items"], "time_critical": critical}
    return replace(page, vitals_gap="", **changed)


def _nobody_goes(number: Number) -> Number:
    """Somebody to ring, without a word on whether they were told: there is nothing to tell yet."""
    return replace(number, note=number.note.removeprefix(NOBODY_TOLD).removeprefix(". "))


def _dated(medicines: dict, written: date | None, today: date) -> dict:
    """Doses written today say so too; those of earlier days are dated already."""
    if written != today:
        return medicines
    return with_dated_doses(medicines, written=written, today=today + timedelta(days=1))
