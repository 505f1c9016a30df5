"""An ambulance service on one page: waiting, riding and hand-overs, as a whole, by hospital and by area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.organisations.models import Kind
from redbag.reports.figures import period_of
from redbag.reports.scorecards import SERVICES
from redbag.reports.side_by_side import alike, side_by_side
from redbag.web.flows import frame
from redbag.web.hospital_scores import YEAR, is_of, main_numbers
from redbag.web.places_compared import as_table
from redbag.web.reports_asked import asked
from redbag.web.reports_fresh import counted

MAIN = ("turn-round", "told-late", "bag-return")


@require_safe
def ambulance_scores(request: HttpRequest) -> HttpResponse:
    """The scorecard of one's own service, or of the one an auditor chose; whoever has none sees every measure."""
    now = timezone.now()
    wanted = asked(request, now=now, usual=YEAR)
    if not is_of(Kind.AMBULANCE, request, wanted):
        return redirect(f"{reverse('web:measures')}?{wanted.query()}")
    if wanted.errors:
        return render(request, "pages/reports/ambulance.html", frame(wanted), status=422)
    fresh, period = counted(now), period_of(wanted.start, wanted.end, now)
    compared: dict = {"scope": wanted.scope, "period": period, "inside": False}
    by_hospital, by_area = alike(*(side_by_side(SERVICES, by=each, **compared) for each in ("hospital", "area")))
    hospitals = as_table(by_hospital, first="Hospital", caption="By hospital")
    areas = as_table(by_area, first="Area", caption="By area of the home")
    context = {"fresh": fresh, "whole": hospitals["all"], "tables": [hospitals, areas]}
    return render(
        request,
        "pages/reports/ambulance.html",
        frame(wanted) | context | {"main": main_numbers(MAIN, wanted, now, fresh)},
    )
