"""This month on one screen: three things to look at, what else went wrong, what went well."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from redbag.reports.measures import BY_NAME
from redbag.reports.one_month import Days, NoSuchMonth, began_before, counted_in, days_of, found_in, said
from redbag.reports.still_open import still_open
from redbag.reports.this_month import Finding
from redbag.web.baseline_year import card_of
from redbag.web.reports_asked import own_homes, whose_choices
from redbag.web.reports_fresh import counted
from redbag.web.typed import text
from redbag.web.whose import whose


def this_month(request: HttpRequest) -> HttpResponse:
    """A month of one home, or of all homes of a group together."""
    now = timezone.now()
    scope, place = whose(request)
    try:
        days = days_of(text(request.GET, "month"), now=now)
    except NoSuchMonth as none:
        return render(request, "pages/reports/no_month.html", {"words": str(none)}, status=404)
    fresh = counted(now)
    found = found_in(scope, days, now=now)
    code, told = place.ods_code if place else "", counted_in(scope, days, now=now)
    context = {
        "scope": scope,
        "place": place,
        "choices": whose_choices(request, place),
        "several": len(own_homes(request)) > 1,
        "days": days,
        "first": [_linked(each, days, code) for each in found.first],
        "more": [_linked(each, days, code) for each in found.more],
        "well": [(each.words, _measure_of(each, days, code)) for each in found.well],
        "counted": said(told, days),
        "query": _dated(days, code),
        "before": _query({"month": f"{days.before:%Y-%m}", "organisation": code})
        if began_before(scope, days, told)
        else "",
        "after": _query({"month": f"{days.after:%Y-%m}", "organisation": code}) if days.after else "",
        "fresh": fresh,
        "still": still_open(scope, now=now) if days.after is None else None,
        "card": card_of(request, scope, now=now),
    }
    return render(request, "pages/reports/month.html", context)


def _linked(found: Finding, days: Days, code: str) -> dict:
    behind = reverse("web:journeys_behind", args=[found.measure, found.row, found.which])
    told = {"words": found.words, "to_do": found.to_do, "address": f"{behind}?{_dated(days, code)}"}
    if found.beside:
        beside = reverse("web:measure", args=[found.beside])
        told |= {"beside": BY_NAME[found.beside].title, "beside_at": f"{beside}?{_dated(days, code)}"}
    return told


def _measure_of(found: Finding, days: Days, code: str) -> str:
    return f"{reverse('web:measure', args=[found.measure])}?{_dated(days, code)}"


def _dated(days: Days, code: str) -> str:
    return _query({"from": days.first, "to": days.last, "organisation": code})


def _query(told: dict) -> str:
    return urlencode({name: value for name, value in told.items() if value})
