"""What papers are made of, as a digest: whether one is still good is asked of what was told, never of clocks."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from redbag.documents.models import Document
from redbag.packs.models import Sheet
from redbag.packs.sheets import why_ended
from redbag.residents.models import Resident
from redbag.summaries.models import BodyMap, CurrentSection, Observation
from redbag.transfers.models import Transfer

FROM_TRANSFER = (
    "changes",
    "snapshot_hash",
    "home__name",
    "home__phone",
    "destination__name",
    "bag__tracker",
    "resident__told_at",
)
OF_PERSON = tuple(each.attname for each in Resident._meta.concrete_fields if each.name not in ("told_at", "nhs_number"))
FROM_DOCUMENT = ("pk", "kind", "title", "dated_on")


def made_of(transfers: QuerySet[Transfer], *, now: datetime) -> Mapping[UUID, str]:
    """For each transfer the digest of what its papers are made of now, in five statements for all of them."""
    residents = transfers.values("resident")
    papers: dict[UUID | None, list[str]] = defaultdict(list)
    theirs = Q(resident__in=residents) | Q(resident__merged_into__in=residents)  # those of a joined record travel too
    documents = Document.objects.kept().filter(theirs, restricted=False).order_by("pk")
    for resident, kept, *told in documents.values_list("resident", "resident__merged_into", *FROM_DOCUMENT):
        for whose in {resident, kept}:
            papers[whose].append(str(told))
    maps, sets = _count(BodyMap.objects.all(), residents), _count(Observation.objects.all(), residents)
    squares = {each.transfer_id: each for each in _squares(transfers)}
    return {
        pk: _digest(
            *told,
            maps.get(resident, 0),
            sets.get(resident, 0),
            *papers[resident],
            why_ended(squares[pk], now=now) if pk in squares else "",
        )
        for pk, resident, *told in transfers.order_by("pk").values_list("pk", "resident", *FROM_TRANSFER)
    }


def known_of(residents: QuerySet[Resident], *, with_signs: bool) -> Mapping[UUID, str]:
    """For each resident the digest of what is known of them at home, in a few statements; vital signs only if asked."""
    chosen = residents.values("pk")
    papers: dict[UUID | None, list[str]] = defaultdict(list)
    theirs = Q(resident__in=chosen) | Q(resident__merged_into__in=chosen)
    documents = Document.objects.kept().filter(theirs, restricted=False).order_by("pk")
    for resident, kept, *told in documents.values_list("resident", "resident__merged_into", *FROM_DOCUMENT):
        for whose in {resident, kept}:
            papers[whose].append(str(told))
    maps = _count(BodyMap.objects.all(), chosen)
    sets = _count(Observation.objects.all() if with_signs else Observation.objects.filter(is_baseline=True), chosen)
    written = defaultdict(list) if with_signs else _sections(chosen)
    fields = ("told_at",) if with_signs else OF_PERSON  # signs move told_at too
    rows = residents.order_by("pk").values_list("pk", *fields, "home__name", "home__phone")
    return {pk: _digest(*told, maps.get(pk, 0), sets.get(pk, 0), *written[pk], *papers[pk]) for pk, *told in rows}


def _sections(residents: QuerySet) -> Mapping[UUID, list[str]]:
    """What of each resident's summary is written, by version, and when it was last said to be right."""
    written: dict[UUID, list[str]] = defaultdict(list)
    rows = CurrentSection.objects.filter(resident__in=residents).order_by("resident", "section")
    for resident, *told in rows.values_list("resident", "section", "version", "verified_at"):
        written[resident].append(str(told))
    return written


def _count(rows: QuerySet, residents: QuerySet) -> dict[UUID, int]:
    """How many rows each resident has; these tables are only ever added to, so a new row is a new number."""
    return dict(rows.filter(resident__in=residents).values_list("resident").annotate(many=Count("pk")))


def _squares(transfers: QuerySet[Transfer]) -> QuerySet[Sheet]:
    used = ("stopped_at", "transfer__stage", "transfer__left_at", "transfer__packed_at")
    return Sheet.objects.filter(transfer__in=transfers.values("pk")).select_related("transfer").only(*used)


def _digest(*told: object) -> str:
    return hashlib.sha256(repr([str(each) for each in told]).encode()).hexdigest()
