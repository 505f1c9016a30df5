"""Which papers and pictures of a resident there are: the photo of the person, and what travels with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from redbag.documents import looking_again
from redbag.documents.models import Document
from redbag.organisations.access import Actor
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


def hidden_count(resident: Resident, *, actor: Actor) -> int:
    """How many restricted papers and pictures there are that somebody who sees the resident may not see."""
    return Document.objects.hidden_from(actor).kept().filter(resident=resident).count()


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
        may_say = looking_again.usual_date(each.kind, today) is not None
        rows.append(Marked(each, looking_again.words(each, today), each.to_look_at(today), older, may_say))
    return rows
