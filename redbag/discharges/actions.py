"""A hospital writes and sends a discharge summary; the home opens it and takes it on."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.discharges.arriving import Arrival, checked_relation, take_in
from redbag.discharges.content import checked
from redbag.discharges.files import all_or_nothing, drop_file
from redbag.discharges.keeping import KEPT, READ, keep
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.discharges.sending import lock_journey, record_summary, send_or_hold, tell_hospital
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer

Form, State = DischargeSummary.Form, DischargeSummary.State
SUFFIX = {Form.PDF: "pdf", Form.FHIR_JSON: "json", Form.FHIR_XML: "xml"}
TYPED = (Form.HEADINGS, Form.PDF)
LONGEST_NAME, LONGEST_ROLE, LONGEST_DID = 150, 60, 1000


class NotADraft(Refused):
    code = "not_a_draft"


class NotTyped(Refused):
    """A draft that came as a document stays as it came: whom it names and what it lists would be lost."""

    code = "draft_is_a_document"


class NotCurrent(Refused):
    code = "summary_not_current"


@all_or_nothing()
def write_summary(
    *,
    actor: Actor,
    transfer: Transfer,
    organisation: Organisation,
    headings: Mapping[str, str | None] | None,
    file: bytes | None,
    form: str,
    draft: bool,
    now: datetime,
    relation: str = "",
    follows: DischargeSummary | None = None,
    typed: str = "",
) -> DischargeSummary:
    """Write the next version of a transfer's discharge summary; unless it is a draft, it is sent home at once.

    `organisation` is the hospital the actor works at; NotAllowed unless it is a party to the transfer. A closed
    transfer still takes a summary. It takes the place of what the same hospital sent for it last (or of `follows`), or
    with `relation` appends stands beside it; a FHIR document says so itself. One that names somebody else than the
    transfer's resident is held, and a large file is read later. The same file again gives the first summary back.
    BadInput by field; a mandatory heading without text stops nothing. `typed` is what `typed_lists` gives.
    """
    require(actor, Permission.WRITE_DISCHARGE, organisation)
    _require_party(transfer, organisation)
    arrival = Arrival(
        headings=headings, file=file, form=form, draft=draft, relation=relation, follows=follows, typed=typed
    )
    return take_in(arrival, actor=actor, organisation=organisation, transfer=transfer, now=now)


@all_or_nothing()
def change_draft(
    *,
    actor: Actor,
    summary: DischargeSummary,
    headings: Mapping[str, str | None] | None,
    file: bytes | None,
    form: str,
    now: datetime,
    relation: str | None = None,
    typed: str = "",
) -> DischargeSummary:
    """Write a draft anew, typed or as a PDF; what it said before is gone. BadInput by field.

    NotADraft once it was sent, NotTyped of one that came as a document.
    """
    require(actor, Permission.WRITE_DISCHARGE, summary.organisation)
    if form not in TYPED:
        raise BadInput({"form": f"Choose one of: {', '.join(TYPED)}."})
    content = checked(headings, file, form, may_be_empty=True)
    relation = summary.relation if relation is None else checked_relation(relation)
    summary = _locked_draft(summary)
    if summary.form not in TYPED:
        raise NotTyped("This draft came as a document. Send it as it is, or write a new one.")
    before, about, summary.form = summary.file, summary.identity, form
    summary.written_by, summary.written_by_name, summary.written_at = actor.user, actor.name, now
    keep(summary, content)
    summary.relation, summary.identity, summary.structured = relation, about, typed
    summary.save(update_fields=["form", "written_by", "written_by_name", "written_at", *KEPT, *READ])
    if before:
        transaction.on_commit(partial(drop_file, before), robust=True)
    record_summary("discharge.changed", summary, actor, now)
    return summary


@transaction.atomic
def send_draft(*, actor: Actor, summary: DischargeSummary, now: datetime) -> DischargeSummary:
    """Send a draft home, or hold it when it names somebody else. When a later version was sent meanwhile, the draft
    becomes the version after that one."""
    require(actor, Permission.WRITE_DISCHARGE, summary.organisation)
    summary = _locked_draft(summary)
    if not summary.headings and not summary.file:
        raise BadInput({"headings": "Write something under at least one heading, or choose a file."})
    return send_or_hold(summary, actor=actor, now=now)


@transaction.atomic
def opened(*, actor: Actor, summary: DischargeSummary, now: datetime) -> bool:
    """Note that the home has opened a summary, the first time a person there does; True that time.

    A program that fetches it has not read it.
    """
    if actor.user is None or actor.facts_only or not actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id):
        return False
    return _opened_by(actor.name, actor=actor, summary=summary, now=now)


def _opened_by(name: str, *, actor: Actor, summary: DischargeSummary, now: datetime) -> bool:
    unread = DischargeSummary.objects.filter(pk=summary.pk, opened_at=None).exclude(sent_at=None)
    if not unread.update(opened_at=now, opened_by_name=name):
        return False
    summary.opened_at, summary.opened_by_name = now, name
    record_summary("discharge.opened", summary, actor, now, at_home=True)
    tell_hospital("discharge_summary.opened", summary, now)
    return True


@transaction.atomic
def acknowledge(
    *,
    actor: Actor,
    summary: DischargeSummary,
    name: str | None,
    role: str | None,
    did: str | None = None,
    now: datetime,
) -> Acknowledgement:
    """A named person at the home takes a summary on; a second time gives the first acknowledgement back.

    A signed-in person's own name and role count; an organisation's key must bring both. `did` is what they say they
    have done about it. NotCurrent for one that is not sent or is superseded.
    """
    require(actor, Permission.ACKNOWLEDGE_DISCHARGE, summary.home)
    who, what = _signature(actor, summary.home, name, role)
    did = _said_done(did)
    summary = _locked(summary)
    if seen := Acknowledgement.objects.filter(summary=summary).first():
        return seen
    if summary.state != State.SENT:
        raise NotCurrent("There is a newer summary. Read and confirm that one.", state=summary.state)
    trained = actor.trained_at(summary.home_id)
    acknowledgement = Acknowledgement.objects.create(
        summary=summary, by=actor.user, name=who, role=what, trained=trained, did=did, at=now
    )
    _opened_by(who, actor=actor, summary=summary, now=now)
    personal = {"name": who, "role": what} | ({"did": did} if did else {})
    record_summary("discharge.acknowledged", summary, actor, now, at_home=True, trained=trained, personal=personal)
    tell_hospital("discharge_summary.acknowledged", summary, now)
    return acknowledgement


def _said_done(did: str | None) -> str:
    """What somebody says they have done about a letter, tidied; BadInput when it is too long or no text."""
    if did is not None and (not isinstance(did, str) or len(did) > LONGEST_DID):
        raise BadInput({"did": f"Use at most {LONGEST_DID:,} characters."})
    return (did or "").strip()


def _signature(actor: Actor, home: Organisation, name: str | None, role: str | None) -> tuple[str, str]:
    if actor.user is not None:
        posts = [post for post in actor.posts if post.organisation.pk == home.pk]
        role = next(post.role for post in posts if Permission.ACKNOWLEDGE_DISCHARGE in post.grants)
        return actor.name, role
    name, role = (said.strip() if isinstance(said, str) else "" for said in (name, role))
    errors = {}
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = f"Send the name of the person who has read it, at most {LONGEST_NAME} characters."
    if not role or len(role) > LONGEST_ROLE:
        errors["role"] = f"Send what they do, for example: senior carer. At most {LONGEST_ROLE} characters."
    if errors:
        raise BadInput(errors)
    return name, role


def _require_party(transfer: Transfer, organisation: Organisation) -> None:
    reads = transfer.parties.filter(organisation=organisation, reads=True)
    if transfer.destination_id != organisation.pk and not reads.exists():
        raise NotAllowed("Only a hospital that had this bag, or was to have it, may write its discharge summary.")


def _journey_of(summary: DischargeSummary) -> Transfer:
    if summary.transfer is None:
        raise NotADraft("This summary was sent without a journey. Write a new one.")
    return summary.transfer


def _locked(summary: DischargeSummary) -> DischargeSummary:
    rows = DischargeSummary.objects.select_for_update(of=("self",))
    return rows.select_related("transfer__home", "transfer__resident", "home", "resident", "organisation").get(
        pk=summary.pk
    )


def _locked_draft(summary: DischargeSummary) -> DischargeSummary:
    """The draft, locked after its resident and its journey. What is held or read is locked before them: so it is asked
    first whether this is a draft at all."""
    if summary.state == State.DRAFT:
        lock_journey(_journey_of(summary))
        summary = _locked(summary)
    if summary.state != State.DRAFT:
        raise NotADraft("This summary was sent and stays as it is. Write a new version.")
    return summary
