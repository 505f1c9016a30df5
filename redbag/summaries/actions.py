"""The health summary is written, verified and read."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import lock_told
from redbag.residents.models import Resident
from redbag.summaries.checking import problems
from redbag.summaries.coding import with_codes
from redbag.summaries.fields import NOT_KNOWN, Section, completeness, empty, tidy
from redbag.summaries.models import CurrentSection, SectionVersion
from redbag.summaries.scores import no_frailty_score
from redbag.summaries.sections import BY_NAME, SECTIONS
from redbag.summaries.versions import checked_by, keep_version, versions_at


class SomebodyWasFaster(Refused):
    """Sections changed since they were read; `sections` names them."""

    code = "changed_meanwhile"


def read_summary(*, resident: Resident, now: datetime, until: datetime | None = None) -> list[dict]:
    """Every section in order, filled or not: name, title, content, version, author, times, age and completeness.

    With `until`, as it was at that moment, whatever was written since; one statement more when something was.

    `due` says that it is older than its limit and asks "still right?"; a section nobody wrote has version 0, and one
    that nobody has looked at as a whole has no verified_at.
    """
    current = {each.section: each for each in resident.current_sections.all()}
    if until is not None and resident.told_at and resident.told_at > until:
        then = versions_at(resident=resident, moment=until)
        current = {row.section: _as_it_was(row, current.get(row.section), until) for row in then}
    return [_section(definition, current.get(definition.name), now) for definition in SECTIONS]


def _as_it_was(row: SectionVersion, current: CurrentSection | None, until: datetime) -> CurrentSection:
    """A version as the section that it was; never to be saved. Its last check, unless that came later."""
    if current is not None and current.version == row.version and current.verified_at <= until:
        return current
    return CurrentSection(
        section=row.section,
        version=row.version,
        content=row.content,
        author_name=row.author_name,
        written_at=row.written_at,
        verified_at=row.written_at,
        verified_by=row.author_name,
    )


def _section(definition, row: CurrentSection | None, now: datetime) -> dict:
    content = tidy(definition, row.content) if row else empty(definition)
    return {
        "name": definition.name,
        "title": definition.title,
        "content": content,
        "version": row.version if row else 0,
        "author": row.author_name if row else None,
        "written_at": row.written_at if row else None,
        "verified_at": row.verified_at if row and row.verified_by else None,
        "verified_by": row.verified_by or None if row else None,
        "completeness": completeness(definition, content) if row else 0,
        "due": _due(definition, row, now),
    }


def _due(definition: Section, row: CurrentSection | None, now: datetime) -> bool:
    if definition.fresh_days is None:
        return False
    return row is None or now - row.verified_at > timedelta(days=definition.fresh_days)


def travelling(summary: Sequence[dict]) -> list[dict]:
    """The sections that may leave the home: for crews, wards, paper and what is frozen."""
    return [section for section in summary if BY_NAME[section["name"]].travels]


@transaction.atomic
def write_sections(
    *, actor: Actor, resident: Resident, contents: Mapping[str, Mapping], seen: Mapping[str, int], now: datetime
) -> None:
    """Replace the sections that are named. `seen` holds the version of each section its writer had before them.

    Raises BadInput by field, and SomebodyWasFaster when one of the named sections has changed since.
    """
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    errors = {
        name: f"There is no such section. Sections: {', '.join(BY_NAME)}." for name in contents if name not in BY_NAME
    }
    for name, content in contents.items():
        if name in BY_NAME:
            errors |= problems(BY_NAME[name], content)
    errors = _misfits(resident, contents, now) | errors
    if errors:
        raise BadInput(errors)
    lock_told(resident=resident, now=now)
    current = {each.section: each for each in resident.current_sections.filter(section__in=list(contents))}
    late = [name for name in contents if (current[name].version if name in current else 0) != seen.get(name, 0)]
    if late:
        titles = ", ".join(BY_NAME[name].title for name in late)
        raise SomebodyWasFaster(f"Somebody changed this meanwhile: {titles}.", sections=sorted(late))
    for name, content in contents.items():
        coded = with_codes(BY_NAME[name], tidy(BY_NAME[name], content))
        checked = checked_by(actor, now)
        keep_version(resident=resident, name=name, content=coded, actor=actor, now=now, told=checked)
    record(
        "summary.written",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        sections=sorted(contents),
    )


def _misfits(resident: Resident, contents: Mapping[str, object], now: datetime) -> dict[str, str]:
    """What does not fit this person: a frailty score where the scale was not made for them."""
    scored, passport = contents.get("scores"), contents.get("passport")
    if not isinstance(scored, Mapping) or scored.get("cfs", NOT_KNOWN) in ("", NOT_KNOWN):
        return {}
    if not isinstance(passport, Mapping):
        row = resident.current_sections.filter(section="passport").first()
        passport = row.content if row else {}
    today = timezone.localdate(now)
    why = no_frailty_score(born=resident.date_of_birth, passport=passport, today=today)
    return {"scores.cfs": why} if why else {}


@transaction.atomic
def still_right(*, actor: Actor, resident: Resident, section: str, now: datetime) -> None:
    """Somebody looked at a section and it is still right."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    lock_told(resident=resident, now=now)
    row = resident.current_sections.select_for_update().filter(section=section).first()
    if row is None:
        raise Refused("Nothing is written there yet.", code="section_empty")
    row.verified_at, row.verified_by = now, actor.name
    row.save(update_fields=["verified_at", "verified_by"])
    record(
        "summary.verified",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        sections=[section],
    )
