"""Labels: ask for them, watch them being drawn, fetch the sheet, and check the printer."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags import zpl
from redbag.bags.actions import MOST_LABELS, draw_again, print_labels
from redbag.bags.layouts import LAYOUTS
from redbag.bags.models import Bag, PrintJob, State
from redbag.bags.print_log import title_of, with_reprints
from redbag.bags.printing import file_of
from redbag.bags.sheets import calibration_page
from redbag.errors import BadInput, Refused
from redbag.journal.recording import PRINTED, record_view
from redbag.organisations.access import Permission, require
from redbag.web import homes
from redbag.web.bags import with_codes
from redbag.web.telling import new_form
from redbag.web.typed import form_id, text

LATEST = 10
MOST = 200
ZPL_TEXT = "text/plain; charset=utf-8"


def labels(request: HttpRequest) -> HttpResponse:
    """Choose bags or a number of blank labels, the sheet and the reason."""
    home = homes.chosen(request, Permission.PRINT_LABELS)
    own = Bag.objects.visible_to(request.actor).filter(home=home)
    errors: dict[str, str] = {}
    chosen = set(request.POST.getlist("bags")) or set(request.GET.getlist("bag"))
    if request.method == "POST" and "choose" not in request.POST:
        try:
            bags = [bag for bag in own.exclude(state__in=(State.BLANK, State.RETIRED)) if str(bag.pk) in chosen]
            job = print_labels(
                actor=request.actor,
                home=home,
                bags=bags,
                blanks=_blanks(text(request.POST, "blanks")),
                layout=text(request.POST, "layout"),
                reason=text(request.POST, "reason"),
                now=timezone.now(),
                id=form_id(request.POST),
            )
            return redirect("web:label_job", job.pk)
        except BadInput as wrong:
            errors = wrong.errors
    context = {
        "home": home,
        "homes": homes.choices(request, Permission.PRINT_LABELS),
        "errors": errors,
        "rows": [
            {"bag": bag, "chosen": str(bag.pk) in chosen}
            for bag in with_codes(own).exclude(state__in=(State.BLANK, State.RETIRED)).order_by("tracker")
        ],
        "typed": {name: text(request.POST, name) for name in ("blanks", "reason")},
        "layouts": [
            {
                "value": name,
                "text": layout.title,
                "checked": name == (text(request.POST, "layout") or next(iter(LAYOUTS))),
            }
            for name, layout in LAYOUTS.items()
            if not layout.tag
        ],
        "form": text(request.POST, "form") or new_form(),
        "calibration": [(name, layout.title) for name, layout in LAYOUTS.items()],
        "jobs": with_reprints(home.print_jobs.all())[:LATEST],
    }
    return render(request, "pages/labels/labels.html", context, status=422 if errors else 200)


def _blanks(told: str) -> int:
    if not told:
        return 0
    if not told.isdecimal() or int(told) > MOST_LABELS:
        raise BadInput({"blanks": f"How many blank labels? Use a whole number from 1 to {MOST_LABELS}."})
    return int(told)


def _job(request: HttpRequest, job_id) -> PrintJob:
    own = [post.organisation for post in request.actor.posts]
    job = get_object_or_404(PrintJob, organisation__in=own, pk=job_id)
    require(request.actor, Permission.PRINT_LABELS, job.organisation_id)
    return job


def _shown(job: PrintJob) -> dict:
    zebra = job.layout in LAYOUTS and LAYOUTS[job.layout].zpl
    return {"job": job, "zpl": zebra, "sheet": title_of(job.layout)}


def label_job(request: HttpRequest, job_id) -> HttpResponse:
    """How far a sheet of labels is; the page can be left."""
    return render(request, "pages/labels/job.html", _shown(_job(request, job_id)))


def label_progress(request: HttpRequest, job_id) -> HttpResponse:
    """The progress alone, asked for every second while it is drawn."""
    return render(request, "pages/labels/_progress.html", _shown(_job(request, job_id)))


def again(request: HttpRequest, job_id) -> HttpResponse:
    """Labels that could not be drawn are drawn once more, from where it stopped."""
    job = _job(request, job_id)
    draw_again(actor=request.actor, job=job, now=timezone.now())
    messages.success(request, "We try again.")
    return redirect("web:label_job", job.pk)


def printed_labels(request: HttpRequest) -> HttpResponse:
    """Every print and reprint: who asked, when, why, on what, how many."""
    jobs = with_reprints(PrintJob.objects.visible_to(request.actor)).select_related("organisation")
    rows = [{"job": job, "sheet": title_of(job.layout)} for job in jobs[:MOST]]
    several = len(homes.places(request.actor, Permission.PRINT_LABELS)) > 1
    return render(request, "pages/labels/printed.html", {"rows": rows, "several": several})


def label_file(request: HttpRequest, job_id) -> FileResponse:
    """The labels: a PDF, or for a Zebra printer the text it draws them from."""
    job = _job(request, job_id)
    if job.state != PrintJob.State.DONE:
        raise Refused("These labels are not ready yet.")
    record_view("labels", job, actor=request.actor, at=timezone.now(), organisation=job.organisation_id, way=PRINTED)
    name = f"red-bag-labels-{timezone.localtime(job.asked_at):%Y-%m-%d}"
    return _file(file_of(job), job.layout, name)


def calibration(request: HttpRequest, layout: str) -> FileResponse:
    """A page to print on plain paper first, to see that labels land where they belong."""
    if layout not in LAYOUTS:
        raise Http404
    homes.chosen(request, Permission.PRINT_LABELS)
    drawn = zpl.calibration(layout) if LAYOUTS[layout].zpl else calibration_page(layout)
    return _file(drawn, layout, f"red-bag-calibration-{layout}")


def _file(content: bytes, layout: str, name: str) -> FileResponse:
    """Something to save and print; it holds what the labels hold, so no cache keeps it."""
    kind, ending = (ZPL_TEXT, "zpl") if layout in LAYOUTS and LAYOUTS[layout].zpl else ("application/pdf", "pdf")
    response = FileResponse(BytesIO(content), as_attachment=True, filename=f"{name}.{ending}", content_type=kind)
    response["Cache-Control"] = "no-store"
    return response
