"""On the history of a section: what stood there was wrong; somebody says that it is wrong; how that was seen to."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from redbag.errors import BadInput
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.retention import putting_right
from redbag.retention.models import Objection
from redbag.summaries.sections import BY_NAME
from redbag.web.typed import text


def put_right(request: HttpRequest, resident_id: UUID, section: str) -> HttpResponse:
    """The newest version corrects what was wrong before it."""
    return _write(request, resident_id, section, putting_right.put_right, why=text(request.POST, "why"))


def say_objection(request: HttpRequest, resident_id: UUID, section: str) -> HttpResponse:
    """The person, or somebody for them, says that something is wrong."""
    told = {name: text(request.POST, name) for name in ("words", "said_by")}
    return _write(request, resident_id, section, putting_right.object_to, **told)


def settle_objection(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """How an objection was seen to."""
    mine = Objection.objects.visible_to(request.actor).select_related("resident")
    found = get_object_or_404(mine, pk=objection_id)
    require(request.actor, Permission.WRITE_RESIDENTS, found.resident.home_id)
    try:
        how = text(request.POST, "how")
        putting_right.settle_objection(actor=request.actor, objection=found, how=how, now=timezone.now())
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
    return redirect("web:section_history", found.resident_id, found.section)


def _write(request: HttpRequest, resident_id: UUID, section: str, change: Callable, **told) -> HttpResponse:
    if section not in BY_NAME:
        raise Http404
    resident = get_object_or_404(Resident.objects.visible_to(request.actor).select_related("home"), pk=resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, resident.home_id)
    try:
        change(actor=request.actor, resident=resident, section=section, now=timezone.now(), **told)
        messages.success(request, "Kept. It stands beside the section.")
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
    return redirect("web:section_history", resident.pk, section)
