"""What must be done by when: each clock by name, with its usual minutes and where they come from. Pure.

Sources: [S1] Quick Guide, the home contacts the ward 48 to 72 hours after admission; [S6] [S7] the ward that keeps the
patient completes the checklist; [S9] the home checks bag, papers and medicines on receipt, then cleans the bag; [S15] a
stay with a bag takes 13.4 days on average; [D8] a letter is taken on within two hours by the shift lead, else the
manager hears of it at 24 hours. [bg] is general professional knowledge that no source confirms: every home may set its
own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = 60, 24 * 60
SHORTEST, LONGEST = 5, 60 * DAY
MORNING = time(9)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One thing to do by a time.

    `asks` is home, holder (whoever has the bag) or hospital (which sent a letter); `minutes` how long after it began
    it is due, None where the thing has a time of its own; `late` after how many minutes more the named person is
    told, None for never. `wakes` says that quiet hours do not hold it back. `says` is the line on the page, where
    {who}, {since}, {stage} and {why} are filled in; `do` is what to do. `by_hand` that somebody may say it is done;
    else only doing it settles it. `again` that it is asked again, after as long, while nothing has moved.
    `note_asked` is what to say of it, where it is not done without.
    """

    name: str
    title: str
    asks: str
    minutes: int | None
    late: int | None
    wakes: bool
    says: str
    do: str
    source: str
    by_hand: bool = True
    again: bool = True
    note_asked: str = ""

    @property
    def unit(self) -> str:
        """In what a person counts it: hours or days."""
        return "days" if self.minutes and self.minutes >= 3 * DAY else "hours"


CLOCKS = (
    Clock(
        name="crew_awaited",
        title="Packed, and no crew has taken the bag",
        asks="home",
        minutes=6 * HOUR,
        late=HOUR,
        wakes=True,
        says="Packed and waiting for the crew since {since}",
        do="Ring 999 or 111 again if they are worse. If they are not going, say so on Ready to go.",
        source="[bg]",
    ),
    Clock(
        name="on_the_way",
        title="With the crew, and no hospital has the bag",
        asks="home",
        minutes=4 * HOUR,
        late=HOUR,
        wakes=True,
        says="With {who} since {since}, no hospital has said that they have the bag",
        do="Ring the hospital they were going to, then the ambulance service.",
        source="[bg]",
    ),
    Clock(
        name="one_side",
        title="A hand-over to your ward that nobody there confirmed",
        asks="holder",
        minutes=2 * HOUR,
        late=None,
        wakes=False,
        says="Handed to you at {since}, as somebody else told: nobody here has said that they have the bag",
        do="Look for the bag and scan it, or open the journey and say that you have it.",
        source="[bg]",
    ),
    Clock(
        name="hand_over",
        title="A hand-over that the hospital has not confirmed",
        asks="home",
        minutes=4 * HOUR,
        late=None,
        wakes=False,
        says="Awaiting hand-over at {who} since {since}",
        do="Ring them and ask if they have the bag.",
        source="[bg]",
    ),
    Clock(
        name="ward_check",
        title="The ward has not checked what is in the bag",
        asks="holder",
        minutes=12 * HOUR,
        late=None,
        wakes=False,
        says="Bag with you since {since}, contents not checked",
        do="Check what is in the bag once now, and once before it leaves.",
        source="[S6] [S7], the hours [bg]",
    ),
    Clock(
        name="contact_ward",
        title="Contact the ward after they went in",
        asks="home",
        minutes=48 * HOUR,
        late=24 * HOUR,
        wakes=False,
        says="In hospital since {since}: contact the ward within 48 to 72 hours",
        do="Ring or visit, ask how they are and when they may come home, and note whom you spoke to.",
        source="[S1]",
        again=False,
    ),
    Clock(
        name="long_stay",
        title="Still in hospital",
        asks="home",
        minutes=14 * DAY,
        late=None,
        wakes=False,
        says="Bag at {who} since {since}",
        do="Ask the ward when they may come home, and whether the bag is still by the bed.",
        source="[S15], rounded up [bg]",
    ),
    Clock(
        name="coming_home",
        title="On the way home for too long",
        asks="home",
        minutes=12 * HOUR,
        late=HOUR,
        wakes=True,
        says="Coming home since {since}, not here yet",
        do="Ring {who} and the ward they left.",
        source="[bg]",
    ),
    Clock(
        name="home_check",
        title="Back home, and the bag is not checked",
        asks="home",
        minutes=2 * HOUR,
        late=None,
        wakes=False,
        says="Back home since {since}, the bag is not checked",
        do="Check bag, papers and medicines against what left.",
        source="[S9], the hours [bg]",
    ),
    Clock(
        name="finish",
        title="Back home, and the journey is not finished",
        asks="home",
        minutes=24 * HOUR,
        late=None,
        wakes=False,
        says="Back home since {since}, this journey is not finished",
        do="See to what is not found yet, then finish the journey.",
        source="[bg]",
    ),
    Clock(
        name="letter",
        title="A discharge summary that nobody has taken on",
        asks="home",
        minutes=2 * HOUR,
        late=22 * HOUR,
        wakes=True,
        says="A discharge summary from {who} waits since {since}, nobody has taken it on",
        do="Read it, and take it on with your name.",
        source="[D8]",
        by_hand=False,
    ),
    Clock(
        name="urgent_letter",
        title="A discharge summary that stops a medicine or names a new allergy, and nobody has taken it on",
        asks="home",
        minutes=2 * HOUR,
        late=0,
        wakes=True,
        says="A discharge summary from {who} waits since {since}, nobody has taken it on. {why}",
        do="Read it now, and take it on with your name.",
        source="[D8]",
        by_hand=False,
    ),
    Clock(
        name="ring_home",
        title="A discharge summary that did not reach the home",
        asks="hospital",
        minutes=None,
        late=None,
        wakes=True,
        says="No address at {who} took the discharge summary sent {since}, and nobody has opened it",
        do="Ring {who} and tell them what it says, first what cannot wait. Ask them to open it.",
        source="[F12] [D7], two hours where the home has no address [bg]",
        again=False,
        note_asked="Whom you spoke to, and what you told them",
    ),
    Clock(
        name="medicines",
        title="Medicines not compared and decided after a stay",
        asks="home",
        minutes=24 * HOUR,
        late=24 * HOUR,
        wakes=False,
        says="Medicines before and after are not decided. Home, or the letter from {who} here, since {since}",
        do="Compare them line by line, ring about what the letter does not say, and have them checked.",
        source="[F14], the hours [bg]",
        note_asked="Why the medicines need no comparing",
    ),
    Clock(
        name="held_summary",
        title="A discharge summary of yours that is held",
        asks="hospital",
        minutes=HOUR,
        late=3 * HOUR,
        wakes=True,
        says="A discharge summary that you sent is held since {since}: it has reached no home",
        do="Open it and say whose it is.",
        source="[F13] [D3]",
        by_hand=False,
    ),
    Clock(
        name="follow_up",
        title="Something to do after a stay in hospital",
        asks="home",
        minutes=None,
        late=None,
        wakes=False,
        says="After hospital, by {since}: {who}",
        do="Do it, or make sure that it was done, and tick it on the letter's page.",
        source="D10: the day that the letter or the home says",
        by_hand=False,
    ),
    Clock(
        name="return_asked",
        title="Back home, and nobody answered about original papers, decisions and allergies",
        asks="home",
        minutes=3 * HOUR,
        late=None,
        wakes=False,
        says="Back home since {since}: are the original papers back, was a decision made, is there a new allergy?",
        do="Open the journey and answer what is asked when somebody is back.",
        source="[D12], the hours [bg]",
        by_hand=False,
    ),
    Clock(
        name="ring_today",
        title="A paper or decision about CPR that is not right: ring ward and GP today",
        asks="home",
        minutes=HOUR,
        late=5 * HOUR,
        wakes=False,
        says="Since {since}: something about a CPR paper or decision is not right",
        do="Ring the ward and the GP today, and write down whom you spoke to.",
        source="[D12], the hours [bg]",
        by_hand=False,
    ),
    Clock(
        name="mailed_letter",
        title="A letter that came by mail, and nobody has said whose it is",
        asks="home",
        minutes=HOUR,
        late=3 * HOUR,
        wakes=False,
        says="A letter that came by mail at {since} waits: nobody has said whose it is",
        do="Open it, and say whose it is, or put it aside.",
        source="[bg]",
        by_hand=False,
    ),
    Clock(
        name="home_answer",
        title="A hospital asks whether you can take somebody home",
        asks="home",
        minutes=HOUR,
        late=HOUR,
        wakes=True,
        says="{who} asked at {since} whether you can take them home, and has no answer",
        do="A senior or the manager answers on the journey's page: yes, not before, or cannot.",
        source="[bg]",
        by_hand=False,
    ),
    Clock(
        name="case_due",
        title="Something is not found by the day it should be",
        asks="home",
        minutes=None,
        late=None,
        wakes=False,
        says="Not found yet: {who}. To be found by {since}",
        do="Ask again on the journey's page, or settle the case there.",
        source="[bg]",
        by_hand=False,
    ),
    Clock(
        name="note_reply",
        title="A note that your ward promised to answer",
        asks="holder",
        minutes=None,
        late=None,
        wakes=False,
        says="{who} wrote at {since} and has no answer yet",
        do="Answer the note, or ring.",
        source="C19: only where the ward promises a time",
        by_hand=False,
    ),
    Clock(
        name="bag_not_back",
        title="The journey ended, and the bag is not back",
        asks="home",
        minutes=7 * DAY,
        late=None,
        wakes=False,
        says="The journey has ended, and the bag is not back. Last known {stage}, since {since}",
        do="Ring whoever had it last. If nobody has it, mark the bag as lost.",
        source="[bg]",
    ),
    Clock(
        name="bag_to_clean",
        title="A bag that waits to be cleaned",
        asks="home",
        minutes=24 * HOUR,
        late=None,
        wakes=False,
        says="Waits to be cleaned since {since}",
        do="Clean the bag, and say that it is ready.",
        source="[S9], the hours [bg]",
    ),
)
BY_NAME = {clock.name: clock for clock in CLOCKS}
SETTABLE = tuple(clock for clock in CLOCKS if clock.minutes is not None)


def minutes_of(clock: Clock, own: Mapping[str, int]) -> int:
    """After how many minutes a clock is due where an organisation has set its own, else as usual."""
    return own.get(clock.name, clock.minutes or 0)


def due(clock: Clock, *, since: datetime, own: Mapping[str, int]) -> datetime:
    """When it is due. Hours are real hours: a night in which the clocks change is as long as it is."""
    return since + timedelta(minutes=minutes_of(clock, own))


def morning_of(day: date) -> datetime:
    """When what is due on a day is due: nine in the morning, London time."""
    return datetime.combine(day, MORNING, tzinfo=LONDON)


def is_quiet(moment: datetime, *, begin: time | None, end: time | None) -> bool:
    """Whether a moment lies in quiet hours by the wall clock in London; their end is not quiet. Same times: never."""
    if begin is None or end is None or begin == end:
        return False
    local = moment.astimezone(LONDON).time().replace(tzinfo=None)
    if begin < end:
        return begin <= local < end
    return local >= begin or local < end


def said_at(moment: datetime, *, now: datetime) -> str:
    """A moment as people say it in London: 14:02 today, else 21 Nov 2026, 14:02."""
    local = moment.astimezone(LONDON)
    if local.date() == now.astimezone(LONDON).date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %Y, %H:%M}"


def said_on(moment: datetime) -> str:
    """The day of a moment as people say it in London: 21 Nov 2026."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}"
