"""Which papers and pictures of a resident there are: the photo of the person, and what travels with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q

from redbag.documents import looking_again
from redbag.documents.models import Document
from redbag.journal.recording import VIEWED, record_view
from redbag.organisations.access import Actor
from redbag.residents.models import Resident

Kind = Document.Kind
FIRST = (Kind.DNACPR, Kind.RESPECT, Kind.ADRT)


def portrait_of(resident: Resident) -> Document | None:
    """The newest photo of the person that everybody who cares for them may see, in one statement."""
    whose = Resident.objects.records_of(resident.pk)
    return _portraits().filter(resident__in=whose).order_by("-added_at").first()


def portraits_of(residents: Collection[UUID]) -> dict[UUID, Document]:
    """The photo of each of these residents who has one, by resident, in one statement."""
    own, joined = Q(resident__in=residents), Q(resident__merged_into__in=residents)
    rows = _portraits().filter(own | joined).annotate(kept=F("resident__merged_into")).order_by("added_at")
    return {whose: each for each in rows for whose in (each.resident_id, each.kept) if whose in residents}


def _portraits():
    return Document.objects.kept().filter(kind=Kind.PHOTO, restricted=False)


def travelling_documents(resident: Resident, *, until: datetime | None = None) -> list[Document]:
    """What crew and ward may read on a journey: not restricted, not removed, decisions first.

    `until` leaves out what the home added after the journey had ended.
    """
    whose = Resident.objects.records_of(resident.pk)
    rows = Document.objects.kept().filter(resident__in=whose, restricted=False).select_related("resident")
    if until is not None:
        rows = rows.filter(added_at__lte=until)
    return in_order(rows)


def travelling_document(resident: Resident, pk: UUID, *, until: datetime | None = None) -> Document | None:
    """One of them; None when it is none of them."""
    return next((each for each in travelling_documents(resident, until=until) if each.pk == pk), None)


def hidden_count(resident: Resident, *, actor: Actor) -> int:
    """How many restricted papers and pictures there are that somebody who sees the resident may not see."""
    whose = Resident.objects.records_of(resident.pk)
    return Document.objects.hidden_from(actor).kept().filter(resident__in=whose).count()


def hidden_but_removable(resident: Resident, *, actor: Actor) -> list[Document]:
    """The restricted ones that somebody may not look at but take off, for they added them; the newest first."""
    theirs = Document.objects.hidden_from(actor) & Document.objects.removable_by(actor)
    return list(theirs.filter(resident__in=Resident.objects.records_of(resident.pk)).order_by("-added_at"))


def record_look(page: str, document: Document, *, actor: Actor, now: datetime, way: str = VIEWED) -> None:
    """Write that somebody of the home looked at a document; its pages are one look with the page they stand on."""
    resident = document.resident
    record_view(page, document, actor=actor, at=now, organisation=resident.home, resident=resident, way=way)


def in_order(documents: Collection[Document]) -> list[Document]:
    """Decisions first, then by kind as the list of kinds has them; of one kind the newest first."""
    newest = sorted(documents, key=lambda each: (each.dated_on or each.added_at.date(), each.added_at), reverse=True)
    order = [*FIRST, *(kind for kind in Kind if kind not in FIRST)]
    return sorted(newest, key=lambda each: order.index(Kind(each.kind)))


@dataclass(frozen=True)
class Marked:
    """A document in a list. `words` say what to know of its date, `due` that somebody is to look again.

    `older` is a decision paper of which there is a newer one in the list; `may_say` one that *still right* can renew.
    """

    document: Document
    words: str
    due: bool
    older: bool
    may_say: bool


def marked(documents: Sequence[Document], today: date) -> list[Marked]:
    """Documents in the order of `in_order`, each with what a reader should know of it."""
    seen: set[str] = set()
    rows = []
    for each in documents:
        older = each.is_decision and each.kind in seen
        seen.add(each.kind)
        renewed = looking_again.usual_date(each.kind, today) is not None
        may_say = renewed and each.resident.merged_into_id is None
        rows.append(Marked(each, looking_again.words(each, today), each.to_look_at(today), older, may_say))
    return rows
