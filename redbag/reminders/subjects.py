"""What each clock looks at: the rows for which it runs, as one statement each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.deliveries.handing_on import STILL_HOPE
from redbag.deliveries.models import Delivery
from redbag.departures.models import HomeAnswer, Planned
from redbag.discharges.models import DischargeSummary, FollowUp, MailedLetter
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.questions import ALLERGY
from redbag.homecomings.stays import open_troubles
from redbag.notes.models import Note
from redbag.organisations.models import Kind as Place
from redbag.reminders.models import Reminder
from redbag.transfers.case_models import Case
from redbag.transfers.death_models import Death, about_who_lives_here
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage, Where

LETTERS_COUNT = timedelta(days=60)
NO_ADDRESS_WAITS = timedelta(hours=2)
NOWHERE = Value(None, output_field=UUIDField())
AWAY = (BagState.PACKED, BagState.WITH_CREW, BagState.IN_HOSPITAL, BagState.COMING_HOME)


@dataclass(frozen=True)
class Watched:
    """The rows of one clock: `rows(now)` gives each with `whose` (an organisation), `began`, `journey`, `of_bag`.

    `since` is how a reminder's own moment is compared with `began`: as it is, or by its day.
    """

    rows: Callable[[datetime], QuerySet[Any]]
    since: str = "since"
    due: str | None = None

    def still(self, now: datetime) -> Exists:
        """That what an open reminder is about still waits, at the same organisation, since the same moment."""
        rows = self.rows(now).filter(pk=OuterRef("subject"), whose=OuterRef("organisation_id"))
        return Exists(rows.filter(began=OuterRef(self.since)))

    def unknown(self, clock: str, now: datetime) -> QuerySet[Any]:
        """The rows that have no reminder yet, or whose last one was needless for a while and was never done."""
        same = {"kind": clock, "organisation": OuterRef("whose"), self.since: OuterRef("began")}
        known = Reminder.objects.filter(subject=OuterRef("pk"), **same)
        was_needless = Exists(known.filter(needless_at__isnull=False, done_at=None))
        return self.rows(now).filter(was_needless | ~Exists(known.filter(needless_at=None)))


def _alive(journeys: QuerySet[Any], prefix: str = "") -> QuerySet[Any]:
    """Those of journeys on which nobody died: there the clocks are quiet."""
    died = Death.objects.filter(transfer=OuterRef(f"{prefix}pk"), taken_back_at=None)
    told = journeys.annotate(ends=Coalesce(Cast(f"{prefix}outcomes", TextField()), Value("", TextField())))
    return told.exclude(Exists(died)).exclude(ends__contains=f'"{Outcome.DIED.value}"')


def _journeys(stage: Stage, *, asks: str = "home_id", began: str = "stage_since") -> QuerySet[Any]:
    rows = _alive(Transfer.objects.filter(stage=stage))
    return rows.annotate(whose=F(asks), began=F(began), journey=F("pk"), of_bag=F("bag_id"))


def _unchecked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those with a bag whose contents the organisation that is asked has not looked at since it began."""
    own = Fact.objects.filter(
        transfer=OuterRef("pk"), organisation=OuterRef("whose"), occurred_at__gte=OuterRef("began")
    )
    looked = own.filter(Q(kind=Kind.CHECK) | Q(kind=Kind.HANDOFF) & ~Q(items=[]))
    flagged = rows.annotate(says=Cast("flags", TextField())).filter(says__contains='"unchecked"')
    return flagged.filter(bag__isnull=False).exclude(Exists(looked))


def _unconfirmed(now: datetime) -> QuerySet[Any]:
    rows = _journeys(Stage.IN_HOSPITAL, asks="holder_id", began="holder_since")
    return rows.filter(holder__kind=Place.HOSPITAL, holder_confirmed=False)


def _unchecked_by_ward(now: datetime) -> QuerySet[Any]:
    rows = _journeys(Stage.IN_HOSPITAL, asks="holder_id", began="holder_since")
    return _unchecked(rows.filter(holder__kind=Place.HOSPITAL, holder_confirmed=True))


def _letters(now: datetime) -> QuerySet[Any]:
    """Letters that nobody took on."""
    return _arrived(now).filter(acknowledgement=None)


def _medicines(now: datetime) -> QuerySet[Any]:
    """Letters of which nobody has taken a new MAR chart into use."""
    return _arrived(now).exclude(reconciliation__used_at__isnull=False)


def _arrived(now: datetime) -> QuerySet[Any]:
    """Letters about who is home: the clock runs from arrival home or receipt, whichever is later.

    Where no journey is known receipt counts; of a journey that ended without a return, its end.
    """
    home = Q(transfer=None) | Q(transfer__back_at__isnull=False) | Q(transfer__closed_at__isnull=False)
    sent = DischargeSummary.objects.sent().filter(home, sent_at__gte=now - LETTERS_COUNT)
    return sent.about_who_lives_here().annotate(
        whose=F("home_id"),
        began=Greatest("sent_at", Coalesce("transfer__back_at", "transfer__closed_at", "sent_at")),
        journey=F("transfer_id"),
        of_bag=NOWHERE,
    )


def _held(now: datetime) -> QuerySet[Any]:
    """Summaries of which their hospital must say whose they are."""
    rows = DischargeSummary.objects.filter(state=DischargeSummary.State.HELD, settled_at=None)
    return rows.annotate(whose=F("organisation_id"), began=F("held_at"), journey=NOWHERE, of_bag=NOWHERE)


def _unheard(now: datetime) -> QuerySet[Any]:
    """Letters that nobody at the home has opened and no address of theirs has taken or may still take.

    Where the home has no address for them, two hours after they were sent. Their hospital is asked.
    """
    letters = {"letter__subject_id": OuterRef("pk"), "letter__type__startswith": "discharge_summary."}
    pushed = Delivery.objects.filter(**letters, organisation=OuterRef("home"), endpoint__isnull=False)
    unread = DischargeSummary.objects.unread().filter(
        source=DischargeSummary.Source.HOSPITAL, sent_at__gte=now - LETTERS_COUNT, acknowledgement=None
    )
    gave_up = Exists(pushed) | Q(sent_at__lte=now - NO_ADDRESS_WAITS)
    rows = unread.filter(~Exists(pushed.filter(state__in=STILL_HOPE)), gave_up)
    return rows.about_who_lives_here().annotate(
        whose=F("organisation_id"), began=F("sent_at"), journey=F("transfer_id"), of_bag=NOWHERE
    )


def _follow_ups(now: datetime) -> QuerySet[Any]:
    rows = about_who_lives_here(FollowUp.objects.waiting(), "summary__").filter(due_on__isnull=False)
    return rows.annotate(
        whose=F("summary__home_id"), began=F("due_on"), journey=F("summary__transfer_id"), of_bag=NOWHERE
    )


def _returns_unasked(now: datetime) -> QuerySet[Any]:
    """Journeys that are back, of which nobody has answered what is asked then."""
    said = ReturnAnswer.objects.filter(transfer=OuterRef("pk"), question=ALLERGY.name)
    return _journeys(Stage.BACK_HOME, began="back_at").filter(back_at__isnull=False).exclude(Exists(said))


def _to_ring(now: datetime) -> QuerySet[Any]:
    """Answers on return about which somebody must still ring the ward or the GP."""
    return about_who_lives_here(open_troubles(None)).annotate(
        whose=F("home_id"), began=F("at"), journey=F("transfer_id"), of_bag=NOWHERE
    )


def _mailed(now: datetime) -> QuerySet[Any]:
    rows = MailedLetter.objects.filter(settled_at=None)
    return rows.annotate(whose=F("home_id"), began=F("received_at"), journey=NOWHERE, of_bag=NOWHERE)


def _unanswered(now: datetime) -> QuerySet[Any]:
    """What a hospital last asked of a home about somebody who is still there, and nobody has answered since."""
    later = Planned.objects.filter(transfer=OuterRef("transfer"), at__gt=OuterRef("at"))
    answers = HomeAnswer.objects.filter(transfer=OuterRef("transfer"), at__gte=OuterRef("at"))
    rows = Planned.objects.filter(~Exists(later), ~Exists(answers), leaves_at__isnull=False)
    there = rows.filter(Q(transfer__stage=Stage.IN_HOSPITAL) | Q(transfer__resident_is=Where.HOSPITAL))
    return _alive(there.exclude(transfer__stage=Stage.CLOSED), "transfer__").annotate(
        whose=F("transfer__home_id"), began=F("at"), journey=F("transfer_id"), of_bag=NOWHERE
    )


def _cases(now: datetime) -> QuerySet[Any]:
    rows = _alive(Case.objects.open(), "transfer__")
    return rows.annotate(whose=F("transfer__home_id"), began=F("due_on"), journey=F("transfer_id"), of_bag=NOWHERE)


def _notes(now: datetime) -> QuerySet[Any]:
    """Notes that the other side has not answered; what their writer adds to them is no answer."""
    answers = Note.objects.filter(answers=OuterRef("pk")).exclude(organisation=OuterRef("organisation"))
    rows = Note.objects.filter(~Exists(answers), reply_by__isnull=False, transfer__holder__isnull=False)
    waiting = _alive(rows.exclude(transfer__stage=Stage.CLOSED), "transfer__")
    return waiting.annotate(
        whose=F("transfer__holder_id"), began=F("written_at"), journey=F("transfer_id"), of_bag=NOWHERE
    )


def _bags(*states: BagState) -> QuerySet[Any]:
    """Bags in one of the states since a known moment, on no journey that goes on."""
    going_on = Transfer.objects.open().filter(bag=OuterRef("pk"))
    rows = Bag.objects.filter(state__in=states, state_since__isnull=False).exclude(Exists(going_on))
    return rows.annotate(whose=F("home_id"), began=F("state_since"), journey=NOWHERE, of_bag=F("pk"))


WATCHED = {
    "crew_awaited": Watched(lambda now: _journeys(Stage.PACKED)),
    "on_the_way": Watched(lambda now: _journeys(Stage.WITH_CREW)),
    "one_side": Watched(_unconfirmed),
    "hand_over": Watched(lambda now: _unconfirmed(now).annotate(whose=F("home_id"))),
    "ward_check": Watched(_unchecked_by_ward),
    "contact_ward": Watched(lambda now: _journeys(Stage.IN_HOSPITAL)),
    "long_stay": Watched(lambda now: _journeys(Stage.IN_HOSPITAL).filter(bag__isnull=False)),
    "coming_home": Watched(lambda now: _journeys(Stage.COMING_HOME)),
    "home_check": Watched(lambda now: _unchecked(_journeys(Stage.BACK_HOME))),
    "finish": Watched(lambda now: _journeys(Stage.BACK_HOME)),
    "letter": Watched(lambda now: _letters(now).filter(urgent_for=[])),
    "urgent_letter": Watched(lambda now: _letters(now).exclude(urgent_for=[])),
    "ring_home": Watched(_unheard),
    "medicines": Watched(_medicines),
    "held_summary": Watched(_held),
    "follow_up": Watched(_follow_ups, since="since__date", due="due_on"),
    "return_asked": Watched(_returns_unasked),
    "ring_today": Watched(_to_ring),
    "mailed_letter": Watched(_mailed),
    "home_answer": Watched(_unanswered),
    "case_due": Watched(_cases, since="since__date", due="due_on"),
    "note_reply": Watched(_notes, due="reply_by"),
    "bag_not_back": Watched(lambda now: _bags(*AWAY)),
    "bag_to_clean": Watched(lambda now: _bags(BagState.BACK, BagState.CLEANING)),
}
