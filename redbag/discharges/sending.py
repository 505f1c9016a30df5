"""A summary goes home and takes its place among the letters before it, or is held until it is known whose it is."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from redbag.deliveries.actions import post_letters, post_to_inbox
from redbag.discharges.chains import Sent, base_of, is_of_one_version, replaced
from redbag.discharges.content import person_in
from redbag.discharges.demographics import as_named, filled_in
from redbag.discharges.documents_out import document_if_wanted
from redbag.discharges.following_up import begin_follow_ups
from redbag.discharges.matching import contradictions, told
from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import Found, candidate, found, kept
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.pulse import stir
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

Form, State, Relation = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Relation


def send_or_hold(summary: DischargeSummary, *, actor: Actor | None, now: datetime) -> DischargeSummary:
    """Send a summary to whom it is about, or hold it and say so to the hospital alone. In the caller's transaction."""
    where = found(summary, now=now)
    if where.why:
        return hold(summary, where, actor=actor, now=now)
    return send(summary, where, actor=actor, now=now)


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
        post_letters(
            organisations=[summary.organisation_id],
            type="discharge_summary.held",
            subject_id=summary.pk,
            path=f"/api/v1/discharge-summaries/{summary.pk}",
            ids={"discharge_summary": str(summary.pk)},
            now=now,
        )
    why = told(where.why, party=summary.transfer_id is not None)
    record_summary("discharge.held", summary, actor, now, why=why)
    return summary


def send(summary: DischargeSummary, where: Found, *, actor: Actor | None, now: datetime) -> DischargeSummary:
    """Send a summary to the resident it is about. One that was replaced before it came is kept as superseded."""
    resident, transfer = _locked(where)
    _number(summary, transfer)
    summary.resident, summary.home, summary.transfer = resident, resident.home, transfer
    if transfer is not None:
        summary.home = transfer.home
    _fill_in(summary)
    _choose_before(summary)
    before = _letters_before(summary)
    superseded = _take_place(summary, before, now)
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
    """What the service knows goes under the headings where the hospital wrote nothing; of a letter that names somebody
    else, whom it names."""
    texts, named = summary.texts(), person_in(summary.identity)
    assert summary.resident is not None
    if texts and summary.form != Form.PDF:
        own = filled_in(summary)
        if contradictions(named, candidate(kept(summary.resident))):
            own["patient_demographics"] = as_named(named)
        summary.headings = json.dumps(own | texts)


def _choose_before(summary: DischargeSummary) -> None:
    """What was typed for a journey follows what the same hospital sent for it last; a document says so itself.

    A document without a name of its own follows too, but never one that says what it replaces. One of which nothing
    could be read takes the place of nothing: it stands beside the others.
    """
    if _is_unread(summary):
        summary.relation, summary.follows = "", None
    if summary.transfer is None or _speaks_for_itself(summary) or _is_unread(summary):
        return
    own = summary.transfer.discharge_summaries.sent().filter(
        organisation=summary.organisation_id, source=DischargeSummary.Source.HOSPITAL
    )
    before = {each.pk: each for each in own.exclude(pk=summary.pk).order_by("version") if not _is_unread(each)}
    if summary.follows_id not in before:
        last = [each for each in before.values() if each.relation != Relation.APPENDS and _may_follow(summary, each)]
        summary.follows = last[-1] if last else None
    summary.relation = (summary.relation or Relation.REPLACES) if summary.follows_id else ""


def _speaks_for_itself(summary: DischargeSummary) -> bool:
    named = is_of_one_version(summary.document_id, summary.document_set)
    return named or bool(summary.document_set or summary.read().get("relates_to"))


def _is_unread(summary: DischargeSummary) -> bool:
    return summary.form in (Form.FHIR_JSON, Form.FHIR_XML) and not summary.read().get("standard")


def _may_follow(summary: DischargeSummary, before: DischargeSummary) -> bool:
    return summary.form in (Form.HEADINGS, Form.PDF) or not before.read().get("relates_to")


def _letters_before(summary: DischargeSummary) -> list[DischargeSummary]:
    """What this hospital has sent about the same person, in the order it came."""
    assert summary.resident is not None
    rows = DischargeSummary.objects.filter(
        organisation=summary.organisation_id,
        resident__in=Resident.objects.records_of(kept(summary.resident).pk),
        source=DischargeSummary.Source.HOSPITAL,
        state__in=[State.SENT, State.SUPERSEDED],
    )
    return list(rows.exclude(pk=summary.pk).order_by("sent_at", "written_at"))


def _take_place(summary: DischargeSummary, before: Sequence[DischargeSummary], now: datetime) -> list[str]:
    """Decide which letters count now; the ids of those that this one has superseded."""
    letters = [_letter(each) for each in (*before, summary)]
    gone = replaced(letters)
    summary.state, summary.sent_at = State.SUPERSEDED if summary.pk in gone else State.SENT, now
    if summary.follows_id is None:
        base = base_of(letters[-1], letters)
        summary.follows = next((each for each in before if each.pk == base), None)
    rows = DischargeSummary.objects.filter(pk__in=[each.pk for each in before])
    for each, letter in zip(before, letters, strict=False):
        if each.follows_id is None and each.relation and base_of(letter, letters) == summary.pk:
            rows.filter(pk=each.pk).update(follows=summary)
    fresh = [each.pk for each in before if each.pk in gone and each.state == State.SENT]
    rows.filter(pk__in=fresh).update(state=State.SUPERSEDED)
    return [str(pk) for pk in fresh]


def _letter(summary: DischargeSummary) -> Sent:
    said = summary.read()
    dated = said.get("written_at")
    return Sent(
        key=summary.pk,
        document_id=summary.document_id,
        document_set=summary.document_set,
        relation=summary.relation,
        relates_to=said.get("relates_to", ""),
        follows=None if _speaks_for_itself(summary) else summary.follows_id,
        dated=datetime.fromisoformat(dated) if dated else None,
    )
