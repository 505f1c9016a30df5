"""A home's figures from before are kept, put right and taken back; what was kept once stays readable."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, require
from redbag.organisations.models import Kind, Organisation
from redbag.reports.baseline_figures import Figures
from redbag.reports.baseline_models import MANAGES, Baseline

TOLD = ("residents", "attendances", "admissions", "stay_days", "items_lost")
ONLY_HOMES = "Only a care home has figures from before."


@dataclass(frozen=True)
class Source:
    """Where figures came from: the SHA-256 of the file or text, and the file's name if there was one."""

    digest: str
    name: str = ""


@dataclass(frozen=True)
class Kept:
    """How many months are new, how many put right what was kept before, and how many were kept like this already."""

    new: int = 0
    put_right: int = 0
    same: int = 0


@transaction.atomic
def keep_figures(
    *, actor: Actor, home: Organisation, figures: Sequence[Figures], source: Source, now: datetime
) -> Kept:
    """Keep figures of months, one for each; those kept before stay, put right by these. The same again changes nothing.

    NotAllowed, or BadInput by field `file` or `home`.
    """
    require(actor, MANAGES, home)
    if home.kind != Kind.CARE_HOME:
        raise BadInput({"home": ONLY_HOMES})
    if not figures:
        raise BadInput({"file": "There is no month in it that can be kept."})
    Organisation.objects.select_for_update().get(pk=home.pk)
    last = newest(home)
    same = {each.key for each in figures if (old := last.get(each.key)) and not old.taken_back and is_same(old, each)}
    changed = [each for each in figures if each.key not in same]
    rows = [_row(actor, home, each, last.get(each.key), source, now) for each in changed]
    Baseline.objects.bulk_create(rows)
    put_right = [row for row in rows if row.puts_right_id]
    if rows:
        months = [each.key for each in changed]
        record(
            "baseline.kept",
            home,
            actor=actor,
            at=now,
            organisation=home,
            months=months,
            put_right=len(put_right),
            file=source.digest,
        )
    return Kept(new=len(rows) - len(put_right), put_right=len(put_right), same=len(same))


@transaction.atomic
def take_back(*, actor: Actor, kept: Baseline, now: datetime) -> Baseline:
    """Say that a month's figures do not count: they belong to another home, say. Saying it twice changes nothing.

    Refused when newer figures have taken their place.
    """
    require(actor, MANAGES, kept.organisation)
    Organisation.objects.select_for_update().get(pk=kept.organisation_id)
    later = Baseline.objects.filter(puts_right=kept).first()
    if later and later.taken_back:
        return later
    if later or kept.taken_back:
        raise Refused("Newer figures have taken the place of these. Look again.", code="put_right")
    figures = {name: getattr(kept, name) for name in ("organisation_id", "year", "month", *TOLD)}
    row = Baseline.objects.create(
        **figures,
        puts_right=kept,
        taken_back=True,
        file_digest=kept.file_digest,
        file_name=kept.file_name,
        **_by(actor, now),
    )
    months = [f"{kept.year}-{kept.month:02}"]
    record("baseline.taken_back", kept.organisation, actor=actor, at=now, organisation=kept.organisation, months=months)
    return row


def newest(home: Organisation) -> dict[str, Baseline]:
    """What was said last of each month (2024-04), also where that was that nothing counts."""
    rows = Baseline.objects.filter(organisation=home, put_right_by=None)
    return {f"{row.year}-{row.month:02}": row for row in rows}


def is_same(kept: Baseline, told: Figures) -> bool:
    """Whether these are the figures that are kept already."""
    return all(getattr(kept, name) == getattr(told, name) for name in TOLD)


def _row(
    actor: Actor, home: Organisation, told: Figures, before: Baseline | None, source: Source, now: datetime
) -> Baseline:
    return Baseline(
        id=uuid.uuid4(),
        organisation=home,
        year=told.year,
        month=told.month,
        **{name: getattr(told, name) for name in TOLD},
        puts_right=before,
        file_digest=source.digest,
        file_name=source.name[:200],
        **_by(actor, now),
    )


def _by(actor: Actor, now: datetime) -> dict:
    return {"kept_at": now, "kept_by_id": actor.user_id, "kept_by_name": actor.name[:150]}
