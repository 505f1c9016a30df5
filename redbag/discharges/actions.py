"""A hospital writes and sends a discharge summary; the home opens it and takes it on."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from redbag.deliveries.actions import post_to_inbox
from redbag.discharges.content import Content, checked
from redbag.discharges.demographics import filled_in
from redbag.discharges.following_up import begin_follow_ups
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import GRANTS, Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer

Form, State = DischargeSummary.Form, DischargeSummary.State
SUFFIX = {Form.PDF: "pdf", Form.FHIR_JSON: "json", Form.FHIR_XML: "xml"}
LONGEST_NAME, LONGEST_ROLE, LONGEST_DID = 150, 60, 1000


class NotADraft(Refused):
    code = "not_a_draft"


class NotCurrent(Refused):
    code = "summary_not_current"


@transaction.atomic
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
) -> DischargeSummary:
    """Write the next version of a transfer's discharge summary; unless it is a draft, it is sent home at once.

    `organisation` is the hospital the actor works at; NotAllowed unless it is a party to the transfer. A closed
    transfer still takes a summary. BadInput by field; a mandatory heading without text stops nothing.
    """
    require(actor, Permission.WRITE_DISCHARGE, organisation)
    _require_party(transfer, organisation)
    content = checked(headings, file, form, may_be_empty=draft)
    transfer = _locked_transfer(transfer)
    summary = DischargeSummary(
        transfer=transfer,
        home=transfer.home,
        resident=transfer.resident,
        organisation=organisation,
        version=_next_version(transfer),
        state=State.DRAFT,
        form=form,
        written_by=actor.user,
        written_by_name=actor.name,
        written_at=now,
    )
    _keep(summary, content, actor)
    summary.save(force_insert=True)
    _record("discharge.written", summary, actor, now)
    if not draft:
        _send(actor, summary, now)
    return summary


@transaction.atomic
def change_draft(
    *,
    actor: Actor,
    summary: DischargeSummary,
    headings: Mapping[str, str | None] | None,
    file: bytes | None,
    form: str,
    now: datetime,
) -> DischargeSummary:
    """Write a draft anew; what it said before is gone. NotADraft once it was sent."""
    require(actor, Permission.WRITE_DISCHARGE, summary.organisation)
    content = checked(headings, file, form, may_be_empty=True)
    _locked_transfer(summary.transfer)
    summary = _locked_draft(summary)
    before, summary.form = summary.file, form
    summary.written_by, summary.written_by_name, summary.written_at = actor.user, actor.name, now
    _keep(summary, content, actor)
    summary.save(update_fields=["form", "written_by", "written_by_name", "written_at", "headings", "file", "file_hash"])
    if before:
        transaction.on_commit(partial(default_storage.delete, before))
    _record("discharge.changed", summary, actor, now)
    return summary


@transaction.atomic
def send_draft(*, actor: Actor, summary: DischargeSummary, now: datetime) -> DischargeSummary:
    """Send a draft home. When a later version was sent meanwhile, the draft becomes the version after that one."""
    require(actor, Permission.WRITE_DISCHARGE, summary.organisation)
    transfer = _locked_transfer(summary.transfer)
    summary = _locked_draft(summary)
    if not summary.headings and not summary.file:
        raise BadInput({"headings": "Write something under at least one heading, or choose a file."})
    if transfer.discharge_summaries.filter(version__gt=summary.version).exclude(sent_at=None).exists():
        summary.version = _next_version(transfer)
    _send(actor, summary, now)
    return summary


@transaction.atomic
def opened(*, actor: Actor, summary: DischargeSummary, now: datetime) -> bool:
    """Note that the home has opened a summary, the first time somebody there does; True that time."""
    if actor.facts_only or not actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id):
        return False
    unread = DischargeSummary.objects.filter(pk=summary.pk, opened_at=None).exclude(sent_at=None)
    if not unread.update(opened_at=now, opened_by_name=actor.name):
        return False
    summary.opened_at, summary.opened_by_name = now, actor.name
    _record("discharge.opened", summary, actor, now, at_home=True)
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
    opened(actor=actor, summary=summary, now=now)
    personal = {"name": who, "role": what} | ({"did": did} if did else {})
    _record("discharge.acknowledged", summary, actor, now, at_home=True, trained=trained, personal=personal)
    return acknowledgement


def _keep(summary: DischargeSummary, content: Content, actor: Actor) -> None:
    texts = content.texts
    if texts and summary.form != Form.PDF:
        texts = {**filled_in(transfer=summary.transfer, actor=actor, organisation=summary.organisation), **texts}
    summary.headings = json.dumps(texts) if texts else ""
    summary.file, summary.file_hash = "", ""
    if content.file is not None:
        name = f"discharges/{uuid4()}.{SUFFIX[Form(summary.form)]}"
        summary.file = default_storage.save(name, ContentFile(content.file))
        summary.file_hash = hashlib.sha256(content.file).hexdigest()


def _send(actor: Actor, summary: DischargeSummary, now: datetime) -> None:
    transfer = summary.transfer
    replaced = transfer.discharge_summaries.sent().update(state=State.SUPERSEDED)
    summary.state, summary.sent_at = State.SENT, now
    summary.save(update_fields=["state", "sent_at", "version"])
    begin_follow_ups(summary)
    post_to_inbox(
        organisation=summary.home_id,
        type="discharge_summary.replaced" if replaced else "discharge_summary.available",
        subject_id=summary.pk,
        path=f"/api/v1/discharge-summaries/{summary.pk}",
        ids={"discharge_summary": str(summary.pk), "transfer": str(transfer.pk), "version": summary.version},
        now=now,
    )
    _record("discharge.sent", summary, actor, now, missing=[heading.slug for heading in summary.missing()])


def _said_done(did: str | None) -> str:
    """What somebody says they have done about a letter, tidied; BadInput when it is too long or no text."""
    if did is not None and (not isinstance(did, str) or len(did) > LONGEST_DID):
        raise BadInput({"did": f"Use at most {LONGEST_DID:,} characters."})
    return (did or "").strip()


def _signature(actor: Actor, home: Organisation, name: str | None, role: str | None) -> tuple[str, str]:
    if actor.user is not None:
        posts = [post for post in actor.posts if post.organisation.pk == home.pk]
        role = next(post.role for post in posts if Permission.ACKNOWLEDGE_DISCHARGE in GRANTS[post.role])
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
    if transfer.destination_id != organisation.pk and not transfer.parties.filter(organisation=organisation).exists():
        raise NotAllowed("Only a hospital that had this bag, or was to have it, may write its discharge summary.")


def _locked_transfer(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("resident", "home")
    return rows.get(pk=transfer.pk)


def _locked(summary: DischargeSummary) -> DischargeSummary:
    rows = DischargeSummary.objects.select_for_update(of=("self",))
    return rows.select_related("transfer__home", "transfer__resident", "home", "resident", "organisation").get(
        pk=summary.pk
    )


def _locked_draft(summary: DischargeSummary) -> DischargeSummary:
    summary = _locked(summary)
    if summary.state != State.DRAFT:
        raise NotADraft("This summary was sent and stays as it is. Write a new version.")
    return summary


def _next_version(transfer: Transfer) -> int:
    return (transfer.discharge_summaries.aggregate(last=Max("version"))["last"] or 0) + 1


def _record(
    action: str, summary: DischargeSummary, actor: Actor, now: datetime, *, at_home: bool = False, **more
) -> None:
    record(
        action,
        summary,
        actor=actor,
        at=now,
        organisation=summary.home_id if at_home else summary.organisation_id,
        resident=summary.resident_id,
        transfer=summary.transfer_id,
        version=summary.version,
        form=summary.form,
        **more,
    )
