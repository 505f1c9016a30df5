"""Which records are due, and what stands in the way of the others, read from what is recorded."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.organisations.access import Actor, Permission
from redbag.residents.models import Resident
from redbag.retention.clocks import Answer, Known, answer
from redbag.retention.holds import held_residents
from redbag.retention.models import EndedRecord, Ending, Keeping, KeptLonger, RecordRequest
from redbag.summaries.models import BodyMap, Observation, SectionVersion
from redbag.transfers.case_models import Case
from redbag.transfers.death_models import Death
from redbag.transfers.models import HeldFact, Transfer

MOST = 500


@dataclass(frozen=True)
class Row:
    """One record on the list: what is known, what follows from it, and a destruction that was begun."""

    resident: Resident
    known: Known
    answer: Answer
    ending: Ending | None


def left_records(*, actor: Actor, today: date) -> list[Row]:
    """Records of everybody who left the actor's homes and is not destroyed, those due first, then by their day."""
    homes = actor.organisations_with(Permission.KEEP_RECORDS)
    left = Resident.objects.filter(home__in=homes, merged_into=None).exclude(archived_at=None)
    left = left.exclude(pk__in=EndedRecord.objects.filter(home__in=homes).values("resident_ref"))
    people = list(left.select_related("home").order_by("archived_at", "pk")[:MOST])
    return sorted(rows_of(people, today=today), key=lambda row: (not row.answer.is_due, row.answer.due_on or date.max))


def rows_of(people: Sequence[Resident], *, today: date) -> list[Row]:
    """What follows today for each of these records."""
    known = known_of(people)
    endings = {each.resident_id: each for each in Ending.objects.open().filter(resident__in=people)}
    return [Row(each, known[each.pk], answer(known[each.pk], today=today), endings.get(each.pk)) for each in people]


def row_of(resident: Resident, *, today: date) -> Row:
    """What follows today for one record."""
    (row,) = rows_of([resident], today=today)
    return row


def known_of(people: Sequence[Resident]) -> dict[UUID, Known]:
    """What is known of the end of each person's care; people are records that are kept, not those joined to them."""
    kept = _kept_by_record(people)
    told = _told(kept)
    seen, died, open_matters = _last_seen(kept), _died(kept), _open(kept)
    until, held = _until(kept), set(held_residents())
    known = {}
    for each in people:
        said = told[each.pk]
        known[each.pk] = Known(
            lives_here=each.archived_at is None,
            left_on=_latest(*(row.left_on for row in said), each.archived_at and timezone.localdate(each.archived_at)),
            died_on=_latest(*(row.died_on for row in said), died.get(each.pk)),
            last_contact_on=_latest(*(row.last_contact_on for row in said), seen.get(each.pk)),
            mental_health=any(row.mental_health for row in said),
            keep_until=until.get(each.pk),
            held=each.pk in held,
            open=tuple(sorted(open_matters[each.pk])),
        )
    return known


def _kept_by_record(people: Sequence[Resident]) -> dict[UUID, UUID]:
    """The kept record of each record, also of those joined to it."""
    own = {each.pk: each.pk for each in people}
    joined = Resident.objects.filter(merged_into__in=own).values_list("pk", "merged_into")
    return own | dict(joined)


def _told(kept: dict[UUID, UUID]) -> dict[UUID, list[Keeping]]:
    """What was told of each person's end, also of records joined to theirs."""
    found: dict[UUID, list[Keeping]] = defaultdict(list)
    for row in Keeping.objects.filter(resident__in=kept):
        found[kept[row.resident_id]].append(row)
    return found


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _last_seen(kept: dict[UUID, UUID]) -> dict[UUID, date]:
    """The last day of which anything was recorded about each person's health or journeys."""
    latest: dict[UUID, date] = {}
    for model, *columns in (
        (SectionVersion, "written_at"),
        (Observation, "taken_at"),
        (BodyMap, "seen_at"),
        (Transfer, "packed_at", "back_at", "closed_at"),
        (DischargeSummary, "written_at", "discharged_at"),
    ):
        rows = model.objects.filter(resident__in=kept).values_list("resident")
        for resident, *moments in rows.annotate(*map(Max, columns)).order_by():
            _take(latest, kept[resident], moments)
    return latest


def _take(latest: dict[UUID, date], person: UUID, moments: Collection[datetime | None]) -> None:
    days = [timezone.localdate(each) for each in moments if each]
    if days:
        latest[person] = max(*days, latest.get(person, date.min))


def _died(kept: dict[UUID, UUID]) -> dict[UUID, date]:
    deaths = Death.objects.filter(transfer__resident__in=kept, taken_back_at=None)
    rows = deaths.values_list("transfer__resident", "died_at", "said_at").order_by("said_at")
    return {kept[resident]: timezone.localdate(died or said) for resident, died, said in rows}


def _until(kept: dict[UUID, UUID]) -> dict[UUID, date]:
    """Until when each record is kept beyond its time: the last word of each counts, and the latest of those joined."""
    rows = KeptLonger.objects.filter(resident__in=kept).order_by("at", "pk").values_list("resident", "until")
    latest: dict[UUID, date] = {}
    for resident, until in dict(rows).items():
        latest[kept[resident]] = max(until, latest.get(kept[resident], until))
    return latest


def _open(kept: dict[UUID, UUID]) -> dict[UUID, set[str]]:
    """What is not finished, in words, for each person."""
    found: dict[UUID, set[str]] = defaultdict(set)
    journeys = Transfer.objects.filter(resident__in=kept)
    references = dict(journeys.values_list("pk", "resident"))
    waiting = HeldFact.objects.filter(transfer_ref__in=references, settled_at=None)
    for words, residents in (
        ("A journey is not closed.", journeys.open().values_list("resident", flat=True)),
        (
            "A case of something not found is open.",
            Case.objects.open().filter(transfer__resident__in=kept).values_list("transfer__resident", flat=True),
        ),
        (
            "Belongings are kept for a coroner or the police.",
            Death.objects.filter(transfer__resident__in=kept, taken_back_at=None)
            .exclude(hold="")
            .values_list("transfer__resident", flat=True),
        ),
        (
            "A hospital letter is not settled.",
            DischargeSummary.objects.filter(
                Q(resident__in=kept) | Q(transfer__resident__in=kept), state__in=["reading", "draft", "held"]
            ).values_list(Coalesce("resident", "transfer__resident"), flat=True),
        ),
        (
            "Pages of a letter wait to be filed.",
            LetterCopy.objects.filter(resident__in=kept).values_list("resident", flat=True),
        ),
        (
            "Somebody asked for the record and has no answer.",
            RecordRequest.objects.open().filter(resident__in=kept).values_list("resident", flat=True),
        ),
        (
            "Something told on a tablet is not settled.",
            [references[each] for each in waiting.values_list("transfer_ref", flat=True)],
        ),
    ):
        for resident in residents:
            found[kept.get(resident, resident)].add(words)
    return found
