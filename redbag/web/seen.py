"""Who has seen a resident's record: drawn together by person, each time of one person, and all of it as a file."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.errors import BadInput
from redbag.journal import missed
from redbag.journal.recording import EXPORTED, record_view
from redbag.organisations.access import Permission, require
from redbag.reports import journal, seen
from redbag.reports.periods import days_between
from redbag.residents.models import Resident
from redbag.web.typed import text


@require_safe
def access_log(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Who has seen this record: by person, from when until when, how often, what and how; unusual looks marked."""
    now, person = timezone.now(), _theirs(request, resident_id)
    where = request.actor.home()
    record_view("who_looked", person, actor=request.actor, at=now, organisation=where, resident=person)
    typed = {name: text(request.GET, name) for name in ("from", "to", "by")}
    context = {
        "person": person,
        "at_home": request.actor.may(Permission.READ_JOURNAL, person.home_id),
        "typed": typed,
        "errors": {},
        "missed": missed.waiting(),
        "unreadable": missed.unreadable(),
    }
    try:
        log = _log(person, typed)
    except BadInput as wrong:
        return render(request, "pages/journal/access_log.html", context | {"errors": wrong.errors}, status=422)
    context |= {"seers": seen.seers(log), "odd": [row for row in log if row["unusual"]], "odd_words": seen.ODD}
    context |= {"log": log if typed["by"] else [], "more": len(log) == seen.IN_A_REPORT, "how": seen.HOW}
    return render(request, "pages/journal/access_log.html", context)


@require_safe
def access_log_file(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Every time somebody saw this record, as CSV."""
    now, person = timezone.now(), _theirs(request, resident_id)
    log = _log(person, {name: text(request.GET, name) for name in ("from", "to", "by")})
    where = request.actor.home()
    record_view("who_looked", person, actor=request.actor, at=now, organisation=where, resident=person, way=EXPORTED)
    answer = HttpResponse(seen.as_csv(log), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="who-has-seen-{timezone.localdate(now)}.csv"'
    return answer


def _theirs(request: HttpRequest, resident_id: UUID) -> Resident:
    """A resident whose log they may read: their home's, or as auditor anybody's in the area."""
    logged = journal.residents_with_log(request.actor)
    known = Resident.objects.visible_to(request.actor) | logged
    person = get_object_or_404(known.select_related("home"), pk=resident_id)
    if not logged.filter(pk=person.pk).exists():
        require(request.actor, Permission.READ_JOURNAL, person.home)
    return person


def _log(person: Resident, typed: dict) -> list[dict]:
    since, until = _days(typed)
    return seen.access_log(resident=person, limit=seen.IN_A_REPORT, since=since, until=until, by=_by(typed["by"]))


def _days(typed: dict) -> tuple[datetime | None, datetime | None]:
    return days_between(first=typed["from"], last=typed["to"])


def _by(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return UUID(int=0)  # nobody
