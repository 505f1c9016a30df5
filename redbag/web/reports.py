"""Reports: where the menu leads, and each measure as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.journal.recording import record
from redbag.reports import reading
from redbag.reports.periods import read_period
from redbag.reports.tables import as_csv, as_xlsx
from redbag.web.places_compared import landing
from redbag.web.reports_asked import own_homes
from redbag.web.reports_month import this_month
from redbag.web.typed import text
from redbag.web.whose import whose

FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


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
    if form not in FORMATS:
        raise Http404
    start, end = read_period(first=text(request.GET, "from"), last=text(request.GET, "to"), now=now)
    _, place = whose(request)
    try:
        table = reading.run(name=name, actor=request.actor, start=start, end=end, organisation=place, now=now)
    except reading.NoSuchReport:
        raise Http404 from None
    where = place or request.actor.first_place()
    days: dict[str, Any] = {"first": table.start.isoformat(), "last": table.end.isoformat()}
    record("report.exported", None, actor=request.actor, at=now, organisation=where, report=name, format=form, **days)
    write, content_type = FORMATS[form]
    answer = HttpResponse(write(table), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{table.start}-{table.end}.{form}"'
    return answer
