"""Reads the journal: what happened, and who has seen a record."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from redbag.accounts.sittings import agency_names
from redbag.journal.models import Entry, Mention, Personal
from redbag.organisations.access import Actor, Permission, require_anywhere
from redbag.organisations.models import Device, Key, Membership, Organisation, User
from redbag.packs.models import Reader
from redbag.reports.words import said
from redbag.residents.models import Resident
from redbag.visitors.models import Visitor
from redbag.visitors.sessions import called, service_of

MOST = 200
CLINICAL = {"score", "mental_health", "rule", "died_on", "left_on", "last_contact_on"}
NOBODY = UUID(int=0)


def residents_with_log(actor: Actor | None) -> QuerySet[Resident]:
    """Residents whose access log the actor may read: their home's, or as auditor everybody's in the area."""
    if actor is None or actor.facts_only:
        return Resident.objects.none()
    own = actor.organisations_with(Permission.READ_JOURNAL)
    areas = actor.organisations_with(Permission.READ_AREA_JOURNAL)
    return Resident.objects.filter(Q(home__in=own) | Q(home__area__in=areas))


def entries(
    *,
    actor: Actor,
    subject: UUID | None,
    resident: UUID | None,
    before: int | None,
    limit: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[dict]:
    """What happened at the actor's organisations and to their residents, newest first; older than entry `before`.

    `subject` is the id of anything, a resident's too. An auditor gets the whole area's, without the personal part and
    without residents' names. NotAllowed when no role of theirs reads a journal.
    """
    own = actor.organisations_with(Permission.READ_JOURNAL)
    areas = actor.organisations_with(Permission.READ_AREA_JOURNAL)
    if not own and not areas:
        require_anywhere(actor, Permission.READ_JOURNAL)
    wanted = _narrowed(subject, resident, before, since, until)
    limit = max(1, min(limit, MOST))
    rows: dict[int, Entry] = {}
    for scope in _scopes(own, areas, mentioned=bool(subject or resident)):
        rows |= {row.pk: row for row in wanted.filter(scope).order_by("-pk")[:limit]}
    newest = sorted(rows.values(), key=lambda row: -row.pk)[:limit]
    return _shown(newest, own=set(own))


def _scopes(own: Sequence[UUID], areas: Sequence[UUID], *, mentioned: bool) -> Iterator[Q]:
    """One condition for each index: the database walks only as far as the page is long."""
    if own:
        residents = Resident.objects.filter(home__in=own).values("pk")
        yield Q(organisation_id__in=own)
        yield Q(resident_id__in=residents)
        if mentioned:
            yield Q(pk__in=Mention.objects.filter(resident_id__in=residents).values("entry"))
    if areas:
        yield Q(organisation_id__in=Organisation.objects.filter(Q(area__in=areas) | Q(pk__in=areas)).values("pk"))


def about(*residents: UUID) -> Q:
    """Entries that concern any of these residents, alone or among others."""
    return Q(resident_id__in=residents) | Q(pk__in=Mention.objects.filter(resident_id__in=residents).values("entry"))


def _narrowed(subject, resident, before, since, until) -> QuerySet[Entry]:
    wanted = Entry.objects.select_related("personal")
    if subject is not None:
        wanted = wanted.filter(Q(subject_id=subject) | about(subject))
    if resident is not None:
        wanted = wanted.filter(about(resident))
    if before is not None:
        wanted = wanted.filter(pk__lt=before)
    if since is not None:
        wanted = wanted.filter(at__gte=since)
    if until is not None:
        wanted = wanted.filter(at__lt=until)
    return wanted


def _shown(rows: Sequence[Entry], *, own: set[UUID]) -> list[dict]:
    names = names_of(rows)
    organisations = Organisation.objects.in_bulk({row.organisation_id for row in rows if row.organisation_id})
    mine = Resident.objects.filter(home__in=own, pk__in={row.resident_id for row in rows if row.resident_id})
    residents = {resident.pk: resident.called for resident in mine}
    return [_line(row, names, organisations, residents, own) for row in rows]


def _line(row: Entry, names: dict, organisations: dict, residents: dict, own: set[UUID]) -> dict:
    place = organisations.get(row.organisation_id)
    may_read = row.organisation_id in own or row.resident_id in residents
    personal = getattr(row, "personal", None) if may_read else None
    return {
        "id": row.pk,
        "at": row.at,
        "action": row.action,
        "says": said(row.action, row.facts),
        "who": who_of(row, names) if may_read or "reader" not in row.facts else names[NOBODY],
        "organisation": place.ods_code if place else None,
        "organisation_name": place.name if place else "",
        "subject_type": row.subject_type,
        "subject": row.subject_id,
        "resident": row.resident_id,
        "resident_name": residents.get(row.resident_id, ""),
        "facts": {name: fact for name, fact in row.facts.items() if may_read or name not in CLINICAL},
        "personal": _noted(personal) if personal else None,
    }


def _noted(part: Personal) -> dict | None:
    """What an entry says of a person; the mark of a fact is no word about anybody."""
    return {name: said for name, said in json.loads(part.content).items() if name != "mark"} or None


def names_of(rows: Sequence[Entry]) -> dict[UUID | str, str]:
    """Names of people and keys, by their ids."""
    people = User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id}).values_list("pk", "name")
    keys = Key.objects.filter(pk__in={row.key_id for row in rows if row.key_id}).values_list("pk", "name")
    at_tablets = agency_names(row.key_id for row in rows if row.key_id)
    others = at_tablets | _readers(rows) | _visitors(rows) | _tablets(rows)
    return {NOBODY: "Red Bag"} | dict(people) | dict(keys) | others


def _tablets(rows: Sequence[Entry]) -> dict[str, str]:
    """Tablets that were taken out of use and asked for something all the same, by their ids."""
    told = {row.facts["tablet"] for row in rows if "tablet" in row.facts and row.action.startswith("refused.")}
    named = Device.objects.filter(pk__in=told).values_list("pk", "name") if told else ()
    return {str(pk): f"The tablet {name}, which was taken out of use" for pk, name in named}


def _visitors(rows: Sequence[Entry]) -> dict[UUID, str]:
    """Crews without an account by their ids, never without that nobody has checked who they are."""
    seen = {row.key_id for row in rows if row.key_id}
    told = Visitor.objects.select_related("organisation").filter(pk__in=seen) if seen else ()
    return {each.pk: f"{called(each)}, {service_of(each)}" for each in told}


def _readers(rows: Sequence[Entry]) -> dict[str, str]:
    """What people without an account said of themselves before a printed sheet's page opened, by the reader's id."""
    seen = {row.facts["reader"] for row in rows if "reader" in row.facts}
    told = Reader.objects.filter(pk__in=seen) if seen else ()
    return {str(each.pk): f"{each.name}, {each.role}, {each.organisation} (not checked)" for each in told}


def who_of(row: Entry, names: Mapping[UUID | str, str]) -> str:
    """Who it was, by name: a person, a key, the reader of a printed sheet, or Red Bag itself, which nobody refuses."""
    who = row.actor_id or row.key_id or row.facts.get("reader")
    if who is None and row.action.startswith("refused."):
        return names.get(row.facts.get("tablet", ""), "Somebody who was not signed in")
    return names.get(who or NOBODY, "")


def posts_of(rows: Sequence[Entry]) -> dict[int, tuple[str, Organisation]]:
    """The role and organisation from which somebody looked, by entry: what they were at the time."""
    people = {row.actor_id for row in rows if row.actor_id}
    held: dict[UUID, list[Membership]] = {}
    for each in Membership.objects.filter(user__in=people).select_related("organisation").order_by("started_at"):
        held.setdefault(each.user_id, []).append(each)
    found = {}
    for row in rows:
        then = [
            each
            for each in held.get(row.actor_id, [])
            if each.started_at <= row.at and (each.ended_at is None or row.at < each.ended_at)
        ]
        here = [each for each in then if each.organisation_id == row.organisation_id] or then
        if here:
            found[row.pk] = (here[0].role, here[0].organisation)
    return found
