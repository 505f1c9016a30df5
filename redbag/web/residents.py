"""Residents of a home: the list, one person's page, adding, changing, leaving and coming back."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.documents.reading import portraits_of
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import archive_resident, return_resident
from redbag.residents.importing import import_residents
from redbag.residents.models import Resident
from redbag.residents.similar_names import similar
from redbag.retention.putting_right import beside
from redbag.summaries.actions import read_summary
from redbag.transfers.contents import CATEGORIES, PLACES
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.transfers.vital_signs import history_of
from redbag.web import homes, section_shown
from redbag.web.alerts import strip_of
from redbag.web.follow_ups import of_resident
from redbag.web.little import little_known
from redbag.web.observations import signs_of
from redbag.web.skin import today
from redbag.web.stayed_home import stayed_home
from redbag.web.typed import LONGEST_SEARCH, form_id, sheet, text

MOST = 300


def found(people: QuerySet, search: str) -> QuerySet:
    """Those in whom every word of the search stands, in a name or the room."""
    for word in search.split()[:6]:
        people = people.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(preferred_name__icontains=word)
            | Q(room__icontains=word)
        )
    return people


def journeys_of(actor: Actor, people: list[Resident], *, now: datetime) -> dict:
    """The open journeys of these residents, by resident."""
    open_ones = Transfer.objects.visible_to(actor, now=now).open().filter(resident__in=[each.pk for each in people])
    return {transfer.resident_id: transfer for transfer in open_ones.select_related("holder")}


def taken_for_another(people: Sequence[Resident]) -> set:
    """Those of these residents who could be taken for another one of their own home by name."""
    homes_of = {each.home_id for each in people}
    return {
        pk
        for home in homes_of
        for pk in similar(
            {
                each.pk: (each.preferred_name or each.first_name, each.last_name)
                for each in people
                if each.home_id == home
            }
        )
    }


def residents(request: HttpRequest) -> HttpResponse:
    """Who lives here, by name, with a search; those who left are behind a link."""
    now, archived, search = timezone.now(), "archived" in request.GET, text(request.GET, "q")[:LONGEST_SEARCH]
    everybody = Resident.objects.visible_to(request.actor).filter(archived_at__isnull=not archived)
    shown = list(found(everybody, search).select_related("home").order_by("last_name", "first_name")[: MOST + 1])
    more, shown = len(shown) > MOST, shown[:MOST]
    if shown:
        where = request.actor.home()
        pks = [each.pk for each in shown]
        record_view("residents", None, actor=request.actor, at=now, organisation=where, residents=pks)
    out = journeys_of(request.actor, shown, now=now)
    alike, photos = taken_for_another(shown), portraits_of([each.pk for each in shown])
    rows = [
        {"resident": each, "out": out.get(each.pk), "alike": each.pk in alike, "photo": photos.get(each.pk)}
        for each in shown
    ]
    several = len(homes.places(request.actor, Permission.READ_RESIDENTS)) > 1
    context = {"rows": rows, "q": search, "archived": archived, "more": more, "several": several}
    return render(request, "pages/residents/residents.html", context)


def resident(request: HttpRequest, resident_id) -> HttpResponse:
    """Everything the home knows of one resident, the lines that protect first."""
    now = timezone.now()
    person = theirs(request, resident_id)
    record_view("resident", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    summary = read_summary(resident=person, now=now)
    sections = [section_shown.drawn(section, resident=person, summary=summary, now=now) for section in summary]
    journey = journeys_of(request.actor, [person], now=now).get(person.pk)
    context = {
        "resident": person,
        "strip": strip_of(person, summary),
        "written": [section for section in sections if section["version"]],
        "unwritten": [section for section in sections if not section["version"]],
        "asks": [{**section, "words": words} for section in sections for words in section["asks"]],
        "little": little_known(person, summary, now=now),
        "items": [
            {"what": CATEGORIES.get(item.get("category"), ""), "where": PLACES.get(item.get("where"), ""), **item}
            for item in person.usual_items
        ],
        "journey": journey,
        "beside": beside(person),
        "out": journey is not None and journey.stage != Stage.BACK_HOME,
        **signs_of(person, now=now, summary=summary),
        "stayed": stayed_home(request.actor, homes=[person.home_id], now=now, resident=person.pk),
        "history": history_of(resident=person, now=now, summary=summary),
        "follow_ups": of_resident(request.actor, person),
        "today": timezone.localdate(now),
        "skin": today(person, moment="home", now=now),
        "form": form_id({}),
    }
    return render(request, "pages/residents/resident.html", context)


def theirs(request: HttpRequest, resident_id) -> Resident:
    """The resident, or 404 when there is none whom the one who asks may see."""
    return get_object_or_404(Resident.objects.visible_to(request.actor).select_related("home"), pk=resident_id)


def archive(request: HttpRequest, resident_id) -> HttpResponse:
    """Somebody moved away or died: say why, and they leave the lists."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    now = timezone.now()
    record_view("archive_resident", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    errors, why = {}, text(request.POST, "why")
    if request.method == "POST":
        try:
            archive_resident(actor=request.actor, resident=person, why=why, now=timezone.now())
            messages.success(request, f"{person.called} has left the lists. The record is kept.")
            return redirect("web:residents")
        except BadInput as wrong:
            errors = wrong.errors
    context = {
        "resident": person,
        "why": why,
        "errors": errors,
        "journey": journeys_of(request.actor, [person], now=timezone.now()).get(person.pk),
    }
    return render(request, "pages/residents/archive.html", context, status=422 if errors else 200)


def bring_back(request: HttpRequest, resident_id) -> HttpResponse:
    """Somebody who left lives here again."""
    person = theirs(request, resident_id)
    return_resident(actor=request.actor, resident=person, now=timezone.now())
    messages.success(request, f"{person.called} is back on the lists.")
    return redirect("web:resident", person.pk)


def bring_in(request: HttpRequest) -> HttpResponse:
    """Add many residents from a CSV file: all of them, or none and what is wrong by line."""
    home = homes.chosen(request, Permission.WRITE_RESIDENTS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            count = import_residents(actor=request.actor, home=home, file=sheet(request), now=timezone.now())
            messages.success(request, f"{count} resident{'' if count == 1 else 's'} added.")
            return redirect("web:residents")
        except BadInput as wrong:
            errors = wrong.errors
    context = {
        "errors": errors,
        "homes": homes.choices(request, Permission.WRITE_RESIDENTS),
    }
    return render(request, "pages/residents/import.html", context, status=422 if errors else 200)
