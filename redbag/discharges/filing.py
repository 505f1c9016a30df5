"""A letter that the home itself put in becomes a summary of its resident: who saw whose it is, and what it replaces."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from redbag.discharges.following_up import begin_follow_ups
from redbag.discharges.models import DischargeSummary
from redbag.discharges.sending import lock_journey, next_version, tell_home
from redbag.errors import BadInput
from redbag.incoming.headings import problems, tidy
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.models import Kind, Organisation
from redbag.residents.actions import lock_told
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

State, Source = DischargeSummary.State, DischargeSummary.Source
SEEN = {"name": "their name", "date_of_birth": "their date of birth", "nhs_number": "their NHS number"}
LONGEST_HOSPITAL, OLDEST_YEAR = 200, 1990


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody says of a letter before them: which hospital wrote it, when, and what on it shows whose it is."""

    hospital_name: str
    dated_on: date | None
    seen: tuple[str, ...]
    texts: dict[str, str]


def hospitals() -> list[Organisation]:
    """The hospitals that are known here, by name."""
    return list(Organisation.objects.filter(kind=Kind.HOSPITAL).order_by("name"))


def told_of(values: Mapping, *, today: date, undated: bool = False) -> Told:
    """What was said, tidied. `values`: hospital (ODS code) or hospital_name, dated_on, seen, headings.

    BadInput by field. A name alone is no proof of whose a letter is: two people may share it.
    """
    errors: dict[str, str] = {}
    hospital = _hospital(values, errors)
    dated_on = _dated_on(values, today, errors)
    if dated_on is None and not undated and "dated_on" not in errors and not values.get("no_date"):
        errors["dated_on"] = "Enter the date on the letter, or tick that it has none."
    seen = tuple(each for each in SEEN if each in (values.get("seen") or ()))
    if "name" not in seen or len(seen) < 2:
        errors["seen"] = "Look for the name and at least one more on the letter, and tick what you see."
    headings = values.get("headings") or {}
    errors |= problems(headings)
    if errors:
        raise BadInput(errors)
    return Told(hospital_name=hospital, dated_on=dated_on, seen=seen, texts=tidy(headings))


def _hospital(values: Mapping, errors: dict[str, str]) -> str:
    code, typed = str(values.get("hospital") or ""), " ".join(str(values.get("hospital_name") or "").split())
    if typed:
        if len(typed) > LONGEST_HOSPITAL:
            errors["hospital_name"] = f"Use at most {LONGEST_HOSPITAL} characters."
        return typed
    chosen = Organisation.objects.filter(kind=Kind.HOSPITAL, ods_code=code.upper()).first() if code else None
    if chosen is None:
        errors["hospital"] = "Choose the hospital that wrote it, or type its name."
        return ""
    return chosen.name


def _dated_on(values: Mapping, today: date, errors: dict[str, str]) -> date | None:
    typed = " ".join(str(values.get("dated_on") or "").split())
    if not typed:
        return None
    try:
        day = datetime.strptime(typed, "%d/%m/%Y" if "/" in typed else "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        errors["dated_on"] = "Enter a real date, such as 3/5/2026 for 3 May 2026."
        return None
    if day > today:
        errors["dated_on"] = "The date on the letter is in the future. Check it."
    elif day.year < OLDEST_YEAR:
        errors["dated_on"] = "That is very long ago. Check the year."
    return day


def file_letter(
    *,
    actor: Actor,
    resident: Resident,
    transfer: Transfer | None,
    source: str,
    kept: tuple[str, str],
    told: Told,
    follows: DischargeSummary | None = None,
    return_note: bool = False,
    now: datetime,
) -> DischargeSummary:
    """The letter is the resident's: on the home's own pages at once, and taken on by nobody yet.

    In the caller's transaction. `kept` is where its PDF is and the SHA-256 of it. With `follows` it takes the place of
    that copy; what a hospital sent by itself stands beside it, whichever came first.
    """
    lock_told(resident=resident, now=now)
    if transfer is not None:
        transfer = lock_journey(transfer)
    replaced = follows is not None and _superseded(follows)
    summary = DischargeSummary.objects.create(
        home=resident.home,
        resident=resident,
        transfer=transfer,
        organisation=resident.home,
        hospital_name=told.hospital_name,
        source=source,
        relation=DischargeSummary.Relation.REPLACES if replaced else "",
        follows=follows if replaced else None,
        identity=json.dumps({"seen_on_the_letter": told.seen, "by": actor.name}),
        dated_on=told.dated_on,
        return_note=return_note,
        version=_next_version(transfer, follows),
        state=State.SENT,
        form=DischargeSummary.Form.PDF,
        headings=json.dumps(told.texts) if told.texts else "",
        file=kept[0],
        file_hash=kept[1],
        written_by=actor.user,
        written_by_name=actor.name,
        written_at=now,
        sent_at=now,
    )
    begin_follow_ups(summary)
    tell_home(summary, replaces=replaced, now=now)
    _record(summary, actor, told, now)
    return summary


def _superseded(follows: DischargeSummary) -> bool:
    rows = DischargeSummary.objects.filter(pk=follows.pk, state=State.SENT, source=Source.COPIED)
    return bool(rows.update(state=State.SUPERSEDED))


def _next_version(transfer: Transfer | None, follows: DischargeSummary | None) -> int:
    if transfer is not None:
        return next_version(transfer)
    return follows.version + 1 if follows else 1


def _record(summary: DischargeSummary, actor: Actor, told: Told, now: datetime) -> None:
    record(
        f"letter.{summary.source}",
        summary,
        actor=actor,
        at=now,
        organisation=summary.home_id,
        resident=summary.resident_id,
        transfer=summary.transfer_id,
        version=summary.version,
        seen=told.seen,
        return_note=summary.return_note,
        replaces=summary.follows_id,
        digest=summary.file_hash,
        personal={"hospital": told.hospital_name},
    )


def day_of(now: datetime) -> date:
    """Today, where the homes are."""
    return timezone.localdate(now)
