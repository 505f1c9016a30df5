"""What a reminder says on a page: what waits, since when, what to do and whom to ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.discharges.taking_on import may_wait_no_longer
from redbag.homecomings.models import ReturnAnswer
from redbag.organisations.models import Kind, Place
from redbag.reminders.clocks import BY_NAME, Clock, said_at, said_on
from redbag.reminders.models import Reminder
from redbag.reminders.watching import is_late
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.transfers.ringing import Number
from redbag.transfers.story import held_words

LONGEST_WORDS = 160
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
class About:
    """The letter that a reminder is about, and who or what is named in its line."""

    letter: DischargeSummary
    words: str


@dataclass(frozen=True)
class Line:
    """One reminder in words. `due` says that its time has come, `late` that the named person is told.

    `resident` is whom it is about, `letter` the id of the letter that it is about; either may be None.
    """

    reminder: Reminder
    clock: Clock
    says: str
    do: str
    ring: Sequence[Number]
    due: bool
    late: bool
    resident: Resident | None
    letter: UUID | None


def lines(reminders: QuerySet[Reminder], *, now: datetime) -> list[Line]:
    """The lines of reminders in their order, in three statements however many there are."""
    return lines_of(list(reminders.select_related(*JOINED)), now=now)


def lines_of(rows: Sequence[Reminder], *, now: datetime) -> list[Line]:
    """The lines of reminders that have what is JOINED, in their order, in two statements."""
    about = _letters_of(rows)
    holders = {each.transfer.holder_id for each in rows if each.transfer and each.transfer.holder_place}
    places = Place.objects.filter(organisation__in=holders - {None}).exclude(phone="")
    phones = {(place.organisation_id, place.name): place.phone for place in places}
    return [_line(each, about.get(each.subject), phones, now) for each in rows]


def _letters_of(rows: Sequence[Reminder]) -> dict[UUID, About]:
    """The letters that reminders are about, by the subject of each."""
    kinds = {"letter", "urgent_letter", "ring_home", "medicines"}
    to_ring = {each.subject for each in rows if each.kind == "ring_home"}
    letters = {each.subject for each in rows if each.kind in kinds}
    asked = {each.subject for each in rows if each.kind == "follow_up"}
    found = {
        letter.pk: About(letter, letter.home.name if letter.pk in to_ring else letter.hospital)
        for letter in DischargeSummary.objects.filter(pk__in=letters).select_related("organisation", "resident", "home")
    }
    returns = {each.subject for each in rows if each.kind == "ring_today" and each.transfer_id is None}
    if returns:
        answers = ReturnAnswer.objects.filter(pk__in=returns).select_related(
            "summary__organisation", "summary__resident"
        )
        found |= {each.pk: About(each.summary, each.summary.hospital) for each in answers}
    if asked:
        things = FollowUp.objects.filter(pk__in=asked).select_related("summary__organisation", "summary__resident")
        found |= {each.pk: About(each.summary, shortened(each.text)) for each in things}
    return found


def shortened(text: str) -> str:
    """The words in one line, cut where they are long, without a full stop at their end."""
    words = " ".join(text.split())
    return words.rstrip(".") if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rsplit(" ", 1)[0] + " ..."


def _line(reminder: Reminder, about: About | None, phones: dict, now: datetime) -> Line:
    clock = BY_NAME[reminder.kind]
    who = about.words if about else _who(reminder, clock)
    stage = reminder.bag.get_state_display().lower() if reminder.bag else ""
    since = said_on(reminder.since) if clock.name == "follow_up" else said_at(reminder.since, now=now)
    why = ". ".join(may_wait_no_longer(about.letter)) if about else ""
    words = {"who": who, "since": since, "stage": stage, "why": why}
    journey = reminder.transfer
    return Line(
        reminder=reminder,
        clock=clock,
        says=clock.says.format(**words),
        do=clock.do.format(**words),
        ring=_ring(reminder, clock, about, phones),
        due=reminder.due_at <= now,
        late=is_late(reminder, now=now),
        resident=about.letter.resident if about else journey.resident if journey else None,
        letter=about.letter.pk if about else None,
    )


def _who(reminder: Reminder, clock: Clock) -> str:
    if reminder.case is not None:
        return reminder.case.description or reminder.case.category.replace("_", " ")
    if reminder.transfer is None:
        return ""
    return reminder.transfer.home.name if clock.asks == "holder" else held_words(reminder.transfer)


def _ring(reminder: Reminder, clock: Clock, about: About | None, phones: dict) -> list[Number]:
    """Whom to ring, each number once; nobody when nobody's number is known."""
    transfer = reminder.transfer
    if clock.asks == "hospital" and about is not None:
        offered = [Number(about.letter.home.name, about.letter.home.phone)]
    elif about is not None:
        writer = about.letter.organisation
        offered = [] if about.letter.hospital_name else [Number(writer.name, writer.phone)]
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
