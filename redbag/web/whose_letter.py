"""Whose a letter may be: the residents to tap, those who are away or just back on top."""

from collections.abc import Callable, Collection
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import may_be_taken_off, take_off
from redbag.documents.reading import portraits_of
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.web.residents import found, journeys_of, taken_for_another
from redbag.web.typed import LONGEST_SEARCH, text

MOST = 300


def people_to_tap(request: HttpRequest, homes: Collection[UUID], address: Callable[[UUID], str]) -> dict:
    """The residents of these homes as `pages/copied/_people.html` shows them, each with where a tap leads.

    Those who have left come last: a letter may still come for them. That they were shown is in the journal.
    """
    search, now = text(request.GET, "q")[:LONGEST_SEARCH], timezone.now()
    rows = Resident.objects.visible_to(request.actor).filter(home__in=homes, merged_into=None)
    people = list(found(rows, search).order_by("last_name", "first_name")[:MOST])
    if people:
        pks = [each.pk for each in people]
        record_view("residents", None, actor=request.actor, at=now, organisation=request.actor.home(), residents=pks)
    out, photos = journeys_of(request.actor, people, now=now), portraits_of([each.pk for each in people])
    alike = taken_for_another(people)
    tiles = [
        {
            "resident": each,
            "address": address(each.pk),
            "out": out.get(each.pk),
            "alike": each.pk in alike,
            "photo": photos.get(each.pk),
        }
        for each in people
    ]
    tiles.sort(key=lambda tile: (tile["resident"].archived_at is not None, tile["out"] is None))
    return {"tiles": tiles, "q": search}


@never_cache
def copy_for(request: HttpRequest) -> HttpResponse:
    """A letter came on paper: first, whose is it?"""
    homes = request.actor.organisations_with(Permission.COPY_LETTERS)
    seen = people_to_tap(request, homes, lambda pk: reverse("web:copy_letter", args=[pk]))
    return render(request, "pages/copied/who.html", seen)


@never_cache
def take_off_letter(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """A letter that the home filed is somebody else's: say whose, or that nobody here has it."""
    now = timezone.now()
    rows = DischargeSummary.objects.visible_to(request.actor, now=now).select_related("resident", "home")
    summary = get_object_or_404(rows, pk=summary_id)
    require(request.actor, Permission.COPY_LETTERS, summary.home)
    if request.method != "POST":
        may_be_taken_off(summary)
        seen = people_to_tap(request, [summary.home_id], lambda pk: str(pk))
        seen["tiles"] = [tile for tile in seen["tiles"] if tile["resident"].pk != summary.resident_id]
        return render(request, "pages/copied/take_off.html", {"summary": summary, **seen})
    other = _other(request, summary)
    copy = take_off(actor=request.actor, summary=summary, belongs_to=other, now=now)
    if copy is None:
        return render(request, "pages/copied/not_theirs.html", {"resident": summary.resident, "done": True})
    messages.warning(request, f"Taken off. Now look at the pages, and file them with {other.called}.")
    return redirect("web:letter_copy", copy.pk)


def _other(request: HttpRequest, summary: DischargeSummary) -> Resident | None:
    asked = text(request.POST, "resident")
    if asked == "nobody":
        return None
    try:
        rows = Resident.objects.visible_to(request.actor).select_related("home")
        return get_object_or_404(rows, pk=UUID(asked), home=summary.home_id)
    except ValueError:
        raise BadInput({"resident": "Tap whose it is, or that nobody here has it."}) from None
