"""Coded journeys: what stands behind a number for viewers outside, and the box in which a home looks a code up."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.journal.recording import record
from redbag.organisations.access import Permission, require_anywhere
from redbag.organisations.models import Kind
from redbag.reports.coded import coded_rows
from redbag.reports.codes import find_coded
from redbag.reports.measures.definitions import Measure
from redbag.reports.periods import month_that_is_over, read_period
from redbag.transfers.models import Transfer
from redbag.web.typed import text
from redbag.web.whose import whose

ON_A_PAGE = 100


def coded_journeys(request: HttpRequest, name: str, row: str, which: str) -> HttpResponse:
    """The journeys behind one number, coded; that somebody looked is written in the journal."""
    now = timezone.now()
    _, place = whose(request)
    start, end = read_period(first=text(request.GET, "from"), last=text(request.GET, "to"), now=now)
    behind = coded_rows(
        actor=request.actor, name=name, row=row, which=which, start=start, end=end, organisation=place, now=now
    )
    looked: dict = {"report": name, "row": row, "which": which, "from": behind.start, "to": behind.end}
    where = request.actor.first_place()
    record("report.followed", place, actor=request.actor, at=now, organisation=where, **looked)
    asked = {"from": behind.start, "to": behind.end, **({"organisation": place.ods_code} if place else {})}
    seen = {"behind": behind, "place": place, "back": f"{reverse('web:measure', args=[name])}?{urlencode(asked)}"}
    seen |= {"meant": meant(behind.measure, which), "newest": month_that_is_over(now), "query": urlencode(asked)}
    seen["page"] = Paginator(behind.rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/reports/coded.html", seen)


def meant(measure: Measure, which: str) -> str:
    """Which journeys stand in a list behind a number, in the words of the measure."""
    if which == "rest":
        return f"Those that are not: {measure.numerator[0].lower()}{measure.numerator[1:]}"
    return measure.numerator if which == "part" or measure.kind in ("count", "spread") else measure.denominator


@require_safe
def find_code(request: HttpRequest) -> HttpResponse:
    """The box in which a home types a code that somebody outside named; it leads to the journey."""
    require_anywhere(request.actor, Permission.READ_REPORTS)
    homes = [
        each.organisation.pk
        for each in request.actor.posts
        if each.organisation.kind == Kind.CARE_HOME and request.actor.may(Permission.READ_REPORTS, each.organisation.pk)
    ]
    typed = text(request.GET, "code")
    found = find_coded(code=typed, homes=homes) if typed and homes else None
    mine = Transfer.objects.visible_to(request.actor, now=timezone.now())
    if found is not None and mine.filter(pk=found).exists():
        return redirect("web:transfer", found)
    missing = "No journey of this home has this code. Ask for it again, letter by letter." if typed else ""
    errors = {"code": missing} if missing else {}
    return render(request, "pages/reports/find_code.html", {"typed": typed, "errors": errors, "homes": homes})
