"""This month on one screen: three things to look at, what else went wrong, what went well."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from redbag.counting.models import CountedJourney
from redbag.reports.behind import sides
from redbag.reports.computing import tally_up, together
from redbag.reports.figures import Count, HowMany
from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.periods import LONDON, end_of_month, months_until
from redbag.reports.reading import period_of, runs_of, tables_of
from redbag.reports.scopes import Scope
from redbag.reports.this_month import WATCHED, Finding, Month, StandsOut, some, stands_out
from redbag.web.baseline_year import card_of
from redbag.web.reports_asked import own_homes, whose_choices
from redbag.web.reports_fresh import counted
from redbag.web.typed import text
from redbag.web.whose import whose

BEHIND = 24  # months a usual range is told from
JOURNEYS = HowMany(Count(CountedJourney))
BACK = HowMany(Count(CountedJourney, Q(home_at__isnull=False)))


@dataclass(frozen=True)
class Days:
    """A month as far as it has come: its days, whether it is over, and the first days of the months beside it."""

    first: date
    last: date
    over: bool
    before: date
    after: date | None


def this_month(request: HttpRequest) -> HttpResponse:
    """A month of one home, or of all homes of a group together."""
    now = timezone.now()
    scope, place = whose(request)
    days = _days(text(request.GET, "month"), now.astimezone(LONDON).date())
    fresh = counted(now)
    found = _stands_out(replace(scope, apart=""), days, now)
    code = place.ods_code if place else ""
    context = {
        "scope": scope,
        "place": place,
        "choices": whose_choices(request, place),
        "several": len(own_homes(request)) > 1,
        "days": days,
        "first": [_linked(each, days, code) for each in found.first],
        "more": [_linked(each, days, code) for each in found.more],
        "well": [(each.words, _measure_of(each, days, code)) for each in found.well],
        "counted": _in_words(scope, days, now),
        "query": _query({"from": days.first, "to": days.last, "organisation": code}),
        "before": _query({"month": f"{days.before:%Y-%m}", "organisation": code}),
        "after": _query({"month": f"{days.after:%Y-%m}", "organisation": code}) if days.after else "",
        "fresh": fresh,
        "card": card_of(request, scope, now=now),
    }
    return render(request, "pages/reports/month.html", context)


def _stands_out(scope: Scope, days: Days, now: datetime) -> StandsOut:
    watched = [BY_NAME[each.measure] for each in WATCHED]
    tables = tables_of(watched, scope=scope, start=days.first, end=days.last, now=now)
    runs = runs_of(MEASURES, scope=scope, last=days.first, months=BEHIND, now=now)
    return stands_out(Month(days.first, {table.name: table.headline for table in tables}, runs), MEASURES)


def _days(typed: str, today: date) -> Days:
    """The month as typed (2026-11), this one without; 404 for one that has not begun or is none."""
    try:
        first = date.fromisoformat(f"{typed}-01") if typed else today.replace(day=1)
    except ValueError:
        raise Http404 from None
    if first > today or first.year < 2000:
        raise Http404
    end = end_of_month(first)
    after = end + timedelta(days=1)
    return Days(first, min(end, today), end < today, months_until(first, 2)[0], after if after <= today else None)


def _in_words(scope: Scope, days: Days, now: datetime) -> str:
    """How many went, how many are back, and how many went in the month before."""
    figures, alone = (JOURNEYS, BACK), replace(scope, apart="")
    here = together(tally_up(figures, scope=alone, period=period_of(days.first, days.last, now)))
    earlier = together(
        tally_up([JOURNEYS], scope=alone, period=period_of(days.before, days.first - timedelta(days=1), now))
    )
    went, back = (int(figure.number(here).value or 0) for figure in figures)
    before = int(JOURNEYS.number(earlier).value or 0)
    if not went:
        return f"Nobody was packed for hospital. In {days.before:%B}: {before}."
    return f"{some(went, 'journey', 'journeys')} to hospital, {back} of them back home. In {days.before:%B}: {before}."


def _linked(found: Finding, days: Days, code: str) -> dict:
    asked = _query({"from": days.first, "to": days.last, "organisation": code})
    behind = reverse("web:journeys_behind", args=[found.measure, found.row, found.which])
    if found.which not in sides(BY_NAME[found.measure].told_by):
        return {"words": found.words, "to_do": found.to_do, "address": _measure_of(found, days, code)}
    return {"words": found.words, "to_do": found.to_do, "address": f"{behind}?{asked}"}


def _measure_of(found: Finding, days: Days, code: str) -> str:
    asked = _query({"from": days.first, "to": days.last, "organisation": code})
    return f"{reverse('web:measure', args=[found.measure])}?{asked}"


def _query(told: dict) -> str:
    return urlencode({name: value for name, value in told.items() if value})
