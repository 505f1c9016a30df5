"""Homes side by side: one line a home, the main measures beside each other."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.reports.figures import period_of
from redbag.reports.hiding import SMALL
from redbag.reports.measures import BY_NAME
from redbag.reports.scorecards import ALL
from redbag.reports.side_by_side import Ask, Cell, Place, SideBySide, side_by_side
from redbag.web.reports_asked import Asked, asked, own_homes
from redbag.web.reports_fresh import counted
from redbag.web.reports_said import NOT_SHOWN, as_text
from redbag.web.typed import text

MAIN = {
    "missing-items": "Things not found, per 100 journeys",
    "time-to-read": "Letters taken on in a day",
    "paperwork": "Papers complete and fresh",
    "unconfirmed": "Hand-overs told by one side",
    "letter-on-arrival": "Letter there when they came home",
    "away-too-long": "Bags away over 14 days",
}
ENDINGS = {"share": "%"}


@require_safe
def homes_side_by_side(request: HttpRequest) -> HttpResponse:
    """Every home of a group, or of an area, with its main numbers; sorted by any of them, the worst first."""
    now = timezone.now()
    wanted = asked(request, now=now)
    sort = text(request.GET, "sort")
    sort = sort if sort in MAIN else ""
    context: dict = {
        "asked": wanted,
        "errors": wanted.errors,
        "at_home": bool(own_homes(request)),
        "few": SMALL,
        "periods": wanted.periods(sort=sort),
        "columns": [(title, wanted.query(sort=name), name == sort, BY_NAME[name].good) for name, title in MAIN.items()],
        "by_name": (wanted.query(), not sort),
    }
    if wanted.errors:
        return render(request, "pages/reports/homes.html", context, status=422)
    fresh = counted(now)
    found = _side_by_side(wanted, now)
    places = _in_order(_places(request, found, wanted), sort)
    context |= {
        "fresh": fresh,
        "homes": [_line(place, wanted) for place in places],
        "all": [_cell(cell, "", wanted) for cell in found.all[1:]],
        "journeys": _journeys(found.all[0]),
        "far": found.outliers,
        "compared": found.compared,
    }
    return render(request, "pages/reports/homes.html", context)


def _side_by_side(wanted: Asked, now: datetime) -> SideBySide:
    scope = wanted.scope
    asks = [ALL, *(_ask(name) for name in MAIN)]
    theirs = scope.inside and (scope.apart_is_theirs or not scope.apart)
    period = period_of(wanted.start, wanted.end, now)
    return side_by_side(asks, scope=scope, period=period, by=scope.apart or "home", inside=theirs)


def _places(request: HttpRequest, found: SideBySide, wanted: Asked) -> list[Place]:
    """Every place with a number, and those of whoever asks that have none."""
    known = {place.code for place in found.places}
    own = own_homes(request) if wanted.place is None else []
    none = tuple(Cell(ask, ask.figure.number(_Nothing())) for ask in found.asks)
    return list(found.places) + [Place(home.name, home.ods_code, none) for home in own if home.ods_code not in known]


class _Nothing(dict):
    """What was counted where nothing was."""

    def __missing__(self, tally: Any) -> int:
        return 0


def _ask(name: str) -> Ask:
    measure = BY_NAME[name]
    return Ask(MAIN[name], measure.told_by, ENDINGS.get(measure.kind, ""), measure.good, name, "headline")


def _in_order(places: list[Place], sort: str) -> list[Place]:
    """By name, or by a measure with the worst first and those without a number last."""
    by_name = sorted(places, key=lambda place: place.name)
    if not sort:
        return by_name
    column = 1 + list(MAIN).index(sort)
    way = 1 if BY_NAME[sort].good == "more" else -1

    def worst_first(place: Place) -> tuple[bool, float]:
        number = place.cells[column].number
        value = number.value if number is not None else None
        return value is None, 0 if value is None else way * value

    return sorted(by_name, key=worst_first)


def _journeys(cell: Cell) -> str:
    return NOT_SHOWN if cell.number is None else as_text(cell.number.value)


def _line(place: Place, wanted: Asked) -> dict:
    journeys = place.cells[0].number
    page = "web:reports" if wanted.scope.inside and place.code else "web:measures"
    return {
        "name": place.name,
        "address": f"{reverse(page)}?organisation={place.code}" if wanted.scope.apart_opens else "",
        "journeys": _journeys(place.cells[0]),
        "few": journeys is not None and (journeys.value or 0) < SMALL,
        "cells": [_cell(cell, place.code, wanted) for cell in place.cells[1:]],
    }


def _cell(cell: Cell, code: str, wanted: Asked) -> dict:
    number = cell.number
    if number is None or number.value is None:
        return {"title": cell.ask.title, "text": NOT_SHOWN if number is None else "none"}
    return {
        "title": cell.ask.title,
        "text": as_text(number.value, cell.ask.unit),
        "of": f"{as_text(number.part)} of {as_text(number.whole)}" if number.whole is not None else "",
        "address": f"{reverse('web:measure', args=[cell.ask.report])}?{wanted.dated(code or None)}"
        if wanted.scope.apart_opens
        else "",
        "far": ("worse" if cell.worse else "better") if cell.far else "",
    }
