"""What crew and ward must know at once, in the order in which it saves a life: for screens, paper and API alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.summaries.alerts import CPR_NO_ONLY, allergy_line, cpr_line
from redbag.summaries.models import Observation
from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind

REASON_LABELS = {
    "concern": "What is wrong",
    "last_seen_well": "Last seen well",
    "action": "What was done",
    "response": "How they responded",
    "examination": "What was found",
    "shared": "Who was told",
}
ADDED_LABELS = {
    "ask": "What the home asks",
    "return_when": "Can come home when",
    "destination": "Going to",
    "destination_place": "Place",
    "destination_text": "Going to",
}


@dataclass(frozen=True)
class Line:
    """One labelled thing; `words` is empty when nobody recorded it, which never means "none"."""

    name: str
    label: str
    words: str


@dataclass(frozen=True)
class Vitals:
    """A set of observations with its NEWS2; `score` is None when the set was not complete."""

    taken_at: datetime
    by: str
    score: int | None
    band: str
    readings: Sequence[Line]

    @property
    def band_words(self) -> str:
        """The band in words: low, low to medium, medium, high."""
        return self.band.replace("_", " to ")


@dataclass(frozen=True)
class Added:
    """What the home told after the bag had left."""

    at: datetime
    minutes_after: int
    by: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Number:
    """Somebody to ring."""

    who: str
    phone: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """The first screen. `summary` holds every section with its age (redbag.summaries.actions.read_summary)."""

    transfer: UUID
    name: str
    preferred_name: str
    born: date
    sex: str
    nhs_number: str
    nhs_number_verified: bool
    allergies: tuple[str, str]
    cpr: tuple[str, str]
    cpr_note: str
    papers: Sequence[Mapping]
    why: Sequence[Line]
    last_seen_well: str
    ask: str
    return_when: str
    news2: Vitals | None
    usual_news2: Vitals | None
    alerts: Sequence[Line]
    infection: str
    limits: str
    normal: Sequence[Line]
    swallowing: str
    time_critical: Sequence[Mapping]
    medicines: Sequence[Mapping]
    handling: Sequence[Line]
    numbers: Sequence[Number]
    added: Sequence[Added]
    items: Sequence[Item]
    summary: Sequence[Mapping]


def emergency(*, transfer: Transfer, now: datetime, facts: Sequence[Fact] | None = None) -> Emergency:
    """The first screen of a transfer (its resident and home joined), in three statements, in two with facts given."""
    resident: Resident = transfer.resident
    facts = replay.facts_of(transfer) if facts is None else facts
    journey = replay.journey_of(transfer, facts)
    sections = read_summary(resident=resident, now=now)
    content = {section["name"]: section["content"] for section in sections}
    latest, usual = _observations(resident)
    medicines = content["medicines"]["items"]
    return Emergency(
        transfer=transfer.pk,
        name=resident.patient_name,
        preferred_name=resident.preferred_name,
        born=resident.date_of_birth,
        sex=resident.get_sex_display() if resident.sex else "",
        nhs_number=resident.nhs_number,
        nhs_number_verified=resident.nhs_number_status == Resident.Number.VERIFIED,
        allergies=allergy_line(content["allergies"]),
        cpr=cpr_line(content["resuscitation"]),
        cpr_note=CPR_NO_ONLY if cpr_line(content["resuscitation"])[0] == "do_not_attempt" else "",
        papers=content["resuscitation"]["papers"],
        why=_why(transfer.reason),
        last_seen_well=transfer.reason.get("last_seen_well", ""),
        ask=transfer.ask,
        return_when=transfer.return_when,
        news2=_vitals(latest),
        usual_news2=_vitals(usual),
        alerts=_lines(
            content["conditions"],
            blood_thinner="Blood thinner",
            insulin="Insulin",
            seizures="Seizures",
            oxygen_target="Oxygen target",
        ),
        infection=content["conditions"]["infection"],
        limits=content["resuscitation"]["limits"],
        normal=_lines(
            content["normal"],
            mobility="Moving about",
            speech="Speech",
            confusion="Memory and confusion",
            communication="How to talk with them",
            capacity="Can decide about today?",
        ),
        swallowing=content["care"]["swallowing"],
        time_critical=[row for row in medicines if row["time_critical"]],
        medicines=medicines,
        handling=_lines(content["care"], lifting="Lifting", risk_to_crew="Risk to you"),
        numbers=_numbers(transfer),
        added=_added(transfer, facts, journey.voided_by),
        items=journey.items,
        summary=sections,
    )


def _lines(content: Mapping, **labels: str) -> list[Line]:
    return [Line(name, label, content.get(name) or "") for name, label in labels.items()]


def _why(reason: Mapping) -> list[Line]:
    return [
        Line(name, label, reason[name])
        for name, label in REASON_LABELS.items()
        if name != "last_seen_well" and reason.get(name)
    ]


def _observations(resident: Resident) -> tuple[Observation | None, Observation | None]:
    """The newest set, and the newest that shows what is usual."""
    newest = resident.observations.order_by("-taken_at", "-recorded_at")
    wanted = Q(pk__in=newest.filter(is_baseline=False).values("pk")[:1]) | Q(
        pk__in=newest.filter(is_baseline=True).values("pk")[:1]
    )
    rows = {row.is_baseline: row for row in Observation.objects.filter(wanted)}
    return rows.get(False), rows.get(True)


def _vitals(row: Observation | None) -> Vitals | None:
    if row is None:
        return None
    oxygen = {True: "on oxygen", False: "on air", None: ""}[row.on_oxygen]
    told = (
        ("respiratory_rate", "Breaths", row.respiratory_rate, " a minute"),
        ("spo2", f"Oxygen level (scale {row.spo2_scale})", row.spo2, f" % {oxygen}".rstrip()),
        ("systolic_bp", "Systolic blood pressure", row.systolic_bp, ""),
        ("pulse", "Pulse", row.pulse, " a minute"),
        ("acvpu", "ACVPU", row.acvpu or None, ""),
        ("temperature", "Temperature", row.temperature, " °C"),
    )
    readings = [Line(name, label, f"{value}{unit}") for name, label, value, unit in told if value is not None]
    return Vitals(row.taken_at, row.by_name, row.score, row.band, readings)


def _numbers(transfer: Transfer) -> list[Number]:
    """The home, and the first contact who has a phone."""
    numbers = [Number(f"{transfer.home.name}: the nurse or carer in charge", transfer.home.phone)]
    for contact in transfer.resident.contacts:
        if contact.get("phone"):
            who = ", ".join(filter(None, (contact.get("name"), contact.get("relation"))))
            numbers.append(Number(who, contact["phone"], contact.get("note") or ""))
            break
    return numbers


def _added(transfer: Transfer, facts: Sequence[Fact], voided_by: Mapping) -> list[Added]:
    """What was added since the bag left, newest first."""
    left = transfer.left_at
    late = [
        fact
        for fact in facts
        if fact.kind == Kind.ADDITION and left and fact.occurred_at >= left and fact.pk not in voided_by
    ]
    return [
        Added(fact.occurred_at, int((fact.occurred_at - left).total_seconds() // 60), fact.by_name, added_lines(fact))
        for fact in sorted(late, key=lambda fact: fact.occurred_at, reverse=True)
    ]


def added_lines(fact: Fact) -> list[Line]:
    """What an addition says, labelled: words, and things put with the bag."""
    reason = fact.content.get("reason") or {}
    lines = [Line(name, REASON_LABELS.get(name, name), words) for name, words in reason.items() if words]
    lines += [Line(name, label, fact.content[name]) for name, label in ADDED_LABELS.items() if fact.content.get(name)]
    lines += [Line("bag", "Bag", "another bag was taken")] if fact.content.get("bag") else []
    lines += [Line("item", "Also with them", row.get("description") or row["category"]) for row in fact.items]
    return lines
