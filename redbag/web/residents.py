"""Residents of a home: the list, one person's page, adding, changing, leaving and coming back."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import (
    PLAIN,
    add_resident,
    archive_resident,
    change_resident,
    import_residents,
    return_resident,
)
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.summaries.fields import Field
from redbag.summaries.sections import BY_NAME
from redbag.transfers.contents import CATEGORIES, PLACES
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web import homes, section_form
from redbag.web.alerts import strip_of
from redbag.web.observations import latest, said
from redbag.web.typed import form_id, sheet, text

MOST = 300
CONTACTS = Field(
    "contacts",
    "People to ring",
    "rows",
    columns=(
        Field("name", "Name"),
        Field("relation", "Who they are (daughter, attorney)"),
        Field("phone", "Phone"),
        Field("note", "Note (ring first, do not ring at night)"),
    ),
)
BIRTH = ("birth_day", "birth_month", "birth_year")


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


def residents(request: HttpRequest) -> HttpResponse:
    """Who lives here, by name, with a search; those who left are behind a link."""
    now, archived, search = timezone.now(), "archived" in request.GET, text(request.GET, "q")
    everybody = Resident.objects.visible_to(request.actor).filter(archived_at__isnull=not archived)
    shown = list(found(everybody, search).select_related("home").order_by("last_name", "first_name")[: MOST + 1])
    more, shown = len(shown) > MOST, shown[:MOST]
    if shown:
        where = request.actor.home()
        pks = [each.pk for each in shown]
        record_view("residents", None, actor=request.actor, at=now, organisation=where, residents=pks)
    out = journeys_of(request.actor, shown, now=now)
    rows = [{"resident": each, "out": out.get(each.pk)} for each in shown]
    several = len(homes.places(request.actor, Permission.READ_RESIDENTS)) > 1
    context = {"rows": rows, "q": search, "archived": archived, "more": more, "several": several}
    return render(request, "pages/residents/residents.html", context)


def resident(request: HttpRequest, resident_id) -> HttpResponse:
    """Everything the home knows of one resident, the lines that protect first."""
    now = timezone.now()
    person = theirs(request, resident_id)
    record_view("resident", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    summary = read_summary(resident=person, now=now)
    for section in summary:
        section["shown"] = section_form.shown(BY_NAME[section["name"]].fields, section["content"])
        section["age"] = now - section["verified_at"] if section["verified_at"] else None
    observed, baseline = latest(person)
    journey = journeys_of(request.actor, [person], now=now).get(person.pk)
    context = {
        "resident": person,
        "strip": strip_of(person, summary),
        "sections": summary,
        "items": [
            {"what": CATEGORIES.get(item.get("category"), ""), "where": PLACES.get(item.get("where"), ""), **item}
            for item in person.usual_items
        ],
        "journey": journey,
        "out": journey is not None and journey.stage != Stage.BACK_HOME,
        "news2": said(observed, baseline=baseline) if observed else None,
        "form": form_id({}),
    }
    return render(request, "pages/residents/resident.html", context)


def theirs(request: HttpRequest, resident_id) -> Resident:
    """The resident, or 404 when there is none whom the one who asks may see."""
    return get_object_or_404(Resident.objects.visible_to(request.actor).select_related("home"), pk=resident_id)


def add(request: HttpRequest) -> HttpResponse:
    """A form for somebody who has just moved in."""
    home = homes.chosen(request, Permission.WRITE_RESIDENTS)
    if request.method != "POST":
        return _form(request, None, {}, {})
    values = _values(request)
    if "more" in request.POST:
        return _form(request, None, values, {}, blank=3)
    try:
        person = add_resident(actor=request.actor, home=home, values=values, now=timezone.now())
    except BadInput as wrong:
        return _form(request, None, values, wrong.errors)
    except Refused as refused:
        return _form(request, None, values, {"nhs_number": str(refused)})
    messages.success(request, f"{person.called} is added. Next: fill in what the hospital must know.")
    return redirect("web:resident", person.pk)


def edit(request: HttpRequest, resident_id) -> HttpResponse:
    """The same form for somebody who lives here."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    if request.method != "POST":
        kept = {name: getattr(person, name) for name in (*PLAIN, "nhs_number", "nhs_number_status", "sex", "contacts")}
        birth = person.date_of_birth
        return _form(
            request, person, {**kept, **dict(zip(BIRTH, (birth.day, birth.month, birth.year), strict=True))}, {}
        )
    values = _values(request)
    if "more" in request.POST:
        return _form(request, person, values, {}, blank=3)
    try:
        change_resident(actor=request.actor, resident=person, values=values, now=timezone.now())
    except BadInput as wrong:
        return _form(request, person, values, wrong.errors)
    except Refused as refused:
        return _form(request, person, values, {"nhs_number": str(refused)})
    messages.success(request, "Saved.")
    return redirect("web:resident", person.pk)


def _values(request: HttpRequest) -> dict:
    """What the form holds, with the three parts of the birth date beside the whole."""
    posted = request.POST
    values: dict[str, Any] = {name: text(posted, name) for name in (*PLAIN, "nhs_number", "sex", *BIRTH)}
    day, month, year = (values[name] for name in BIRTH)
    try:
        values["date_of_birth"] = date(int(year), int(month), int(day)) if day or month or year else None
    except ValueError:
        values["date_of_birth"] = "wrong"
    values["nhs_number_status"] = "verified" if "verified" in posted else "unverified"
    values["contacts"] = section_form.read([CONTACTS], posted)["contacts"]
    return values


def _form(request: HttpRequest, person: Resident | None, values: dict, errors: dict, *, blank: int = 1) -> HttpResponse:
    errors = dict(errors)
    if values.get("date_of_birth") == "wrong" and "date_of_birth" in errors:
        errors["date_of_birth"] = "Enter a real date, such as 3 3 1936 for 3 March 1936."
    context = {
        "resident": person,
        "values": values,
        "errors": errors,
        "summary": {("birth_day" if name == "date_of_birth" else name): words for name, words in errors.items()},
        "birth": [
            {"name": name, "id": name, "label": label, "value": str(values.get(name, "")), "width": width}
            | ({"classes": "nhsuk-input--error"} if "date_of_birth" in errors else {})
            for name, label, width in zip(BIRTH, ("Day", "Month", "Year"), (2, 2, 4), strict=True)
        ],
        "sexes": [{"value": k, "text": v, "selected": k == values.get("sex")} for k, v in Resident.Sex.choices],
        "checked": [{"value": "verified", "text": "Checked with the GP or on a letter", "checked": _verified(values)}],
        "contacts": section_form.boxes([CONTACTS], values, blank=blank)[0],
        "homes": [] if person else homes.choices(request, Permission.WRITE_RESIDENTS),
    }
    return render(request, "pages/residents/form.html", context, status=422 if errors else 200)


def _verified(values: dict) -> bool:
    return values.get("nhs_number_status") == Resident.Number.VERIFIED


def archive(request: HttpRequest, resident_id) -> HttpResponse:
    """Somebody moved away or died: say why, and they leave the lists."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
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
