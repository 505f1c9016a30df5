"""The grab folder of a home: when it was drawn, what has changed since, print it, have it drawn now."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.packs.actions import ask_folder, print_folder
from redbag.packs.folders import GOOD_FOR, standing_of
from redbag.packs.models import Folder
from redbag.web import homes


@never_cache
def folder(request: HttpRequest) -> HttpResponse:
    """Each home's folder, and asking for one now."""
    now = timezone.now()
    if request.method == "POST":
        home = homes.chosen(request, Permission.PACK)
        ask_folder(actor=request.actor, home=home, now=now)
        messages.success(request, f"The grab folder of {home.name} is being drawn. It takes about a minute.")
        return redirect("web:folder")
    shown = [standing_of(home) for home in homes.places(request.actor, Permission.PACK)]
    for each in shown:
        if each.changed:
            named = [person.pk for person in each.changed]
            record_view("folder", None, actor=request.actor, at=now, organisation=each.home, residents=named)
    return render(request, "pages/folder/folder.html", {"folders": shown, "good_for": GOOD_FOR.days})


@never_cache
def folder_file(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    """The folder as PDF; printing it is written in the journal with everybody who is in it."""
    kept = get_object_or_404(Folder.objects.visible_to(request.actor).select_related("home"), pk=folder_id)
    handed = print_folder(actor=request.actor, folder=kept, now=timezone.now())
    return HttpResponse(handed.content, headers=handed.headers)
