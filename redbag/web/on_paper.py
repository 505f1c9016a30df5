"""What was written on paper while nothing worked is entered here, with the times when it happened."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.models import Bag, State
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind, Organisation
from redbag.residents.models import Resident
from redbag.templatetags.redbag import birthday, clock
from redbag.transfers.held import Told, tell
from redbag.transfers.lines import REASON_LABELS
from redbag.transfers.models import Transfer
from redbag.transfers.on_paper import Given, OnPaper, field_of, write_down
from redbag.transfers.settling import settle
from redbag.web import homes
from redbag.web.drafts import forget
from redbag.web.going import neighbours
from redbag.web.held import held_row
from redbag.web.typed import form_id, text

FIELDS = (
    "resident",
    "left_date",
    "left_time",
    "bag",
    "why",
    "crew",
    "crew_text",
    "crew_name",
    "crew_time",
    "ward",
    "ward_text",
    "ward_place",
    "ward_date",
    "ward_time",
    "back_date",
    "back_time",
)
LONGEST = {"why": 4000, "crew_text": 200, "ward_text": 200, "crew_name": 150, "ward_place": 100}
OTHER = "other"


@never_cache
def written_on_paper(request: HttpRequest) -> HttpResponse:
    """One form for one journey; whatever is wrong, nothing that was typed is lost."""
    home, now = homes.chosen(request, Permission.PACK), timezone.now()
    if request.method != "POST" or "chosen" in request.POST:
        return _page(request, home, now)
    try:
        transfer = write_down(actor=request.actor, paper=_read(request, home, now), now=now)
    except BadInput as wrong:
        return _page(request, home, now, errors=wrong.errors)
    except Refused as refused:
        return _page(request, home, now, errors={field_of(refused): str(refused)}, out=refused.facts.get("transfer"))
    forget(request, "on_paper", home.ods_code)
    if told := held_row(request, _asked(request)):
        settle(actor=request.actor, held=told, now=now)
    who = transfer.resident.called
    messages.success(request, f"Written down: {who} left at {clock(transfer.packed_at)}. Look if it is right.")
    return redirect("web:transfer", transfer_id=transfer.pk)


def _page(
    request: HttpRequest, home: Organisation, now: datetime, *, errors: dict | None = None, out: str | None = None
) -> HttpResponse:
    people = list(_people(request, home))
    named = [each.pk for each in people]
    if named:
        record_view("written_on_paper", None, actor=request.actor, at=now, organisation=home, residents=named)
    typed = {name: text(request.POST, name) for name in FIELDS}
    told = held_row(request, _asked(request)) if _asked(request) else None
    if told is not None and request.method != "POST":
        typed |= _as_told(tell(request.actor, told, now=now))
    known = Transfer.objects.visible_to(request.actor, now=now).filter(home=home, pk=out).first() if out else None
    seen = {
        "home": home,
        "homes": homes.choices(request, Permission.PACK),
        "typed": typed,
        "people": _options(people, typed["resident"], "Choose who went", lambda each: (each.pk, _who(each))),
        "bags": _options(_bags(request, home), typed["bag"], "No bag, or not written down", _bag),
        "crews": _places(home, Kind.AMBULANCE, typed["crew"], "Not written down"),
        "wards": _places(home, Kind.HOSPITAL, typed["ward"], "Not written down"),
        "joins": known,
        "held": told,
        "form": form_id(request.POST),
        "errors": errors or {},
    }
    return render(request, "pages/on_paper/written_on_paper.html", seen, status=422 if errors else 200)


def _asked(request: HttpRequest) -> str:
    return text(request.POST, "held") or request.GET.get("held", "")


def _as_told(told: Told) -> dict[str, str]:
    """What a tablet told and could not be recorded, in the fields where it is typed."""
    at, bag = timezone.localtime(told.at), told.bag
    concern = REASON_LABELS["concern"]
    return {
        "resident": str(told.resident.pk) if told.resident else "",
        "left_date": f"{at:%Y-%m-%d}",
        "left_time": f"{at:%H:%M}",
        "bag": str(bag.pk) if bag else "",
        "why": "\n".join(words if label == concern else f"{label}: {words}" for label, words in told.words),
    }


def _people(request: HttpRequest, home: Organisation):
    mine = Resident.objects.visible_to(request.actor).living_here().filter(home=home)
    return mine.order_by("last_name", "first_name")


def _bags(request: HttpRequest, home: Organisation):
    mine = Bag.objects.visible_to(request.actor).filter(home=home).exclude(state__in=(State.RETIRED, State.BLANK))
    return mine.order_by("tracker")


def _who(person: Resident) -> str:
    said = [person.called, f"born {birthday(person.date_of_birth)}", f"room {person.room}" if person.room else ""]
    return ", ".join(filter(None, said))


def _bag(bag: Bag) -> tuple:
    return bag.pk, bag.tracker


def _options(rows, chosen: str, none: str, said) -> list[dict]:
    pairs = [said(row) for row in rows]
    return [{"value": "", "text": none}] + [
        {"value": str(pk), "text": words, "selected": str(pk) == chosen} for pk, words in pairs
    ]


def _places(home: Organisation, kind: Kind, chosen: str, none: str) -> list[dict]:
    rows = _options(neighbours(home, kind), chosen, none, lambda each: (each.ods_code, each.name))
    return [*rows, {"value": OTHER, "text": "Somebody else: write who", "selected": chosen == OTHER}]


def _read(request: HttpRequest, home: Organisation, now: datetime) -> OnPaper:
    """The paper as it was typed; BadInput for what cannot be read, each beside its field."""
    typed = {name: text(request.POST, name) for name in FIELDS}
    errors = {name: f"Use at most {most} letters." for name, most in LONGEST.items() if len(typed[name]) > most}
    person = next((each for each in _people(request, home) if str(each.pk) == typed["resident"]), None)
    if person is None:
        errors["resident"] = "Who went? Choose a name."
    left = _moment(typed["left_date"], typed["left_time"], None, "left", errors, now)
    crew = _given(typed, home, Kind.AMBULANCE, "crew", errors)
    crew_at = _moment("", typed["crew_time"], left, "crew", errors, now)
    ward = _given(typed, home, Kind.HOSPITAL, "ward", errors)
    ward_at = _moment(typed["ward_date"], typed["ward_time"], crew_at or left, "ward", errors, now)
    back = _moment(typed["back_date"], typed["back_time"], ward_at or crew_at or left, "back", errors, now)
    if errors:
        raise BadInput(errors)
    joins = text(request.POST, "joins")
    open_ones = Transfer.objects.visible_to(request.actor, now=now).filter(home=home, resident=person)
    return OnPaper(
        id=form_id(request.POST),
        resident=person,
        left_at=left,
        bag=next((each for each in _bags(request, home) if str(each.pk) == typed["bag"]), None),
        why=typed["why"],
        crew=Given(**crew, name=typed["crew_name"], at=crew_at),
        ward=Given(**ward, place=typed["ward_place"], at=ward_at),
        back_at=back,
        joins=next((each for each in open_ones.select_related("home") if str(each.pk) == joins), None),
    )


def _given(typed: Mapping, home: Organisation, kind: Kind, name: str, errors: dict) -> dict:
    """The organisation that was chosen, else the words that were typed."""
    chosen, words = typed[name], typed[f"{name}_text"]
    to = next((each for each in neighbours(home, kind) if each.ods_code == chosen), None)
    if chosen == OTHER and not words:
        errors[f"{name}_text"] = "Write who it was."
    if not to and not words and (typed[f"{name}_time"] or typed.get(f"{name}_place") or typed.get(f"{name}_name")):
        errors[name] = "To whom? Choose one, or write who it was."
    return {"to": to, "to_text": "" if to else words}


def _moment(day: str, told: str, after: datetime | None, name: str, errors: dict, now: datetime) -> datetime | None:
    """When the clock showed this time on that day; without a day, the first time it did after the step before."""
    if not told:
        if day:
            errors[f"{name}_time"] = "Write about what time it was, even if nobody is sure."
        return None
    try:
        shown = _clock(told)
        on = date.fromisoformat(day) if day else None
    except ValueError:
        errors[f"{name}_time"] = "Write the time like 02:50, and the date with its year."
        return None
    if on is not None:
        return timezone.make_aware(datetime.combine(on, shown))
    first = timezone.make_aware(datetime.combine(timezone.localdate(after or now), shown))
    return first + timedelta(days=1) if after and first < after else first


def _clock(told: str) -> time:
    hour, minute = told.replace(".", ":").split(":")[:2]
    return time(int(hour), int(minute))
