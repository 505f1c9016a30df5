"""A year with red bags beside the year before: both rates, the change, how sure it is, and what was compared."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.errors import BadInput
from redbag.organisations.models import Kind, Organisation
from redbag.reports.baseline_changes import Line, compare, last_months, months_of
from redbag.reports.baseline_models import MANAGES, Baseline
from redbag.reports.charts import Chart, Pair, pairs_chart
from redbag.reports.periods import read_period
from redbag.reports.rate_ratio import Change
from redbag.reports.scopes import Scope
from redbag.web.reports_asked import whose_choices
from redbag.web.reports_fresh import counted
from redbag.web.typed import text
from redbag.web.whose import whose


@require_safe
def baseline_year(request: HttpRequest) -> HttpResponse:
    """Admissions and attendances a year for 100 residents against the year before; the last twelve whole months."""
    now = timezone.now()
    scope, place = whose(request)
    typed = {name: text(request.GET, name) for name in ("from", "to")}
    frame = {"scope": scope, "place": place, "choices": whose_choices(request, place), "typed": typed}
    try:
        start, end = (
            read_period(first=typed["from"], last=typed["to"], now=now) if any(typed.values()) else last_months(now)
        )
    except BadInput as wrong:
        return render(request, "pages/baselines/year.html", frame | {"errors": wrong.errors}, status=422)
    fresh = counted(now)
    found = compare(scope=scope, start=start, end=end, now=now)
    home = the_home(scope)
    context = {
        "start": start,
        "end": end,
        "fresh": fresh,
        "found": found,
        "lines": [_shown(line) for line in found.lines],
        "months": months_of(home, scope, start=start, end=end, now=now) if home else [],
        "home": home,
        "may_bring": home is not None and request.actor.may(MANAGES, home.pk),
    }
    return render(request, "pages/baselines/year.html", frame | context)


def the_home(scope: Scope) -> Organisation | None:
    """The one care home that the numbers are about; None for several or none."""
    ids = [pk for column, ids in scope.places for pk in ids if column == "home"]
    return (
        Organisation.objects.filter(pk=ids[0], kind=Kind.CARE_HOME).first()
        if len(ids) == len(scope.places) == 1
        else None
    )


def card_of(request: HttpRequest, scope: Scope, *, now: datetime) -> dict:
    """What a page about a month shows of it, for `pages/baselines/_card.html`: the last year, or what is missing."""
    home = the_home(scope)
    if home is None:
        return {}
    start, end = last_months(now)
    found = compare(scope=scope, start=start, end=end, now=now)
    may_bring = request.actor.may(MANAGES, home.pk)
    return {
        "home": home,
        "lines": [_shown(line) for line in found.lines] if found.homes else [],
        "kept": bool(found.homes)
        or (may_bring and Baseline.objects.visible_to(request.actor).standing().filter(organisation=home).exists()),
        "may_bring": may_bring,
        "address": f"{reverse('web:baselines')}?home={home.ods_code}",
    }


def _shown(line: Line) -> dict:
    return {
        "measure": line.measure,
        "now": line.now,
        "then": line.then,
        "change": said_of(line.change),
        "hidden": line.now is None,
        "chart": _chart(line),
    }


def _chart(line: Line) -> Chart | None:
    """Now and then as two bars; none where a number is hidden."""
    if line.now is None or line.then is None:
        return None
    pair = Pair("A year for 100 residents", line.now, line.then)
    told = {"name": f"{line.measure.name}-then", "title": line.measure.part, "unit": "a year for 100 residents"}
    return pairs_chart(**told, kinds=("Now", "Then"), pairs=[pair])


def said_of(change: Change | None) -> dict | None:
    """A change in words: how much (empty where there were none before), between which limits, how sure, which way."""
    if change is None or (change.low is None and change.high is None):
        return None
    much = "" if change.percent is None else _words(change.percent)
    upwards = "no limit that can be told" if change.high is None else _words(change.high)
    return {
        "much": much,
        "between": f"between {_words(change.low or 0.0)} and {upwards}",
        "sure": change.sure,
        "worse": (change.low or 0) > 0,
    }


def _words(percent: float) -> str:
    if percent == 0:
        return "the same"
    return f"{abs(percent):g}% {'more' if percent > 0 else 'fewer'}"
