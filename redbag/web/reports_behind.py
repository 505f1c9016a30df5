"""From a number to the journeys behind it: by name for those inside, coded for viewers outside the parties."""

from datetime import datetime

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.journal.recording import record_view
from redbag.reports.behind import Behind, behind, sides
from redbag.reports.computing import tally_up
from redbag.reports.figures import Figure, period_of
from redbag.reports.measures import row_named
from redbag.reports.measures.definitions import Measure
from redbag.transfers.models import Transfer
from redbag.web.coded import coded_journeys, meant
from redbag.web.reports_asked import Asked, asked
from redbag.web.reports_fresh import counted
from redbag.web.reports_said import as_text
from redbag.web.whose import whose

ON_A_PAGE = 25


@require_safe
def journeys_behind(request: HttpRequest, name: str, row: str, which: str) -> HttpResponse:
    """The journeys that one number of a measure was counted from; who looked is written in the journal."""
    scope, _ = whose(request)
    if not scope.inside:
        return coded_journeys(request, name, row, which)
    now = timezone.now()
    wanted = asked(request, now=now)
    if wanted.errors:
        raise Http404
    fresh = counted(now)
    measure, counted_row = row_named(name, row)
    found = behind(counted_row.figure, which, scope=wanted.scope, period=period_of(wanted.start, wanted.end, now))
    page = _page(request, found, now)
    shown = [(transfer, found.told[transfer.pk]) for transfer in page]
    _look(request, name, row, which, shown, now)
    context = {
        "asked": wanted,
        "measure": measure,
        "row": row,
        "row_title": counted_row.title,
        "which": which,
        "sides": _sides(measure, counted_row.figure, wanted, now),
        "meant": meant(measure, which),
        "page": page,
        "rows": shown,
        "closed": len(found.told) - page.paginator.count,
        "behind": found,
        "fresh": fresh,
    }
    return render(request, "pages/reports/behind.html", context)


def _page(request: HttpRequest, found: Behind, now: datetime) -> Page:
    """Those of the journeys that may be opened now, newest first, some at a time."""
    theirs = Transfer.objects.visible_to(request.actor, now=now).filter(pk__in=list(found.told))
    rows = theirs.select_related("resident", "home").order_by("-packed_at")
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))


def _look(request: HttpRequest, name: str, row: str, which: str, shown: list, now: datetime) -> None:
    whose_journeys = {transfer.resident_id for transfer, _ in shown}
    record_view(
        "journeys_behind",
        None,
        actor=request.actor,
        at=now,
        organisation=request.actor.home() or request.actor.first_place(),
        residents=list(whose_journeys),
        report=name,
        row=row,
        which=which,
    )


def _sides(measure: Measure, figure: Figure, wanted: Asked, now: datetime) -> dict[str, str]:
    """What each side is called, and how many were counted on it."""
    period = period_of(wanted.start, wanted.end, now)
    number = figure.number(tally_up([figure], scope=wanted.scope, period=period).every)
    plain = measure.part == "Of these"
    right = ("As it should be", "Not so") if measure.good == "more" else ("Counted", "Not counted")
    part, rest = right if plain else (measure.part, f"Not “{measure.part.lower()}”")
    many, of = number.part or 0, number.whole or 0
    told = {"part": f"{part}: {as_text(many)}", "whole": f"All: {as_text(of)}", "rest": f"{rest}: {as_text(of - many)}"}
    return {side: told[side] for side in sides(figure)}
