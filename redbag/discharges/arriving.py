"""What a hospital sends is kept first and then understood: sent, held, or left to be read by a worker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from django.db import transaction

from redbag.discharges import tasks
from redbag.discharges.content import Content, checked, form_of
from redbag.discharges.files import all_or_nothing
from redbag.discharges.keeping import keep, keep_read
from redbag.discharges.models import DischargeSummary
from redbag.discharges.reading import to_be_read
from redbag.discharges.sending import lock_journey, next_version, record_summary, send_or_hold
from redbag.discharges.whose import same_id
from redbag.errors import BadInput
from redbag.incoming.message import Message, Person
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.queues.bells import ring
from redbag.rows import everything
from redbag.transfers.models import Transfer

Form, State, Relation = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Relation
LONGEST = {"nhs_number": 40, "first_name": 100, "last_name": 100, "home": 20, "ward": 100, "phone": 40}
RELATIONS = ("", *Relation.values)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What came: headings or a file, whom the hospital named beside it, and how it stands to what it sent before.

    `typed` is what `typed_lists` makes of medicines and allergies typed beside it.
    """

    headings: Mapping[str, str | None] | None
    file: bytes | None
    form: str
    draft: bool = False
    relation: str = ""
    follows: DischargeSummary | None = None
    person: Person = field(default_factory=Person)
    home: str = ""
    ward: str = ""
    phone: str = ""
    typed: str = ""


@everything()
@all_or_nothing()
def arrive(*, actor: Actor, organisation: Organisation, arrival: Arrival, now: datetime) -> DischargeSummary:
    """Take in a summary that names its patient itself, under no transfer.

    It is sent when NHS number, birth date and name say whose it is, else held for this hospital alone; one that is
    large is read first. The same file again gives the first summary back. BadInput by field.
    """
    require(actor, Permission.WRITE_DISCHARGE, organisation)
    return take_in(arrival, actor=actor, organisation=organisation, transfer=None, now=now)


@everything()
def take_in(
    arrival: Arrival, *, actor: Actor, organisation: Organisation, transfer: Transfer | None, now: datetime
) -> DischargeSummary:
    """Keep what came and send it, hold it or leave it to be read; the caller has asked who may, in its transaction."""
    checked_relation(arrival.relation)
    content = checked(arrival.headings, arrival.file, arrival.form, may_be_empty=arrival.draft)
    transfer = lock_journey(transfer) if transfer is not None else None
    summary = DischargeSummary(
        transfer=transfer,
        home=transfer.home if transfer else None,
        resident=transfer.resident if transfer else None,
        organisation=organisation,
        version=next_version(transfer) if transfer else 1,
        state=State.DRAFT if arrival.draft else State.READING,
        form=arrival.form,
        relation=arrival.relation,
        follows=arrival.follows,
        written_by=actor.user,
        written_by_name=actor.name,
        written_at=now,
    )
    if not arrival.draft and (seen := _seen(summary, content)):
        return seen
    _keep(summary, content, arrival)
    summary.save(force_insert=True)
    record_summary("discharge.written", summary, actor, now)
    if _is_to_be_read(summary, content):
        transaction.on_commit(partial(ring, tasks.read, summary_id=str(summary.pk)))
        return summary
    return summary if arrival.draft else send_or_hold(summary, actor=actor, now=now)


def checked_relation(relation: str) -> str:
    """How it stands to what was sent before, or nothing; BadInput for any other word."""
    if relation not in RELATIONS:
        raise BadInput({"relation": f"Choose one of: {', '.join(Relation.values)}."})
    return relation


def _keep(summary: DischargeSummary, content: Content, arrival: Arrival) -> None:
    keep(summary, replace(content, message=None))
    beside = {"home": arrival.home, "ward": arrival.ward, "phone": arrival.phone}
    message = content.message or Message(standard="", person=Person(), sections=())
    if content.message is not None or arrival.person != Person() or any(beside.values()):
        keep_read(summary, message, stated=arrival.person, **{name: said for name, said in beside.items() if said})
    if content.message is None:
        unread = content.file is not None and arrival.form != Form.PDF
        summary.structured = to_be_read(draft=arrival.draft) if unread else arrival.typed
    if _is_to_be_read(summary, content):
        summary.state = State.READING


def _is_to_be_read(summary: DischargeSummary, content: Content) -> bool:
    return content.file is not None and content.message is None and summary.form != Form.PDF


def _seen(summary: DischargeSummary, content: Content) -> DischargeSummary | None:
    """The summary that the same hospital made of the same file before: under the same transfer, where one is named."""
    if content.file is None or summary.form == Form.PDF:
        return None
    summary.file_hash = hashlib.sha256(content.file).hexdigest()
    if content.message is not None:
        summary.document_id = content.message.document_id
        if not summary.document_id:
            return None
        rows = same_id(summary)
    else:
        rows = DischargeSummary.objects.filter(organisation=summary.organisation).exclude(
            state=State.HELD, settled_at__isnull=False
        )
    rows = rows.filter(file_hash=summary.file_hash)
    if summary.transfer is not None:
        rows = rows.filter(transfer=summary.transfer)
    return next((each for each in rows.order_by("written_at") if not _is_draft(each)), None)


def _is_draft(summary: DischargeSummary) -> bool:
    """Whether it is kept only, or will be once it is read: it has not been sent."""
    if summary.state == State.READING:
        return summary.read()["reading"]["draft"]
    return summary.state == State.DRAFT


def arrival_of(body: Mapping, *, file: bytes | None, form: str) -> Arrival:
    """What a program sent as JSON, or beside a file: headings, identifiers, home, ward and phone. BadInput by field."""
    errors: dict[str, str] = {}
    named = body.get("identifiers") or {}
    if not isinstance(named, Mapping):
        raise BadInput({"identifiers": "Send an object: nhs_number, date_of_birth, first_name, last_name."})
    said = {name: _line(body, name, errors) for name in ("home", "ward", "phone")}
    person = person_of(named, errors)
    headings = body.get("headings")
    if headings is not None and not isinstance(headings, Mapping):
        errors["headings"] = "Send an object: the text by heading."
    if errors:
        raise BadInput(errors)
    arrival = Arrival(headings=headings, file=file, form=form or form_of(file or b""), person=person)
    return replace(arrival, home=said["home"], ward=said["ward"], phone=said["phone"])


def person_of(named: Mapping, errors: dict[str, str]) -> Person:
    """The identifiers somebody typed or a program sent; what is wrong goes into `errors`."""
    said = {name: _line(named, name, errors, "identifiers.") for name in ("nhs_number", "first_name", "last_name")}
    born, typed = None, named.get("date_of_birth")
    if typed:
        try:
            born = date.fromisoformat(str(typed))
        except ValueError:
            errors["identifiers.date_of_birth"] = "Send a real date, such as 1936-03-03."
    number = said["nhs_number"].replace(" ", "").replace("-", "")
    return Person(nhs_number=number, given=said["first_name"], family=said["last_name"], date_of_birth=born)


def _line(body: Mapping, name: str, errors: dict[str, str], within: str = "") -> str:
    value = body.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST[name]:
        errors[within + name] = f"Send a text of at most {LONGEST[name]} characters."
        return ""
    return " ".join(value.split())
