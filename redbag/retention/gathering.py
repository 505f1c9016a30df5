"""Gathers everything held about a resident for an export, table by table, and what a person must look at first."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F

from redbag.organisations.access import actor_for
from redbag.organisations.models import Organisation, User
from redbag.queues.claims import Clock, Lost
from redbag.reports.journal import entries
from redbag.residents.models import Resident
from redbag.retention.holdings import BY_TABLE, HOLDINGS, Holding
from redbag.retention.models import Passage, RecordExport
from redbag.retention.numbering import says_nothing
from redbag.retention.passages import Found, finder, leaves, look, short
from redbag.retention.theirs import Theirs, model_of, theirs
from redbag.rows import everything
from redbag.vault import keep_file, throw_away

KEPT = timedelta(days=14)
NOT_TOLD = {"Passage", "RecordExport", "InspectionPack", "InspectionPart", "Draft", "HeldFact", "WrongCode", "Sheet"}
STAFF = "staff"
LOOKED = 200


@everything()
def gather(export_id: UUID, *, now: Clock) -> None:
    """Gather an export that waits, also what others wrote of them; afterwards somebody must look through it."""
    waiting = RecordExport.objects.filter(state=RecordExport.State.WAITING)
    claim = waiting.select_related("request__resident__home").claim(export_id, now=now)
    if claim is None:
        return
    export, moment = claim.row, now()
    mine = theirs(export.request.resident)
    holdings = [each for each in HOLDINGS if each.table not in NOT_TOLD]
    claim.say(total=len(holdings) + 1, done=0)
    kinds: list[dict] = []
    for number, holding in enumerate(holdings, start=1):
        kinds.append({"table": holding.table, "title": holding.title, "rows": list(_rows(mine, holding))})
        claim.say(done=number)
    told = {"about": str(mine.resident.pk), "gathered_at": moment, "kinds": kinds, "looked": list(_looked(export))}
    text = json.dumps(told, cls=DjangoJSONEncoder)
    found = list(_found(json.loads(text), mine))
    name = keep_file(f"exports/{export.pk}/raw", text.encode())
    try:
        with transaction.atomic():
            ready = {"state": RecordExport.State.LOOK, "raw": name, "kept_until": moment + KEPT, "done": F("total")}
            claim.end(**ready, tries=0)
            export.passages.all().delete()
            Passage.objects.bulk_create(_passage(export, each) for each in found)
    except Lost:
        throw_away([name])
        raise


def _passage(export: RecordExport, found: Found) -> Passage:
    return Passage(
        export=export,
        place=short(found.place),
        heading=found.heading[:150],
        text=found.text,
        names=json.dumps(found.names),
        why_looked_at=found.why,
        first=found.first,
    )


def _rows(mine: Theirs, holding: Holding) -> Iterator[dict]:
    """Each row by the names of its columns: who and where by name, JSON opened, secrets of labels and keys left out."""
    model = model_of(holding)
    linked = [each.name for each in model._meta.fields if each.related_model in (User, Organisation)]
    for row in mine.rows(holding).select_related(*linked).iterator(chunk_size=200):
        yield {column.name: _told(row, column) for column in model._meta.concrete_fields if not _is_secret(column.name)}


def _is_secret(name: str) -> bool:
    return name.endswith(("_digest", "_sealed", "_index", "_key")) or name in (
        "digest",
        "hash",
        "made_of",
        "lease_until",
    )


def _told(row: models.Model, column: models.Field) -> Any:
    if column.is_relation:
        to = getattr(row, column.name) if column.related_model in (User, Organisation) else None
        return to.name if to is not None else getattr(row, column.attname)
    value = getattr(row, column.attname)
    return _opened(value) if isinstance(value, str) and isinstance(column, models.TextField) else value


def _opened(text: str) -> Any:
    """JSON that is kept as text, as what it holds; any other text as it is."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _looked(export: RecordExport) -> Iterator[dict]:
    """Who did or saw what, and whom it was sent to, as the journal says it to whoever asked for the export."""
    actor, before = actor_for(export.asked_by), None
    records = Resident.objects.records_of(export.request.resident_id).values_list("pk", flat=True)
    for resident in records:
        before = None
        while page := entries(actor=actor, subject=None, resident=resident, before=before, limit=LOOKED):
            for each in page:
                yield {name: each[name] for name in ("at", "says", "who", "organisation_name")}
            before = page[-1]["id"]


def _found(told: dict, mine: Theirs) -> Iterator[Found]:
    """What a person must look at: papers that are restricted, names of others, and each of the staff once."""
    staff, names = _names(told, mine)
    own = (mine.resident.first_name, mine.resident.last_name, mine.resident.preferred_name)
    pattern = finder(names, own=own)
    for kind in told["kinds"]:
        for number, row in enumerate(kind["rows"]):
            first = row.get("section") == "safeguarding" or row.get("restricted") is True
            yield from _of_row(kind, number, row, first, pattern)
    for name in sorted(staff):
        yield Found(f"{STAFF}.{name}", "Staff", name, (name,), "name", False)


def _of_row(kind: dict, number: int, row: dict, first: bool, pattern) -> Iterator[Found]:
    for column, value in row.items():
        place, heading = f"{kind['table']}.{number}.{column}", f"{kind['title']}: {column.replace('_', ' ')}"
        if column == "file" and value:
            words = row.get("title") or row.get("kind") or kind["title"]
            yield Found(place, kind["title"], f"The file itself: {words}", (), "nature", first)
        elif _says_something(kind["table"], column):
            for leaf, text in leaves(value, place):
                more = {"table": kind["table"], "column": column, "heading": heading, "first": first}
                if not says_nothing(text) and (found := look(**more, place=leaf, text=text, names=pattern)):
                    yield found


def _says_something(table: str, column: str) -> bool:
    """Whether a column may hold words about anybody: no code, id or digest, and no name of staff, asked for apart."""
    return column not in ("id", "file", "pages", *BY_TABLE[table].keeps) and not is_staff(table, column)


def _names(told: dict, mine: Theirs) -> tuple[set[str], set[str]]:
    """Names of staff as the record has them; and all names of others: staff, residents of the home, contacts."""
    staff = {
        value
        for kind in told["kinds"]
        for row in kind["rows"]
        for column, value in row.items()
        if isinstance(value, str) and value and is_staff(kind["table"], column)
    }
    staff |= {each["who"] for each in told["looked"] if each["who"]}
    home = mine.resident.home_id
    staff_here = User.objects.filter(memberships__organisation=home).values_list("name", flat=True)
    others = Resident.objects.filter(home=home).exclude(pk__in=mine.records)
    residents = {f"{first} {last}" for first, last in others.values_list("first_name", "last_name")}
    contacts = {row.get("name", "") for row in mine.resident.contacts if isinstance(row, dict)}
    return staff, {each for each in (staff | set(staff_here) | residents | contacts) if each}


def is_staff(table: str, column: str) -> bool:
    """Whether a column holds the name of somebody who works here, or of a crew."""
    if column.endswith("by_name") or column in ("owner_name", "author_name", "verified_by"):
        return True
    if (table, column) == ("Acknowledgement", "name"):
        return True
    fields = {each.name: each for each in model_of(BY_TABLE[table])._meta.fields}
    return column in fields and fields[column].related_model is User
