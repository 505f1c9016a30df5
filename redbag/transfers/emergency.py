"""What crew and ward must know at once, in the order in which it saves a life: for screens, paper and API alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, travelling
from redbag.summaries.alerts import CPR_NO_ONLY, allergy_line, cpr_line
from redbag.transfers import replay
from redbag.transfers.contents import CATEGORIES, Item
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind
from redbag.transfers.vital_signs import Vitals, not_taken, vitals_of

REASON_LABELS = {
    "concern": "What is wrong",
    "last_seen_well": "Last seen well",
    "action": "What was done",
    "response": "How they responded",
    "examination": "What was found",
    "shared": "Who was told",
    "last_ate": "Last ate and drank",
    "capacity_today": "Can decide today?",
    "infection_today": "Infection today",
    "in_charge": "In charge at the home",
    "family_told": "Family told",
    "advised": "Advice before leaving",
    "watch_for": "Watch for",
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
class Added:
    """What the home told after the bag had left."""

    at: datetime
    minutes_after: int
    by: str
    lines: Sequence[Line]

    @property
    def after(self) -> str:
        """How long after the bag had left, in words: 50 minutes, 3 hours, 2 days 4 hours."""
        return _long(timedelta(minutes=self.minutes_after))


@dataclass(frozen=True)
class Number:
    """Somebody to ring."""

    who: str
    phone: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """The first screen. `summary` holds every section with its age (redbag.summaries.actions.read_summary).

    `vitals_gap` says that no vital signs were taken lately, and is empty when they were: `news2` is then no more than
    what was, or None.
    """

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
    vitals_gap: str
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
    sections = travelling(read_summary(resident=resident, now=now))
    content = {section["name"]: section["content"] for section in sections}
    latest, usual = vitals_of(resident=resident, now=now)
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
        vitals_gap=not_taken(latest, now=now),
        news2=latest,
        usual_news2=usual,
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
    lines += [Line("bag", "Bag", "a bag was chosen")] if fact.content.get("bag") else []
    lines += [
        Line("item", "Also with them", row.get("description") or CATEGORIES.get(row["category"], "Something else"))
        for row in fact.items
    ]
    return lines


def _long(length: timedelta) -> str:
    """A length of time in words, in days and hours from two hours on."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return _count(minutes, "minute")
    days, hours = divmod(minutes // 60, 24)
    return " ".join(_count(number, word) for number, word in ((days, "day"), (hours, "hour")) if number)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
