"""Somebody asks for everything that is held about a resident: noted, answered within a calendar month, written down."""

import calendar
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.retention.models import RecordExport, RecordRequest

MONTHS, MONTHS_EXTENDED = 1, 3


class Answered(Refused):
    code = "request_answered"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def note_request(
    *,
    actor: Actor,
    resident: Resident,
    asked_by: str,
    standing: str,
    identity_seen: str,
    received_on: date | None,
    now: datetime,
) -> RecordRequest:
    """Note that somebody asked; due one calendar month after it came. BadInput by field."""
    require(actor, Permission.KEEP_RECORDS, resident.home_id)
    today, errors = timezone.localdate(now), {}
    if not asked_by.strip():
        errors["who"] = "Say who asks, and how to reach them."
    if standing not in RecordRequest.Standing.values:
        errors["standing"] = "Say by what right they ask."
    if received_on is None or received_on > today:
        errors["received_on"] = "Say on which day it came."
    if errors:
        raise BadInput(errors)
    asked = RecordRequest.objects.create(
        resident_id=resident.merged_into_id or resident.pk,
        home_id=resident.home_id,
        asked_by=asked_by.strip(),
        standing=standing,
        identity_seen=identity_seen.strip(),
        received_on=received_on,
        due_on=months_after(received_on, MONTHS),
        noted_at=now,
        noted_by=actor.user,
        noted_by_name=actor.name,
    )
    _record("request.noted", asked, actor, now, standing=standing, due_on=str(asked.due_on))
    return asked


@transaction.atomic
def extend_request(*, actor: Actor, asked: RecordRequest, why: str, now: datetime) -> None:
    """Two months more, once, because it is complex; they must be told why within the first. BadInput without a why."""
    asked = _open(actor, asked)
    if not why.strip():
        raise BadInput({"why": "Say why it takes longer, as you told them."})
    if asked.extended_at:
        raise Refused("It was extended already: it can be once.", code="extended")
    if timezone.localdate(now) > asked.due_on:
        raise Refused("It is late already. It could be extended only within the first month.", code="late")
    asked.extended_at, asked.extended_why = now, why.strip()
    asked.due_on = months_after(asked.received_on, MONTHS_EXTENDED)
    asked.save(update_fields=["extended_at", "extended_why", "due_on"])
    _record("request.extended", asked, actor, now, due_on=str(asked.due_on), personal={"why": why})


@transaction.atomic
def close_request(
    *, actor: Actor, asked: RecordRequest, outcome: str, words: str, identity_seen: str, now: datetime
) -> None:
    """It was sent, refused or withdrawn. What is sent needs proof of who asked and an export that is ready."""
    asked, errors = _open(actor, asked), {}
    proof = identity_seen.strip() or asked.identity_seen
    if outcome not in RecordRequest.Outcome.values:
        errors["outcome"] = "Say what came of it."
    if not words.strip():
        errors["words"] = "Say how it was sent, or why not."
    if outcome == RecordRequest.Outcome.SENT and not proof:
        errors["identity_seen"] = "Say what proved who they are, before anything is sent."
    if outcome == RecordRequest.Outcome.SENT and not asked.exports.filter(state=RecordExport.State.READY).exists():
        errors["outcome"] = "There is nothing to send yet: gather the record and look through it first."
    if errors:
        raise BadInput(errors)
    asked.outcome, asked.outcome_words, asked.identity_seen = outcome, words.strip(), proof
    asked.closed_at, asked.closed_by_name = now, actor.name
    asked.save(update_fields=["outcome", "outcome_words", "identity_seen", "closed_at", "closed_by_name"])
    _record(f"request.{outcome}", asked, actor, now)


@transaction.atomic
def ask_export(*, actor: Actor, asked: RecordRequest, now: datetime) -> RecordExport:
    """Have everything gathered, in the background; the one that is under way, if there is one.

    NotAllowed for a program: what the journal tells is gathered by the rights of the person who asked.
    """
    asked = _open(actor, asked)
    if actor.user is None:
        raise NotAllowed("A program may not have a record gathered: a person who answers for it must ask.")
    under_way = asked.exports.filter(state__in=["waiting", "look", "making"]).first()
    if under_way:
        return under_way
    export = RecordExport.objects.create(
        request=asked, home_id=asked.home_id, asked_at=now, asked_by=actor.user, asked_by_name=actor.name
    )
    _record("export.asked", asked, actor, now, export=export.pk)
    return export


def _open(actor: Actor, asked: RecordRequest) -> RecordRequest:
    require(actor, Permission.KEEP_RECORDS, asked.home_id)
    asked = RecordRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.closed_at:
        raise Answered(f"{asked.closed_by_name} has closed this request already.")
    return asked


def _record(action: str, asked: RecordRequest, actor: Actor, now: datetime, *, personal=None, **facts) -> None:
    record(
        action,
        asked,
        actor=actor,
        at=now,
        organisation=asked.home_id,
        resident=asked.resident_id,
        personal=personal,
        **facts,
    )
