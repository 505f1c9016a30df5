"""What the service sees by itself of the lines before somebody goes home: words for what it knows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from redbag.departures.lines import LINES, READY, WITHOUT, Known
from redbag.transfers.contents import Item, name_of
from redbag.transfers.stages import Kind, Outcome, Stage

LONDON = ZoneInfo("Europe/London")
NIGHT, MORNING = time(22), time(6)
FORMS = ("dnacpr", "dnar", "respect", "adrt", "advance decision", "cpr")
TRANSPORT = {
    "patient_transport": "Patient transport",
    "ambulance": "Ambulance",
    "stretcher": "Ambulance with a stretcher",
    "taxi": "Taxi",
    "wheelchair_taxi": "Taxi for a wheelchair",
    "family": "The family's car",
    "home_fetches": "The home fetches them",
}


@dataclass(frozen=True)
class Letter:
    """A discharge summary as the list needs it: it is read once somebody at the home has taken it on."""

    state: str
    sent_at: datetime | None = None
    read_at: datetime | None = None
    read_by: str = ""
    copied: bool = False
    opened_at: datetime | None = None
    opened_by: str = ""


@dataclass(frozen=True)
class Check:
    """A look at what is in the bag: when, and of which items by their id with their state."""

    at: datetime
    items: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """When they are to leave, as the home was told."""

    leaves_at: datetime
    transport: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What the home said."""

    says: str
    not_before: datetime | None
    at: datetime


def at_night(moment: datetime) -> bool:
    """Whether it is between ten at night and six in the morning in London."""
    local = moment.astimezone(LONDON).time().replace(tzinfo=None)
    return local >= NIGHT or local < MORNING


def clock_words(moment: datetime, *, now: datetime) -> str:
    """14:02 today, else 21 Nov, 14:02 (London)."""
    local = moment.astimezone(LONDON)
    same = local.date() == now.astimezone(LONDON).date()
    return f"{local:%H:%M}" if same else f"{local.day} {local:%b}, {local:%H:%M}"


def asked_lines(*, bag: bool, items: Sequence[Item], form: str, inside: bool) -> list[str]:
    """Which lines this journey asks for: without a bag or a form that travelled, nothing is asked of them.

    The home's own answer is no line for the home.
    """
    left_out = {
        *(("home",) if inside else ()),
        *(() if bag else ("bag", "checklist")),
        *(() if form else ("cpr_form",)),
        *(() if travelled(items) else ("belongings",)),
    }
    return [line.name for line in LINES if line.name not in left_out]


def travelled(items: Sequence[Item]) -> list[Item]:
    """The things that went with them."""
    return [item for item in items if item.where != "home"]


def form_that_travelled(items: Sequence[Item], papers: Sequence[Mapping]) -> str:
    """The name of an original form about CPR that left the home, on the list or said to be in the bag; else empty."""
    listed = [name_of(item) for item in travelled(items) if item.category == "document"]
    in_bag = [str(each.get("kind") or "") for each in papers if "bag" in str(each.get("where") or "").casefold()]
    return next((name for name in (*listed, *in_bag) if any(form in name.casefold() for form in FORMS)), "")


def letter_known(letters: Sequence[Letter], *, now: datetime, inside: bool) -> tuple[str, Known]:
    """How far it is (none, draft, held, sent, opened, read), and the line; the home hears nothing of a draft.

    Of several that count, the newest that is not read stands for all.
    """
    told = [each for each in letters if each.state == "sent"]
    if told:
        newest = max(told, key=lambda each: (each.read_at is None, each.sent_at or now))
        return _how_far(newest, now=now)
    states = {each.state for each in letters}
    if "held" in states:
        return "held", Known(False, "held for an identity check")
    if "draft" in states and not inside:
        return "draft", Known(False, "begun, not sent")
    return "none", Known(False, "not sent")


def _how_far(letter: Letter, *, now: datetime) -> tuple[str, Known]:
    if letter.read_at:
        return "read", Known(True, f"Read by {letter.read_by or 'the home'}, {clock_words(letter.read_at, now=now)}")
    came = "Copied from paper by the home" if letter.copied else "Sent"
    words = f"{came} {clock_words(letter.sent_at or now, now=now)}"
    if letter.opened_at:
        opened = f"opened by {letter.opened_by or 'the home'} {clock_words(letter.opened_at, now=now)}"
        return "opened", Known(True, f"{words}, {opened}, not confirmed")
    return "sent", Known(True, f"{words}, not read by the home yet")


def belongings_known(items: Sequence[Item], checks: Sequence[Check], *, leaves: datetime, now: datetime) -> Known:
    """Whether everything that travels was found by the hospital on the day of leaving; what was not, by name."""
    day = leaves.astimezone(LONDON).date()
    latest = sorted((each for each in checks if _day(each.at) >= day), key=lambda each: each.at)
    if not latest:
        last = max((each.at for each in checks), default=None)
        return Known(False, f"last checked {clock_words(last, now=now)}" if last else "not checked by the ward")
    found = {key: state for each in latest for key, state in each.items.items()}
    there = travelled(items)
    lost = [name_of(item) for item in there if item.state == "missing"]
    unlooked = [name_of(item) for item in there if item.id not in found and item.state != "missing"]
    words = [f"not found: {', '.join(lost)}"] if lost else []
    words += [f"not checked: {', '.join(unlooked)}"] if unlooked else []
    at = latest[-1].at
    if words:
        return Known(False, "; ".join(words), at)
    return Known(True, f"All there, checked {clock_words(at, now=now)}")


def bag_known(*, tracker: str, holder: str, stage: str, by_hospital: bool, outcomes: Sequence[str]) -> Known:
    """Where the bag is: with the ward, or on its way with them."""
    if Outcome.LOST in outcomes:
        return Known(False, "lost: nobody can find it")
    apart = {Outcome.LEFT_IN_AMBULANCE, Outcome.WITH_FAMILY, Outcome.FOLLOWS_LATER} & set(outcomes)
    if apart:
        return Known(False, f"{Outcome(min(apart)).label.lower()}; last with {holder}")
    with_them = by_hospital if stage == Stage.IN_HOSPITAL else stage in (Stage.COMING_HOME, Stage.BACK_HOME)
    return Known(with_them, f"Bag {tracker} is with {holder}" if with_them else f"bag {tracker} is with {holder}")


def home_known(plan: Plan | None, answer: Answer | None, *, now: datetime) -> Known:
    """What the home said to this plan; an answer from before the plan changed is none.

    What it said against the plan stays missing, whatever the ward says that it agreed by phone.
    """
    if plan is None:
        return Known(False, "not asked yet")
    if answer is None or answer.at < plan.at:
        return Known(False, f"asked {clock_words(plan.at, now=now)}, no answer yet", plan.at)
    said = clock_words(answer.at, now=now)
    if answer.says == "cannot":
        return Known(False, f"the home cannot take them, said {said}", answer.at, denies=WITHOUT)
    if answer.says == "not_before" and answer.not_before is not None:
        words = f"not before {clock_words(answer.not_before, now=now)}, said {said}"
        if plan.leaves_at < answer.not_before:
            return Known(False, words, answer.at, denies=WITHOUT)
        return Known(True, words[:1].upper() + words[1:], answer.at)
    return Known(True, f"Yes, said {said}", answer.at)


def transport_known(plan: Plan | None, *, changed: bool, now: datetime) -> Known:
    """What is planned, beside what people say; what they said before it was `changed` was about another time.

    Nobody can say that it is booked while the plan says that it is not.
    """
    if plan is None:
        return Known()
    kind = TRANSPORT.get(plan.transport, "The plan says: not booked yet")
    words = f"{kind}, {clock_words(plan.leaves_at, now=now)}"
    return Known(words=words, since=plan.at if changed else None, denies="" if plan.transport else READY)


def is_check(kind: str, items: Sequence[Mapping]) -> bool:
    """Whether a fact tells of a look at the contents."""
    return kind in (Kind.CHECK, Kind.HANDOFF) and bool(items)


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()
