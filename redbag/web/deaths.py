"""After a death: said, confirmed on a second page, what the home sees to, and to whom belongings are given."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require, require_anywhere
from redbag.transfers import deaths
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.death_models import Death
from redbag.transfers.models import Transfer
from redbag.transfers.releases import STANDINGS, NotToThem, release_belongings, still_here
from redbag.web.patient import item_rows
from redbag.web.telling import acting_for, new_form
from redbag.web.transfers import their_transfer
from redbag.web.typed import form_id, text

HERE = Permission.RECORD_DEATH


@never_cache
def say_death(request: HttpRequest, transfer_id) -> HttpResponse:
    """The first step: has the family been told? Then that somebody has died."""
    transfer = their_transfer(request, transfer_id)
    acting, errors = acting_for(request.actor, transfer, HERE), {}
    if deaths.death_of(transfer):
        return redirect("web:death", transfer.pk)
    if request.method == "POST":
        try:
            told, fact_id = _told(request.POST), form_id(request.POST)
            deaths.say_death(
                actor=request.actor, transfer=transfer, acting=acting, fact_id=fact_id, told=told, now=timezone.now()
            )
            return redirect("web:confirm_death", transfer.pk)
        except BadInput as wrong:
            errors = wrong.errors
    return _page(request, transfer, "say", {"family": _family(request.POST), "form": new_form()}, errors)


@never_cache
def confirm_death(request: HttpRequest, transfer_id) -> HttpResponse:
    """The second step, on a page that names the person: by a second person, or by the same one on a page of its own."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, HERE)
    death = deaths.standing_death(transfer)
    alone = request.actor.user_id is not None and death.said_by_id == request.actor.user_id
    if request.method == "POST" and not (alone and text(request.POST, "alone") != "yes"):
        deaths.confirm_death(actor=request.actor, death=death, acting=acting, now=timezone.now())
        messages.success(request, "Confirmed. Boards and reminders are quiet.")
        return redirect("web:death", transfer.pk)
    return _page(request, transfer, "confirm", {"death": death, "said_it": alone, "alone": "alone" in request.GET}, {})


@never_cache
def death(request: HttpRequest, transfer_id) -> HttpResponse:
    """How it stands: who told the family, what is kept for whom, what the home sees to, what was given to whom."""
    return _death_page(request, their_transfer(request, transfer_id), {})


@never_cache
def take_back_death(request: HttpRequest, transfer_id) -> HttpResponse:
    """It was wrong: say why, and everything stands as before."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, HERE)
    death, why, errors = deaths.standing_death(transfer), text(request.POST, "why"), {}
    if request.method == "POST":
        try:
            deaths.take_back_death(actor=request.actor, death=death, acting=acting, why=why, now=timezone.now())
            messages.success(request, "Taken back. Everything stands as it did before.")
            return redirect("web:transfer", transfer.pk)
        except BadInput as wrong:
            errors = wrong.errors
    return _page(request, transfer, "take_back", {"death": death, "why": why}, errors)


def family_told(request: HttpRequest, transfer_id) -> HttpResponse:
    """The family has been told meanwhile, and by whom."""
    told = _told(request.POST)
    return _change(request, transfer_id, deaths.say_family_told, "Kept: whether the family has been told.", told=told)


def hold_belongings(request: HttpRequest, transfer_id) -> HttpResponse:
    """Coroner or police want the belongings kept, or not any more."""
    hold, note = text(request.POST, "hold"), text(request.POST, "hold_note")
    return _change(request, transfer_id, deaths.hold_belongings, f"{deaths.HOLDS.get(hold, '')}.", hold=hold, note=note)


def death_task(request: HttpRequest, transfer_id) -> HttpResponse:
    """One thing on the home's list is done, or not after all."""
    transfer = their_transfer(request, transfer_id)
    require(request.actor, Permission.RELEASE_BELONGINGS, transfer.home)
    done, task = text(request.POST, "done") == "yes", text(request.POST, "task")
    deaths.tick_task(
        actor=request.actor, death=deaths.standing_death(transfer), task=task, done=done, now=timezone.now()
    )
    return redirect(f"{reverse('web:death', args=[transfer.pk])}#tasks")


@never_cache
def release(request: HttpRequest, transfer_id) -> HttpResponse:
    """Belongings are given to an executor or named next of kin: tick, name, by what right."""
    transfer = their_transfer(request, transfer_id)
    require(request.actor, Permission.RELEASE_BELONGINGS, transfer.home)
    errors, warned, posted = {}, False, request.POST
    if request.method == "POST":
        try:
            release_belongings(
                actor=request.actor,
                transfer=transfer,
                to_name=text(posted, "to_name"),
                standing=text(posted, "standing"),
                items=posted.getlist("items"),
                sure="sure" in posted,
                now=timezone.now(),
            )
            messages.success(request, f"Recorded: given to {text(posted, 'to_name')}.")
            return redirect("web:death", transfer.pk)
        except BadInput as wrong:
            errors = {"things" if name == "items" else name: words for name, words in wrong.errors.items()}
        except NotToThem as refused:
            errors, warned = {"to_name": str(refused)}, True
    context = {
        "death": deaths.standing_death(transfer),
        "things": item_rows(still_here(transfer)),
        "ticked": posted.getlist("items"),
        "to_name": text(posted, "to_name"),
        "standings": [
            {"value": name, "text": words, "checked": name == text(posted, "standing")}
            for name, words in STANDINGS.items()
        ],
        "warned": warned,
        "kept_from": [row for row in transfer.resident.contacts if row.get("do_not_release")],
    }
    return _page(request, transfer, "release", context, errors)


def _death_page(request: HttpRequest, transfer: Transfer, errors: Mapping) -> HttpResponse:
    require_anywhere(request.actor, Permission.READ_TRANSFERS)
    death, actor = deaths.standing_death(transfer), request.actor
    at_home = actor.may(Permission.RELEASE_BELONGINGS, transfer.home_id)
    may = bool(actor.organisations_with(HERE))
    context = {
        "death": death,
        "may_confirm": may and death.confirmed_at is None,
        "may_take_back": may,
        "may_keep": may or at_home,
        "at_home": at_home,
        "family": _family(request.POST, death),
        "family_words": deaths.FAMILY.get(death.family_told, ""),
        "contacts": [row for row in transfer.resident.contacts if not row.get("do_not_tell")],
        "not_told": [row for row in transfer.resident.contacts if row.get("do_not_tell")],
        "holds": [
            {"value": name, "text": words, "checked": name == death.hold} for name, words in deaths.HOLDS.items()
        ],
        "hold_words": deaths.HOLDS[death.hold] if death.hold else "",
        "tasks": [{"name": name, "words": words, "done": death.done.get(name)} for name, words in deaths.TASKS.items()],
        "things": item_rows(still_here(transfer)),
        "releases": [
            {"release": each, "right": STANDINGS[each.standing], "given": [_given(row) for row in each.items]}
            for each in transfer.releases.order_by("released_at")
        ],
        "form": new_form(),
    }
    return _page(request, transfer, "death", context, errors)


def _given(row: Mapping) -> str:
    """A thing that was given, in words."""
    what = CATEGORIES.get(row["category"], "Something else")
    name = f"{what}: {row['description']}" if row["description"] else what
    return f"{name} × {row['quantity']}" if row["quantity"] != 1 else name


def _change(request: HttpRequest, transfer_id, action, words: str, **what) -> HttpResponse:
    transfer = their_transfer(request, transfer_id)
    rights = (HERE, Permission.RELEASE_BELONGINGS)
    require_anywhere(request.actor, rights)
    own = request.actor.organisations_with(*rights)
    places = [post.organisation for post in request.actor.posts if post.organisation.pk in own]
    acting = next((each for each in places if each.pk == transfer.home_id), places[0])
    try:
        action(actor=request.actor, death=deaths.standing_death(transfer), acting=acting, now=timezone.now(), **what)
    except BadInput as wrong:
        return _death_page(request, transfer, wrong.errors)
    messages.success(request, words)
    return redirect("web:death", transfer.pk)


def _told(posted: Mapping) -> dict:
    """What a form says about the family and the time, or BadInput for a time that is none."""
    moments, errors = {}, {}
    for name in ("died_at", "family_told_at"):
        moments[name], wrong = _moment(text(posted, name))
        if wrong:
            errors[name] = "Write the day and the time, or leave it empty."
    if errors:
        raise BadInput(errors)
    return {name: text(posted, name) for name in ("family_told", "family_told_by")} | moments


def _moment(said: str) -> tuple[datetime | None, bool]:
    try:
        moment = parse_datetime(said) if said else None
    except ValueError:
        return None, True
    if moment is None:
        return None, bool(said)
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment), False


def _family(posted: Mapping, death: Death | None = None) -> dict:
    """The question about the family as a form draws it."""
    chosen = text(posted, "family_told") or (death.family_told if death else "")
    return {
        "items": [{"value": name, "text": words, "checked": name == chosen} for name, words in deaths.FAMILY.items()],
        "by": text(posted, "family_told_by"),
        "at": text(posted, "family_told_at"),
        "died_at": text(posted, "died_at"),
    }


def _page(request: HttpRequest, transfer: Transfer, name: str, context: Mapping, errors: Mapping) -> HttpResponse:
    where, now = request.actor.first_place(), timezone.now()
    record_view("death", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)
    inside = request.actor.may(Permission.PACK, transfer.home_id)
    person = transfer.resident
    about = {
        "transfer": transfer,
        "inside": inside,
        "name": person.called if inside else person.patient_name,
        "away": deaths.hospital_of(transfer) if inside else None,
        "errors": errors,
    }
    return render(request, f"pages/deaths/{name}.html", {**about, **context}, status=422 if errors else 200)
