"""One journey as a story that an inspector can read, packs of it to keep or hand over, and checking such a pack."""

import hashlib
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require_anywhere
from redbag.organisations.models import Organisation
from redbag.reports import inspection_actions as packs
from redbag.reports.inspection import story_of, view_of
from redbag.reports.inspection_making import make, number_of
from redbag.reports.inspection_models import InspectionPack
from redbag.reports.periods import read_period
from redbag.transfers.models import Transfer
from redbag.web.after_death import after_death, is_over_for
from redbag.web.transfers import their_transfer
from redbag.web.typed import text

ON_A_PAGE = 25


@never_cache
def inspection(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The whole story of a journey in the order of time, with everything that is kept of it checked anew."""
    transfer, now = their_transfer(request, transfer_id), timezone.now()
    if is_over_for(request.actor, transfer):
        _note_look(request, transfer, transfer.home, now)
        return after_death(request, transfer, acting=request.actor.first_place())
    view = view_of(request.actor, transfer)
    story = story_of(transfer, actor=request.actor, view=view, now=now)
    _note_look(request, transfer, view.place, now)
    mine = (
        InspectionPack.objects.visible_to(request.actor).with_first().filter(parts__transfer=transfer, first_day=None)
    )
    context = {
        "transfer": transfer,
        "story": story,
        "unfit": [row for row in story["proofs"] if row["verdict"] == "DOES NOT FIT"],
        "packs": [_row(each) for each in mine.order_by("-asked_at")[:5]],
    }
    return render(request, "pages/inspection/story.html", context)


def _note_look(request: HttpRequest, transfer: Transfer, place: Organisation, now) -> None:
    whose = transfer.resident_id
    record_view("inspection", transfer, actor=request.actor, at=now, organisation=place, resident=whose)


def make_inspection(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Make a pack of this journey, at once."""
    transfer = their_transfer(request, transfer_id)
    pack = packs.ask_for_journey(actor=request.actor, transfer=transfer, now=timezone.now())
    if not make(pack.pk, now=timezone.now):
        messages.info(request, "The pack is being made. Look again in a minute.")
    return redirect("web:inspection_pack", pack.pk)


@never_cache
def inspections(request: HttpRequest) -> HttpResponse:
    """The packs one asked for, and those of a home one manages; POST asks for one of a home's days."""
    now, errors, status = timezone.now(), {}, 200
    homes = _homes(request)
    if request.method == "POST":
        try:
            pack = _ask(request, homes, now)
            messages.success(request, "The pack is being made. You can leave this page.")
            return redirect("web:inspection_pack", pack.pk)
        except BadInput as wrong:
            errors, status = wrong.errors, 422
    mine = InspectionPack.objects.visible_to(request.actor).with_first().select_related("home").order_by("-asked_at")
    shown = Paginator(mine, ON_A_PAGE).get_page(request.GET.get("page"))
    start, end = read_period(first=None, last=None, now=now)
    source = request.POST if errors else request.GET
    typed = {"from": text(source, "from") or str(start), "to": text(source, "to") or str(end)}
    context = {
        "page": shown,
        "rows": [_row(each) for each in shown],
        "homes": [{"value": each.ods_code, "text": each.name} for each in homes],
        "typed": typed | {"home": text(source, "home")},
        "errors": errors,
    }
    return render(request, "pages/inspection/packs.html", context, status=status)


def _homes(request: HttpRequest) -> list[Organisation]:
    """The homes of whose journeys somebody may have a pack made."""
    may, posts = request.actor.may, request.actor.posts
    both = (Permission.READ_JOURNAL, Permission.READ_REPORTS)
    found = {post.organisation.pk: post.organisation for post in posts}
    return [home for pk, home in found.items() if all(may(each, pk) for each in both)]


def _ask(request: HttpRequest, homes: list[Organisation], now) -> InspectionPack:
    require_anywhere(request.actor, Permission.READ_JOURNAL)
    code = text(request.POST, "home")
    home = homes[0] if len(homes) == 1 else next((each for each in homes if each.ods_code == code), None)
    if home is None:
        raise BadInput({"home": "Choose a home."})
    first, last = _days(request, now)
    return packs.ask_for_days(actor=request.actor, home=home, first=first, last=last, now=now)


def _days(request: HttpRequest, now) -> tuple[date, date]:
    return read_period(first=text(request.POST, "from"), last=text(request.POST, "to"), now=now)


@never_cache
def inspection_pack(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """One pack: how far it is, what was found, its SHA-256, and its files."""
    pack = _their_pack(request, pack_id)
    one = pack.parts.select_related("transfer").first() if pack.first_day is None else None
    context = {"pack": pack, "row": _row(pack), "transfer": one.transfer if one else None}
    return render(request, "pages/inspection/pack.html", context)


@never_cache
def inspection_paper(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """The pack as PDF; fetching it is written in the journal."""
    return _hand_out(request, pack_id, "paper")


@never_cache
def inspection_data(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """The pack as JSON; fetching it is written in the journal."""
    return _hand_out(request, pack_id, "data")


def _hand_out(request: HttpRequest, pack_id: UUID, form: str) -> HttpResponse:
    pack = _their_pack(request, pack_id)
    handed = packs.hand_out(actor=request.actor, pack=pack, form=form, now=timezone.now())
    headers = {"Content-Type": handed.content_type, "Content-Disposition": f'attachment; filename="{handed.name}"'}
    return HttpResponse(handed.content, headers=headers)


@never_cache
def check_inspection(request: HttpRequest) -> HttpResponse:
    """Whether a pack somebody holds was made here: its file is uploaded, or the first of its SHA-256 typed."""
    errors: dict[str, str] = {}
    context: dict = {"asked": False}
    if request.method == "POST":
        try:
            digest = _digest(request)
            found = packs.check(actor=request.actor, digest=digest, now=timezone.now())
            context = {"asked": True, "found": found, "digest": digest, "whole": len(digest) == packs.LONGEST}
            context["uploaded"] = "file" in request.FILES
        except BadInput as wrong:
            errors = wrong.errors
    typed = {"digest": text(request.POST, "digest")}
    status = 422 if errors else 200
    return render(request, "pages/inspection/check.html", context | {"errors": errors, "typed": typed}, status=status)


def _digest(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        return packs.read_digest(text(request.POST, "digest"))
    whole = hashlib.sha256()
    for chunk in file.chunks():
        whole.update(chunk)
    return whole.hexdigest()


def _row(pack: InspectionPack) -> dict:
    """A pack as lists and its own page show it."""
    return {"pack": pack, "number": number_of(pack), "about": packs.about(pack)}


def _their_pack(request: HttpRequest, pack_id: UUID) -> InspectionPack:
    mine = InspectionPack.objects.visible_to(request.actor).select_related("home", "place")
    return get_object_or_404(mine, pk=pack_id)
