"""What crew and ward must know at once, in the order in which it saves a life: for screens, paper and API alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, travelling
from redbag.summaries.alerts import (
    CPR_NO_ONLY,
    allergy_line,
    cpr_line,
    decision_check,
    decision_review,
    learning_line,
    paper_place,
    papers_said,
    speak_first,
    stay_line,
    with_dated_doses,
)
from redbag.summaries.observing import standing
from redbag.transfers import replay
from redbag.transfers.additions import Added
from redbag.transfers.condition import alert_lines, normal_lines, plan_lines
from redbag.transfers.contents import Item
from redbag.transfers.flags import Flag, flags_of
from redbag.transfers.law import legal_lines
from redbag.transfers.leaving import (
    Words,
    changed_since_leaving,
    counted,
    late_additions,
    taken_since_leaving,
    told_since_leaving,
    words_of,
)
from redbag.transfers.lines import REASON_LABELS, Line, lines_of
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.not_recorded import not_recorded
from redbag.transfers.ringing import Number, kept_from, whom_to_ring, without_numbers
from redbag.transfers.vital_signs import Reading, Vitals, not_taken, present_of, sets_of

WHY = ("concern", "action", "response", "examination", "shared", "advised", "watch_for")


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """The first screen, in its order. `summary` holds every section that travels, with its age.

    Of words, empty means that nobody recorded it, never "none"; `not_recorded` names what is missing. `vitals_gap` says
    that no vital signs were taken lately, and is empty when they were: `news2` is then no more than what was, or None.
    `no_score` says why no NEWS2 is told (comfort care, under 16, pregnancy): the vital signs then carry no score, band
    or red reading.
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
    papers_said: Sequence[str]
    paper_place: str
    decision_check: str
    flags: Sequence[Flag]
    documents: Sequence[Document]
    review_due: str
    speak_first: str
    kept_from: Sequence[Line]
    stay: str
    added: Sequence[Added]
    why: Sequence[Line]
    last_seen_well: str
    ask: str
    return_when: str
    vitals_gap: str
    no_score: str
    news2: Vitals | None
    usual_news2: Vitals | None
    alerts: Sequence[Line]
    infection: str
    infection_today: str
    limits: str
    plan: Sequence[Line]
    normal: Sequence[Line]
    learning: str
    swallowing: str
    last_ate: str
    last_doses: str
    time_critical: Sequence[Mapping]
    medicines: Sequence[Mapping]
    handling: Sequence[Line]
    devices: str
    legal: Sequence[Line]
    in_charge: str
    family_told: str
    numbers: Sequence[Number]
    not_recorded: Sequence[str]
    items: Sequence[Item]
    summary: Sequence[Mapping]

    @property
    def calm_signs(self) -> Sequence[Reading]:
        """The vital signs that are not far from normal by themselves."""
        return [reading for reading in self.news2.readings if not reading.red] if self.news2 else []

    @property
    def decision_papers(self) -> bool:
        """Whether a paper about CPR or treatment is among the papers and pictures that travel."""
        return any(each.is_decision for each in self.documents)

    @property
    def normal_told(self) -> Sequence[Line]:
        """What is recorded of how they usually are."""
        return [line for line in self.normal if line.words]


def emergency(*, transfer: Transfer, now: datetime, facts: Sequence[Fact] | None = None) -> Emergency:
    """The first screen of a transfer (its resident and home joined), in four statements, in three with facts given."""
    facts = replay.facts_of(transfer) if facts is None else facts
    journey = replay.journey_of(transfer, facts)
    until = transfer.ended_at
    late = late_additions(transfer, facts)
    told = counted(late, voided_by=journey.voided_by, until=until)
    words = words_of(transfer, late, told)
    plain = read_summary(resident=transfer.resident, now=now, until=until)
    summary = _dated(plain, timezone.localdate(now))
    content = {section["name"]: section["content"] for section in summary}
    sets = sets_of(resident=transfer.resident, contents=content, now=now, began=transfer.packed_at, until=until)
    signs = _vital_signs(transfer.resident, content, sets, now)
    documents = travelling_documents(transfer.resident, until=until)
    return Emergency(
        transfer=transfer.pk,
        **_who(transfer.resident),
        **_protecting(content, timezone.localdate(now)),
        decision_check=decision_check(content["resuscitation"], [each.kind for each in documents]),
        flags=flags_of(content, words.said),
        documents=documents,
        **_why(words),
        **signs,
        **_condition(content, words.reason),
        **_ringing(transfer, content, words.said),
        not_recorded=not_recorded(
            content=content,
            reason=words.said,
            vitals_gap=signs["vitals_gap"],
            allergies=allergy_line(content["allergies"])[0],
            cpr=cpr_line(content["resuscitation"])[0],
        ),
        added=sorted(
            [
                *told_since_leaving(transfer, told),
                *changed_since_leaving(transfer, without_numbers(travelling(plain), transfer.resident.contacts)),
                *taken_since_leaving(transfer, sets, now=now),
            ],
            key=lambda each: each.at,
            reverse=True,
        ),
        items=journey.items,
        summary=without_numbers(travelling(summary), transfer.resident.contacts),
    )


def _dated(summary: Sequence[dict], today: date) -> list[dict]:
    """The sections, with last doses of earlier days saying when they were written."""
    return [
        {**each, "content": with_dated_doses(each["content"], written=_day(each["written_at"]), today=today)}
        if each["name"] == "medicines"
        else each
        for each in summary
    ]


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _who(resident: Resident) -> dict:
    return {
        "name": resident.patient_name,
        "preferred_name": resident.preferred_name,
        "born": resident.date_of_birth,
        "sex": resident.get_sex_display() if resident.sex else "",
        "nhs_number": resident.nhs_number,
        "nhs_number_verified": resident.nhs_number_status == Resident.Number.VERIFIED,
    }


def _protecting(content: Mapping[str, Mapping], today: date) -> dict:
    """The lines that protect, in the words they have everywhere; of safeguarding only that one must speak first."""
    cpr = cpr_line(content["resuscitation"])
    return {
        "allergies": allergy_line(content["allergies"]),
        "cpr": cpr,
        "cpr_note": CPR_NO_ONLY if cpr[0] == "do_not_attempt" else "",
        "papers": content["resuscitation"]["papers"],
        "papers_said": papers_said(content["resuscitation"], today),
        "paper_place": paper_place(content["resuscitation"]),
        "review_due": decision_review(content["resuscitation"], today),
        "speak_first": speak_first(content["safeguarding"]),
        "stay": stay_line(content["stay"]),
    }


def _why(words: Words) -> dict:
    told = words.reason
    return {
        "why": [Line(name, REASON_LABELS[name], told[name]) for name in WHY if told.get(name)],
        "last_seen_well": told.get("last_seen_well") or "",
        "ask": words.ask,
        "return_when": words.return_when,
    }


def _vital_signs(resident: Resident, content: Mapping[str, Mapping], sets: Sequence[Vitals], now: datetime) -> dict:
    """Vital signs now and usually, and why they carry no score where they carry none."""
    latest, usual = present_of(sets, now=now)
    told = standing(born=resident.date_of_birth, contents=content)
    return {
        "vitals_gap": not_taken(latest, now=now),
        "no_score": told.no_score(at=now).rstrip("."),
        "news2": latest,
        "usual_news2": usual,
    }


def _condition(content: Mapping[str, Mapping], reason: Mapping) -> dict:
    """What matters at once, what is agreed, what is normal, medicines and moving."""
    conditions, care, medicines = content["conditions"], content["care"], content["medicines"]["items"]
    return {
        "alerts": alert_lines(conditions),
        "infection": conditions["infection"],
        "infection_today": reason.get("infection_today") or "",
        "limits": content["resuscitation"]["limits"],
        "plan": plan_lines(content["plan"]),
        "normal": normal_lines(content["normal"], reason),
        "learning": learning_line(content["passport"]),
        "swallowing": care["swallowing"],
        "last_ate": reason.get("last_ate") or "",
        "last_doses": reason.get("last_doses") or "",
        "time_critical": sorted(
            (row for row in medicines if row["time_critical"]), key=lambda row: not row["last_given"]
        ),
        "medicines": medicines,
        "handling": lines_of(care, lifting="Lifting", risk_to_crew="Risk to you"),
        "devices": conditions["devices"],
    }


def _ringing(transfer: Transfer, content: Mapping[str, Mapping], told: Mapping) -> dict:
    in_charge, family_told = told.get("in_charge") or "", told.get("family_told") or ""
    contacts = transfer.resident.contacts
    return {
        "legal": legal_lines(content["legal"], home=transfer.home.name),
        "kept_from": kept_from(contacts),
        "in_charge": in_charge,
        "family_told": family_told,
        "numbers": whom_to_ring(
            home=transfer.home.name,
            phone=transfer.home.phone,
            in_charge=in_charge,
            family_told=family_told,
            told=told.get("shared") or "",
            contacts=contacts,
            attorneys=content["legal"]["attorneys"],
        ),
    }
