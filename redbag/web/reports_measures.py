"""Every measure by subject, and each with its trend, its table and how it is counted."""

from dataclasses import replace
from datetime import datetime
from itertools import groupby

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.counting.models import CountedJourney
from redbag.reports.behind import sides
from redbag.reports.charts import chart_of, places_chart, run_chart
from redbag.reports.computing import tally_up
from redbag.reports.figures import Count, HowMany, period_of
from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.measures.definitions import Measure
from redbag.reports.reading import of_all, runs_of, tables_of
from redbag.reports.tables import Column, Line, Table, cell_of, small_numbers
from redbag.reports.this_month import REST, WATCHED, some, wrong_side
from redbag.templatetags.redbag import day
from redbag.web.reports_asked import COMPARED, Asked, asked, own_homes, whose_choices
from redbag.web.reports_fresh import as_told, counted
from redbag.web.reports_said import MINUTES, NOT_SHOWN, as_length, as_text, beside, mark_of, news_of, said

MONTHS = 24
JOURNEYS = HowMany(Count(CountedJourney, Q(left_at__isnull=False)))
ENDINGS = {"percent": "%"}
OTHERS = Column(REST, "The others", "count")


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The main number of every measure over some days, beside other days; the last 30 unless others are asked for."""
    now = timezone.now()
    wanted = asked(request, now=now)
    if wanted.errors:
        return render(request, "pages/reports/measures.html", _frame(request, wanted), status=422)
    fresh, whole = counted(now), wanted.scope.whole
    tables = tables_of(
        MEASURES, scope=whole, start=wanted.start, end=wanted.end, now=now, against=wanted.against, fresh=fresh
    )
    inside = wanted.scope.inside  # of whole areas two years of every measure take too long for a list
    runs = runs_of(MEASURES, scope=whole, last=wanted.last, months=MONTHS, now=now) if inside else {}
    lines = [
        _line(table, wanted) | {"mark": inside and mark_of(table.measure, table.headline, runs.get(table.name))}
        for table in tables
    ]
    context = {"groups": _grouped(lines), "journeys": _journeys(wanted, now), "fresh": as_told(tables, fresh)}
    return render(request, "pages/reports/measures.html", _frame(request, wanted) | context)


@require_safe
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: its number beside other days, its months, its table, and how it is counted."""
    if name not in BY_NAME:
        raise Http404
    now, found = timezone.now(), BY_NAME[name]
    wanted = asked(request, now=now)
    frame = _frame(request, wanted) | {"measure": found}
    if found.against_a_year:
        frame["comparisons"] = None
    if wanted.errors:
        return render(request, "pages/reports/measure.html", frame, status=422)
    fresh = counted(now)
    (table,) = tables_of(
        [found], scope=wanted.scope, start=wanted.start, end=wanted.end, now=now, against=wanted.against, fresh=fresh
    )
    run = runs_of([found], scope=wanted.scope, last=wanted.last, months=MONTHS, now=now).get(name)
    context = {
        "line": _line(table, wanted),
        "journeys": _journeys(wanted, now),
        "chart": chart_of(table),
        "places": places_chart(table),
        "run": run_chart(run, name=f"{name}-months", title=found.title) if run else None,
        "news": news_of(found, run),
        "columns": _columns(table, placed=False),
        "together": [_cells(table, line, wanted) for line in table.together],
        "all_columns": _columns(table, placed=True),
        "apart": [_cells(table, line, wanted, placed=True) for line in table.apart],
        "small": small_numbers(table) if table.rounded else "",
        "table": table,
        "fresh": as_told([table], fresh),
    }
    return render(request, "pages/reports/measure.html", frame | context)


def _frame(request: HttpRequest, wanted: Asked) -> dict:
    """What stands above the numbers: the days, what they are compared with, and whose they are."""
    return {
        "asked": wanted,
        "errors": wanted.errors,
        "choices": whose_choices(request, wanted.place),
        "several": len(own_homes(request)) > 1 or (wanted.scope.apart == "home" and not wanted.scope.inside),
        "at_home": bool(own_homes(request)),
        "periods": wanted.periods(),
        "comparisons": [
            (_dated(words, wanted, kind), wanted.query(compare=kind), kind == wanted.compare)
            for kind, words in COMPARED.items()
        ],
    }


def _dated(words: str, wanted: Asked, kind: str) -> str:
    """The days that are compared with, with their dates where they are chosen."""
    if kind != wanted.compare or not wanted.scope.inside:
        return words
    start, end = wanted.against
    return f"{words}, {day(start)} to {day(end)}"


def _grouped(lines: list[dict]) -> list[tuple[str, str, list[dict]]]:
    """The measures that need a look first, then those that are better than usual, then the others by subject."""
    safety = {each.measure: place for place, each in enumerate(WATCHED)}
    ordered = sorted(lines, key=lambda line: safety.get(line["measure"].name, len(safety)))
    marked = [
        (title, tone, [line for line in ordered if line["mark"] and line["mark"]["tone"] == tone])
        for title, tone in (("Have a look at these", "wait"), ("Better than usual", "good"))
    ]
    others = groupby((line for line in lines if not line["mark"]), key=lambda line: line["measure"].subject)
    return [each for each in marked if each[2]] + [(subject, "", list(rows)) for subject, rows in others]


def _line(table: Table, wanted: Asked) -> dict:
    return {
        "measure": table.measure,
        "address": f"{reverse('web:measure', args=[table.name])}?{wanted.query()}",
        "said": said(table.measure, table.headline, hidden=table.headline_hidden),
        **beside(table),
    }


def _journeys(wanted: Asked, now: datetime) -> str:
    """How many journeys the days hold, as whoever asks may know it."""
    period = period_of(wanted.start, wanted.end, now)
    tallied = tally_up([JOURNEYS], scope=wanted.scope, period=period, by=wanted.scope.whole.apart)
    number = of_all(JOURNEYS, tallied, scope=wanted.scope)
    return (
        "how many journeys is not shown, since few stand behind it"
        if number is None
        else some(number.value or 0, "journey", "journeys")
    )


def _cells(table: Table, line: Line, wanted: Asked, *, placed: bool = False) -> list[dict]:
    """A line as the table shows it: text, and numbers that lead to the journeys behind them."""
    return [_cell(table.measure, line, column, wanted) for column in _columns(table, placed=placed)]


def _columns(table: Table, *, placed: bool) -> list[Column]:
    """The columns as the page shows them: lengths without their unit, and beside what should be, what is not."""
    columns = table.columns if placed or not table.apart else table.columns[1:]
    rest = [OTHERS] if wrong_side(table.measure) == REST else []
    return [replace(each, title=each.title.replace(f" ({table.measure.unit})", "")) for each in columns] + rest


def _cell(measure: Measure, line: Line, column: Column, wanted: Asked) -> dict:
    value = _others(line) if column == OTHERS else cell_of(line, column)
    if column.kind == "text":
        return {"text": value, "head": True}
    told = NOT_SHOWN if line.hidden else as_text(value, ENDINGS.get(column.kind, ""))
    if value is not None and column.kind == "number" and measure.kind == "spread" and measure.unit in MINUTES:
        told = as_length(value, measure.unit)
    return {"text": told, "link": _behind(measure, line, column, wanted) if value else "", "title": column.title}


def _others(line: Line) -> float | None:
    """How many it is not so of."""
    number = line.number
    return None if line.hidden or number.whole is None else number.whole - (number.part or 0)


def _behind(measure: Measure, line: Line, column: Column, wanted: Asked) -> str:
    """The address of the journeys behind a count; nothing for what is worked out, or has no journeys."""
    if measure.against_a_year and not wanted.scope.inside:
        return ""
    counts = {"whole": "whole", "part": "part", "rest": "rest", "value": "whole" if measure.kind == "count" else ""}
    side = counts.get(column.name, "")
    if side not in sides(line.row.figure) or (line.place_code and not wanted.scope.apart_opens):
        return ""
    address = reverse("web:journeys_behind", args=[measure.name, line.row.name, side])
    return f"{address}?{wanted.dated(line.place_code or None)}"
