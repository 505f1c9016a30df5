"""A summary goes home and takes its place among the letters before it, or is held until it is known whose it is."""

import json
from datetime import datetime

from django.db.models import Max

from redbag.deliveries.actions import post_letters, post_to_inbox
from redbag.deliveries.withdrawing import take_back
from redbag.discharges.content import is_a_mistake, person_in
from redbag.discharges.demographics import as_named, filled_in, number_named
from redbag.discharges.documents_out import document_if_wanted
from redbag.discharges.following_up import begin_follow_ups
from redbag.discharges.matching import Why, told
from redbag.discharges.models import DischargeSummary
from redbag.discharges.placing import choose_before, letters_before, take_place, taken_back
from redbag.discharges.whose import Found, found, kept
from redbag.errors import Refused
from redbag.incoming.message import Person
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.pulse import stir
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

Form, State, Relation = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Relation


TAKEN_BACK = "The hospital took this letter back: it was entered in error"


class NothingTakenBack(Refused):
    code = "nothing_taken_back"


def send_or_hold(summary: DischargeSummary, *, actor: Actor | None, now: datetime) -> DischargeSummary:
    """Send a summary to whom it is about, or hold it and say so to the hospital alone. In the caller's transaction."""
    _take_number_in(summary)
    where = found(summary, now=now)
    if where.resident is not None and is_a_mistake(summary) and not _names_a_letter(summary, where.resident):
        where = Found(home=where.home if summary.transfer else None, why=(Why.ENTERED_IN_ERROR,))
    if where.why:
        return hold(summary, where, actor=actor, now=now)
    return send(summary, where, actor=actor, now=now)


def _take_number_in(summary: DischargeSummary) -> None:
    """The NHS number of somebody else, typed among the words, contradicts like any other identifier."""
    number = number_named(summary.texts().get("patient_demographics", ""))
    known = kept(summary.transfer.resident).nhs_number if summary.transfer is not None else ""
    if number and known and number != known and not person_in(summary.identity).nhs_number:
        said = json.loads(summary.identity) if summary.identity else {}
        summary.identity = json.dumps(said | {"nhs_number": number})


def hold(summary: DischargeSummary, where: Found, *, actor: Actor | None, now: datetime) -> DischargeSummary:
    """Keep a summary back, with why; nobody but its hospital sees anything of it."""
    first = summary.state != State.HELD
    summary.state, summary.held_for = State.HELD, list(where.why)
    summary.held_at = now if first else summary.held_at
    summary.home, summary.resident = where.home, None
    summary.save(update_fields=["state", "held_for", "held_at", "home", "resident", "identity"])
    if where.home is not None:
        stir([where.home.pk])
    if first:
        tell_held(summary, now)
    why = told(where.why, party=summary.transfer_id is not None)
    record_summary("discharge.held", summary, actor, now, why=why)
    return summary


def tell_held(summary: DischargeSummary, now: datetime) -> None:
    """Tell a hospital that it must say whose a summary is."""
    post_letters(
        organisations=[summary.organisation_id],
        type="discharge_summary.held",
        subject_id=summary.pk,
        path=f"/api/v1/discharge-summaries/{summary.pk}",
        ids={"discharge_summary": str(summary.pk)},
        now=now,
    )


def send(summary: DischargeSummary, where: Found, *, actor: Actor | None, now: datetime) -> DischargeSummary:
    """Send a summary to the resident it is about. One that was replaced before it came is kept as superseded."""
    resident, transfer = _locked(where)
    _number(summary, transfer)
    summary.resident, summary.home, summary.transfer = resident, resident.home, transfer
    if transfer is not None:
        summary.home = transfer.home
    before = letters_before(summary, resident)
    if is_a_mistake(summary):
        return _take_back(summary, before, actor, now)
    _fill_in(summary)
    choose_before(summary)
    superseded = take_place(summary, before, now)
    summary.save()
    begin_follow_ups(summary)
    if summary.state == State.SENT:
        tell_home(summary, replaces=bool(superseded), now=now)
    else:
        stir([summary.home_id])
    late, missing = summary.state == State.SUPERSEDED, [each.slug for each in summary.missing()]
    record_summary("discharge.sent", summary, actor, now, late=late, missing=missing, replaces=superseded)
    return summary


def record_summary(
    action: str,
    summary: DischargeSummary,
    actor: Actor | None,
    now: datetime,
    *,
    at_home: bool = False,
    personal: dict | None = None,
    **facts,
) -> None:
    """Write into the journal what happened to a summary, for its hospital or, `at_home`, for the home."""
    record(
        action,
        summary,
        actor=actor,
        at=now,
        organisation=summary.home_id if at_home else summary.organisation_id,
        resident=summary.resident_id,
        personal=personal,
        transfer=summary.transfer_id,
        version=summary.version,
        form=summary.form,
        **facts,
    )


def tell_hospital(type: str, summary: DischargeSummary, now: datetime) -> None:
    """Tell the hospital that sent a summary what became of it at the home; nobody, of what the home put in itself."""
    if summary.source == DischargeSummary.Source.HOSPITAL:
        post_letters(
            organisations=[summary.organisation_id],
            type=type,
            subject_id=summary.pk,
            path=f"/api/v1/discharge-summaries/{summary.pk}",
            ids={
                "discharge_summary": str(summary.pk),
                "transfer": str(summary.transfer_id) if summary.transfer_id else None,
                "version": summary.version,
            },
            now=now,
        )


def tell_home(summary: DischargeSummary, *, replaces: bool, now: datetime) -> None:
    """Tell a home that a letter is there, or with `replaces` that it changes what they had: also of one taken off.

    Its document goes with it while it counts. What it follows, and how, stands in the ids.
    """
    post_to_inbox(
        organisation=summary.home_id,
        type="discharge_summary.replaced" if replaces else "discharge_summary.available",
        subject_id=summary.pk,
        path=f"/api/v1/discharge-summaries/{summary.pk}",
        ids={
            "discharge_summary": str(summary.pk),
            "transfer": str(summary.transfer_id) if summary.transfer_id else None,
            "version": summary.version,
            "follows": str(summary.follows_id) if summary.follows_id else None,
            "relation": summary.relation,
        },
        now=now,
        document=document_if_wanted(summary) if summary.state == State.SENT else "",
    )


def next_version(transfer: Transfer) -> int:
    """The number of the next summary on a journey."""
    return (transfer.discharge_summaries.aggregate(last=Max("version"))["last"] or 0) + 1


def lock_journey(transfer: Transfer) -> Transfer:
    """The journey, locked after its resident: the order in which packing and joining records lock them."""
    Resident.objects.select_for_update().get(pk=transfer.resident_id)
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("resident__home", "home")
    return rows.get(pk=transfer.pk)


def _names_a_letter(summary: DischargeSummary, about: Resident) -> bool:
    return bool(taken_back(summary, letters_before(summary, about)))


def _take_back(
    summary: DischargeSummary, before: list[DischargeSummary], actor: Actor | None, now: datetime
) -> DischargeSummary:
    """A document that was entered in error takes back the letters it names, and never counts itself."""
    gone = taken_back(summary, before)
    if not gone:
        raise NothingTakenBack("It says that it was entered in error, and names no letter that was sent. Take it back.")
    summary.state, summary.sent_at = State.SUPERSEDED, now
    summary.relation, summary.follows = Relation.REPLACES, gone[-1]
    summary.save()
    for each in gone:
        if each.state == State.SENT:
            each.state = State.SUPERSEDED
            each.save(update_fields=["state"])
            each.follow_ups.filter(done_at=None).update(
                done_at=now, done_by_name=summary.hospital, done_note=TAKEN_BACK
            )
            take_back(each.pk, by=summary.hospital, note=TAKEN_BACK, now=now)
            tell_home(each, replaces=True, now=now)
    stir([summary.home_id])
    record_summary("discharge.withdrew", summary, actor, now, replaces=[str(each.pk) for each in gone])
    return summary


def _locked(where: Found) -> tuple[Resident, Transfer | None]:
    if where.transfer is not None:
        transfer = lock_journey(where.transfer)
        return transfer.resident, transfer
    assert where.resident is not None
    rows = Resident.objects.select_for_update(of=("self",)).select_related("home")
    return rows.get(pk=where.resident.pk), None


def _number(summary: DischargeSummary, transfer: Transfer | None) -> None:
    """A number on the journey, above every one that was sent there."""
    if transfer is None:
        return
    later = transfer.discharge_summaries.filter(version__gt=summary.version).exclude(sent_at=None)
    if summary.transfer_id != transfer.pk or later.exists():
        summary.version = next_version(transfer)


def _fill_in(summary: DischargeSummary) -> None:
    """What the service knows goes under the headings where the hospital wrote nothing; of a letter that names its
    patient, whom it names, and nothing that the home knows."""
    texts, named = summary.texts(), person_in(summary.identity)
    if texts and summary.form != Form.PDF:
        own = filled_in(summary) if named == Person() else {"patient_demographics": as_named(named)}
        summary.headings = json.dumps(own | texts)
