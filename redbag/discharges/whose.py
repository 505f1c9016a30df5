"""Looks up whom a document may be about: residents by their NHS number, and their journeys to who sent it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from redbag.discharges.chains import is_of_one_version
from redbag.discharges.content import beside, is_a_mistake, person_meant
from redbag.discharges.matching import Candidate, Why, contradictions, whose
from redbag.discharges.models import DischargeSummary
from redbag.incoming.message import Person
from redbag.organisations.models import Organisation
from redbag.organisations.throttling import TooOften, give_back, take_tries
from redbag.residents.models import Resident
from redbag.residents.nhs_numbers import BadNhsNumber, check
from redbag.transfers.models import Party, Transfer
from redbag.transfers.stages import Stage

ENDED_LATELY, A_DAY = timedelta(days=60), timedelta(days=1)
GUESSES = {"most": 10, "window": 24 * 3600}
State = DischargeSummary.State


@dataclass(frozen=True, kw_only=True)
class Found:
    """Whose a summary is and on which journey, or why nobody can say; `home` is told that it is held."""

    resident: Resident | None = None
    transfer: Transfer | None = None
    home: Organisation | None = None
    why: tuple[str, ...] = ()


def found(summary: DischargeSummary, *, now: datetime) -> Found:
    """Whose a summary is, unless this hospital has sent other words under the same document id before."""
    where = by_person(summary, now=now)
    if not says_otherwise(summary):
        return where
    return Found(home=where.home if summary.transfer or where.why else None, why=(Why.SAME_ID_OTHER_WORDS, *where.why))


def by_person(summary: DischargeSummary, *, now: datetime) -> Found:
    """Whose a summary is: under a journey that resident's unless it contradicts, else whom its identifiers say."""
    person, transfer = person_meant(summary.identity), summary.transfer
    if transfer is None:
        return _by_identifiers(summary, person, now)
    against = contradictions(person, candidate(kept(transfer.resident)))
    return Found(home=transfer.home, why=against) if against else _on(transfer, transfer.resident)


def says_otherwise(summary: DischargeSummary) -> bool:
    """Whether this hospital has sent another file under the id of this document before, not to take that one back."""
    one = is_of_one_version(summary.document_id, summary.document_set) and not is_a_mistake(summary)
    return one and same_id(summary).exclude(file_hash=summary.file_hash).exists()


def same_id(summary: DischargeSummary) -> QuerySet[DischargeSummary]:
    """Other summaries of this hospital from a document with the same id, but drafts and those taken back."""
    rows = DischargeSummary.objects.filter(organisation=summary.organisation_id, document_id=summary.document_id)
    return rows.exclude(pk=summary.pk).exclude(state=State.DRAFT).exclude(state=State.HELD, settled_at__isnull=False)


def _by_identifiers(summary: DischargeSummary, person: Person, now: datetime) -> Found:
    """Whom the identifiers name. Who tries one NHS number again and again with other details finds nobody for a day."""
    try:
        tries = take_tries("", ("whose", f"{summary.organisation_id}:{person.nhs_number}", GUESSES))
    except TooOften:
        return Found(why=(Why.NOBODY,))
    where = _named_by(summary, person, now)
    if where.resident is not None:
        give_back(tries)
    return where


def _named_by(summary: DischargeSummary, person: Person, now: datetime) -> Found:
    known = {each.pk: each for each in _numbered(person.nhs_number)}
    expected = set(_journeys(summary.organisation, known, now).values_list("resident_id", flat=True))
    code = beside(summary.identity, "home").upper()
    named = Organisation.objects.filter(ods_code=code).first() if code else None
    wanted = (named.pk if named else code) if code else None
    fitting = [candidate(each, expected=_expected(each, expected)) for each in known.values()]
    verdict = whose(person, fitting, home=wanted)
    resident = next((each for each in known.values() if each.pk == verdict.whose), None)
    if resident is None:
        plausible = named if any(each.home_id == wanted for each in known.values()) else None
        return Found(home=plausible, why=verdict.why)
    journey = _of_that_stay(summary, list(_journeys(summary.organisation, {resident.pk: resident}, now)))
    return _on(journey, resident) if journey else Found(resident=resident, home=resident.home)


def _of_that_stay(summary: DischargeSummary, journeys: Sequence[Transfer]) -> Transfer | None:
    """The journey of the stay that a summary is about: the last that had begun when they left, or when it was written.

    Without any day it is the only journey there is; of several nobody can say. One that ended before is of no stay
    after it.
    """
    written = summary.read().get("written_at")
    when = summary.discharged_at or (datetime.fromisoformat(written) if written else None)
    if when is None:
        return journeys[0] if len(journeys) == 1 else None
    journey = next((each for each in journeys if each.packed_at < _end_of(when)), None)
    ended = journey.closed_at if journey else None
    late = summary.discharged_at is not None and ended is not None and ended + A_DAY < when
    return None if late else journey


def _end_of(when: datetime) -> datetime:
    """The moment; of a day that was given without a time, its end."""
    return when + A_DAY if timezone.localtime(when).time() == time() else when


def _on(transfer: Transfer, resident: Resident) -> Found:
    return Found(resident=resident, transfer=transfer, home=transfer.home)


def kept(resident: Resident) -> Resident:
    """The record that stands for this person, where several were joined."""
    while resident.merged_into_id:
        resident = Resident.objects.select_related("home").get(pk=resident.merged_into_id)
    return resident


def candidate(resident: Resident, *, expected: bool = False) -> Candidate:
    """A resident as matching looks at them, with the names of the records that were joined into theirs."""
    return replace(candidates([resident])[resident.pk], expected=expected)


def candidates(residents: Sequence[Resident]) -> dict[UUID, Candidate]:
    """Residents as matching looks at them, by their ids; the names of joined records in one statement."""
    also: dict[UUID, list[tuple[str, str]]] = {each.pk: [] for each in residents}
    for each in Resident.objects.filter(merged_into__in=also):
        firsts = [each.first_name, *filter(None, [each.preferred_name])]
        also[each.merged_into_id] += [(first, each.last_name) for first in firsts]
    return {each.pk: _candidate(each, tuple(also[each.pk])) for each in residents}


def _candidate(resident: Resident, also: tuple[tuple[str, str], ...]) -> Candidate:
    return Candidate(
        key=resident.pk,
        home=resident.home_id,
        nhs_number=resident.nhs_number,
        date_of_birth=resident.date_of_birth,
        first_name=resident.first_name,
        last_name=resident.last_name,
        preferred_name=resident.preferred_name,
        also=also,
        left=resident.archived_at is not None,
    )


def _numbered(number: str) -> list[Resident]:
    """The records with this NHS number, each as the record that is kept of that person; once each."""
    try:
        wanted = check(number, demo=True)
    except BadNhsNumber:
        return []
    rows = Resident.objects.numbered(wanted).select_related("home").order_by("pk")
    return list({each.pk: each for each in map(kept, rows)}.values())


def _journeys(hospital: Organisation, residents: dict[UUID, Resident], now: datetime) -> QuerySet[Transfer]:
    """Their journeys to this hospital that are open or ended lately, the one that began last first."""
    party = Party.objects.filter(transfer=OuterRef("pk"), organisation=hospital, reads=True)
    records = Q(resident__in=residents) | Q(resident__merged_into__in=residents)
    lately = ~Q(stage=Stage.CLOSED) | Q(closed_at__gt=now - ENDED_LATELY)
    rows = Transfer.objects.filter(records & lately).filter(Q(destination=hospital) | Exists(party))
    return rows.select_related("home", "resident").order_by("-packed_at")


def _expected(resident: Resident, expected: set) -> bool:
    return bool(expected.intersection(Resident.objects.records_of(resident.pk).values_list("pk", flat=True)))
