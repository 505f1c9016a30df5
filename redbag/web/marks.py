"""One mark on the skin: adding it, changing it, and saying that it is no longer there."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.summaries import skin
from redbag.summaries.body_parts import PLACES, SIDES, named, place_name
from redbag.summaries.marks import CATEGORIES, KINDS, LONGEST_NOTE, LONGEST_WHERE, PRESSURE, day_of, said
from redbag.summaries.marks_drawing import key_of, svg_of
from redbag.transfers.skin import refuse_moment
from redbag.web.body_map import carried, moment_asked
from redbag.web.residents import theirs
from redbag.web.typed import form_id, text

DAY = ("seen_day", "seen_month", "seen_year")
TYPED = ("kind", "category", "place", "where", "note", "side", "x", "y", *DAY)
WRONG_DAY = "wrong"
POINT = ("side", "x", "y")


def add_mark(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Say what is on the skin and where: by tapping the picture, or from the list of places."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    if request.method == "POST":
        return _keep(request, person, None)
    _note_look(request, person)
    tapped = _point({name: text(request.GET, name) for name in POINT})
    today = timezone.localdate() if skin.latest_map(person) else None  # on a first map, marks may be old
    typed = {"id": form_id({}), **_day_boxes(today), **tapped}
    return _form(request, person, None, typed, {})


def change_mark(request: HttpRequest, resident_id: UUID, mark_id: UUID) -> HttpResponse:
    """The same form for a mark that is on the map; it can also be no longer there."""
    person = theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    newest = skin.latest_map(person)
    mark = next((each for each in newest.marks if each["id"] == str(mark_id)), None) if newest else None
    if mark is None:
        raise Http404
    if "gone" in request.POST:
        return _gone(request, person, mark)
    if request.method == "POST":
        return _keep(request, person, mark)
    _note_look(request, person)
    own = "" if mark["where"] == place_name(mark["side"], mark["x"], mark["y"]) else mark["where"]
    return _form(request, person, mark, {**mark, **_day_boxes(day_of(mark["first_seen"])), "where": own}, {})


def _note_look(request: HttpRequest, person: Resident) -> None:
    now = timezone.now()
    record_view("body_map", person, actor=request.actor, at=now, organisation=person.home, resident=person)


def _gone(request: HttpRequest, person: Resident, mark: Mapping) -> HttpResponse:
    now = timezone.now()
    moment = moment_asked(request, person, now=now)
    refuse_moment(resident=person, moment=moment, at=now)
    skin.remove_mark(actor=request.actor, resident=person, moment=moment, mark_id=UUID(mark["id"]), now=now)
    messages.success(request, f"Kept: no longer there: {said(mark)}. It stays in the history.")
    return redirect(reverse("web:body_map", args=[person.pk]) + carried(request))


def _keep(request: HttpRequest, person: Resident, mark: Mapping | None) -> HttpResponse:
    now, typed = timezone.now(), {name: text(request.POST, name) for name in TYPED}
    typed["id"] = mark["id"] if mark else str(form_id(request.POST, "id"))
    values = {name: typed[name] for name in ("id", "kind", "category", "where", "note")} | _position(typed)
    values["first_seen"] = _day_typed(typed)
    if values["kind"] != PRESSURE:
        values["category"] = ""
    moment = moment_asked(request, person, now=now)
    try:
        refuse_moment(resident=person, moment=moment, at=now)
        row = skin.put_mark(actor=request.actor, resident=person, moment=moment, mark=values, now=now)
    except BadInput as wrong:
        return _form(request, person, mark, typed, _by_box(wrong.errors))
    kept = next(each for each in row.marks if each["id"] == typed["id"])
    messages.success(request, f"Kept: {said(kept)}.")
    return redirect(reverse("web:body_map", args=[person.pk]) + carried(request))


def _by_box(errors: Mapping[str, str]) -> dict[str, str]:
    """Faults under the boxes of the form: a point nobody gave is a place nobody chose."""
    told = {name: words for name, words in errors.items() if name not in POINT}
    if "first_seen" in told:
        told[DAY[0]] = told.pop("first_seen")
    return told | ({"place": "Tap the picture, or choose a place from the list."} if len(told) < len(errors) else {})


def _point(typed: Mapping) -> dict:
    """Side and point in thousandths, when they were given and can be true; else nothing."""
    numbers = [str(typed.get(name) or "") for name in ("x", "y")]
    if typed.get("side") not in SIDES or not all(each.isdecimal() and len(each) < 5 for each in numbers):
        return {}
    x, y = (min(1000, int(each)) for each in numbers)
    return {"side": typed["side"], "x": x, "y": y}


def _position(typed: Mapping) -> dict:
    """The point that was tapped while it lies in the place that is chosen, else that place's own point."""
    point, place = _point(typed), named(typed["place"])
    if place is None or (point and place_name(**point) == place.name):
        return point or {"side": "", "x": None, "y": None}
    return {"side": place.side, "x": place.x, "y": place.y}


def _day_typed(typed: Mapping) -> str:
    """The day as ISO, empty when none was typed, and no day when it cannot be one."""
    day, month, year = (typed[name] for name in DAY)
    try:
        return date(int(year), int(month), int(day)).isoformat() if day or month or year else ""
    except ValueError:
        return WRONG_DAY


def _day_boxes(day: date | None) -> dict:
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return {name: str(part) for name, part in zip(DAY, parts, strict=True)}


def _form(request: HttpRequest, person: Resident, mark: Mapping | None, typed: Mapping, errors: dict) -> HttpResponse:
    point = _point(typed)
    chosen = typed.get("place") or (place_name(**point) if point else "")
    newest = skin.latest_map(person)
    others = [each for each in newest.marks if each is not mark and each != mark] if newest else []
    context = {
        "resident": person,
        "mark": mark,
        "said": said(mark) if mark else "",
        "typed": {**typed, **point},
        "errors": errors,
        "kinds": [
            {"value": name, "text": kind.label, "key": mark_safe(key_of(name)), "checked": name == typed.get("kind")}
            for name, kind in KINDS.items()
        ],
        "categories": [{"value": "", "text": "Not known: ask a nurse"}]
        + [
            {"value": name, "text": words.capitalize(), "selected": name == typed.get("category")}
            for name, words in CATEGORIES.items()
        ],
        "places": [
            (words, [_choice(place, chosen) for place in PLACES if place.side == side]) for side, words in SIDES.items()
        ],
        "sides": [(side, words, mark_safe(svg_of(others, side))) for side, words in SIDES.items()],
        "day": [
            {"name": name, "id": name, "label": label, "value": typed.get(name, ""), "width": width}
            | ({"classes": "nhsuk-input--error"} if DAY[0] in errors else {})
            for name, label, width in zip(DAY, ("Day", "Month", "Year"), (2, 2, 4), strict=True)
        ],
        "longest": {"where": LONGEST_WHERE, "note": LONGEST_NOTE},
        "carry": carried(request),
        "back": reverse("web:body_map", args=[person.pk]) + carried(request),
        "moment": text(request.POST, "moment") or text(request.GET, "moment"),
        "next": text(request.POST, "next") or text(request.GET, "next"),
    }
    return render(request, "pages/body_map/mark.html", context, status=422 if errors else 200)


def _choice(place, chosen: str) -> dict:
    """A place of the list, with the points by which the picture knows it."""
    return {"name": place.name, "points": " ".join(f"{x},{y}" for x, y in place.points), "chosen": place.name == chosen}
