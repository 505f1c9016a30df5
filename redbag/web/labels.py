"""Labels: ask for them, watch them being drawn, fetch the sheet, and check the printer."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags.actions import MOST_LABELS, print_labels
from redbag.bags.models import Bag, PrintJob, State
from redbag.bags.sheets import LAYOUTS, calibration_page
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.web import homes
from redbag.web.bags import with_codes
from redbag.web.typed import text

LATEST = 10


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
        ],
        "calibration": [(name, layout.title) for name, layout in LAYOUTS.items()],
        "jobs": home.print_jobs.order_by("-asked_at")[:LATEST],
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


def label_job(request: HttpRequest, job_id) -> HttpResponse:
    """How far a sheet of labels is; the page can be left."""
    return render(request, "pages/labels/job.html", {"job": _job(request, job_id)})


def label_progress(request: HttpRequest, job_id) -> HttpResponse:
    """The progress alone, asked for every second while it is drawn."""
    return render(request, "pages/labels/_progress.html", {"job": _job(request, job_id)})


def label_file(request: HttpRequest, job_id) -> FileResponse:
    """The sheet as PDF."""
    job = _job(request, job_id)
    if job.state != PrintJob.State.DONE:
        raise Refused("These labels are not ready yet.")
    record_view("label_file", job, actor=request.actor, at=timezone.now(), organisation=job.organisation_id)
    name = f"red-bag-labels-{timezone.localtime(job.asked_at):%Y-%m-%d}.pdf"
    return FileResponse(
        default_storage.open(job.file), as_attachment=True, filename=name, content_type="application/pdf"
    )


def calibration(request: HttpRequest, layout: str) -> HttpResponse:
    """A page to print on plain paper first, to see that labels land where they belong."""
    if layout not in LAYOUTS:
        raise Http404
    homes.chosen(request, Permission.PRINT_LABELS)
    response = HttpResponse(calibration_page(layout), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="red-bag-calibration-{layout}.pdf"'
    return response
