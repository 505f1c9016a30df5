"""What is known of residents while they are at home: for paper and tablets that must do without a network."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries.alerts import with_dated_doses
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Transfer
from redbag.transfers.not_recorded import OF_THE_DAY
from redbag.transfers.ringing import NOBODY_TOLD, Number


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
