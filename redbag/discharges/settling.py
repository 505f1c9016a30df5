"""The hospital says whose a held summary is: it corrects the details, points at a journey, or takes it back."""

from datetime import datetime

from django.db import transaction

from redbag.discharges.content import corrected, person_in, person_meant
from redbag.discharges.matching import contradictions, two_people
from redbag.discharges.models import DischargeSummary
from redbag.discharges.sending import hold, record_summary, send
from redbag.discharges.whose import Found, by_person, candidate, kept, says_otherwise
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.incoming.message import Person
from redbag.organisations.access import Actor, Permission, require
from redbag.rows import everything
from redbag.transfers.models import Transfer

State = DischargeSummary.State
SAYS_WHOM = (DischargeSummary.Form.FHIR_JSON, DischargeSummary.Form.FHIR_XML)
LONGEST_REASON = 500
SAY_WHY = "What the document says does not fit this. Look at it again, and say why it is right all the same."


class NothingHeld(Refused):
    code = "not_held"


class SayWhy(Refused):
    """It contradicts the document: it can be done with a reason. `facts` holds why, as codes."""

    code = "say_why"


@everything()
@transaction.atomic
def try_again(
    *, actor: Actor, summary: DischargeSummary, person: Person, reason: str = "", now: datetime
) -> DischargeSummary:
    """Look again with the details that somebody at the hospital has checked; it is sent, or stays held.

    Details that contradict the document itself need a reason: SayWhy without one. Those that contradict the journey it
    was posted to let go of that journey.
    """
    summary, reason = _theirs(actor, summary), _checked(reason)
    document = person_in(summary.identity) if summary.form in SAYS_WHOM else Person()
    against = ("says_two_people",) if two_people(document, person) or document.doubts else ()
    _ask_why(against + _same_id(summary), reason)
    summary.identity = corrected(summary.identity, person)
    where = by_person(summary, now=now)
    if where.why and summary.transfer is not None:
        alone = DischargeSummary(
            organisation=summary.organisation,
            identity=summary.identity,
            structured=summary.structured,
            discharged_at=summary.discharged_at,
        )
        elsewhere = by_person(alone, now=now)
        where = where if elsewhere.why else elsewhere
    if where.why:
        return hold(summary, where, actor=actor, now=now)
    return _sent(actor, summary, where, "corrected", reason, now)


@everything()
@transaction.atomic
def point_at(
    *, actor: Actor, summary: DischargeSummary, transfer: Transfer, reason: str = "", now: datetime
) -> DischargeSummary:
    """Send it to the patient of a journey that the hospital is a party to.

    SayWhy, with what contradicts, when the document names somebody else and no reason is given.
    """
    summary, reason = _theirs(actor, summary), _checked(reason)
    parties = transfer.parties.filter(organisation=summary.organisation_id, reads=True)
    if transfer.destination_id != summary.organisation_id and not parties.exists():
        raise NotAllowed("Choose a patient whose bag your hospital had, or was to have.")
    resident = candidate(kept(transfer.resident))
    both = (person_in(summary.identity), person_meant(summary.identity))
    against = dict.fromkeys(each.value for person in both for each in contradictions(person, resident))
    _ask_why((*against, *_same_id(summary)), reason)
    where = Found(resident=transfer.resident, transfer=transfer, home=transfer.home)
    return _sent(actor, summary, where, "pointed", reason, now)


@everything()
@transaction.atomic
def take_back(*, actor: Actor, summary: DischargeSummary, reason: str = "", now: datetime) -> DischargeSummary:
    """It should not have been sent: it stays kept, held, and nobody is asked about it any more."""
    summary, reason = _theirs(actor, summary), _checked(reason)
    summary.home = None
    _settle(actor, summary, reason, now)
    summary.save(update_fields=["home", "settled_at", "settled_by_name", "settled_note"])
    record_summary("discharge.taken_back", summary, actor, now, personal={"name": actor.name, "reason": reason})
    return summary


def _theirs(actor: Actor, summary: DischargeSummary) -> DischargeSummary:
    require(actor, Permission.WRITE_DISCHARGE, summary.organisation_id)
    rows = DischargeSummary.objects.select_for_update(of=("self",))
    summary = rows.select_related("organisation", "transfer__home", "transfer__resident").get(pk=summary.pk)
    if summary.state != State.HELD or summary.settled_at is not None:
        raise NothingHeld("Somebody has settled this one already.", state=summary.state)
    return summary


def _checked(reason: str) -> str:
    reason = reason.strip() if isinstance(reason, str) else ""
    if len(reason) > LONGEST_REASON:
        raise BadInput({"reason": f"Use at most {LONGEST_REASON} characters."})
    return reason


def _ask_why(against: tuple[str, ...], reason: str) -> None:
    if against and not reason:
        raise SayWhy(SAY_WHY, why=list(against))


def _same_id(summary: DischargeSummary) -> tuple[str, ...]:
    return ("same_id_other_words",) if says_otherwise(summary) else ()


def _sent(
    actor: Actor, summary: DischargeSummary, where: Found, how: str, reason: str, now: datetime
) -> DischargeSummary:
    _settle(actor, summary, reason, now)
    send(summary, where, actor=actor, now=now)
    facts = {"how": how, "reasons": summary.held_for, "against_the_document": bool(reason)}
    personal = {"name": actor.name, "reason": reason}
    record_summary("discharge.settled", summary, actor, now, personal=personal, **facts)
    return summary


def _settle(actor: Actor, summary: DischargeSummary, reason: str, now: datetime) -> None:
    summary.settled_at, summary.settled_by_name, summary.settled_note = now, actor.name, reason
