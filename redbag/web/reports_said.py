"""Numbers of measures as people say them."""

from redbag.reports.behind import length_of
from redbag.reports.figures import Number
from redbag.reports.measures.definitions import Measure
from redbag.reports.ranges import Run

NO_NUMBER = "–"
LONG = 120  # minutes
NOT_SHOWN = "not shown"
HIDDEN_WORDS = "Not shown: the numbers behind it are small"


def as_text(value: float | None, ending: str = "") -> str:
    """The number with its ending; a dash where there is none."""
    return NO_NUMBER if value is None else f"{value:,.10g}{ending}"


def as_length(minutes: float | None) -> str:
    """Minutes; of two hours and more also as one says them: 5,886 (4 days 2 hours)."""
    if minutes is None or minutes < LONG:
        return as_text(minutes)
    return f"{as_text(minutes)} ({length_of(round(minutes))})"


def said(measure: Measure, number: Number, *, hidden: bool = False) -> dict[str, str]:
    """A main number in pieces: the number, what it counts, and of how many where it is a share."""
    if number.value is None:
        return {"number": "", "words": HIDDEN_WORDS if hidden else "Nothing to count in these days", "of": ""}
    percent = measure.counts.startswith("%")
    of = ""
    if measure.kind == "share" and number.part is not None:
        of = f"{as_text(number.part)} of {as_text(number.whole)}"
    elif measure.kind == "spread":
        of = f"from {as_text(number.whole)}"
    words = measure.counts.removeprefix("%").strip()
    told = as_text(number.value, "%" if percent else "")
    if measure.unit == "pounds":
        told, words = f"£{number.value:,.2f}".removesuffix(".00"), words.removeprefix("pounds: ")
    return {"number": told, "words": words, "of": of}


def change_of(number: Number, before: Number | None) -> dict[str, str] | None:
    """More, less or the same as before, in a word and a shape: no judgement, for most of it is chance."""
    if before is None or number.value is None or before.value is None:
        return None
    if number.value == before.value:
        return {"shape": "=", "words": "the same"}
    more = number.value > before.value
    return {"shape": "▲" if more else "▼", "words": "more" if more else "less"}


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
    return {"tone": tone, "shape": shape, "words": f"{judged} than usual in {month}: {last.words}"}
