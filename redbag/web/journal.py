"""The journal: what happened here, and who has seen a resident's record."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.errors import BadInput
from redbag.journal import missed
from redbag.journal.recording import record_view
from redbag.reports import journal as reading
from redbag.reports.periods import midnight, read_period
from redbag.residents.models import Resident
from redbag.web.typed import text

PAGE = 50


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What happened, newest first, fifty at a time; for one resident or one day when asked."""
    now = timezone.now()
    typed = {name: text(request.GET, name) for name in ("resident", "day")}
    people = Resident.objects.visible_to(request.actor)
    context: dict = {"typed": typed, "errors": {}, "people": _people(people, typed["resident"])}
    context |= {"missed": missed.waiting(), "unreadable": missed.unreadable()}
    try:
        since, until = _day(typed["day"], now)
    except BadInput as wrong:
        return render(request, "pages/journal/journal.html", context | {"errors": wrong.errors}, status=422)
    person = _person(people, typed["resident"])
    before = text(request.GET, "before")
    rows = reading.entries(
        actor=request.actor,
        subject=None,
        resident=person.pk if person else None,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        limit=PAGE + 1,
        since=since,
        until=until,
    )
    rows, more = rows[:PAGE], len(rows) > PAGE
    shown = {row["resident"] for row in rows if row["resident_name"]}
    record_view("journal", None, actor=request.actor, at=now, organisation=request.actor.home(), residents=list(shown))
    context |= {"days": _by_day(rows), "person": person, "older": rows[-1]["id"] if more else None}
    return render(request, "pages/journal/journal.html", context)


def _day(typed: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    if not typed:
        return None, None
    try:
        day, _ = read_period(first=typed, last=typed, now=now)
    except BadInput as wrong:
        raise BadInput({"day": next(iter(wrong.errors.values()))}) from None
    return midnight(day), midnight(day + timedelta(days=1))


def _people(people, chosen: str) -> list[dict]:
    """The residents to choose from, those who live here first."""
    rows = people.order_by("archived_at", "last_name", "first_name")[:500]
    if not rows:
        return []
    return [{"value": "", "text": "Everybody", "selected": not chosen}] + [
        {"value": str(each.pk), "text": each.called, "selected": str(each.pk) == chosen} for each in rows
    ]


def _person(people, chosen: str) -> Resident | None:
    """The resident that was chosen; 404 when it is none of theirs."""
    if not chosen:
        return None
    try:
        return get_object_or_404(people, pk=UUID(chosen))
    except ValueError:
        return get_object_or_404(people, pk=None)


def _by_day(rows: list[dict]) -> list[dict]:
    """The rows under the London day they happened on, in the order they come."""
    days: list[dict] = []
    for row in rows:
        day = timezone.localtime(row["at"]).date()
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "rows": []})
        time = timezone.localtime(row["at"]).strftime("%H:%M")
        days[-1]["rows"].append(row | {"time": time, "noted": _noted(row["personal"] or {})})
    return days


def _noted(personal: dict) -> list[tuple[str, str]]:
    """What an entry says of a person, as names and values; one level down where it holds several."""
    noted = []
    for name, value in personal.items():
        inner = value.items() if isinstance(value, dict) else [(name, value)]
        noted += [(str(each).replace("_", " ").capitalize(), str(told) or "nothing") for each, told in inner]
    return noted
