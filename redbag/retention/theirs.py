"""Finds every row that is about a resident, table by table, in the records that were joined too."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from redbag.residents.models import Resident
from redbag.retention.holdings import HOLDINGS, Holding


@dataclass(frozen=True)
class Theirs:
    """One person's records: the one that is kept and those put away because they are the same person's.

    `ids` are the ids of every row of theirs, by which news, reminders, drafts and the journal name them.
    """

    resident: Resident
    records: tuple[UUID, ...]
    ids: frozenset[UUID]

    def rows(self, holding: Holding) -> QuerySet:
        """The rows of one table that are about them, in a steady order."""
        model = model_of(holding)
        if holding.table == "Draft":
            return model._base_manager.filter(pk__in=_drafts(model, self.ids))
        wanted = [Q(**{f"{path}__in": self.records}) for path in holding.of]
        wanted += [Q(**{f"{column}__in": self.ids}) for column in holding.ids]
        return model._base_manager.filter(reduce(or_, wanted)).order_by("pk")


def theirs(resident: Resident) -> Theirs:
    """Everything that is about a resident, found through what belongs to what."""
    kept = resident.merged_into or resident
    records = tuple(Resident.objects.records_of(kept.pk).order_by("pk").values_list("pk", flat=True))
    alone, ids = Theirs(kept, records, frozenset(records)), set(records)
    for holding in HOLDINGS:
        if holding.of and holding.table != "Resident":
            found = alone.rows(holding).values_list("pk", flat=True)
            ids.update(each for each in found if isinstance(each, UUID))
    by_id = Theirs(kept, records, frozenset(ids))
    for holding in HOLDINGS:
        if not holding.of and holding.table != "Draft":
            found = by_id.rows(holding).values_list("pk", flat=True)
            ids.update(each for each in found if isinstance(each, UUID))
    return Theirs(kept, records, frozenset(ids))


def model_of(holding: Holding) -> type[Model]:
    """The table itself."""
    return apps.get_model("redbag", holding.table)


def _drafts(model: type[Model], ids: frozenset[UUID]) -> list[UUID]:
    """Drafts are few, for they are kept a week: each is looked at for an id of theirs in its place."""
    wanted = {str(each) for each in ids}
    places = model._base_manager.values_list("pk", "place")
    return [pk for pk, place in places if wanted & set(place.split("/"))]


def counted(mine: Theirs) -> Iterator[tuple[Holding, int]]:
    """How many rows each table holds about them."""
    for holding in HOLDINGS:
        yield holding, mine.rows(holding).count()
