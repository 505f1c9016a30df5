"""What a reminder says on a page: what waits, since when, what to do and whom to ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import Kind, Organisation, Place
from redbag.reminders.clocks import BY_NAME, Clock, said_at
from redbag.reminders.models import Reminder
from redbag.reminders.watching import is_late
from redbag.transfers.models import Transfer
from redbag.transfers.ringing import Number
from redbag.transfers.story import held_words

JOINED = (
    "organisation",
    "transfer__resident",
    "transfer__home",
    "transfer__holder",
    "transfer__destination",
    "bag",
    "case",
)


@dataclass(frozen=True)
class Line:
    """One reminder in words. `due` says that its time has come, `late` that the named person is told."""

    reminder: Reminder
    clock: Clock
    says: str
    do: str
    ring: Sequence[Number]
    due: bool
    late: bool


def lines(reminders: QuerySet[Reminder], *, now: datetime) -> list[Line]:
    """The lines of reminders in their order, in three statements however many there are."""
    return lines_of(list(reminders.select_related(*JOINED)), now=now)


def lines_of(rows: Sequence[Reminder], *, now: datetime) -> list[Line]:
    """The lines of reminders that have what is JOINED, in their order, in two statements."""
    letters = {each.subject for each in rows if each.kind == "letter"}
    writers = {
        letter.pk: letter.organisation
        for letter in DischargeSummary.objects.filter(pk__in=letters).select_related("organisation")
    }
    holders = {each.transfer.holder_id for each in rows if each.transfer and each.transfer.holder_place}
    places = Place.objects.filter(organisation__in=holders - {None}).exclude(phone="")
    phones = {(place.organisation_id, place.name): place.phone for place in places}
    return [_line(each, writers.get(each.subject), phones, now) for each in rows]


def _line(reminder: Reminder, writer: Organisation | None, phones: dict, now: datetime) -> Line:
    clock = BY_NAME[reminder.kind]
    who = _who(reminder, clock, writer)
    stage = reminder.bag.get_state_display().lower() if reminder.bag else ""
    words = {"who": who, "since": said_at(reminder.since, now=now), "stage": stage}
    return Line(
        reminder=reminder,
        clock=clock,
        says=clock.says.format(**words),
        do=clock.do.format(**words),
        ring=_ring(reminder, clock, writer, phones),
        due=reminder.due_at <= now,
        late=is_late(reminder, now=now),
    )


def _who(reminder: Reminder, clock: Clock, writer: Organisation | None) -> str:
    if writer is not None:
        return writer.name
    if reminder.case is not None:
        return reminder.case.description or reminder.case.category.replace("_", " ")
    if reminder.transfer is None:
        return ""
    return reminder.transfer.home.name if clock.asks == "holder" else held_words(reminder.transfer)


def _ring(reminder: Reminder, clock: Clock, writer: Organisation | None, phones: dict) -> list[Number]:
    """Whom to ring, each number once; nobody when nobody's number is known."""
    transfer = reminder.transfer
    if writer is not None:
        offered = [Number(writer.name, writer.phone)]
    elif transfer is None or clock.name == "crew_awaited":
        offered = []
    elif clock.asks == "holder":
        offered = [Number(transfer.home.name, transfer.home.phone)]
    else:
        offered = _hospital_and_holder(transfer, phones)
    return list({number.phone: number for number in offered if number.phone}.values())


def _hospital_and_holder(transfer: Transfer, phones: dict[tuple[UUID | None, str], str]) -> list[Number]:
    holder, numbers = transfer.holder, []
    if transfer.destination and (holder is None or holder.kind == Kind.AMBULANCE):
        numbers.append(Number(transfer.destination.name, transfer.destination.phone))
    if holder is not None and holder.pk != transfer.home_id:
        own = phones.get((holder.pk, transfer.holder_place), "")
        numbers.insert(0, Number(held_words(transfer) if own else holder.name, own or holder.phone))
    return numbers


def due_count(organisations: Sequence[UUID], *, now: datetime) -> int:
    """How many reminders of these organisations are due and not done: one statement, for a board."""
    return Reminder.objects.open().filter(organisation__in=organisations, due_at__lte=now).count()
