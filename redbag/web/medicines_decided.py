"""What is done on *Medicines before and after*: a decision, the second check, the new MAR chart in use."""

import functools
from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.organisations.access import Permission, require
from redbag.reconciliations import actions
from redbag.reconciliations.deciding import DecidedMeanwhile, decide, decide_as_before, decide_unchanged
from redbag.reconciliations.keeping import AskAColleague
from redbag.reconciliations.models import Line
from redbag.summaries.actions import SomebodyWasFaster
from redbag.web import problems
from redbag.web.medicines import CLINICIAN, back, page, their
from redbag.web.medicines_typed import choice_of, moment, next_doses_of
from redbag.web.typed import text


def _or_whom_to_ask(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that tells who is not trained in medicines whom to ask."""

    @functools.wraps(view)
    def told(request: HttpRequest, **which: UUID) -> HttpResponse:
        try:
            return view(request, **which)
        except AskAColleague as ask:
            return problems.page(request, status=403, title="Ask a colleague", words=f"{ask} Nothing was changed.")

    return told


def _their_line(request: HttpRequest, line_id: UUID) -> Line:
    rows = Line.objects.visible_to(request.actor).select_related("reconciliation__summary", "reconciliation__home")
    line = get_object_or_404(rows, pk=line_id)
    require(request.actor, Permission.DECIDE_MEDICINES, line.reconciliation.home)
    return line


@never_cache
@_or_whom_to_ask
def decide_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Decide one line: as the letter says, or after a call."""
    line, now = _their_line(request, line_id), timezone.now()
    told = text(request.POST, "seen")
    try:
        choice = choice_of(request.POST, now=now)
        seen = int(told) if told.isdecimal() else 0
        decide(actor=request.actor, line=line, choice=choice, seen=seen, now=now)
    except BadInput as wrong:
        return page(request, line.reconciliation, errors=wrong.errors, typed=request.POST, wrong=line.pk)
    except DecidedMeanwhile as meanwhile:
        words = {"line": str(meanwhile)}
        return page(request, line.reconciliation, errors=words, typed=request.POST, wrong=line.pk, status=409)
    return back(line.reconciliation, f"#line-{line.pk}")


@never_cache
@_or_whom_to_ask
def as_before(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Decide one line as it was decided on the version of the letter before."""
    line = _their_line(request, line_id)
    try:
        next_due = moment(request.POST, "next")
        decide_as_before(actor=request.actor, line=line, next_due_at=next_due, now=timezone.now())
    except BadInput as wrong:
        return page(request, line.reconciliation, errors=wrong.errors, typed=request.POST, wrong=line.pk)
    return back(line.reconciliation, f"#line-{line.pk}")


@never_cache
@_or_whom_to_ask
def unchanged(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """All that is unchanged goes on as the letter says."""
    reconciliation, now = their(request, reconciliation_id), timezone.now()
    try:
        doses = next_doses_of(request.POST)
        count = decide_unchanged(actor=request.actor, reconciliation=reconciliation, next_doses=doses, now=now)
    except BadInput as wrong:
        return page(request, reconciliation, errors=wrong.errors, typed=request.POST)
    messages.success(request, f"{count} unchanged medicine{'' if count == 1 else 's'} go on as the letter says.")
    return back(reconciliation)


@never_cache
@_or_whom_to_ask
def check(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """The second check: by another trained person, or by phone with a clinician who is named."""
    reconciliation = their(request, reconciliation_id)
    by_phone = text(request.POST, "by") == "phone"
    named: Mapping | None = (
        {name: text(request.POST, f"clinician-{name}") for name, _ in CLINICIAN} if by_phone else None
    )
    words, now = text(request.POST, "note"), timezone.now()
    try:
        actions.second_check(actor=request.actor, reconciliation=reconciliation, clinician=named, words=words, now=now)
    except BadInput as wrong:
        errors = {f"clinician-{name}": words for name, words in wrong.errors.items()}
        return page(request, reconciliation, errors=errors, typed=request.POST)
    messages.success(request, "Checked. The new MAR chart may be used.")
    return back(reconciliation, "#next")


@never_cache
@_or_whom_to_ask
def use(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """The new MAR chart is in use from now on."""
    reconciliation = their(request, reconciliation_id)
    actions.use_new_mar(actor=request.actor, reconciliation=reconciliation, now=timezone.now())
    messages.success(request, "The new MAR chart is in use. Put the old one away.")
    return back(reconciliation, "#next")


@never_cache
@_or_whom_to_ask
def put_back(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """What was changed from a letter of somebody else is undone on the MAR chart, and the GP knows."""
    reconciliation = their(request, reconciliation_id)
    actions.put_back(actor=request.actor, reconciliation=reconciliation, now=timezone.now())
    messages.success(request, "Written down: the MAR chart is as it was before, and the GP knows.")
    return back(reconciliation)


@never_cache
@_or_whom_to_ask
def write_list(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Write the resident's list of medicines anew from what was decided."""
    reconciliation = their(request, reconciliation_id)
    told = text(request.POST, "version")
    seen = int(told) if told.isdecimal() else 0
    try:
        actions.write_medicines(actor=request.actor, reconciliation=reconciliation, seen=seen, now=timezone.now())
        messages.success(request, f"{reconciliation.resident.called}'s list of medicines is written anew.")
    except SomebodyWasFaster:
        messages.warning(request, "Somebody changed the list meanwhile. Look at it below, then write it again.")
    return back(reconciliation, "#next")
