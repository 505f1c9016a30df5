"""Due times, quiet hours, whom to tell of what is late, and what a hand-over asks for."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.organisations.actions import rules_of
from redbag.organisations.models import HouseRules, Kind, Organisation
from redbag.reminders.actions import set_house_rules
from redbag.reminders.clocks import DAY, HOUR, SETTABLE, Clock, minutes_of
from redbag.web import homes
from redbag.web.typed import text

MINUTES_IN = {"hours": HOUR, "days": DAY}
ASKED_AT = {Kind.CARE_HOME: "home", Kind.HOSPITAL: "holder"}


def house_rules(request: HttpRequest) -> HttpResponse:
    """What is set, with what is usual beside it; saved as a whole."""
    place = homes.chosen(request, Permission.SET_HOUSE_RULES)
    rules, errors = rules_of(place), {}
    typed = _kept(rules, place)
    if request.method == "POST":
        typed = {name: text(request.POST, name) for name in typed}
        try:
            values = _values(typed, rules, place)
            set_house_rules(actor=request.actor, organisation=place, values=values, now=timezone.now())
        except BadInput as wrong:
            errors = {name.replace("clocks.", "clock-"): words for name, words in wrong.errors.items()}
        else:
            messages.success(request, "Saved. What waits now is due by these times.")
            return redirect("web:house_rules")
    context = {
        "place": place,
        "homes": homes.choices(request, Permission.SET_HOUSE_RULES),
        "rows": [_row(clock, typed, errors) for clock in _clocks(place)],
        "typed": typed,
        "errors": errors,
        "nobody_hears": not typed["escalate_to"],
        "people": _people(place, typed["escalate_to"]),
        "asked": [
            {"value": name, "text": words, "checked": bool(typed[name])}
            for name, words in (("signature_asked", "A signature"), ("seal_asked", "The number of the seal"))
        ],
    }
    return render(request, "pages/house_rules/house_rules.html", context, status=422 if errors else 200)


def _clocks(place: Organisation) -> list[Clock]:
    return [clock for clock in SETTABLE if clock.asks == ASKED_AT.get(Kind(place.kind), "")]


def _row(clock: Clock, typed: dict[str, str], errors: dict[str, str]) -> dict:
    name = f"clock-{clock.name}"
    return {
        "name": name,
        "clock": clock,
        "value": typed[name],
        "hint": f"Usual: {_shown(clock, clock.minutes)} {clock.unit}.{' Rings at night too.' if clock.wakes else ''}",
        "error": errors.get(name),
    }


def _shown(clock: Clock, minutes: int) -> str:
    return f"{round(minutes / MINUTES_IN[clock.unit], 2):g}"


def _kept(rules: HouseRules, place: Organisation) -> dict[str, str]:
    """What is set, as it stands in the form's fields."""
    return {
        "quiet_from": f"{rules.quiet_from:%H:%M}" if rules.quiet_from else "",
        "quiet_until": f"{rules.quiet_until:%H:%M}" if rules.quiet_until else "",
        "escalate_to": str(rules.escalate_to_id or ""),
        "signature_asked": "yes" if rules.signature_asked else "",
        "seal_asked": "yes" if rules.seal_asked else "",
        **{f"clock-{each.name}": _shown(each, minutes_of(each, rules.clocks)) for each in _clocks(place)},
    }


def _values(typed: dict[str, str], rules: HouseRules, place: Organisation) -> dict[str, Any]:
    """What the form says, or BadInput for what is no number or no time."""
    errors: dict[str, str] = {}
    clocks = dict(rules.clocks)
    for clock in _clocks(place):
        clocks.pop(clock.name, None)
        if said := typed[f"clock-{clock.name}"]:
            try:
                clocks[clock.name] = round(float(said.replace(",", ".")) * MINUTES_IN[clock.unit])
            except (ValueError, OverflowError):
                errors[f"clock-{clock.name}"] = f"Enter a number of {clock.unit}, like 2 or 0.5."
    times = {name: _time(typed[name], name, errors) for name in ("quiet_from", "quiet_until")}
    people = {str(each.user_id): each.user_id for each in place.memberships.filter(ended_at=None)}
    if typed["escalate_to"] and typed["escalate_to"] not in people:
        errors["escalate_to"] = "Choose somebody who works here."
    if errors:
        raise BadInput(errors)
    return {
        **times,
        "clocks": clocks,
        "escalate_to": people.get(typed["escalate_to"]),
        "signature_asked": bool(typed["signature_asked"]),
        "seal_asked": bool(typed["seal_asked"]),
    }


def _time(said: str, name: str, errors: dict[str, str]) -> time | None:
    if not said:
        return None
    try:
        return datetime.strptime(said[:5], "%H:%M").time()  # noqa: DTZ007  (a time of the wall clock)
    except ValueError:
        errors[name] = "Enter a time, like 22:00."
        return None


def _people(place: Organisation, chosen: str) -> list[dict]:
    names = {
        str(each.user_id): each.user.name
        for each in place.memberships.filter(ended_at=None).select_related("user").order_by("user__name")
    }
    rows = [{"value": key, "text": name, "selected": key == chosen} for key, name in names.items()]
    return [{"value": "", "text": "Nobody", "selected": not chosen}, *rows]
