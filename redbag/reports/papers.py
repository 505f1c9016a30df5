"""A report as a paper: every measure of some days with its chart and its table, PDF/A and tagged."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from redbag.packs.typesetting import FONTS, printable
from redbag.reports.behind import MINUTES, length_of
from redbag.reports.charts import chart_of, run_chart
from redbag.reports.charts.bars import MOST_PLACES, Chart
from redbag.reports.charts.runs import RunChart
from redbag.reports.charts.telling import amount, number
from redbag.reports.opening import Opening
from redbag.reports.periods import LONDON
from redbag.reports.ranges import Run
from redbag.reports.tables import Column, Line, Table, cell_of, small_numbers

HERE = Path(__file__).parent
ENDINGS = {"percent": " %"}


def as_paper(
    tables: Sequence[Table], *, runs: Mapping[str, Run] | None = None, opening: Opening | None = None, now: datetime
) -> bytes:
    """These measures of one scope and the same days as PDF, by subject; `runs` by a measure's name.

    With an `opening` its first page says what to look at and what went well.
    """
    facts = printable(_facts(tables, runs or {}, now) | {"opening": _opening(opening, now) if opening else None})
    return typst.compile(
        HERE / "report.typ",
        root=HERE,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
        sys_inputs={"facts": json.dumps(facts)},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
    )


def _facts(tables: Sequence[Table], runs: Mapping[str, Run], now: datetime) -> dict:
    first, today = tables[0], now.astimezone(LONDON).date()
    counted = first.counted_at or now
    return {
        "title": f"Red Bag report, {_day(first.start)} to {_day(first.end)}",
        "scope": first.scope,
        "start": _day(first.start),
        "end": _day(first.end),
        "counted": _moment(counted),
        "waiting": first.waiting,
        "small": small_numbers(tables[0]) if any(table.rounded for table in tables) else "",
        "date": [today.year, today.month, today.day],
        "demo": settings.DEMO,
        "not_live": settings.CAUTION,
        "subjects": [
            {"title": subject, "measures": [_measure(table, runs.get(table.name)) for table in group]}
            for subject, group in groupby(tables, key=lambda table: table.measure.subject)
        ],
    }


def _opening(opening: Opening, now: datetime) -> dict:
    """The first page: what is open now, what to look at, what went well, what else; of a month not over it says so."""
    many = {0: "Nothing stands out", 1: "One thing to look at"}
    unsure = f"{opening.month:%B} is not over, so nothing is called better or worse than usual yet."
    return {
        "title": f"{opening.month:%B %Y}: {many.get(len(opening.first), 'What to look at').lower()}",
        "went": opening.went,
        "still_title": f"Still open on {_day(now.astimezone(LONDON).date())}, however old",
        "still": list(opening.still),
        "first": [{"words": words, "to_do": to_do} for words, to_do in opening.first],
        "more": list(opening.more),
        "well": list(opening.well),
        "unsure": "" if opening.over else unsure,
    }


def _measure(table: Table, run: Run | None) -> dict:
    measure, chart = table.measure, chart_of(table)
    drawn = run_chart(run, name=table.name, title=f"{measure.title}, by month") if run else None
    places = len({line.place_code or line.place for line in table.apart})
    return {
        "title": measure.title,
        "question": measure.question,
        "number": amount(table.headline.value, measure.unit),
        "counts": measure.counts.removeprefix("pounds: "),
        "before": amount(table.before.value, measure.unit) if table.before and table.before.value is not None else "",
        "chart": _bars(chart) if chart else None,
        "no_chart": "" if chart else _why_none(table),
        "run": _run(drawn) if drawn else None,
        "table": _rows(table, table.together, skip=bool(table.apart)),
        "places": _rows(table, table.apart) if 0 < places <= MOST_PLACES else None,
        "too_many": places if places > MOST_PLACES else 0,
        "caveat": measure.caveat,
        "counted": f"{measure.numerator} Of: {measure.denominator} Left out: {measure.exclusions}",
    }


def _why_none(table: Table) -> str:
    """Why there is no bar to draw."""
    if any(line.hidden for line in table.together):
        return "These numbers are too small to be shown."
    if all(line.number.value is None for line in table.together):
        return "Nothing was counted in these days."
    return "Every number is nought in these days."


def _rows(table: Table, lines: Sequence[Line], *, skip: bool = False) -> dict:
    columns = table.columns[1:] if skip else table.columns
    return {
        "columns": [column.title.replace(f" ({table.measure.unit})", "") for column in columns],
        "texts": sum(column.kind == "text" for column in columns),
        "rows": [[_cell(table, line, column) for column in columns] for line in lines],
    }


def _cell(table: Table, line: Line, column: Column) -> str:
    cell: Any = cell_of(line, column)
    if column.kind == "text":
        return str(cell)
    if line.hidden:
        return "not shown"
    measure = table.measure
    if (measure.kind, column.kind) == ("spread", "number") and measure.unit in MINUTES and cell is not None:
        return length_of(round(cell * MINUTES[measure.unit]))
    return number(cell) if cell is None else f"{number(cell)}{ENDINGS.get(column.kind, '')}"


def _bars(chart: Chart) -> dict:
    return {
        "words": chart.words,
        "ranges": chart.ranges,
        "aside": ", ".join(chart.aside),
        "bars": [
            {"label": bar.label, "value": bar.value, "width": bar.width, "ends": list(bar.ends)} for bar in chart.bars
        ],
    }


def _run(run: RunChart) -> dict:
    return {
        "words": run.words,
        "foot": run.foot,
        "unit": run.unit,
        "marks": [{"x": each.x, "y": each.y, "over": each.over, "news": bool(each.news)} for each in run.marks],
        "said": [{"x": each.x, "y": each.word_y, "words": each.word} for each in run.marks if each.word],
        "joins": [[one.x, one.y, two.x, two.y] for one, two in run.joins],
        "scale": [[tick.words, tick.at] for tick in run.scale],
        "months": [[tick.words, tick.at] for tick in run.months],
        "years": [[tick.words, tick.at] for tick in run.years],
        "centre": run.centre,
        "band": list(run.band) if run.band else None,
        "centre_said": run.centre_said,
        "band_said": run.band_said,
        "open": run.open,
        "news": list(run.news),
    }


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"
