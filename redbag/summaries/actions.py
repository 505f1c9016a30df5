"""The health summary is written, verified and read; observations are scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.fields import Section, completeness, empty, problems, tidy
from redbag.summaries.models import CurrentSection, Observation, SectionVersion
from redbag.summaries.sections import BY_NAME, SECTIONS

WHOLE_NUMBERS = ("respiratory_rate", "spo2", "systolic_bp", "pulse")
AHEAD = timedelta(minutes=5)


class SomebodyWasFaster(Refused):
    """Sections changed since they were read; `sections` names them."""

    code = "changed_meanwhile"


def read_summary(*, resident: Resident, now: datetime) -> list[dict]:
    """Every section in order, filled or not: name, title, content, version, author, times, age and completeness.

    `due` says that it is older than its limit and asks "still right?"; a section nobody wrote has version 0.
    """
    current = {each.section: each for each in resident.current_sections.all()}
    return [_section(definition, current.get(definition.name), now) for definition in SECTIONS]


def _section(definition, row: CurrentSection | None, now: datetime) -> dict:
    content = tidy(definition, row.content) if row else empty(definition)
    return {
        "name": definition.name,
        "title": definition.title,
        "content": content,
        "version": row.version if row else 0,
        "author": row.author_name if row else None,
        "written_at": row.written_at if row else None,
        "verified_at": row.verified_at if row else None,
        "verified_by": row.verified_by if row else None,
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
    if errors:
        raise BadInput(errors)
    Resident.objects.filter(pk=resident.pk).update(told_at=now)  # and takes the resident's lock
    current = {each.section: each for each in resident.current_sections.filter(section__in=list(contents))}
    late = [name for name in contents if (current[name].version if name in current else 0) != seen.get(name, 0)]
    if late:
        titles = ", ".join(BY_NAME[name].title for name in late)
        raise SomebodyWasFaster(f"Somebody changed this meanwhile: {titles}.", sections=sorted(late))
    for name, content in contents.items():
        _write(actor, resident, name, tidy(BY_NAME[name], content), current.get(name), now)
    record(
        "summary.written",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        sections=sorted(contents),
    )


def _write(actor, resident, name, content, row: CurrentSection | None, now) -> None:
    version = row.version + 1 if row else 1
    SectionVersion.objects.create(
        resident=resident,
        section=name,
        version=version,
        content=content,
        author=actor.user,
        author_name=actor.name,
        written_at=now,
    )
    CurrentSection.objects.update_or_create(
        resident=resident,
        section=name,
        defaults={
            "version": version,
            "content": content,
            "author_name": actor.name,
            "written_at": now,
            "verified_at": now,
            "verified_by": actor.name,
        },
    )


@transaction.atomic
def still_right(*, actor: Actor, resident: Resident, section: str, now: datetime) -> None:
    """Somebody looked at a section and it is still right."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    row = resident.current_sections.select_for_update().filter(section=section).first()
    if row is None:
        raise Refused("Nothing is written there yet.", code="section_empty")
    row.verified_at, row.verified_by = now, actor.name
    row.save(update_fields=["verified_at", "verified_by"])
    Resident.objects.filter(pk=resident.pk).update(told_at=now)
    record(
        "summary.verified",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        sections=[section],
    )


def read_observation(values: Mapping, *, now: datetime) -> tuple[news2.Observation, datetime]:
    """The observation that was sent and when it was taken, or BadInput by field."""
    errors: dict[str, str] = {}
    fields: dict = {name: _whole(values.get(name), name, errors) for name in WHOLE_NUMBERS}
    fields["spo2_scale"] = _whole(values.get("spo2_scale") or 1, "spo2_scale", errors)
    if fields["spo2_scale"] not in (1, 2):
        errors["spo2_scale"] = "Send 1, or 2 when a clinician has set scale 2."
    fields["on_oxygen"] = values.get("on_oxygen")
    if fields["on_oxygen"] not in (None, True, False):
        errors["on_oxygen"] = "Send true or false."
    fields["acvpu"] = values.get("acvpu") or None
    if fields["acvpu"] not in (None, "A", "C", "V", "P", "U"):
        errors["acvpu"] = "Send A, C, V, P or U."
    try:
        told = values.get("temperature")
        fields["temperature"] = (
            None if told in (None, "") else Decimal(str(told)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        )
    except InvalidOperation:
        errors["temperature"] = "Send degrees Celsius with one decimal, like 36.8."
    taken_at = values.get("taken_at") or now
    if taken_at > now + AHEAD:
        errors["taken_at"] = "This time is in the future."
    if not errors and not any(fields[name] is not None for name in news2.PARAMETERS):
        errors["observations"] = "Send at least one reading."
    if not errors:
        errors = dict(news2.implausible(news2.Observation(**fields)))
    if errors:
        raise BadInput(errors)
    return news2.Observation(**fields), taken_at


def _whole(value: object, name: str, errors: dict) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not str(value).strip().lstrip("-").isdigit():
        errors[name] = "Use a whole number."
        return None
    return int(str(value))


@transaction.atomic
def record_observation(
    *, actor: Actor, resident: Resident, values: Mapping, now: datetime, baseline: bool = False
) -> tuple[Observation, news2.Result]:
    """Keep vital signs and their NEWS2 (RCP 2017); an incomplete set has no score. BadInput by field."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    seen, taken_at = read_observation(values, now=now)
    result = news2.score(seen)
    observation = Observation.objects.create(
        resident=resident,
        taken_at=taken_at,
        recorded_at=now,
        by=actor.user,
        by_name=actor.name,
        respiratory_rate=seen.respiratory_rate,
        spo2=seen.spo2,
        spo2_scale=seen.spo2_scale,
        on_oxygen=seen.on_oxygen,
        systolic_bp=seen.systolic_bp,
        pulse=seen.pulse,
        acvpu=seen.acvpu or "",
        temperature=seen.temperature,
        is_baseline=baseline,
        score=result.score,
        band=result.band if result.score is not None else "",
    )
    Resident.objects.filter(pk=resident.pk).update(told_at=now)
    record(
        "observation.recorded",
        observation,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        score=result.score,
    )
    return observation, result
