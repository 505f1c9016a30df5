"""Who has seen a resident's record: every look, print, copy and refusal, and the same drawn together by person."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from redbag.accounts.sittings import agency_names
from redbag.journal.models import Entry
from redbag.journal.recording import EXPORTED, WAYS
from redbag.organisations.models import Key, Organisation, Role
from redbag.reports.journal import MOST, about, names_of, posts_of, who_of
from redbag.reports.periods import LONDON
from redbag.reports.tables import harmless
from redbag.reports.words import page_words
from redbag.residents.models import Resident
from redbag.transfers.models import Party, Transfer
from redbag.visitors.actions import BREAK_GLASS
from redbag.visitors.models import Visitor

REFUSED, ELSEWHERE = "refused", "not_theirs"
HOW = {
    "viewed": "On a page",
    "printed": "On paper",
    "exported": "As a saved copy",
    "program": "By a program with a key",
    "visitor": "Crew without an account",
    "break_glass": "Without the tablet's code",
    "sheet": "By the square on a printed sheet",
    REFUSED: "Was refused",
}
ODD = {
    REFUSED: "Was refused",
    "break_glass": "Opened it without the tablet's code",
    "no_journey": "Their place was on no journey with this resident",
}
IN_A_REPORT = 5000
HANDED_OUT = "record.exported"  # the whole record, for who asked for it
SEEN = reduce(or_, (Q(action__startswith=f"{way}.") for way in (*WAYS, REFUSED)), Q(action=HANDED_OUT))


@dataclass
class Seer:
    """Everything one person, program or visitor saw of a resident, and from where."""

    by: str
    who: str
    role_name: str
    organisation_name: str
    first: datetime
    last: datetime
    times: int = 0
    what: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)

    @property
    def pages(self) -> list[tuple[str, int]]:
        """What they saw and how often, the most seen first."""
        return self.what.most_common()

    @property
    def marks(self) -> list[str]:
        """What is unusual about it, in words."""
        return list(self.odd)

    @property
    def how(self) -> str:
        """By which ways, in words."""
        return ", ".join(self.ways)


def access_log(
    *,
    resident: Resident,
    limit: int = MOST,
    since: datetime | None = None,
    until: datetime | None = None,
    by: UUID | None = None,
) -> list[dict]:
    """Who has seen this resident's record, newest first: who, role, organisation, page, when, how and what is unusual.

    What was seen of a record that was joined into this one is there too. `by` is the id of a person, key, visitor or
    reader of a printed sheet.
    """
    records = list(Resident.objects.records_of(resident.pk).values_list("pk", flat=True))
    looks = Entry.objects.filter(SEEN & about(*records))
    if since is not None:
        looks = looks.filter(at__gte=since)
    if until is not None:
        looks = looks.filter(at__lt=until)
    if by is not None:
        looks = looks.filter(Q(actor_id=by) | Q(key_id=by) | Q(facts__reader=str(by)))
    rows = list(looks.order_by("-pk")[:limit])
    return told(rows, near=parties_of(records) | {resident.home_id})


def told(rows: Sequence[Entry], *, near: set[UUID]) -> list[dict]:
    """Each look in words; `near` are the places that had to do with the resident."""
    names, posts = names_of(rows), posts_of(rows)
    seen = {row.key_id for row in rows if row.key_id}
    keys = dict(Key.objects.filter(pk__in=seen).values_list("pk", "role"))
    visitors = dict(Visitor.objects.filter(pk__in=seen).values_list("pk", "let_in_by"))
    posted = {*keys, *agency_names(seen)}  # their entries say where they were let in; a refusal may name another home
    let_in = {row.pk: row.organisation_id for row in rows if row.key_id in posted and row.facts.get("why") != ELSEWHERE}
    places = Organisation.objects.in_bulk(let_in.values())
    log = []
    for row in rows:
        here = places.get(let_in.get(row.pk))
        role, organisation = posts.get(row.pk, (keys.get(row.key_id, ""), here))
        is_near = organisation is None or organisation.pk in near or role == Role.AUDITOR
        way = _way(row, keys, visitors)
        log.append(
            {
                "id": row.pk,
                "by": str(row.actor_id or row.key_id or row.facts.get("reader") or ""),
                "who": who_of(row, names),
                "role": role,
                "role_name": Role(role).label if role else "",
                "organisation": organisation.ods_code if organisation else None,
                "organisation_name": organisation.name if organisation else "",
                "action": row.action,
                "page": page_words(row.action),
                "at": row.at,
                "way": way,
                "unusual": [each for each in (way if way in ODD else "", "" if is_near else "no_journey") if each],
            }
        )
    return log


def parties_of(records: Sequence[UUID]) -> set[UUID]:
    """Every place that was on a journey of theirs, or was to be."""
    on_it = Party.objects.filter(transfer__resident__in=records).values_list("organisation_id", flat=True)
    meant = Transfer.objects.filter(resident__in=records).values_list("destination_id", flat=True)
    return {*on_it, *meant} - {None}


def _way(row: Entry, keys: Mapping[UUID, str], visitors: Mapping[UUID, str]) -> str:
    kind = row.action.partition(".")[0]
    if kind == REFUSED:
        return REFUSED
    if row.action == HANDED_OUT:
        return EXPORTED
    if row.key_id in visitors:
        return "break_glass" if visitors[row.key_id] == BREAK_GLASS else "visitor"
    if row.key_id in keys and row.actor_id is None:
        return "program"
    return "sheet" if "reader" in row.facts else kind


def as_csv(log: Iterable[Mapping]) -> bytes:
    """UTF-8 CSV, one line for each time, the newest first; what a spreadsheet would run gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("When", "Who", "Role", "Where they work", "How", "What", "Unusual"))
    for row in log:
        odd = "; ".join(ODD[each] for each in row["unusual"])
        when = row["at"].astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
        told = (row["who"], row["role_name"], row["organisation_name"], HOW[row["way"]], row["page"], odd)
        writer.writerow((when, *(harmless(each) for each in told)))
    return file.getvalue().encode()


def seers(log: Iterable[Mapping]) -> list[Seer]:
    """A log (newest first) drawn together by person and place; who looked last comes first."""
    found: dict[tuple[str, str], Seer] = {}
    for row in log:
        key = (row["by"], row["organisation_name"])
        seer = found.get(key)
        if seer is None:
            where = row["organisation_name"]
            seer = found[key] = Seer(row["by"], row["who"], row["role_name"], where, row["at"], row["at"])
        seer.first = row["at"]
        seer.times += 1
        seer.what[f"was refused: {row['page']}" if row["way"] == REFUSED else row["page"]] += 1
        seer.ways[HOW[row["way"]]] += 1
        seer.odd.update(ODD[each] for each in row["unusual"])
    return list(found.values())
