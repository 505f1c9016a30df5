"""Random whole histories: people, their journeys with everything told of them, letters, cases; and how to load them.

    @given(history=histories())
    def test_it(world, history):
        with loaded(world, history):
            ...

Journeys begin around midnight in London and both changes of the clocks, and between two of one person lie days around
a week and a month. Facts are taken back (also by who may not), corrected, told late and for before the packing; ends
stay open.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from redbag.counting.paperwork import ASKED
from redbag.transfers.stages import Kind, Outcome

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ANCHORS = (
    datetime(2025, 10, 26, 0, 0, tzinfo=UTC),  # the clocks go back at 01:00 UTC
    datetime(2026, 3, 29, 0, 0, tzinfo=UTC),  # and on
    datetime(2026, 3, 31, 23, 0, tzinfo=UTC),  # midnight in London: April begins
    datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 0, 0, tzinfo=UTC),  # November begins
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
)
LENGTHS = (0, 1, 14, 15, 29, 30, 59, 60, 61, 90, 200, 239, 240, 241, 479, 719, 1440, 1441, 4320, 14 * 1440, 15 * 1440)
GAPS = (1, 60, 1439, 1440, 6 * 1440, 7 * 1440 - 1, 7 * 1440, 7 * 1440 + 1, 29 * 1440, 30 * 1440, 30 * 1440 + 1)
WAYS = ("crew", "hospital", "crew", "home")
PLACES = ("crew", "hospital", "northgate", "home", "other_home", "words")
OTHERS = ("handoff", "outcome", "check", "void")
WARDS = ("", "A&E", "Ward 4B")
CATEGORIES = ("glasses", "dentures_upper", "document")
DETAILS = {"bag": ("with_them", "stays"), "where": ("Sea View",), "who": ("Ana",), "together": (True,)}
ENDED = (Outcome.DIED, Outcome.ANOTHER_HOME, Outcome.SAME_DAY_RETURN, Outcome.NOT_TAKEN, Outcome.CLOSED)


@dataclass(frozen=True)
class Letter:
    """A letter about a stay; minutes after the packing, `read` and `used` minutes after that."""

    at: int
    by_hospital: bool
    current: bool
    taken_off: bool
    read: int | None
    used: int | None


@dataclass(frozen=True)
class Trip:
    """One journey; `facts` hold `at` (minutes after the packing) and what was told, with names for organisations."""

    packed_at: datetime
    bag: bool
    destination: str | None
    items: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]
    papers: dict[str, Any] | None
    letters: tuple[Letter, ...]
    cases: tuple[tuple[str, int | None], ...]
    of_other_record: bool

    @property
    def ends_at(self) -> datetime:
        """The last moment anything was told for."""
        last = max((each["at"] for each in self.facts), default=0)
        return self.packed_at + timedelta(minutes=max(0, last))


@dataclass(frozen=True)
class Person:
    """Somebody of Oakview or Millbrook; `joined` when a second record of theirs was put away."""

    home: str
    born: date
    known_since: datetime
    archived_at: datetime | None
    joined: bool
    trips: tuple[Trip, ...] = field(default_factory=tuple)


@st.composite
def facts(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    """What was told of one journey, mostly along the usual way."""
    told: list[dict[str, Any]] = []
    at, way = draw(st.sampled_from((0, 0, 5, 20))), 0
    for number, kind in enumerate(_kinds(draw)):
        at += draw(st.sampled_from(LENGTHS))
        each = {"at": at if draw(st.integers(0, 30)) else -5, "late": not draw(st.integers(0, 7))}
        if kind == "usual":
            each |= _hand_over(draw, WAYS[way % len(WAYS)])
            way += 1
        elif kind == "handoff":
            each |= _hand_over(draw, draw(st.sampled_from(PLACES)))
        elif kind == "outcome":
            each |= _outcome(draw)
        elif kind == "void" and number:
            each |= {"kind": Kind.VOID, "of": draw(st.integers(0, number - 1)), "by": draw(st.sampled_from(PLACES[:4]))}
        else:
            each |= {"kind": Kind.CHECK, "by": draw(st.sampled_from(PLACES[:4])), "seen": _seen(draw)}
        told.append(each)
    return tuple(told)


def _kinds(draw: st.DrawFn) -> list[str]:
    """The whole usual way with something between now and then, or anything."""
    if draw(st.booleans()):
        return draw(st.lists(st.sampled_from(("usual",) * 5 + OTHERS), max_size=8))
    kinds = ["usual"] * len(WAYS)
    for each in draw(st.lists(st.sampled_from(OTHERS), max_size=3)):
        kinds.insert(draw(st.integers(0, len(kinds))), each)
    return kinds


def _hand_over(draw: st.DrawFn, to: str) -> dict[str, Any]:
    by = draw(st.sampled_from((to, to, to, "home", "crew", "hospital")))
    seen = _seen(draw) if draw(st.booleans()) else {}
    place = draw(st.sampled_from(WARDS)) if to in ("hospital", "northgate") else ""
    proved = draw(st.booleans()) and draw(st.booleans())
    by = "home" if by == "words" else by
    return {"kind": Kind.HANDOFF, "to": to, "by": by, "place": place, "seen": seen, "code_proved": proved}


def _outcome(draw: st.DrawFn) -> dict[str, Any]:
    outcome = draw(st.sampled_from([*Outcome.values, *ENDED]))
    details = {name: draw(st.sampled_from(values)) for name, values in DETAILS.items() if not draw(st.integers(0, 3))}
    to = draw(st.sampled_from((None, None, None, "hospital", "northgate", "other_home", "crew")))
    return {
        "kind": Kind.OUTCOME,
        "outcome": outcome,
        "details": details,
        "to": to,
        "by": draw(st.sampled_from(PLACES[:4])),
    }


def _seen(draw: st.DrawFn) -> dict[str, str]:
    states = st.sampled_from(("present", "present", "missing"))
    return {category: draw(states) for category in CATEGORIES if draw(st.booleans())}


@st.composite
def trips(draw: st.DrawFn, packed_at: datetime, joined: bool) -> Trip:
    """One journey that begins at a moment."""
    sections = st.sets(st.sampled_from(ASKED)) | st.just(set(ASKED))
    papers = {"there": draw(sections), "due": draw(sections), "today": draw(st.booleans()), "why": draw(st.booleans())}
    return Trip(
        packed_at=packed_at,
        bag=bool(draw(st.integers(0, 4))),
        destination=draw(st.sampled_from((None, "hospital", "hospital", "northgate", "other_home"))),
        items=tuple(draw(st.sampled_from(("bag", "worn", "home"))) for _ in CATEGORIES),
        facts=draw(facts()),
        papers=papers if draw(st.integers(0, 5)) else None,
        letters=tuple(_letter(draw) for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2))))),
        cases=tuple(
            draw(st.sampled_from((("", None), ("paid", 9900), ("found", None), ("mistake", None)))) for _ in "ab"
        ),
        of_other_record=joined and draw(st.booleans()),
    )


def _letter(draw: st.DrawFn) -> Letter:
    lengths = st.sampled_from(LENGTHS)
    return Letter(
        at=draw(lengths),
        by_hospital=draw(st.booleans()),
        current=draw(st.booleans()),
        taken_off=not draw(st.integers(0, 5)),
        read=draw(st.none() | lengths),
        used=draw(st.none() | lengths),
    )


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Somebody with up to three journeys, one after the other; all but the last are closed."""
    joined = not draw(st.integers(0, 4))
    at = draw(st.sampled_from(ANCHORS)) + timedelta(minutes=draw(st.integers(-90, 90)))
    known_since, went = at - timedelta(days=draw(st.sampled_from((0, 1, 200)))), []
    for _ in range(draw(st.integers(0, 3))):
        went.append(draw(trips(at, joined)))
        at = went[-1].ends_at + timedelta(minutes=draw(st.sampled_from(GAPS)))
    years, days = draw(st.integers(60, 99)), draw(st.integers(-1, 1))
    first = went[0].packed_at if went else at
    return Person(
        home=draw(st.sampled_from(("oakview", "oakview", "millbrook"))),
        born=date(first.year - years, first.month, min(first.day, 28)) + timedelta(days=days),
        known_since=known_since,
        archived_at=at if not draw(st.integers(0, 3)) else None,
        joined=joined,
        trips=tuple(went),
    )


def histories(most: int = 4) -> st.SearchStrategy[list[Person]]:
    """Up to so many people."""
    return st.lists(people(), min_size=1, max_size=most)
