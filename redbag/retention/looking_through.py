"""A person looks through an export: what is shown, what is left out, and why; then it is made, fetched, thrown away."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from redbag.errors import BadInput, Gone, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.retention.making import REASONS
from redbag.retention.models import Passage, RecordExport
from redbag.vault import files_in, read_file

FORMS = {"paper": ("application/pdf", "record.pdf"), "data": ("application/zip", "record.zip")}


@dataclass(frozen=True)
class Handed:
    """A file to be sent, and how it is called."""

    content: bytes
    content_type: str
    name: str


@transaction.atomic
def decide(*, actor: Actor, export: RecordExport, decisions: Mapping[int, tuple[str, str]], now: datetime) -> int:
    """Note what is decided of passages, each (decision, reason) by its number; how many are still to be decided.

    What is left out needs a reason, and names alone can be left out where some are known: else BadInput under
    passage-<number>. Refused once the export is being made.
    """
    export = _locked(actor, export)
    errors = {}
    rows = export.passages.in_bulk(list(decisions))
    for number, (decision, reason) in decisions.items():
        if decision not in Passage.Decision.values:
            errors[f"passage-{number}"] = "Choose whether it is shown."
        elif decision in (Passage.Decision.NAMES, Passage.Decision.ALL) and reason not in REASONS:
            errors[f"passage-{number}"] = "Say why it is left out."
        elif decision == Passage.Decision.NAMES and number in rows and not rows[number].names_found:
            errors[f"passage-{number}"] = "No name is known in it: show it, or leave all of it out."
    if errors:
        raise BadInput(errors)
    for number, row in rows.items():
        row.decision, reason = decisions[number]
        row.reason = reason if row.decision in (Passage.Decision.NAMES, Passage.Decision.ALL) else ""
        row.decided_at, row.decided_by_name = (now, actor.name) if row.decision else (None, "")
        row.save(update_fields=["decision", "reason", "decided_at", "decided_by_name"])
    _record("export.looked_through", export, actor, now, passages=len(rows))
    return export.passages.filter(decision="").count()


@transaction.atomic
def show_rest(*, actor: Actor, export: RecordExport, now: datetime) -> int:
    """Show all that is not decided but what is to be looked at first; how many are still to be decided."""
    export = _locked(actor, export)
    rest = export.passages.filter(decision="", first=False)
    shown = rest.update(decision=Passage.Decision.SHOW, decided_at=now, decided_by_name=actor.name)
    _record("export.looked_through", export, actor, now, passages=shown, together=True)
    return export.passages.filter(decision="").count()


@transaction.atomic
def ask_making(*, actor: Actor, export: RecordExport, now: datetime) -> None:
    """Have it made, once everything is decided; Refused with how many are not."""
    export = _locked(actor, export)
    if left := export.passages.filter(decision="").count():
        raise Refused(f"Look at the other {left} first.", code="not_looked_through", left=left)
    export.state, export.tries = RecordExport.State.MAKING, 0
    export.save(update_fields=["state", "tries"])
    _record("export.decided", export, actor, now)


def hand_out(*, actor: Actor, export: RecordExport, form: str, now: datetime) -> Handed:
    """The file, to be sent; written in the journal as an export. Gone before it is made, and once thrown away."""
    require(actor, Permission.KEEP_RECORDS, export.home_id)
    name = getattr(export, form)
    if export.state != RecordExport.State.READY or not name:
        raise Gone("This is not made yet, or it was thrown away. Gather the record again.")
    kind, called = FORMS[form]
    _record("record.exported", export, actor, now, form=form)
    return Handed(read_file(name), kind, called)


def forget_exports(*, now: datetime, but: Collection[UUID] = ()) -> int:
    """Throw away exports two weeks after they were gathered or made, except of the residents in `but`; how many.

    What was left out and why stays, without a word of it.
    """
    old = RecordExport.objects.filter(kept_until__lte=now).exclude(state=RecordExport.State.FORGOTTEN)
    gone = 0
    for export in old.exclude(request__resident__in=but).exclude(state=RecordExport.State.MAKING):
        with transaction.atomic():
            files = {export.raw, export.paper, export.data, *files_in(f"exports/{export.pk}")} - {""}
            export.passages.update(text="", names=json.dumps([]))
            export.state, export.raw, export.paper, export.data = RecordExport.State.FORGOTTEN, "", "", ""
            export.save(update_fields=["state", "raw", "paper", "data"])
            for name in files:
                transaction.on_commit(partial(default_storage.delete, name), robust=True)
        gone += 1
    return gone


def _locked(actor: Actor, export: RecordExport) -> RecordExport:
    require(actor, Permission.KEEP_RECORDS, export.home_id)
    export = RecordExport.objects.select_for_update(of=("self",)).select_related("request").get(pk=export.pk)
    if export.state != RecordExport.State.LOOK:
        raise Refused(f"This cannot be changed now: {export.get_state_display().lower()}.", code="not_to_look_through")
    return export


def _record(action: str, export: RecordExport, actor: Actor, now: datetime, **facts) -> None:
    record(
        action,
        export,
        actor=actor,
        at=now,
        organisation=export.home_id,
        resident=export.request.resident_id,
        **facts,
    )
