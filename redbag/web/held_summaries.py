"""Held: whose is this? The hospital sees what it sent, why it is held, and says whose it is or takes it back."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import settling
from redbag.discharges.content import beside, person_in, person_meant
from redbag.discharges.held import waiting
from redbag.discharges.held_words import WORDS, because
from redbag.discharges.matching import Agreement, Compared, compare
from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import candidates
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.incoming.message import Person
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import INDEX
from redbag.transfers.models import Transfer
from redbag.vault import blind_indexes
from redbag.web.typed import text

MOST = 100
PATIENTS, SHOWN = 60, 8
BIRTH = ("birth_day", "birth_month", "birth_year")
NAMES = {"nhs_number": "nhs_number", "given": "first_name", "family": "last_name"}
LONGEST, MOST_WORDS = 100, 6


@never_cache
def held_summaries(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this hospital, the longest waiting first."""
    rows = waiting(request.actor, now=timezone.now()).select_related("organisation")[:MOST]
    shown = [{"summary": each, "person": person_in(each.identity), "why": because(each)} for each in rows]
    return render(request, "pages/held_summaries/held_summaries.html", {"rows": shown})


@never_cache
def held_summary(request: HttpRequest, held_summary_id: UUID) -> HttpResponse:
    """One of them: what was sent, why it is held, and three ways to settle it."""
    summary = _theirs(request, held_summary_id)
    require(request.actor, Permission.WRITE_DISCHARGE, summary.organisation_id)
    if request.method != "POST":
        return _page(request, summary)
    try:
        settled = _settle(request, summary)
    except settling.SayWhy as asked:
        return _page(request, summary, contradicts=[WORDS.get(each, each) for each in asked.facts["why"]])
    except BadInput as wrong:
        return _page(request, summary, errors=wrong.errors)
    except (Refused, NotAllowed) as refused:
        messages.error(request, str(refused))
        return redirect("web:held_summaries")
    return _said(request, settled)


def _settle(request: HttpRequest, summary: DischargeSummary) -> DischargeSummary:
    now, reason = timezone.now(), text(request.POST, "reason")
    what = text(request.POST, "what")
    if what == "take_back":
        return settling.take_back(actor=request.actor, summary=summary, reason=reason, now=now)
    if what == "journey":
        transfer = _chosen(request, now)
        return settling.point_at(actor=request.actor, summary=summary, transfer=transfer, reason=reason, now=now)
    return settling.try_again(actor=request.actor, summary=summary, person=_person(request), reason=reason, now=now)


def _said(request: HttpRequest, summary: DischargeSummary) -> HttpResponse:
    if summary.sent_at is not None:
        home = summary.home.name if summary.transfer_id else "the home"
        messages.success(request, f"Sent to {home}. You see here when they have read it.")
        return redirect("web:discharge", summary_id=summary.pk)
    if summary.settled_at is not None:
        messages.success(request, "Taken back. It is kept, and no home sees it.")
        return redirect("web:held_summaries")
    messages.error(request, "Still held: nobody fits these details for certain.")
    return redirect("web:held_summary", held_summary_id=summary.pk)


def _theirs(request: HttpRequest, summary_id: UUID) -> DischargeSummary:
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    mine = rows.filter(organisation__in=request.actor.organisations_with(Permission.WRITE_DISCHARGE))
    return get_object_or_404(mine.select_related("organisation", "transfer__resident", "transfer__home"), pk=summary_id)


def _theirs_too(request: HttpRequest, now: datetime) -> QuerySet[Transfer]:
    """The journeys they are a party to, of people whom they may know already."""
    return Transfer.objects.visible_to(request.actor, now=now).on_boards().select_related("resident", "home")


def _patients(request: HttpRequest, summary: DischargeSummary, now: datetime) -> list[Transfer]:
    """Those who are looked for by name or NHS number, else the newest: the most like what was sent first."""
    found = list(_found(_theirs_too(request, now), text(request.GET, "find")).order_by("-packed_at")[:PATIENTS])
    known, person = candidates([each.resident for each in found]), person_meant(summary.identity)
    return sorted(found, key=lambda each: -_alike(compare(person, known[each.resident_id])))


def _found(journeys: QuerySet[Transfer], search: str) -> QuerySet[Transfer]:
    """Those of whom every word stands in a name, or whose NHS number it is; all when nothing is looked for."""
    if search and _digits(search).isdecimal():
        return journeys.filter(resident__nhs_number_index__in=blind_indexes(_digits(search), purpose=INDEX))
    for word in search.split()[:MOST_WORDS]:
        names = Q(resident__first_name__icontains=word) | Q(resident__preferred_name__icontains=word)
        journeys = journeys.filter(names | Q(resident__last_name__icontains=word))
    return journeys


def _alike(seen: Compared) -> int:
    return [seen.nhs_number, seen.date_of_birth, seen.name].count(Agreement.AGREED)


def _chosen(request: HttpRequest, now: datetime) -> Transfer:
    try:
        return _theirs_too(request, now).get(pk=UUID(text(request.POST, "transfer")))
    except (ValueError, Transfer.DoesNotExist):
        raise BadInput({"transfer": "Choose the patient it is about."}) from None


def _person(request: HttpRequest) -> Person:
    """The details as typed; BadInput when there is no real date, or no number."""
    errors, born = {}, None
    try:
        day, month, year = (int(text(request.POST, name)) for name in BIRTH)
        born = date(year, month, day)
    except ValueError:
        errors["birth_day"] = "Enter a real date, such as 3 3 1936 for 3 March 1936."
    said = {name: text(request.POST, field)[:LONGEST] for name, field in NAMES.items()}
    number = _digits(said["nhs_number"])
    if not number:
        errors["nhs_number"] = "Enter the NHS number: without it nobody can be found for certain."
    if errors:
        raise BadInput(errors)
    return Person(nhs_number=number, given=said["given"], family=said["family"], date_of_birth=born)


def _digits(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _page(request: HttpRequest, summary: DischargeSummary, *, errors=None, contradicts=()) -> HttpResponse:
    now = timezone.now()
    held = summary.state == DischargeSummary.State.HELD and summary.settled_at is None
    patients = _patients(request, summary, now) if held else []
    _note_view(request, summary, patients, now)
    what, chosen = text(request.POST, "what"), text(request.POST, "transfer")
    values = _values(request, summary, what)
    errors = dict(errors or {}) | ({"reason": settling.SAY_WHY} if contradicts else {})
    seen = {
        "summary": summary,
        "held": held,
        "person": person_in(summary.identity),
        "ward": beside(summary.identity, "ward"),
        "sections": summary.sections(),
        "not_understood": summary.read().get("not_understood", []),
        "because": because(summary),
        "patients": patients,
        "find": text(request.GET, "find"),
        "most": PATIENTS,
        "chosen": chosen,
        "chosen_below": chosen in {str(each.pk) for each in patients[SHOWN:]},
        "values": values,
        "birth": _birth(values, errors),
        "what": what,
        "reason": text(request.POST, "reason"),
        "contradicts": contradicts,
        "errors": errors,
    }
    return render(request, "pages/held_summaries/held_summary.html", seen, status=422 if errors else 200)


def _values(request: HttpRequest, summary: DischargeSummary, what: str) -> dict:
    """What stands in the boxes: as typed, else as it came."""
    person = person_meant(summary.identity)
    if what == "details":
        return {name: text(request.POST, name) for name in (*NAMES.values(), *BIRTH)}
    born = person.date_of_birth
    parts = (born.day, born.month, born.year) if born else ("", "", "")
    told = {field: getattr(person, name) for name, field in NAMES.items()}
    return told | dict(zip(BIRTH, map(str, parts), strict=True))


def _birth(values: dict, errors: dict) -> list[dict]:
    """The three boxes of the birth date."""
    wrong = {"classes": "nhsuk-input--error"} if "birth_day" in errors else {}
    labels = zip(BIRTH, ("Day", "Month", "Year"), (2, 2, 4), strict=True)
    return [
        {"name": name, "id": name, "label": label, "value": values[name], "width": width} | wrong
        for name, label, width in labels
    ]


def _note_view(request: HttpRequest, summary: DischargeSummary, patients: list[Transfer], now: datetime) -> None:
    shown = sorted({each.resident_id for each in patients})
    where = summary.organisation
    record_view("held_summary", summary, actor=request.actor, at=now, organisation=where, residents=shown)
