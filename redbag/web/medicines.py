"""Medicines before and after a stay: laid side by side, decided, checked by a second person, used, printed."""

import json
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import plain
from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import was_taken_off
from redbag.discharges.taking_on import trained_colleagues
from redbag.discharges.whose import kept
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.reconciliations import actions
from redbag.reconciliations.beginning import any_decided, begin, put_right
from redbag.reconciliations.beside import decided_then, other_letters
from redbag.reconciliations.choices import ASKED
from redbag.reconciliations.lists import after_of, before_of
from redbag.reconciliations.models import Reconciliation
from redbag.reconciliations.standing import UNDO, Standing, decided_before, earlier_of, standing_of, taken_over
from redbag.reconciliations.waiting import to_undo_at, waiting_at
from redbag.web import medicines_shown as shown
from redbag.web.drafts import forget
from redbag.web.medicines_typed import (
    MORE_ROWS,
    ROWS,
    SAYS,
    days,
    days_back,
    grid,
    rows_of,
)

CLINICIAN = (
    ("name", "Their name"),
    ("role", "What they are: nurse, pharmacist, GP"),
    ("organisation", "Where they work"),
    ("number", "The number you rang"),
)
HEADING = "medications_and_medical_devices"


def _their_summary(request: HttpRequest, summary_id: UUID) -> DischargeSummary:
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    summary = get_object_or_404(rows.select_related("transfer", "resident", "home", "organisation"), pk=summary_id)
    require(request.actor, Permission.DECIDE_MEDICINES, summary.home_id)
    return summary


def their(request: HttpRequest, reconciliation_id: UUID) -> Reconciliation:
    """The comparison, or 404 when it is none of a home they work at."""
    rows = Reconciliation.objects.visible_to(request.actor).select_related("summary", "home", "resident")
    reconciliation = get_object_or_404(rows, pk=reconciliation_id)
    require(request.actor, Permission.DECIDE_MEDICINES, reconciliation.home)
    return reconciliation


def back(reconciliation: Reconciliation, place: str = "") -> HttpResponse:
    """On to the page of a comparison, at a place on it."""
    address = redirect("web:medicines", summary_id=reconciliation.summary_id)
    address["Location"] += place
    return address


def medicines_waiting(actor: Actor, *, now: datetime) -> list[tuple[str, str, str]]:
    """For a home's board: MAR charts to undo, then whose medicines are not decided yet: who, words, and where."""
    homes = actor.organisations_with(Permission.DECIDE_MEDICINES)
    undo = [(each.resident.called, f"Urgent. {UNDO}", each.summary_id) for each in to_undo_at(homes)]
    waiting, more = waiting_at(homes, now=now)
    undecided = [(each.resident.called if each.resident else "", _undecided(each), each.pk) for each in waiting]
    rows = [(who, words, reverse("web:medicines", args=[summary])) for who, words, summary in [*undo, *undecided]]
    if more:
        words = f"{more} more letter{'' if more == 1 else 's'}: medicines before and after are not decided"
        rows.append(("Medicines after a stay", words, reverse("web:discharges")))
    return rows


def _undecided(summary: DischargeSummary) -> str:
    step = "decided" if getattr(summary, "reconciliation", None) else "compared"
    return f"Medicines before and after the stay are not {step}"


@never_cache
def medicines(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Both lists side by side; where the letter lists nothing one by one, the form to type its medicines in."""
    summary = _their_summary(request, summary_id)
    reconciliation = Reconciliation.objects.visible_to(request.actor).filter(summary=summary).first()
    if reconciliation is not None and request.method != "POST":
        return page(request, reconciliation)
    if request.method != "POST":
        return _begin_page(request, summary, rows=[])
    rows = rows_of(request.POST)
    if "more" in request.POST:
        return _begin_page(request, summary, rows=rows, spare=MORE_ROWS)
    try:
        reconciliation = begin(actor=request.actor, summary=summary, rows=rows, now=timezone.now())
    except BadInput as wrong:
        return _begin_page(request, summary, rows=rows, errors=wrong.errors)
    forget(request, "medicines", summary.pk)
    return back(reconciliation)


@never_cache
def medicines_typed_again(request: HttpRequest, reconciliation_id: UUID) -> HttpResponse:
    """Put right what was typed from the letter; what comes out the same keeps its decision."""
    reconciliation = their(request, reconciliation_id)
    if request.method != "POST":
        lines = [each.comparison()["after"] for each in reconciliation.lines.counting()]
        return _begin_page(request, reconciliation.summary, rows=[row for row in lines if row], again=reconciliation)
    rows = rows_of(request.POST)
    if "more" in request.POST:
        return _begin_page(request, reconciliation.summary, rows=rows, spare=MORE_ROWS, again=reconciliation)
    try:
        put_right(actor=request.actor, reconciliation=reconciliation, rows=rows, now=timezone.now())
    except BadInput as wrong:
        return _begin_page(request, reconciliation.summary, rows=rows, errors=wrong.errors, again=reconciliation)
    messages.success(request, "Typed again. Lines that are the same as before keep what was decided.")
    return back(reconciliation)


def _begin_page(
    request: HttpRequest, summary: DischargeSummary, *, rows, spare: int = ROWS, errors=None, again=None
) -> HttpResponse:
    before, after = before_of(summary), after_of(summary)
    _looked(request, summary)
    seen = {
        "summary": summary,
        "again": again,
        "taken_off": was_taken_off(summary),
        "before": shown.listed_in_words(before.listed),
        "before_from": before.words,
        "after": None if after is None else shown.listed_in_words(after),
        "letter": summary.texts().get(HEADING, ""),
        "rows": grid(rows, spare=MORE_ROWS if rows and spare == ROWS else spare, errors=errors or {}),
        "says": SAYS,
        "errors": errors or {},
    }
    return render(request, "pages/medicines/begin.html", seen, status=422 if errors else 200)


def _looked(request: HttpRequest, summary: DischargeSummary) -> None:
    now, home, resident = timezone.now(), summary.home_id, summary.resident_id
    record_view("medicines", summary, actor=request.actor, at=now, organisation=home, resident=resident)


def page(
    request: HttpRequest, reconciliation: Reconciliation, *, errors=None, typed=None, wrong=None, status: int = 422
) -> HttpResponse:
    """The page of a comparison; `wrong` is the line whose form came back, with what was typed and what is wrong."""
    summary, now = reconciliation.summary, timezone.now()
    _looked(request, summary)
    standing = standing_of(reconciliation)
    trained = request.actor.trained_at(reconciliation.home_id)
    open_still = reconciliation.used_at is None and summary.state == DischargeSummary.State.SENT
    as_before = decided_before(standing, earlier_of(summary)) if open_still and trained else {}
    marked = errors or {}
    seen = {
        **_shown_of(standing, as_before=as_before, typed=typed or {}, errors=marked, wrong=wrong),
        "errors": {_place(name, wrong): words for name, words in marked.items()},
        "typed": typed or {},
        "wrong": wrong,
        "trained": trained,
        "may_decide": trained and open_still,
        "ask": [] if trained else trained_colleagues(reconciliation.home),
        "asked": ASKED,
        "days": days(now),
        "days_back": days_back(now),
        "decided_yourself": request.actor.user_id in standing.deciders(),
        "typed_list": open_still and after_of(summary) is None and (trained or not any_decided(reconciliation)),
        "letter": summary.texts().get(HEADING, ""),
        "clinician_fields": CLINICIAN,
        "section": _offer(reconciliation, trained=trained),
        "may_write": request.actor.may(Permission.WRITE_RESIDENTS, reconciliation.home_id),
    }
    return render(request, "pages/medicines/medicines.html", seen, status=status if marked else 200)


def _shown_of(standing: Standing, **form) -> dict:
    """What the page and the paper both show."""
    now, summary = timezone.now(), standing.reconciliation.summary
    earlier = earlier_of(summary)
    over, then = taken_over(standing, earlier), decided_then(standing, earlier)
    cards, others = shown.cards(standing, taken_over=over, then=then, **form), other_letters(summary, now=now)
    return {
        "standing": standing,
        "done": not (standing.set_aside or standing.undated or others)
        and bool(standing.complete or standing.reconciliation.used_at),
        "earlier": earlier,
        "others": others,
        "allergies": plain.new_allergies(summary),
        "reconciliation": standing.reconciliation,
        "summary": summary,
        "taken_off": was_taken_off(summary),
        "cards": cards,
        "unchanged": [each for each in cards if each.decided.line.kind == "unchanged" and not each.decided.last],
        "clinician": json.loads(standing.check.clinician) if standing.check and standing.check.by_phone else {},
        "next_doses": shown.next_doses(standing, now=now),
        "no_next_dose": standing.undated,
    }


def _place(name: str, wrong: object) -> str:
    """The id of the field that is wrong, for the list of errors on top."""
    return f"{name}-{wrong}" if wrong and not name.endswith(str(wrong)) else name


def _offer(reconciliation: Reconciliation, *, trained: bool) -> dict | None:
    """The resident's list as the decisions make it, while the one that stands says otherwise."""
    current = reconciliation.summary.state == DischargeSummary.State.SENT
    if reconciliation.used_at is None or not trained or not current:
        return None
    proposed = actions.new_section(reconciliation)
    stands = kept(reconciliation.resident).current_sections.filter(section="medicines").first()
    if stands is not None and stands.content.get("items") == proposed["items"]:
        return None
    return {"items": proposed["items"], "version": stands.version if stands else 0}


@never_cache
def medicines_print(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """The comparison on paper, for the MAR folder."""
    summary = _their_summary(request, summary_id)
    reconciliation = Reconciliation.objects.visible_to(request.actor).filter(summary=summary).first()
    if reconciliation is None:
        raise Refused("The medicines have not been compared yet. Begin on the page of the letter.", code="not_begun")
    _looked(request, summary)
    seen = {**_shown_of(standing_of(reconciliation), as_before={}), "now": timezone.now(), "by": request.actor.name}
    return render(request, "pages/medicines/medicines_print.html", seen)
