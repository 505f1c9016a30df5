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
from redbag.reports.computing import tally_up, together
from redbag.reports.figures import Count, HowMany, Number, period_of
from redbag.reports.hiding import for_outsiders
from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.measures.definitions import Measure
from redbag.reports.periods import NAMED
from redbag.reports.reading import runs_of, tables_of
from redbag.reports.tables import Column, Line, Table, cell_of, small_numbers
from redbag.reports.this_month import REST, some, wrong_side
from redbag.web.reports_asked import COMPARED, Asked, asked, own_homes, whose_choices
from redbag.web.reports_fresh import as_told, counted
from redbag.web.reports_said import NOT_SHOWN, as_length, as_text, change_of, news_of, said

MONTHS = 24
JOURNEYS = HowMany(Count(CountedJourney, Q(left_at__isnull=False)))
ENDINGS = {"percent": "%"}


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The main number of every measure over some days, beside other days; the last 30 unless others are asked for."""
    now = timezone.now()
    wanted = asked(request, now=now)
    if wanted.errors:
        return render(request, "pages/reports/measures.html", _frame(request, wanted), status=422)
    fresh, together_only = counted(now), replace(wanted.scope, apart="")
    tables = tables_of(
        MEASURES, scope=together_only, start=wanted.start, end=wanted.end, now=now, against=wanted.against, fresh=fresh
    )
    lines = [_line(table, wanted) for table in tables]
    subjects = [(name, list(rows)) for name, rows in groupby(lines, key=lambda line: line["measure"].subject)]
    context = {"subjects": subjects, "journeys": _journeys(wanted, now), "fresh": as_told(tables, fresh)}
    return render(request, "pages/reports/measures.html", _frame(request, wanted) | context)


@require_safe
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: its number beside other days, its months, its table, and how it is counted."""
    if name not in BY_NAME:
        raise Http404
    now, found = timezone.now(), BY_NAME[name]
    wanted = asked(request, now=now)
    frame = _frame(request, wanted) | {"measure": found}
    if wanted.errors:
        return render(request, "pages/reports/measure.html", frame, status=422)
    fresh = counted(now)
    (table,) = tables_of(
        [found], scope=wanted.scope, start=wanted.start, end=wanted.end, now=now, against=wanted.against, fresh=fresh
    )
    run = runs_of([found], scope=wanted.scope, last=wanted.end, months=MONTHS, now=now).get(name)
    context = {
        "line": _line(table, wanted),
        "journeys": _journeys(wanted, now),
        "chart": chart_of(table),
        "places": places_chart(table),
        "run": run_chart(run, name=f"{name}-months", title=found.title) if run else None,
        "news": news_of(found, run),
        "columns": table.columns[1 if table.apart else 0 :],
        "together": [_cells(table, line, wanted) for line in table.together],
        "all_columns": table.columns,
        "apart": [_cells(table, line, wanted, placed=True) for line in table.apart],
        "small": small_numbers(table) if table.rounded else "",
        "rest": _rest(found, wanted),
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
        "periods": [(words, wanted.query(days=days), days == wanted.days) for days, words in NAMED.items()],
        "comparisons": [
            (words, wanted.query(compare=kind), kind == wanted.compare) for kind, words in COMPARED.items()
        ],
    }


def _line(table: Table, wanted: Asked) -> dict:
    return {
        "measure": table.measure,
        "address": f"{reverse('web:measure', args=[table.name])}?{wanted.query()}",
        "said": said(table.measure, table.headline, hidden=table.headline_hidden),
        "before": as_text(table.before.value if table.before else None),
        "change": change_of(table.headline, table.before),
    }


def _journeys(wanted: Asked, now: datetime) -> str:
    """How many journeys the days hold, as whoever asks may know it."""
    period = period_of(wanted.start, wanted.end, now)
    number: Number | None = JOURNEYS.number(
        together(tally_up([JOURNEYS], scope=replace(wanted.scope, apart=""), period=period))
    )
    if number is not None and not wanted.scope.inside:
        number = for_outsiders(number, JOURNEYS)
    return "Fewer than 5 journeys" if number is None else some(number.value or 0, "journey", "journeys")


def _cells(table: Table, line: Line, wanted: Asked, *, placed: bool = False) -> list[dict]:
    """A line as the table shows it: text, and numbers that lead to the journeys behind them."""
    columns = table.columns if placed or not table.apart else table.columns[1:]
    return [_cell(table.measure, line, column, wanted) for column in columns]


def _cell(measure: Measure, line: Line, column: Column, wanted: Asked) -> dict:
    value = cell_of(line, column)
    if column.kind == "text":
        return {"text": value, "head": True}
    told = NOT_SHOWN if line.hidden else as_text(value, ENDINGS.get(column.kind, ""))
    if value is not None and (measure.kind, measure.unit, column.kind) == ("spread", "minutes", "number"):
        told = as_length(value)
    return {"text": told, "link": _behind(measure, line, column, wanted) if value else "", "title": column.title}


def _rest(measure: Measure, wanted: Asked) -> str:
    """The address of the journeys that went the wrong way, where a number counts those that went the right one."""
    if wrong_side(measure) != REST or REST not in sides(measure.told_by):
        return ""
    return f"{reverse('web:journeys_behind', args=[measure.name, 'headline', REST])}?{wanted.dated()}"


def _behind(measure: Measure, line: Line, column: Column, wanted: Asked) -> str:
    """The address of the journeys behind a count; nothing for what is worked out, or has no journeys."""
    counts = {"whole": "whole", "part": "part", "value": "whole" if measure.kind == "count" else ""}
    side = counts.get(column.name, "")
    if side not in sides(line.row.figure) or (line.place_code and not wanted.scope.apart_opens):
        return ""
    address = reverse("web:journeys_behind", args=[measure.name, line.row.name, side])
    return f"{address}?{wanted.dated(line.place_code or None)}"
