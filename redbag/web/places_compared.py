"""Places side by side as a table: numbers as text, hidden ones as a word, a mark where chance does not explain it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from redbag.organisations.models import Kind
from redbag.reports.side_by_side import HIGH, Cell, Place, SideBySide
from redbag.web.reports_said import NOT_SHOWN, as_text

LANDING = {
    Kind.HOSPITAL: "web:hospital_scores",
    Kind.AMBULANCE: "web:ambulance_scores",
    Kind.AREA: "web:area",
}
NO_CODE = "Not said"


def landing(request: HttpRequest) -> str:
    """The page that reports begin with for whoever works at no home."""
    kinds = {post.organisation.kind for post in request.actor.posts}
    return next((page for kind, page in LANDING.items() if kinds == {kind}), "web:measures")


def as_table(found: SideBySide, *, first: str, caption: str, address: Callable[[Place], str] | None = None) -> dict:
    """What `pages/reports/_places.html` draws; `address` says where a place's name leads, empty for nowhere."""
    return {
        "first": first,
        "caption": caption,
        "titles": [ask.title for ask in found.asks],
        "all": [cell_of(cell) for cell in found.all],
        "lines": [line_of(place, address) for place in found.places],
        "outliers": [line_of(place, address) for place in found.outliers],
        "rounded": found.rounded,
        "compared": found.compared,
    }


def line_of(place: Place, address: Callable[[Place], str] | None = None) -> dict:
    """One place with its cells; those that are no chance once more in words."""
    return {
        "name": place.name or NO_CODE,
        "address": address(place) if address else "",
        "cells": [cell_of(cell) for cell in place.cells],
        "far": [cell_of(cell) for cell in place.far],
    }


def cell_of(cell: Cell) -> dict[str, Any]:
    """A number, of how many, and whether it is more or less than chance explains, better or worse."""
    number, ask = cell.number, cell.ask
    if number is None:
        return {"title": ask.title, "text": NOT_SHOWN, "hidden": True}
    of = ""
    if number.part is not None:
        of = f"{as_text(number.part)} of {as_text(number.whole)}"
    elif number.low is not None:
        of = f"middle half {as_text(number.low)} to {as_text(number.high)}"
    judged = "worse" if cell.worse else "better" if ask.good in ("less", "more") else "other"
    return {
        "title": ask.title,
        "text": as_text(number.value, ask.unit),
        "of": of if number.value is not None else "",
        "far": (f"{'more' if cell.far == HIGH else 'less'} than usual" if cell.far else ""),
        "shape": "▲" if cell.far == HIGH else "▼",
        "judged": judged,
    }
