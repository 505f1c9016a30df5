"""Numbers of measures as people say them."""

from redbag.reports.behind import MINUTES, length_of
from redbag.reports.figures import Number
from redbag.reports.measures.definitions import Measure
from redbag.reports.ranges import OUTSIDE, Run
from redbag.reports.rate_ratio import change_of as change_of_rates
from redbag.reports.tables import Table
from redbag.reports.this_month import WATCHED, cases_of

NO_NUMBER = "–"
NOT_SHOWN = "not shown"
HIDDEN_WORDS = "Not shown: the numbers behind it are small"


def as_text(value: float | None, ending: str = "") -> str:
    """The number with its ending; a dash where there is none."""
    return NO_NUMBER if value is None else f"{value:,.10g}{ending}"


def as_length(value: float | None, unit: str = "minutes") -> str:
    """Minutes or hours as one says them: 29 minutes, 4 days 2 hours; a dash where there are none."""
    return NO_NUMBER if value is None else length_of(round(value * MINUTES[unit]))


def said(measure: Measure, number: Number, *, hidden: bool = False) -> dict[str, str]:
    """A main number in pieces: the number, what it counts, and of how many where it is a share."""
    if number.value is None:
        return {"number": "", "words": HIDDEN_WORDS if hidden else "Nothing to count in these days", "of": ""}
    of = ""
    if measure.kind == "share" and number.part is not None:
        of = f"{as_text(number.part)} of {as_text(number.whole)}"
    elif measure.kind == "spread":
        of = f"{as_text(number.whole)} {measure.whole.lower()}" if number.whole != 1 else "only one"
    if measure.none and not number.value:
        return {"number": "", "words": measure.none, "of": of}
    words = measure.counts.removeprefix("%").strip().removeprefix("pounds: ")
    return {"number": measure.written(number.value, short=True), "words": words, "of": of}


def beside(table: Table) -> dict:
    """The main number of the other days, and whether it is better now: of a year before red bags that year alone."""
    measure, number = table.measure, table.headline
    if not measure.against_a_year:
        before = table.before
        told = NO_NUMBER if before is None or before.value is None else measure.written(before.value, short=True)
        return {"before": told, "change": change_of(number, before, measure.good)}
    then = table.together[1]
    if number.value is None or then.hidden or then.number.value is None:
        return {"change": None}
    change = change_of(number, then.number, measure.good) or {}
    rates = change_of_rates(
        now=int(number.part or 0),
        time_now=number.whole or 0,
        then=int(then.number.part or 0),
        time_then=then.number.whole or 0,
    )
    words = f"{change['words']}, {'more than chance' if rates.sure else 'which may be chance'}"
    return {"against": then.row.title, "before": as_text(then.number.value), "change": change | {"words": words}}


def change_of(number: Number, before: Number | None, good: str = "neither") -> dict[str, str] | None:
    """Whether it is better or worse than before, and more or less, in words and a shape; None where one is missing."""
    if before is None or number.value is None or before.value is None:
        return None
    if number.value == before.value:
        return {"shape": "=", "words": "the same now", "tone": ""}
    more = number.value > before.value
    words = "more now" if more else "less now"
    if good not in ("less", "more"):
        return {"shape": "▲" if more else "▼", "words": words, "tone": ""}
    if more == (good == "more"):
        return {"shape": "✓", "words": f"better: {words}", "tone": "good"}
    return {"shape": "!", "words": f"worse: {words}", "tone": "wait"}


def news_of(measure: Measure, run: Run | None) -> dict[str, str] | None:
    """What the last month that is over says: news for better or worse, or none; None without a usual range."""
    last = run.last if run is not None and run.known else None
    if last is None:
        return None
    month = f"{last.month:%B %Y}"
    if not last.news:
        return {"tone": "info", "shape": "=", "words": f"{month}: within its usual range, so no news"}
    if measure.good not in ("less", "more"):
        return {"tone": "info", "shape": "◆", "words": f"{month}: {last.words}"}
    better = (last.side == "low") == (measure.good == "less")
    tone, shape, judged = ("good", "✓", "Better") if better else ("wait", "!", "Worse")
    than = "usual" if last.news == OUTSIDE else "average"
    return {"tone": tone, "shape": shape, "words": f"{judged} than {than} in {month}: {last.words}"}


def mark_of(measure: Measure, number: Number, run: Run | None) -> dict[str, str] | None:
    """Why a measure is worth a look: a case of what touches safety, else news for better or worse; None for neither."""
    watch = next((each for each in WATCHED if each.measure == measure.name and not each.only_news), None)
    cases, of = cases_of(measure, number)
    if watch and cases:
        return {"tone": "wait", "shape": "!", "words": watch.bad(cases, of)}
    news = news_of(measure, run)
    return news if news and news["tone"] != "info" else None
