"""Reports: where the menu leads, and each measure as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.reports.measures import measure_named
from redbag.reports.periods import read_period
from redbag.reports.reading import tables_of
from redbag.reports.saving import WRITERS, save_table
from redbag.web.places_compared import landing
from redbag.web.reports_asked import own_homes
from redbag.web.reports_month import this_month
from redbag.web.typed import text
from redbag.web.whose import whose


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """This month, for whoever works at a home; the scorecard of a hospital or service; the map of an area."""
    if own_homes(request) and whose(request)[0].inside:
        return this_month(request)
    return redirect(f"{reverse(landing(request))}?{request.GET.urlencode()}".rstrip("?"))


@require_safe
def report_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """One measure as CSV or as a spreadsheet; saving it is written in the journal."""
    now = timezone.now()
    if form not in WRITERS:
        raise Http404
    start, end = read_period(first=text(request.GET, "from"), last=text(request.GET, "to"), now=now)
    scope, place = whose(request)
    (table,) = tables_of([measure_named(name)], scope=scope, start=start, end=end, now=now)
    saved = save_table(table, form, actor=request.actor, place=place, now=now)
    answer = HttpResponse(saved.content, content_type=saved.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{saved.name}"'
    return answer
