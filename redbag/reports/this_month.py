"""What of a month is worth a manager's time: three things to look at, what else went wrong, and what went well. Pure.

The rule, in this order, and nothing else is ever said to have gone wrong:
1. What touches safety, whenever there is one case of it (WATCHED): things not found, letters not taken on for a day,
   bags away for more than 14 days; then hand-overs told by one side, only when their share is news; then paperwork
   with something missing.
2. Every other measure that is news for the worse, the one farthest outside its usual range first.
A number within its usual range is no news unless the months before it go one way, nor is one of a month that is not
over (see ranges.py); and one fact that two measures tell is said once. The first three are the ones to look at. What
went well is what WATCHED found no case of, with how many it was out of, and every measure
that is news for the better, and things that were missed and found again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from redbag.reports.figures import Number
from redbag.reports.measures.definitions import Measure
from redbag.reports.ranges import OUTSIDE, Point, Run

TO_LOOK_AT = 3
WITHOUT_LOSS = 3  # months, before it is said that nothing was lost in so long
HEADLINE, PART, WHOLE, REST = "headline", "part", "whole", "rest"
SAME = {"missing-kinds": "missing-items", "lost-value": "missing-items", "hours-to-read": "time-to-read"}


@dataclass(frozen=True)
class Finding:
    """One thing about a month in a sentence, and the measure, row and which side of it leads to the journeys behind it.

    `to_do` says what to do about it; nothing for what went well. `beside` is the measure that helps to do so.
    """

    words: str
    measure: str
    which: str
    to_do: str = ""
    row: str = HEADLINE
    beside: str = ""


@dataclass(frozen=True)
class StandsOut:
    """What to look at first, at most three; what else did not go well; what went well."""

    first: tuple[Finding, ...]
    more: tuple[Finding, ...]
    well: tuple[Finding, ...]


@dataclass(frozen=True)
class Month:
    """A month: the main number of each measure by its name, their runs of months up to it, and things found again."""

    first_day: date
    numbers: Mapping[str, Number | None]
    runs: Mapping[str, Run]
    found_again: int = 0

    def point(self, measure: str) -> Point | None:
        """This month in the measure's run."""
        run = self.runs.get(measure)
        return next((point for point in run.points if point.month == self.first_day), None) if run else None


@dataclass(frozen=True)
class Watched:
    """A measure that is looked at every month: what is said of so many cases, out of how many, and of none.

    `only_news` is for what happens every month: one case of it is no news, a share outside its usual range is.
    """

    measure: str
    bad: Callable[[int, int], str]
    none: Callable[[int], str]
    to_do: str
    only_news: bool = False
    beside: str = ""


def some(count: float, one: str, many: str) -> str:
    """So many of a thing: 1 bag, 3 bags."""
    return f"{count:,.0f} {one if count == 1 else many}"


def _journeys(count: float) -> str:
    return some(count, "journey", "journeys")


def _letters_late(late: int, of: int) -> str:
    return f"{late} of {some(of, 'letter', 'letters')} from hospital waited more than a day before somebody took it on."


def _papers_lacking(lacking: int, of: int) -> str:
    return f"{lacking} of {_journeys(of)} left with papers that lacked something or were not looked at in time."


WATCHED: tuple[Watched, ...] = (
    Watched(
        "missing-items",
        lambda lost, of: (
            f"{some(lost, 'thing is', 'things are')} not found yet, from {some(of, 'journey', 'journeys')}."
        ),
        lambda of: f"Nothing is missing from {_journeys(of)}.",
        "See where each was last seen, and ring there.",
    ),
    Watched(
        "time-to-read",
        _letters_late,
        lambda of: (
            "The one letter from hospital was taken on within a day."
            if of == 1
            else f"Every letter from hospital was taken on within a day: {of} of {of}."
        ),
        "What held them up? Who takes letters on at weekends?",
    ),
    Watched(
        "away-too-long",
        lambda bags, _: f"{some(bags, 'bag has', 'bags have')} been away for more than 14 days.",
        lambda _: "No bag is away for more than 14 days.",
        "Ring the ward that had it last.",
    ),
    Watched(
        "unconfirmed",
        lambda alone, of: (
            f"{alone} of {some(of, 'hand-over', 'hand-overs')} were told by one side only: more than usual."
        ),
        lambda of: f"Both sides told of every hand-over: {of} of {of}.",
        "Ask the crew or ward named most often to scan the bag.",
        only_news=True,
    ),
    Watched(
        "paperwork",
        _papers_lacking,
        lambda of: f"Every journey left with all its papers, looked at in time: {of} of {of}.",
        "Look which part is missing most, and fill it in before the next journey.",
        beside="what-travelled",
    ),
)


def stands_out(month: Month, measures: Sequence[Measure]) -> StandsOut:
    """What to look at, what else went wrong and what went well, by the rule above."""
    known = {measure.name: measure for measure in measures}
    watched = [(each, known[each.measure]) for each in WATCHED if each.measure in known]
    went = any(
        cases_of(measure, month.numbers.get(measure.name))[1] for _, measure in watched if measure.kind != "count"
    )
    wrong, well = [], []
    for watch, measure in watched:
        number = month.numbers.get(measure.name)
        cases, of = cases_of(measure, number)
        if cases and (not watch.only_news or news(month, measure) == "worse"):
            wrong.append(replace(_finding(measure, watch.bad(cases, of), watch.to_do), beside=watch.beside))
        elif not cases and of and went:
            well.append(_finding(measure, _without(watch, measure, month, of), which=WHOLE))
    if month.found_again:
        again = some(month.found_again, "missing thing was", "missing things were")
        well.append(Finding(f"{again} found again.", "missing-items", WHOLE))
    others = [measure for measure in measures if measure.name not in {each.measure for each in WATCHED}]
    wrong += _news_of(month, others, "worse", wrong)
    others += [measure for watch, measure in watched if watch.only_news]
    well += _news_of(month, others, "better", wrong + well)
    return StandsOut(tuple(wrong[:TO_LOOK_AT]), tuple(wrong[TO_LOOK_AT:]), tuple(well))


def cases_of(measure: Measure, number: Number | None) -> tuple[int, int]:
    """How many cases went the wrong way, and out of how many; nought of nought where nothing was counted."""
    if number is None or number.value is None:
        return 0, 0
    if measure.kind == "count":
        return int(number.value), 1
    part, whole = int(number.part or 0), int(number.whole or 0)
    return (whole - part if measure.good == "more" else part), whole


def wrong_side(measure: Measure) -> str:
    """Which side of a measure's number holds the cases that went the wrong way."""
    if measure.kind not in ("share", "rate"):
        return WHOLE
    return REST if measure.good == "more" else PART


def news(month: Month, measure: Measure) -> str:
    """Whether this month is news in the measure's run, by the side that is good: better, worse or nothing."""
    point = month.point(measure.name)
    if point is None or not point.news or measure.good not in ("less", "more"):
        return ""
    return "better" if (point.side == "low") == (measure.good == "less") else "worse"


def _finding(measure: Measure, words: str, to_do: str = "", which: str = "") -> Finding:
    return Finding(words, measure.name, which or wrong_side(measure), to_do)


def _without(watch: Watched, measure: Measure, month: Month, of: int) -> str:
    """What is said of no case at all; of things lost, for how many months and journeys there was none."""
    run = month.runs.get(measure.name)
    if measure.name != "missing-items" or run is None:
        return watch.none(of)
    counted = [point for point in run.points if point.month <= month.first_day]
    lately = counted[-WITHOUT_LOSS:]
    so_long = len(lately) == WITHOUT_LOSS and any(point.whole for point in counted[: -WITHOUT_LOSS + 1])
    if not so_long or any(point.value for point in lately):
        return watch.none(of)
    journeys = int(sum(point.whole or 0 for point in lately))
    return f"Nothing was lost in {WITHOUT_LOSS} months ({_journeys(journeys)})."


def _news_of(month: Month, measures: Sequence[Measure], side: str, before: Sequence[Finding]) -> list[Finding]:
    """Every measure that is news on this side, the farthest from its middle first; none that says what is said before.

    How far is measured by its usual range.
    """
    found = [measure for measure in measures if news(month, measure) == side]
    found.sort(key=lambda measure: -_how_far(month, measure))
    to_do = "" if side == "better" else "Look at the journeys behind it: what do they have in common?"
    which, told, said = WHOLE if side == "better" else "", [], {each.measure for each in before}
    for measure in found:
        fact = SAME.get(measure.name, measure.name)
        if fact not in said:
            told.append(_finding(measure, _compared(month, measure, side), to_do, which))
        said.add(fact)
    return told


def _how_far(month: Month, measure: Measure) -> float:
    run, point = month.runs[measure.name], month.point(measure.name)
    if point is None or point.value is None or run.centre is None or run.low is None or run.high is None:
        return 0
    return abs(point.value - run.centre) / (max(run.high - run.centre, run.centre - run.low) or 1)


def _compared(month: Month, measure: Measure, side: str) -> str:
    """The number beside what is usual, in words: 14 of 17 (82.4%), usually 0% to 41.8%; within that, why it is news."""
    run, point = month.runs[measure.name], month.point(measure.name)
    if point is None or point.value is None:
        return measure.title
    told = measure.written(point.value)
    if measure.kind == "share":
        told = f"{point.value * (point.whole or 0) / 100:.0f} of {point.whole or 0:.0f} ({told})"
    low, middle, high = (measure.written(each or 0, short=True) for each in (run.low, run.centre, run.high))
    if point.news == OUTSIDE:
        return f"{measure.told_title}: {side} than usual. {told}, usually {low} to {high}."
    return f"{measure.told_title}: {side} than average, {point.words}. {told}, on average {middle}."
