"""An area on one page: who goes where, its homes and hospitals side by side; and one flow with its measures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.organisations.access import Permission, require_anywhere
from redbag.organisations.models import Kind, Organisation
from redbag.reports.figures import period_of
from redbag.reports.flow_chart import flow_chart
from redbag.reports.flows import Flows, between, flows_of
from redbag.reports.measures import MEASURES
from redbag.reports.reading import tables_of
from redbag.reports.scopes import choices_for
from redbag.reports.scorecards import AREAS, HOMES, HOSPITALS
from redbag.reports.side_by_side import Place, alike, side_by_side
from redbag.web.places_compared import LANDING, as_table
from redbag.web.reports_asked import Asked, asked
from redbag.web.reports_fresh import as_told, counted
from redbag.web.reports_said import as_text, said
from redbag.web.typed import text
from redbag.web.whose import whose

YEAR = "365"
LONGEST_LIST = 400  # places to choose from; in a larger area by ODS code alone


@require_safe
def area(request: HttpRequest) -> HttpResponse:
    """The map of flows with its table, and the places side by side; an area of areas has its areas."""
    require_anywhere(request.actor, Permission.READ_AREA_REPORTS)
    now = timezone.now()
    wanted = asked(request, now=now, usual=YEAR)
    if wanted.place is not None and wanted.place.kind != Kind.AREA:
        page = LANDING.get(Kind(wanted.place.kind), "web:measures")
        return redirect(f"{reverse(page)}?{wanted.query()}")
    context = frame(wanted) | {"choices": _choices(request, wanted), "code": text(request.GET, "organisation")}
    if wanted.errors:
        return render(request, "pages/reports/area.html", context, status=422)
    fresh, period = counted(now), period_of(wanted.start, wanted.end, now)
    flows = flows_of(scope=wanted.scope, period=period)
    compared: dict = {"scope": wanted.scope, "period": period, "inside": False}
    if flows.areas:
        areas = side_by_side(AREAS, by="area", **compared)
        tables = [as_table(areas, first="Area", caption="Areas side by side", address=_opens(wanted, "web:area"))]
    else:
        opens = _opens(wanted, "web:measures")
        hospitals, homes = alike(
            side_by_side(HOSPITALS, by="hospital", **compared), side_by_side(HOMES, by="home", **compared)
        )
        tables = [
            as_table(
                hospitals,
                first="Hospital",
                caption="Hospitals side by side",
                address=_opens(wanted, "web:hospital_scores"),
            ),
            as_table(homes, first="Home", caption="Homes side by side", address=opens),
        ]
    context |= {"fresh": fresh, "flows": flows, "chart": flow_chart(flows), "matrix": _matrix(flows, wanted)}
    return render(request, "pages/reports/area.html", context | {"tables": tables})


@require_safe
def flow(request: HttpRequest) -> HttpResponse:
    """One home's journeys to one hospital: how many, and every measure of them, small numbers hidden."""
    require_anywhere(request.actor, Permission.READ_AREA_REPORTS)
    now = timezone.now()
    scope, home = whose(request, "home")
    if home is None:
        return redirect("web:area")
    hospital = Organisation.objects.filter(ods_code=text(request.GET, "hospital").upper(), kind=Kind.HOSPITAL).first()
    if hospital is None or home.kind != Kind.CARE_HOME or scope.inside:
        raise Http404
    wanted = asked(request, now=now, usual=YEAR)
    context = frame(wanted) | {"home": home, "hospital": hospital}
    if wanted.errors:
        return render(request, "pages/reports/flow.html", context, status=422)
    fresh = counted(now)
    days: dict = {"start": wanted.start, "end": wanted.end, "now": now, "fresh": fresh}
    tables = tables_of(MEASURES, scope=between(scope=scope, hospital=hospital), **days)
    first, last = scope.days(wanted.start, wanted.end, now=now)
    flows = flows_of(scope=between(scope=scope, hospital=hospital), period=period_of(first, last, now))
    told: list[dict] = [
        {"measure": each.measure, "said": said(each.measure, each.headline, hidden=each.headline_hidden)}
        for each in tables
    ]
    seen = {
        "fresh": as_told(tables, fresh),
        "journeys": _journeys(flows),
        "told": [each for each in told if each["said"]["number"]],
    }
    return render(request, "pages/reports/flow.html", context | seen)


def frame(wanted: Asked) -> dict:
    """What stands above the numbers: whose they are, and the days to choose from."""
    return {
        "asked": wanted,
        "errors": wanted.errors,
        "periods": wanted.periods(),
    }


def _choices(request: HttpRequest, wanted: Asked) -> list[dict]:
    """The places of the area that is shown, or the areas."""
    within = wanted.place or None
    found = Organisation.objects.filter(area=within) if within else choices_for(actor=request.actor)
    places = list(found[: LONGEST_LIST + 1])
    if len(places) > LONGEST_LIST:
        return []
    places.sort(key=lambda each: (each.kind, each.name))
    first = {"value": wanted.place.ods_code if wanted.place else "", "text": f"All of {wanted.scope.title}"}
    return [first, *({"value": each.ods_code, "text": each.name} for each in places)]


def _opens(wanted: Asked, page: str):
    """Where the name of a place leads."""

    def address(place: Place) -> str:
        return f"{reverse(page)}?{wanted.query(organisation=place.code)}" if place.code else ""

    return address


def _matrix(flows: Flows, wanted: Asked) -> list[dict]:
    """The flows as lines of a table: words, and where each leads."""
    lines = []
    for home, row in flows.rows:
        cells = []
        for hospital, journeys in zip(flows.hospitals, row, strict=True):
            leads = bool(journeys and home.code and hospital.code and not flows.areas)
            days = wanted.query(organisation="", home=home.code, hospital=hospital.code)
            cells.append(
                {
                    "text": "few" if journeys is None else as_text(journeys) if journeys else "",
                    "address": f"{reverse('web:flow')}?{days}" if leads else "",
                    "words": f"{home.name} to {hospital.name}",
                    "hospital": hospital.name,
                }
            )
        page = "web:area" if flows.areas else "web:measures"
        address = f"{reverse(page)}?{wanted.query(organisation=home.code)}" if home.code else ""
        total = "not told" if home.total is None else as_text(home.total)
        lines.append({"name": home.name, "address": address, "cells": cells, "total": total})
    return lines


def _journeys(flows: Flows) -> str:
    return "Fewer than 5 journeys" if flows.total is None else f"About {flows.total} journeys"
