"""A letter that a hospital sent is about somebody else: the home sends it back, or the hospital calls it back."""

import json
from datetime import datetime

from redbag.deliveries.withdrawing import take_back
from redbag.discharges.files import all_or_nothing
from redbag.discharges.models import SENT_BACK, DischargeSummary
from redbag.discharges.sending import record_summary, tell_held, tell_home
from redbag.discharges.taking_off import NotInUse, count_again, empty
from redbag.errors import BadInput, Refused
from redbag.incoming.headings import FILLED_BY_THE_SERVICE
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.rows import everything

Form, State, Source = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Source
LONGEST_REASON = 500
KEPT = ("organisation", "form", "structured", "identity", "file", "file_hash", "document_id", "document_set")
WRITTEN = ("written_by", "written_by_name", "written_at", "discharged_at")


class NotTheHospitals(Refused):
    code = "not_the_hospitals"


def may_be_sent_back(summary: DischargeSummary) -> None:
    """Raise NotTheHospitals for what the home put in itself, NotInUse for what is not in use any more."""
    if summary.source != Source.HOSPITAL:
        raise NotTheHospitals("The home put this letter in itself. Take it off instead.")
    if summary.state != State.SENT:
        raise NotInUse("This letter is not in use any more.")


@everything()
def send_back(*, actor: Actor, summary: DischargeSummary, reason: str, now: datetime) -> DischargeSummary:
    """Nobody at the home works from it any more and no word of it stays there; returns the one its hospital has again.

    From the home, `reason` says why it is not about its resident, and the hospital has it held, to say whose it is. A
    hospital calls its own letter back: it has it put aside. A letter whose place it had taken counts again. BadInput
    without a reason.
    """
    by_home = actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    if not by_home:
        require(actor, Permission.WRITE_DISCHARGE, summary.organisation_id)
    may_be_sent_back(summary)
    reason = reason.strip() if isinstance(reason, str) else ""
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput({"reason": f"Say in a few words why it is not this patient's. At most {LONGEST_REASON}."})
    with all_or_nothing():
        summary = _locked(summary)
        theirs = _for_the_hospital(summary, actor, reason, by_home, now)
        _gone_from_home(summary, actor, reason, now)
        record_summary("discharge.came_back", theirs, actor, now, personal={"reason": reason}, by_home=by_home)
        if by_home:
            tell_held(theirs, now)
    return theirs


def _locked(summary: DischargeSummary) -> DischargeSummary:
    Resident.objects.select_for_update().get(pk=summary.resident_id)
    summary = DischargeSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    may_be_sent_back(summary)
    return summary


def _for_the_hospital(
    summary: DischargeSummary, actor: Actor, reason: str, by_home: bool, now: datetime
) -> DischargeSummary:
    """What the hospital sent, as its own again; what this service had filled in of the resident is left out."""
    same = {name: getattr(summary, name) for name in (*KEPT, *WRITTEN)}
    theirs = DischargeSummary(state=State.HELD, version=1, held_at=now, held_for=[SENT_BACK], **same)
    theirs.settled_note = reason
    if not by_home:
        theirs.settled_at, theirs.settled_by_name = now, actor.name
    typed = summary.form in (Form.HEADINGS, Form.PDF)
    texts = {k: words for k, words in summary.texts().items() if not typed or k not in FILLED_BY_THE_SERVICE}
    theirs.headings = json.dumps(texts) if texts else ""
    theirs.save(force_insert=True)
    return theirs


def _gone_from_home(summary: DischargeSummary, actor: Actor, reason: str, now: datetime) -> None:
    summary.held_for = [SENT_BACK]
    summary.identity, summary.document_id, summary.document_set, summary.file_hash = "", "", "", ""
    empty(summary, actor, now)
    again = count_again(summary)
    take_back(summary.pk, by=actor.name, note=reason, now=now)
    tell_home(summary, replaces=True, now=now)
    if again is not None:
        tell_home(again, replaces=False, now=now)
    record_summary(
        "discharge.sent_back", summary, actor, now, at_home=True, data_incident=True, counts_again=again and again.pk
    )
