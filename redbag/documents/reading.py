"""Which papers and pictures of a resident there are: the photo of the person, and what travels with them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from redbag.documents.models import Document
from redbag.residents.models import Resident

Kind = Document.Kind
FIRST = (Kind.DNACPR, Kind.RESPECT, Kind.ADRT)


def portrait_of(resident: Resident) -> Document | None:
    """The newest photo of the person that everybody who cares for them may see, in one statement."""
    return _portraits().filter(resident=resident).order_by("-added_at").first()


def portraits_of(residents: Collection[UUID]) -> dict[UUID, Document]:
    """The photo of each of these residents who has one, by resident, in one statement."""
    return {each.resident_id: each for each in _portraits().filter(resident__in=residents).order_by("added_at")}


def _portraits():
    return Document.objects.kept().filter(kind=Kind.PHOTO, restricted=False)


def travelling_documents(resident: Resident, *, until: datetime | None = None) -> list[Document]:
    """What crew and ward may read on a journey: not restricted, not removed, decisions first.

    `until` leaves out what the home added after the journey had ended.
    """
    rows = Document.objects.kept().filter(resident=resident, restricted=False)
    if until is not None:
        rows = rows.filter(added_at__lte=until)
    return in_order(rows)


def in_order(documents: Collection[Document]) -> list[Document]:
    """Decisions first, then by kind as the list of kinds has them; of one kind the newest first."""
    newest = sorted(documents, key=lambda each: (each.dated_on or each.added_at.date(), each.added_at), reverse=True)
    order = [*FIRST, *(kind for kind in Kind if kind not in FIRST)]
    return sorted(newest, key=lambda each: order.index(Kind(each.kind)))
