"""The measures as definitions: a new one is an entry in MEASURES and a function that makes its rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles

from redbag.discharges.models import DischargeSummary
from redbag.reports.material import Case, Material
from redbag.transfers.stages import Kind, Stage

TOO_LONG = timedelta(days=14)
READ_WITHIN = timedelta(hours=24)
RECEIVERS = (
    ("ambulance", "The ambulance crew"),
    ("hospital", "A hospital"),
    ("home", "The home"),
    ("care_home", "Another home"),
    ("somebody", "Somebody else"),
)
LEGS = (
    (Stage.PACKED, "Waiting for the crew"),
    (Stage.WITH_CREW, "In the ambulance"),
    (Stage.IN_HOSPITAL, "In hospital"),
    (Stage.COMING_HOME, "On the way home"),
)
SEEN_AT = (
    (Stage.PACKED, "As it left the home"),
    (Stage.WITH_CREW, "With the crew"),
    (Stage.IN_HOSPITAL, "In hospital"),
    (Stage.COMING_HOME, "On the way home"),
    (Stage.BACK_HOME, "Back home"),
)


@dataclass(frozen=True)
class Column:
    """A column of a table. Kinds: text, count, number, percent; the last three hold numbers or None."""

    name: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Measure:
    """What is asked, how it is counted, and how to read it.

    `rows` makes the rows from the material; `headline` the one number to compare with the time before (None: nothing to
    say), which `counts` explains. `unit` is that of the chart, `good` is less or more. `bar` names the columns of the
    chart: label, value and, for a range, low and high; `undrawn` the labels that would dwarf the others.
    """

    name: str
    title: str
    question: str
    unit: str
    counts: str
    good: str
    caveat: str
    columns: tuple[Column, ...]
    rows: Callable[[Material], list[tuple]]
    headline: Callable[[Material], float | None]
    bar: tuple[str, ...]
    undrawn: tuple[str, ...] = ()


def turn_round(material: Material) -> list[tuple]:
    """Per leg: how many, the median and the middle half, in minutes."""
    rows = []
    for stage, title in LEGS:
        minutes = [length.total_seconds() / 60 for case in material.cases if (length := case.spells().get(stage))]
        rows.append((title, len(minutes), *_spread(minutes)))
    return rows


def wait_for_crew(material: Material) -> float | None:
    """Median minutes from packing until somebody took the bag."""
    minutes = [length.total_seconds() / 60 for case in material.cases if (length := case.spells().get(Stage.PACKED))]
    return _spread(minutes)[0]


def flagged(flag: str) -> Callable[[Material], list[tuple]]:
    """Rows that count the hand-overs with a flag, by who took the bag."""

    def rows(material: Material) -> list[tuple]:
        told = [(case, fact) for case in material.cases for fact in case.counted(Kind.HANDOFF)]
        every = Counter(case.receiver(fact) for case, fact in told)
        raised = Counter(case.receiver(fact) for case, fact in told if flag in case.journey.flags[fact.pk])
        return [(title, every[kind], raised[kind], _percent(raised[kind], every[kind])) for kind, title in RECEIVERS]

    return rows


def share_flagged(flag: str) -> Callable[[Material], float | None]:
    """The percentage of all hand-overs with a flag."""

    def headline(material: Material) -> float | None:
        rows = flagged(flag)(material)
        return _percent(sum(row[2] for row in rows), sum(row[1] for row in rows))

    return headline


def missing_items(material: Material) -> list[tuple]:
    """By the leg where they were last seen: items not found, and that per 100 journeys."""
    lost = Counter(leg for case in material.cases for leg in _last_seen(case))
    return [(title, lost[stage], _per_hundred(lost[stage], len(material.cases))) for stage, title in SEEN_AT]


def missing_per_hundred(material: Material) -> float | None:
    """Items not found per 100 journeys."""
    return _per_hundred(sum(row[1] for row in missing_items(material)), len(material.cases))


def _last_seen(case: Case) -> list[Stage]:
    """For each item not found: the leg where it was last seen."""
    return [
        next((seen.leg for seen in reversed(item.seen) if seen.state != "missing"), Stage.PACKED)
        for item in case.journey.items
        if item.state == "missing"
    ]


def time_to_read(material: Material) -> list[tuple]:
    """Summaries sent, the median hours until they were read, the share read in 24 hours, and those not read yet.

    One that is not read and not 24 hours old says nothing about the share yet.
    """
    sent = material.summaries
    hours = [waited.total_seconds() / 3600 for each in sent if (waited := _waited(each)) is not None]
    soon = sum(hour <= READ_WITHIN.total_seconds() / 3600 for hour in hours)
    current = [each for each in sent if each.state == DischargeSummary.State.SENT]
    unread = [each for each in current if _waited(each) is None]
    overdue = sum(material.moment - each.sent_at > READ_WITHIN for each in unread if each.sent_at)
    return [("All summaries", len(sent), _spread(hours)[0], _percent(soon, len(hours) + overdue), len(unread))]


def share_read_in_time(material: Material) -> float | None:
    """The percentage of summaries read within 24 hours."""
    return time_to_read(material)[0][3]


def _waited(summary: DischargeSummary) -> timedelta | None:
    read = getattr(summary, "acknowledgement", None)
    return read.at - summary.sent_at if read and summary.sent_at else None


def away_too_long(material: Material) -> list[tuple]:
    """By stage: bags away at the end of the period, those away longer than 14 days, and the longest in days."""
    rows = []
    for stage, title in LEGS[1:]:
        away = [case for case in material.away if case.stage_at(material.moment) == stage]
        lengths = [material.moment - case.transfer.left_at for case in away if case.transfer.left_at]
        long = sum(length > TOO_LONG for length in lengths)
        rows.append((title, len(away), long, round(max(lengths) / timedelta(days=1), 1) if lengths else None))
    return rows


def count_too_long(material: Material) -> float | None:
    """How many bags were away longer than 14 days."""
    return sum(row[2] for row in away_too_long(material))


def _spread(numbers: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Median, and the lower and upper end of the middle half; None without numbers."""
    if not numbers:
        return None, None, None
    low, _, high = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else (numbers[0],) * 3
    return round(median(numbers), 1), round(low, 1), round(high, 1)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _per_hundred(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


_HANDED = (
    Column("handed_to", "Handed to"),
    Column("hand_overs", "Hand-overs", "count"),
    Column("flagged", "Of these", "count"),
    Column("share", "Share", "percent"),
)
MEASURES = (
    Measure(
        name="turn-round",
        title="How long each part took",
        question="How long did the bag wait for the crew, ride, stay and travel home?",
        unit="minutes",
        counts="minutes until the crew has the bag: half wait less",
        good="less",
        caveat="Times are as people told them. A part that is not over yet is not counted. "
        "The chart leaves the stay in hospital out: it is much longer.",
        columns=(
            Column("leg", "Part of the journey"),
            Column("journeys", "Journeys", "count"),
            Column("median", "Half took less than (minutes)", "number"),
            Column("low", "Middle half from", "number"),
            Column("high", "Middle half to", "number"),
        ),
        rows=turn_round,
        headline=wait_for_crew,
        bar=("leg", "median", "low", "high"),
        undrawn=("In hospital",),
    ),
    Measure(
        name="unconfirmed",
        title="Hand-overs that only one side told",
        question="How often did the other side not say that they have the bag?",
        unit="% of hand-overs",
        counts="% of hand-overs told by one side only",
        good="less",
        caveat="Told by one side is normal in a rush. A high share for one receiver is worth a phone call.",
        columns=_HANDED,
        rows=flagged("unconfirmed"),
        headline=share_flagged("unconfirmed"),
        bar=("handed_to", "share"),
    ),
    Measure(
        name="unexpected",
        title="Hand-overs nobody expected",
        question="How often did the bag go somewhere the usual way does not lead?",
        unit="% of hand-overs",
        counts="% of hand-overs were not expected",
        good="less",
        caveat="Not expected is not wrong: an ambulance that turns back counts too.",
        columns=_HANDED,
        rows=flagged("unexpected"),
        headline=share_flagged("unexpected"),
        bar=("handed_to", "share"),
    ),
    Measure(
        name="missing-items",
        title="Things not found",
        question="What did not come back, and where was it last seen?",
        unit="items per 100 journeys",
        counts="items not found per 100 journeys",
        good="less",
        caveat="Where it was last seen is where somebody last ticked it, not where it was lost.",
        columns=(
            Column("last_seen", "Last seen"),
            Column("items", "Not found", "count"),
            Column("per_hundred", "Per 100 journeys", "number"),
        ),
        rows=missing_items,
        headline=missing_per_hundred,
        bar=("last_seen", "per_hundred"),
    ),
    Measure(
        name="time-to-read",
        title="How soon discharge summaries are read",
        question="How long from the hospital sending a summary until somebody at the home takes it on?",
        unit="% read in 24 hours",
        counts="% read within 24 hours",
        good="more",
        caveat="Summaries that a newer one replaced before anybody read them are not counted in the share.",
        columns=(
            Column("what", "Which"),
            Column("sent", "Sent", "count"),
            Column("median_hours", "Half were read within (hours)", "number"),
            Column("within_24_hours", "Read in 24 hours", "percent"),
            Column("not_read", "Not read yet", "count"),
        ),
        rows=time_to_read,
        headline=share_read_in_time,
        bar=("what", "within_24_hours"),
    ),
    Measure(
        name="away-too-long",
        title="Bags away too long",
        question="Which bags were away for more than 14 days at the end of the period?",
        unit="bags",
        counts="bags away for more than 14 days",
        good="less",
        caveat="Counted at the end of the last day, or now if that day is not over. A long stay is not a lost bag.",
        columns=(
            Column("where", "Where they are now"),
            Column("away", "Away", "count"),
            Column("too_long", "More than 14 days", "count"),
            Column("longest_days", "Longest (days)", "number"),
        ),
        rows=away_too_long,
        headline=count_too_long,
        bar=("where", "too_long"),
    ),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
