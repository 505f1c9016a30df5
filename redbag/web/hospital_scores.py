"""A hospital on one page: its main numbers, its wards and which of them know the bag, its homes."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.counting.catching_up import Fresh
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind, Organisation
from redbag.reports.figures import period_of
from redbag.reports.measures import BY_NAME
from redbag.reports.reading import runs_of, tables_of
from redbag.reports.scorecards import HOMES, WARDS
from redbag.reports.side_by_side import Place, SideBySide, side_by_side
from redbag.web.flows import frame
from redbag.web.places_compared import as_table
from redbag.web.reports_asked import Asked, asked
from redbag.web.reports_fresh import counted
from redbag.web.reports_said import as_text, beside, news_of, said

MAIN = ("awareness", "letter-on-arrival", "night-discharges", "time-to-read", "length-of-stay", "missing-items")
MONTHS = 24  # a usual range is told from
YEAR = "365"


@require_safe
def hospital_scores(request: HttpRequest) -> HttpResponse:
    """The scorecard of one's own hospital, or of the one an auditor chose; whoever has none sees every measure."""
    now = timezone.now()
    wanted = asked(request, now=now, usual=YEAR)
    if not is_of(Kind.HOSPITAL, request, wanted):
        return redirect(f"{reverse('web:measures')}?{wanted.query()}")
    if wanted.errors:
        return render(request, "pages/reports/hospital.html", frame(wanted), status=422)
    fresh, period = counted(now), period_of(wanted.start, wanted.end, now)
    compared: dict = {"scope": wanted.scope, "period": period}
    wards = side_by_side(WARDS, by="ward", inside=wanted.scope.inside, **compared)
    wards = replace(wards, places=tuple(each for each in wards.places if _received(each)))
    homes = side_by_side(HOMES, by="home", inside=False, **compared)
    context = {
        "fresh": fresh,
        "main": main_numbers(MAIN, wanted, now, fresh),
        "wards": as_table(wards, first="Ward", caption="Wards side by side"),
        "unaware": unaware(wards),
        "homes": as_table(homes, first="Home", caption="Homes side by side"),
        "own": wanted.scope.inside and bool(request.actor.organisations_with(Permission.MAKE_READY)),
    }
    return render(request, "pages/reports/hospital.html", frame(wanted) | context)


def main_numbers(names: tuple[str, ...], wanted: Asked, now: datetime, fresh: Fresh) -> list[dict]:
    """Each of these measures over the days, beside the days before, and whether its last month is news."""
    measures = [BY_NAME[name] for name in names]
    whole = wanted.scope.whole
    days: dict = {"start": wanted.start, "end": wanted.end, "now": now}
    tables = tables_of(measures, scope=whole, against=wanted.against, fresh=fresh, **days)
    runs = runs_of(measures, scope=whole, last=wanted.last, months=MONTHS, now=now)
    return [
        {
            "measure": table.measure,
            "address": f"{reverse('web:measure', args=[table.name])}?{wanted.query()}",
            "said": said(table.measure, table.headline, hidden=table.headline_hidden),
            **beside(table),
            "news": news_of(table.measure, runs.get(table.name)),
        }
        for table in tables
    ]


def unaware(wards: SideBySide) -> list[str]:
    """The wards that received bags and never once said that they have one, most bags first."""
    found = []
    for ward in wards.places:
        told = ward.cells[1].number
        if told is not None and told.whole and not told.part:
            found.append((-told.whole, ward.name or "No ward said", as_text(told.whole)))
    return [f"{name} ({bags})" for _, name, bags in sorted(found)]


def _received(ward: Place) -> bool:
    bags = ward.cells[0].number
    return bags is None or bool(bags.value)


def is_of(kind: Kind, request: HttpRequest, wanted: Asked) -> bool:
    """Whether the numbers asked for are those of places of one kind."""
    places: list[Organisation] = (
        [wanted.place] if wanted.place else [post.organisation for post in request.actor.posts if wanted.scope.inside]
    )
    return bool(places) and all(place.kind == kind for place in places)
