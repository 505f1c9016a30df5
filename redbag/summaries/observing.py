"""Vital signs are taken and scored; what the record says about scoring this person decides whether a score is shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import lock_told
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.fields import LONGEST, empty, tidy
from redbag.summaries.models import Observation
from redbag.summaries.sections import BY_NAME
from redbag.summaries.versions import NEVER, keep_version

WHOLE_NUMBERS = ("respiratory_rate", "spo2", "systolic_bp", "pulse")
WHOLE = re.compile(r"-?[0-9]{1,6}")
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the record says about scoring somebody: their birth date and three answers of the summary."""

    born: date | None
    pregnant: bool
    comfort_care: bool
    scale2_by: str

    def no_score(self, *, at: datetime) -> str:
        """Why no score is told of a set taken then: under 16, pregnancy or comfort care; empty where one is."""
        return self.refused(at=at) or self.hidden

    def refused(self, *, at: datetime) -> str:
        """Why NEWS2 did not hold for them at this time, or ""."""
        return news2.refusal(born=self.born, pregnant=self.pregnant, today=timezone.localdate(at))

    @property
    def hidden(self) -> str:
        """Why no score is shown whatever it would be, or ""."""
        return news2.COMFORT_CARE if self.comfort_care else ""

    def judge(self, result: news2.Result, *, taken_at: datetime) -> news2.Result:
        """The result as it may be told."""
        return news2.withheld(result, refused=self.refused(at=taken_at), hidden=self.hidden)

    def scale_words(self, scale: int) -> str:
        """Who set SpO2 scale 2, or that nobody wrote it, or that it was not used; empty where scale 1 is right."""
        if scale == 2:
            return f"Scale 2, set by: {self.scale2_by}" if self.scale2_by else news2.SCALE_2_UNSIGNED
        return f"Judged on scale 1, but scale 2 is recorded ({self.scale2_by}): check" if self.scale2_by else ""


def standing(*, born: date | None, contents: Mapping[str, Mapping]) -> Standing:
    """Who they are for NEWS2, from their birth date and the contents of the summary by section name."""
    conditions, plan = contents.get("conditions") or {}, contents.get("plan") or {}
    return Standing(
        born=born,
        pregnant=conditions.get("pregnant") == "yes",
        comfort_care=plan.get("comfort_care") == "yes",
        scale2_by=(conditions.get("scale2_by") or "").strip(),
    )


def standing_of(resident: Resident, summary: Sequence[Mapping] | None = None) -> Standing:
    """The same from the sections that read_summary answered, or in one statement of its own."""
    if summary is not None:
        contents = {section["name"]: section["content"] for section in summary}
    else:
        rows = resident.current_sections.filter(section__in=["conditions", "plan"])
        contents = {row.section: row.content for row in rows}
    return standing(born=resident.date_of_birth, contents=contents)


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
    if fields["acvpu"] not in (None, *news2.ACVPU):
        errors["acvpu"] = "Send A, C, V, P or U."
    try:
        told = values.get("temperature")
        fields["temperature"] = None if told in (None, "") else news2.one_decimal(Decimal(str(told)))
    except InvalidOperation:
        fields["temperature"] = None
        errors["temperature"] = "Send degrees Celsius with one decimal, like 36.8."
    taken_at = values.get("taken_at") or now
    if taken_at > now + AHEAD:
        errors["taken_at"] = "This time is in the future."
    if not errors and not any(fields[name] is not None for name in news2.PARAMETERS):
        errors["observations"] = "Send at least one reading."
    readable = {name: value for name, value in fields.items() if name not in errors}
    errors |= news2.implausible(news2.Observation(**readable))
    if errors:
        raise BadInput(errors)
    return news2.Observation(**fields), taken_at


def _whole(value: object, name: str, errors: dict) -> int | None:
    if value in (None, ""):
        return None
    told = str(value).strip()
    if isinstance(value, bool) or not WHOLE.fullmatch(told):
        errors[name] = "Use a whole number."
        return None
    return int(told)


def rounded(told: object, kept: Decimal | None) -> str:
    """That a temperature was rounded, in words: what was sent and what was kept; empty when they are one."""
    if kept is None or Decimal(str(told)) == kept:
        return ""
    return f"Temperature {told} was kept as {kept}."


@transaction.atomic
def record_observation(
    *, actor: Actor, resident: Resident, values: Mapping, now: datetime, baseline: bool = False
) -> tuple[Observation, news2.Result]:
    """Keep vital signs and their NEWS2 (RCP 2017). BadInput by field.

    No score is kept of an incomplete set, under 16, in pregnancy or where the plan is comfort care; the readings always
    are. `scale2_by` says which clinician put them on SpO2 scale 2, and is kept where nobody had written it. Without an
    `spo2_scale` the scale is the one that the record says.
    """
    require(actor, (Permission.WRITE_RESIDENTS, Permission.PACK), resident.home)
    told = standing_of(resident)
    if values.get("spo2_scale") in (None, "") and told.scale2_by:
        values = {**values, "spo2_scale": 2}
    seen, taken_at = read_observation(values, now=now)
    result = told.judge(news2.score(seen), taken_at=taken_at)
    if seen.spo2_scale == 2 and not told.scale2_by:
        _sign_scale_2(actor, resident, str(values.get("scale2_by") or "").strip(), now)
    observation = Observation.objects.create(
        resident=resident,
        taken_at=taken_at,
        recorded_at=now,
        by=actor.user,
        by_name=actor.name,
        **_columns(seen),
        is_baseline=baseline,
        score=result.score,
        band=result.band or "",
    )
    lock_told(resident=resident, now=now)
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


def _columns(seen: news2.Observation) -> dict:
    return {**vars(seen), "acvpu": seen.acvpu or ""}


def _sign_scale_2(actor: Actor, resident: Resident, by: str, now: datetime) -> None:
    """Add to the conditions who set scale 2. It says nothing of the rest: the last check stays as it was."""
    if not by:
        return
    if len(by) > LONGEST:
        raise BadInput({"scale2_by": f"Use at most {LONGEST} characters."})
    definition = BY_NAME["conditions"]
    lock_told(resident=resident, now=now)
    row = resident.current_sections.filter(section="conditions").first()
    content = {**(tidy(definition, row.content) if row else empty(definition)), "scale2_by": by}
    keep_version(resident=resident, name="conditions", content=content, actor=actor, now=now, told={}, first=NEVER)
    record(
        "summary.written",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        sections=["conditions"],
    )


def observations_of(resident: Resident) -> QuerySet[Observation]:
    """The vital signs on any record of theirs, the newest first."""
    whose = Resident.objects.records_of(resident.pk)
    return Observation.objects.filter(resident__in=whose).order_by("-taken_at", "-recorded_at")


def seen_in(row: Observation) -> news2.Observation:
    """The readings of a row, ready to be scored."""
    signs = {name: getattr(row, name) for name in (*news2.PARAMETERS, "spo2_scale")}
    return news2.Observation(**{**signs, "acvpu": row.acvpu or None})


def result_of(row: Observation, standing: Standing) -> news2.Result | None:
    """What may be told of a kept set; None when one of its readings cannot be true."""
    seen = seen_in(row)
    return None if news2.implausible(seen) else standing.judge(news2.score(seen), taken_at=row.taken_at)
