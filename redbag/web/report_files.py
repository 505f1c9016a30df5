"""Reports as files made in the background, and the report of the month by e-mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from redbag.errors import BadInput, Gone
from redbag.organisations.access import require
from redbag.reports import file_actions, monthly
from redbag.reports.file_making import KEPT, pieces_of
from redbag.reports.file_models import CONTENT_TYPES, READERS, MonthlyReport, ReportFile
from redbag.reports.file_rows import names_residents
from redbag.reports.periods import LONDON, read_period
from redbag.reports.scopes import scope_named
from redbag.templatetags.redbag import day as day_words
from redbag.web.reports_asked import whose_choices
from redbag.web.telling import new_form
from redbag.web.typed import form_id, text

LATEST = 20
USUAL_DAY = 5
WHATS = (("measures", "Every measure, with charts and tables"), ("journeys", "Every journey, one in a row"))
FORMS = (("pdf", "PDF, to read and print"), ("xlsx", "Spreadsheet (XLSX)"), ("csv", "CSV, for other programs"))


def report_files(request: HttpRequest) -> HttpResponse:
    """Choose what is to be in a file; below stand the files somebody asked for."""
    told = request.POST if request.method == "POST" else request.GET
    typed = {name: text(told, name) for name in ("from", "to", "organisation", "what", "form_of")}
    (scope, place), errors, now = scope_named(actor=request.actor, code=typed["organisation"]), {}, timezone.now()
    if request.method == "POST":
        try:
            start, end = read_period(first=typed["from"], last=typed["to"], now=now)
            file = file_actions.ask_for_file(
                actor=request.actor,
                what=typed["what"],
                form=typed["form_of"],
                start=start,
                end=end,
                organisation=place,
                now=now,
                id=form_id(request.POST),
            )
            return redirect("web:report_file_made", file.pk)
        except BadInput as wrong:
            errors = {{"form": "form_of"}.get(name, name): words for name, words in wrong.errors.items()}
    start, end = read_period(first=None, last=None, now=now)
    context = {
        "errors": errors,
        "typed": typed | {"from": typed["from"] or start.isoformat(), "to": typed["to"] or end.isoformat()},
        "choices": whose_choices(request, place),
        "whats": _items(WHATS, typed["what"] or "measures"),
        "forms": _items(FORMS, typed["form_of"] or "pdf"),
        "named": names_residents(request.actor, scope),
        "form": text(request.POST, "form") or new_form(),
        "files": ReportFile.objects.visible_to(request.actor).order_by("-asked_at")[:LATEST],
    }
    return render(request, "pages/reports/files.html", context, status=422 if errors else 200)


@require_safe
def report_file_made(request: HttpRequest, report_file_id) -> HttpResponse:
    """How far a file is, and where to save it; the page can be left."""
    return render(request, "pages/reports/file.html", _shown(_file(request, report_file_id)))


@require_safe
def report_file_progress(request: HttpRequest, report_file_id) -> HttpResponse:
    """The progress alone, asked for every second while it is made."""
    return render(request, "pages/reports/_file_progress.html", _shown(_file(request, report_file_id)))


@require_POST
def stop_report_file(request: HttpRequest, report_file_id) -> HttpResponse:
    """Make no more of a file."""
    file = _file(request, report_file_id)
    file_actions.stop_file(actor=request.actor, file=file, now=timezone.now())
    return redirect("web:report_file_made", file.pk)


@require_safe
def saved_report_file(request: HttpRequest, report_file_id) -> StreamingHttpResponse:
    """The file itself, piece by piece; saving it is written in the journal."""
    file = _file(request, report_file_id)
    file_actions.take_file(actor=request.actor, file=file, now=timezone.now())
    answer = StreamingHttpResponse(pieces_of(file), content_type=CONTENT_TYPES[file.form])
    answer["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    answer["Content-Length"] = str(file.size)
    answer["Cache-Control"] = "no-store"
    return answer


def monthly_reports(request: HttpRequest) -> HttpResponse:
    """Ask to be told every month that the report is there, on which day; and what was asked for."""
    actor, errors = request.actor, {}
    granted = set(actor.organisations_with(*READERS))
    places = list({post.organisation.pk: post.organisation for post in actor.posts}.values())
    places = [place for place in places if place.pk in granted]
    if request.method == "POST":
        try:
            code, day = text(request.POST, "place"), text(request.POST, "day")
            place = next((each for each in places if each.ods_code == code.upper()), None)
            if place is None:
                raise BadInput({"place": "Choose for which place."})
            day_told = int(day) if day.isdecimal() else 0
            told = file_actions.send_monthly(actor=actor, place=place, day=day_told, now=timezone.now())
            messages.success(request, f"You get an e-mail on day {told.day} of every month. {_next(told)}")
            return redirect("web:monthly_reports")
        except BadInput as wrong:
            errors = wrong.errors
    running = list(MonthlyReport.objects.visible_to(actor).open().select_related("place").order_by("place__name"))
    usual = running[0].day if running else USUAL_DAY
    context = {
        "errors": errors,
        "person": actor.user is not None,
        "places": [{"value": each.ods_code, "text": each.name} for each in places],
        "typed": {"place": text(request.POST, "place"), "day": text(request.POST, "day") or usual},
        "running": [(each, _next(each)) for each in running],
    }
    return render(request, "pages/reports/monthly.html", context, status=422 if errors else 200)


@require_POST
def stop_monthly_report(request: HttpRequest, monthly_id) -> HttpResponse:
    """No more e-mails, by the person themselves."""
    found = get_object_or_404(MonthlyReport.objects.visible_to(request.actor), pk=monthly_id)
    file_actions.stop_monthly(monthly=found, actor=request.actor, now=timezone.now())
    messages.success(request, "Stopped. You get no more e-mails about this.")
    return redirect("web:monthly_reports")


@never_cache
def stop_by_link(request: HttpRequest, link: str) -> HttpResponse:
    """The link in the mail: one button, what it stops, and nothing about whose. Opening it stops nothing yet."""
    found = monthly.monthly_of(link)
    if found is None:
        raise Gone("This link stops no e-mails. Open the newest of them, or stop them on the page Reports.")
    if request.method == "POST":
        file_actions.stop_monthly(monthly=found, actor=None, now=timezone.now())
        return redirect("web:stop_by_link", link)
    told = {"stopped": found.ended_at is not None, "asked": found.started_at, "day": found.day}
    return render(request, "pages/reports/stop_monthly.html", told)


def _next(monthly_report: MonthlyReport) -> str:
    """When the next e-mail comes."""
    now = timezone.now()
    comes = monthly.comes_next(monthly_report, now=now)
    today = comes == timezone.localtime(now, LONDON).date()
    return "The next comes today." if today else f"The next comes on {day_words(comes)}."


def _file(request: HttpRequest, file_id) -> ReportFile:
    files = ReportFile.objects.visible_to(request.actor).select_related("place", "organisation")
    file = get_object_or_404(files, pk=file_id)
    require(request.actor, READERS, file.place_id)
    return file


def _shown(file: ReportFile) -> dict:
    return {"file": file, "whose": (file.organisation or file.place).name, "days_kept": KEPT.days}


def _items(choices: tuple, chosen: str) -> list[dict]:
    return [{"value": value, "text": words, "checked": value == chosen} for value, words in choices]
