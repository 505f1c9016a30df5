"""Everything about some people that their rows are made of, in a few statements however many people there are."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from redbag.counting.belongings import Search
from redbag.counting.followed import About, Followed, follow_for_counting
from redbag.counting.journeys import VERSION
from redbag.counting.letters import Letter
from redbag.counting.models import CountedJourney
from redbag.counting.paperwork import NOTHING_FROZEN, Papers, papers_of
from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import Kind as OrganisationKind
from redbag.reconciliations.models import Reconciliation
from redbag.residents.models import Resident
from redbag.transfers import replay
from redbag.transfers.case_models import Case
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Snapshot, Swap, Transfer

COMMITTED_BY_NOW = timedelta(minutes=10)
SENT = (DischargeSummary.State.SENT, DischargeSummary.State.SUPERSEDED)
PAPERS = [field.name for field in fields(Papers)]


@dataclass(frozen=True)
class Person:
    """Somebody with every record of theirs, the one that is kept first. Of a `destroyed` one, no age is known."""

    records: Sequence[Resident]
    destroyed: bool

    @property
    def kept(self) -> Resident:
        return self.records[0]

    @property
    def ids(self) -> list[UUID]:
        return [each.pk for each in self.records]


def people_of(residents: Collection[UUID]) -> list[Person]:
    """The people whose records these are; of two records that were joined, one person. Two statements."""
    named = Resident.objects.filter(pk__in=residents).values_list("pk", "merged_into")
    kept = {joined or own for own, joined in named}
    over = Resident.objects.filter(pk=OuterRef("pk"), endings__state__in=["emptied", "done"])
    both = Resident.objects.filter(Q(pk__in=kept) | Q(merged_into__in=kept)).select_related("home")
    columns = ("date_of_birth", "created_at", "archived_at", "merged_into", "home__area")
    rows: QuerySet[Any] = both.only(*columns).annotate(destroyed=Exists(over))
    records: dict[UUID, list[Any]] = defaultdict(list)
    for each in rows.order_by(F("merged_into").asc(nulls_first=True)):
        records[each.merged_into_id or each.pk].append(each)
    return [Person(own, any(each.destroyed for each in own)) for own in records.values()]


@dataclass(frozen=True)
class Material:
    """What is known of some people, by journey, and their letters about stays that no journey here is about.

    `transfers` and `summaries` are all that may have rows now, also those that have none any more.
    """

    people: Sequence[Person]
    journeys: Mapping[UUID, Sequence[Followed]]
    papers: Mapping[UUID, Papers]
    searches: Mapping[UUID, Sequence[Search]]
    letters: Mapping[UUID, Sequence[Letter]]
    letters_alone: Sequence[tuple[Letter, UUID, UUID | None]]
    used_at: Mapping[UUID, datetime]
    transfers: Sequence[UUID]
    summaries: Sequence[UUID]


def gather(people: Sequence[Person]) -> Material:
    """Read it all; a snapshot is opened only when nothing was made of it yet."""
    ids = [each for person in people for each in person.ids]
    rows = list(Transfer.objects.filter(resident__in=ids).select_related("home", "destination").order_by("packed_at"))
    transfers = [each.pk for each in rows]
    whose = {record.pk: person for person in people for record in person.records}
    swapped = _put_off(transfers)
    journeys: dict[UUID, list[Followed]] = defaultdict(list)
    left = []
    for transfer, facts, journey in journeys_of(rows):
        about = about_transfer(transfer, whose[transfer.resident_id], put_off=swapped.get(transfer.pk, ()))
        followed = follow_for_counting(about=about, journey=journey, told=map(replay.told, facts))
        journeys[about.resident].append(followed)
        if followed.moments.departed or journey.left_at:
            left.append(transfer)
    letters, alone, summaries = _letters(ids, transfers)
    return Material(
        people=people,
        journeys=journeys,
        papers=_papers(left),
        searches=_searches(transfers),
        letters=letters,
        letters_alone=alone,
        used_at=_used_at(letters),
        transfers=transfers,
        summaries=summaries,
    )


def about_transfer(transfer: Transfer, person: Person, *, put_off: Collection[datetime] = ()) -> About:
    """What a journey's row (home and destination joined) says of it; `put_off` is when a bag was put off it."""
    aim = transfer.destination
    hospital = aim is not None and aim.kind == OrganisationKind.HOSPITAL
    went_with = any(transfer.left_at and at >= transfer.left_at for at in put_off)
    return About(
        transfer=transfer.pk,
        resident=person.kept.pk,
        home=transfer.home_id,
        area=transfer.home.area_id,
        packed_at=transfer.packed_at,
        born=None if person.destroyed else person.kept.date_of_birth,
        bag=transfer.bag_id is not None or went_with,
        destination=transfer.destination_id if hospital else None,
        destination_place=transfer.destination_place,
    )


def _put_off(transfers: Collection[UUID]) -> Mapping[UUID, Sequence[datetime]]:
    found: dict[UUID, list[datetime]] = defaultdict(list)
    swaps = Swap.objects.filter(transfer__in=transfers, before__isnull=False)
    for transfer, at in swaps.values_list("transfer_id", "at"):
        found[transfer].append(at)
    return found


def _papers(transfers: Iterable[Transfer]) -> Mapping[UUID, Papers]:
    """What was frozen as they left: as it was counted before where nothing was frozen since, else read."""
    frozen_at = {each.pk: each.snapshot_at for each in transfers if each.snapshot_at}
    counted = CountedJourney.objects.filter(transfer__in=frozen_at, version=VERSION, papers_asked__isnull=False)
    papers = {
        transfer: Papers(*said)
        for transfer, counted_at, *said in counted.values_list("transfer", "counted_at", *PAPERS)
        if counted_at - frozen_at[transfer] > COMMITTED_BY_NOW
    }
    unread = [each for each in frozen_at if each not in papers]
    newest = Snapshot.objects.filter(transfer__in=unread, hash=F("transfer__snapshot_hash"))
    for each in newest.only("transfer", "content"):
        papers[each.transfer_id] = papers_of(json.loads(each.content)) if each.content else NOTHING_FROZEN
    return papers


def _searches(transfers: Collection[UUID]) -> Mapping[UUID, Sequence[Search]]:
    found: dict[UUID, list[Search]] = defaultdict(list)
    cases = Case.objects.filter(transfer__in=transfers).order_by("opened_at")
    for transfer, item, outcome, value in cases.values_list("transfer_id", "item", "outcome", "value_pence"):
        found[transfer].append(Search(item=str(item), outcome=outcome, value_pence=value))
    return found


def _letters(
    residents: Collection[UUID], transfers: Collection[UUID]
) -> tuple[Mapping[UUID, list[Letter]], list[tuple[Letter, UUID, UUID | None]], list[UUID]]:
    """Letters that count by journey, those of no journey with home and area, and the ids of all, counting or not."""
    about = Q(resident__in=residents) | Q(transfer__in=transfers)
    rows: QuerySet[Any] = DischargeSummary.objects.filter(about, state__in=SENT)
    columns = ("transfer", "home__area", "organisation", "source", "settled_at", "state", "held_for", "sent_at")
    by_journey: dict[UUID, list[Letter]] = defaultdict(list)
    alone, ids = [], []
    for row in rows.select_related("home").only(*columns).annotate(read_at=F("acknowledgement__at")):
        ids.append(row.pk)
        if row.taken_off:
            continue
        letter = _letter(row)
        if row.transfer_id is not None:
            by_journey[row.transfer_id].append(letter)
        else:
            alone.append((letter, row.home_id, row.home.area_id))
    return by_journey, alone, ids


def _letter(row: Any) -> Letter:
    by_hospital = row.source == DischargeSummary.Source.HOSPITAL
    return Letter(
        summary=row.pk,
        sent_at=row.sent_at,
        hospital=row.organisation_id if by_hospital else None,
        read_at=row.read_at,
        current=row.state == DischargeSummary.State.SENT,
    )


def _used_at(letters: Mapping[UUID, Iterable[Letter]]) -> Mapping[UUID, datetime]:
    """When the first new MAR of each journey was taken into use, from a letter that counts."""
    journey_of = {letter.summary: transfer for transfer, own in letters.items() for letter in own}
    used = Reconciliation.objects.filter(summary__in=journey_of, used_at__isnull=False).order_by("-used_at")
    return {journey_of[summary]: at for summary, at in used.values_list("summary_id", "used_at")}
