"""The form of a resident: somebody who moves in, and what changes afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.actions import ChangedMeanwhile, add_resident, change_resident
from redbag.residents.belongings import CATEGORIES, PLACES
from redbag.residents.details import MOST_ITEMS, PLAIN, seen_of
from redbag.residents.models import Resident
from redbag.residents.same_person import same_name_and_birth
from redbag.summaries.fields import Field
from redbag.web import homes, section_form
from redbag.web.drafts import forget
from redbag.web.residents import theirs
from redbag.web.typed import text

CONTACTS = Field(
    "contacts",
    "People to ring, and who must not be told",
    "rows",
    columns=(
        Field("name", "Name"),
        Field("relation", "Who they are (daughter, attorney)"),
        Field("phone", "Phone"),
        Field("note", "Note (ring first, do not ring at night)"),
        Field("do_not_tell", "Do not tell them anything", "tick"),
        Field("do_not_release", "Do not release the resident to them", "tick"),
    ),
)
ITEM = ("category", "description", "quantity", "where")
BIRTH = ("birth_day", "birth_month", "birth_year")
MORE_ROWS = 3


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """A form for somebody who has just moved in."""
    home = homes.chosen(request, Permission.WRITE_RESIDENTS)
    if request.method != "POST":
        return _form(request, None, {}, {})
    values = _values(request)
    if "more" in request.POST:
        return _form(request, None, values, {}, blank=MORE_ROWS)
    if alike := [] if "another" in request.POST else _already_here(home, values):
        pks, now = [each.pk for each in alike], timezone.now()
        record_view("residents", None, actor=request.actor, at=now, organisation=home, residents=pks)
        return _form(request, None, values, {}, alike=alike)
    try:
        person = add_resident(actor=request.actor, home=home, values=values, now=timezone.now())
    except BadInput as wrong:
        return _form(request, None, values, wrong.errors)
    except Refused as refused:
        return _form(request, None, values, {"nhs_number": str(refused)})
    forget(request, "resident", "new")
    messages.success(request, f"{person.called} is added. Next: fill in what the hospital must know.")
    return redirect("web:resident", person.pk)


def _already_here(home: Organisation, values: Mapping) -> list[Resident]:
    """Records here with the name and birth date that were typed; none while one of them is missing."""
    born, first, last = values["date_of_birth"], values["first_name"], values["last_name"]
    if not isinstance(born, date) or not (first and last):
        return []
    return same_name_and_birth(home, first_name=first, last_name=last, born=born)


@never_cache
def edit(request: HttpRequest, resident_id) -> HttpResponse:
    """The same form for somebody who lives here. Who was overtaken sees what stands now, and saves again."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    if request.method != "POST":
        now = timezone.now()
        record_view("edit_resident", person, actor=request.actor, at=now, organisation=person.home, resident=person)
        return _form(request, person, kept_of(person), {})
    values = _values(request)
    if "more" in request.POST:
        return _form(request, person, values, {}, blank=MORE_ROWS)
    try:
        change_resident(
            actor=request.actor, resident=person, values=values, now=timezone.now(), seen=text(request.POST, "seen")
        )
    except ChangedMeanwhile:
        return _form(request, theirs(request, resident_id), values, {}, faster=True)
    except BadInput as wrong:
        return _form(request, person, values, wrong.errors)
    except Refused as refused:
        return _form(request, person, values, {"nhs_number": str(refused)})
    forget(request, "resident", person.pk)
    messages.success(request, "Saved.")
    return redirect("web:resident", person.pk)


def kept_of(person: Resident) -> dict:
    """What the form holds when nobody has typed yet."""
    names = (*PLAIN, "nhs_number", "nhs_number_status", "sex", "contacts", "usual_items")
    born = person.date_of_birth
    return {name: getattr(person, name) for name in names} | dict(
        zip(BIRTH, (born.day, born.month, born.year), strict=True)
    )


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
    values["contacts"] = [
        row for row in section_form.read([CONTACTS], posted)["contacts"] if any(each for each in row.values())
    ]
    return values | {"usual_items": _items(posted)}


def _items(posted: Mapping) -> list[dict]:
    """The rows of usual things in which somebody wrote something; how many is a number where it is one."""
    told = text(posted, "usual-count")
    rows = [
        {name: text(posted, f"usual-{place}-{name}") for name in ITEM}
        for place in range(min(MOST_ITEMS, int(told)) if told.isdecimal() else 0)
    ]
    rows = [row for row in rows if row["category"] or row["description"]]
    return [{**row, "quantity": _how_many(row["quantity"])} for row in rows]


def _how_many(told: str) -> int | str:
    return int(told) if told.isdecimal() else told or 1


def _form(
    request: HttpRequest,
    person: Resident | None,
    values: dict,
    errors: dict,
    *,
    blank: int = 1,
    faster: bool = False,
    alike: Sequence[Resident] = (),
) -> HttpResponse:
    errors = dict(errors)
    if values.get("date_of_birth") == "wrong" and "date_of_birth" in errors:
        errors["date_of_birth"] = "Enter a real date, such as 3 3 1936 for 3 March 1936."
    items = list(values.get("usual_items") or [])
    told = text(request.POST, "seen")
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
        "contacts": section_form.boxes([CONTACTS], values, errors=errors, blank=blank)[0],
        "items": items + [{} for _ in range(min(blank, MOST_ITEMS - len(items)))],
        "categories": list(CATEGORIES.items()),
        "places": list(PLACES.items()),
        "homes": [] if person else homes.choices(request, Permission.WRITE_RESIDENTS),
        "faster": faster,
        "alike": alike,
        "another": "another" in request.POST,
        "theirs": _said(person) if person and faster else [],
        "seen": (seen_of(person) if faster or not told else told) if person else "",
    }
    status = 409 if faster or alike else 422 if errors else 200
    return render(request, "pages/residents/form.html", context, status=status)


def _verified(values: dict) -> bool:
    return values.get("nhs_number_status") == Resident.Number.VERIFIED


def _said(person: Resident) -> list[dict]:
    """What stands now, as people read it, for who was overtaken."""
    labels = {"title": "Title", "first_name": "First name", "last_name": "Last name", "room": "Room"}
    labels |= {"preferred_name": "Likes to be called", "gp_practice": "GP practice", "gp_phone": "GP phone"}
    plain = [{"label": label, "words": getattr(person, name)} for name, label in labels.items()]
    rows = section_form.shown([CONTACTS], {"contacts": person.contacts})
    things = [f"{CATEGORIES.get(each['category'], '')} {each['description']}".strip() for each in person.usual_items]
    return [*plain, *rows, {"label": "Usually goes with them", "words": "\n".join(things)}]
