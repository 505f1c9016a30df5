"""The pages of a crew without an account: the code and who they are, the patient, where the bag went."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents.reading import marked
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record_view
from redbag.organisations import throttling
from redbag.organisations.models import Organisation
from redbag.transfers import replay
from redbag.transfers.attempts import WRONG_CODE, note_attempt
from redbag.transfers.carrying import carriage
from redbag.transfers.emergency import emergency
from redbag.transfers.holding import holding
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.receivers import receivers
from redbag.transfers.scanning import look_up, open_journey
from redbag.transfers.stages import Stage
from redbag.visitors import actions
from redbag.visitors.models import Visitor
from redbag.visitors.sessions import (
    AFTER_STOP,
    CARRIER,
    ROLES,
    Standing,
    actor_of,
    called,
    ends_at,
    service_of,
    services_near,
    standing,
    transfer_to_visit,
)
from redbag.web import visiting
from redbag.web.after_death import after_death
from redbag.web.patient import sections_shown
from redbag.web.telling import new_form
from redbag.web.typed import form_id
from redbag.web.typed import text as typed_text

FIELDS = ("code", "name", "role", "organisation", "organisation_text", "registration")
OTHER = "other"
GOING_BACK = (Stage.IN_HOSPITAL, Stage.COMING_HOME)


@never_cache
def visit(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Who are you, then the patient's page for this one journey; after the end what to do instead."""
    now = timezone.now()
    if _reads_anyway(request, transfer_id, now):
        return redirect("web:transfer", transfer_id=transfer_id)
    visitor = visiting.visitor_for(request, transfer_id)
    state = standing(visitor, now=now) if visitor else None
    if visitor and state and state.lasts:
        return _page(request, visitor, state, now)
    transfer = transfer_to_visit(transfer_id)
    if transfer is None or (visitor and request.method == "GET" and "again" not in request.GET):
        return _ended(request, visitor, state, transfer)
    return _enter(request, transfer, now) if request.method == "POST" else _ask(request, transfer, {})


@never_cache
def visit_by_label(request: HttpRequest, text: str) -> HttpResponse:
    """*I am the ambulance crew*: from the label to the journey its bag is on now."""
    now = timezone.now()
    transfer = open_journey(text=text, now=now)
    if transfer is None and look_up(text=text, actor=None, now=now).voided:
        return redirect("web:label", text=text)
    if transfer is None or transfer.stage == Stage.BACK_HOME:
        return _ended(request, None, None, None)
    return redirect("web:visit", transfer_id=transfer.pk)


@never_cache
def tell(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """*I have this bag*, *Handed to*, *Left at*. Pressing twice is one fact."""
    now = timezone.now()
    visitor = visiting.visitor_for(request, transfer_id)
    state = standing(visitor, now=now) if visitor else None
    if visitor is None or state is None or not state.lasts:
        return _ended(request, visitor, state, None)
    said, fact = typed_text(request.POST, "what"), form_id(request.POST)
    try:
        if said == "take":
            result = actions.take(visitor=visitor, fact_id=fact, now=now)
            words = "you have this bag" if visitor.transfer.bag_id else "they are with you"
        else:
            told = {"words": "to_text", "to": "to", "name": "to_name", "place": "place"}
            given = {name: typed_text(request.POST, field) for name, field in told.items()}
            given["words"] = "" if given["to"] else given["words"]
            result = actions.give(visitor=visitor, fact_id=fact, now=now, left=said == "left", **given)
            words = "the bag was left there" if said == "left" else "the bag was handed over"
    except BadInput as wrong:
        return _page(request, visitor, state, now, errors=wrong.errors)
    except NotAllowed as stopped:
        messages.error(request, f"Nothing was recorded. {stopped}")
        return redirect("web:visit", transfer_id=transfer_id)
    messages.success(request, f"{'Already recorded' if result.outcome == 'duplicate' else 'Recorded'}: {words}.")
    return redirect("web:visit", transfer_id=transfer_id)


def _reads_anyway(request: HttpRequest, transfer_id: UUID, now: datetime) -> bool:
    """Whether whoever is signed in may read this journey without a code."""
    mine = Transfer.objects.visible_to(request.actor or None, now=now)
    return bool(request.user.is_authenticated) and mine.filter(pk=transfer_id).exists()


def _ask(request: HttpRequest, transfer: Transfer, errors: dict, *, status: int = 200, wait: int = 0) -> HttpResponse:
    """The three boxes. Nothing about the person, not even the name, before the code was right."""
    posted = request.POST if request.method == "POST" else request.GET
    typed = {name: typed_text(posted, name) for name in FIELDS}
    services = services_near(transfer.home)
    seen = {
        "home": transfer.home,
        "bag": transfer.bag,
        "transfer": transfer,
        "typed": typed,
        "errors": errors,
        "wait": wait,
        "roles": ROLES.items(),
        "services": services,
    }
    response = render(request, "pages/visitors/enter.html", seen, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _enter(request: HttpRequest, transfer: Transfer, now: datetime) -> HttpResponse:
    typed = {name: typed_text(request.POST, name) for name in FIELDS}
    chosen = next((each for each in services_near(transfer.home) if each.ods_code == typed["organisation"]), None)
    told = actions.Introduction(
        name=typed["name"],
        role=typed["role"],
        registration=typed["registration"],
        organisation=chosen,
        organisation_text=typed["organisation_text"],
    )
    address = throttling.address_of(request.META)
    try:
        _, token = actions.let_in(transfer=transfer, code=typed["code"], told=told, address=address, now=now)
    except BadInput as wrong:
        if wrong.errors.get("code", "").startswith(actions.COUNTED):
            note_attempt(reason=WRONG_CODE, text=str(transfer.pk), bag=transfer.bag, actor=None, now=now)
        return _ask(request, transfer, wrong.errors, status=422)
    except throttling.TooOften as often:
        return _ask(request, transfer, {"code": str(often)}, status=429, wait=often.wait)
    except Refused:
        return _ended(request, None, None, None)
    response = redirect("web:visit", transfer_id=transfer.pk)
    visiting.remember(request, response, token)
    return response


def _ended(
    request: HttpRequest, visitor: Visitor | None, state: Standing | None, transfer: Transfer | None
) -> HttpResponse:
    """Why nothing opens here any more, and whom to ring."""
    home = visitor.transfer.home if visitor else transfer.home if transfer else None
    seen = {"home": home, "state": state, "again": transfer if visitor else None}
    return render(request, "pages/visitors/ended.html", seen, status=410)


def _page(
    request: HttpRequest, visitor: Visitor, state: Standing, now: datetime, *, errors: dict | None = None
) -> HttpResponse:
    """The first screen of the patient, or the carrier's few lines; the look is in the journal."""
    actor, transfer = actor_of(visitor, now=now), visitor.transfer
    if actor is None:
        raise NotAllowed("Your visit has ended.")
    carries = visitor.role == CARRIER
    record_view(
        "visit_carrier" if carries else "visit",
        transfer,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        visitor=visitor.pk,
    )
    actions.note_seen(visitor, now=now)
    if is_quiet(transfer):
        return after_death(request, transfer, visiting=True, errors=errors)
    facts = replay.facts_of(transfer)
    seen = {
        "transfer": transfer,
        "visitor": visitor,
        "called": called(visitor),
        "service": service_of(visitor),
        "stopped": state == Standing.STOPPED,
        "until": _until(visitor, state),
        "visiting": transfer.pk,
        "errors": errors or {},
        "typed": request.POST if errors else {},
        **_bag(visitor, transfer, facts),
    }
    if carries:
        seen["carriage"] = carriage(transfer=transfer, now=now)
    else:
        seen |= _patient(transfer, facts, state, now)
    template = "pages/visitors/carrier.html" if carries else "pages/visitors/crew.html"
    return render(request, template, seen, status=422 if errors else 200)


def _patient(transfer: Transfer, facts: list, state: Standing, now: datetime) -> dict:
    page = emergency(transfer=transfer, facts=facts, now=now)
    papers = marked(page.documents, timezone.localdate(now)) if state == Standing.OPEN else []
    summary = sections_shown(page.summary) if state == Standing.OPEN else []
    return {"page": page, "papers": papers, "summary": summary}


def _until(visitor: Visitor, state: Standing) -> datetime:
    if state == Standing.STOPPED and visitor.stopped_at:
        return visitor.stopped_at + AFTER_STOP
    return ends_at(visitor)


def _bag(visitor: Visitor, transfer: Transfer, facts: list) -> dict:
    """Who has the bag, whether that is the visitor's service, and to whom it can go from there."""
    own: Organisation | None = visitor.organisation
    if own is not None:
        has_it = transfer.holder_id == own.pk
    else:
        has_it = transfer.holder_id is None and transfer.holder_text == visitor.organisation_text
    return {
        "held": holding(transfer=transfer, facts=facts),
        "has_it": has_it,
        "elsewhere": "" if transfer.destination_id or transfer.stage in GOING_BACK else transfer.destination_text,
        "receivers": _receivers(visitor, transfer) if has_it else [],
        "take_form": new_form(),
        "give_form": new_form(),
        "left_form": new_form(),
    }


def _receivers(visitor: Visitor, transfer: Transfer) -> list[Organisation]:
    """To whom they can hand it: a driver only to the home or where it is going; anybody else they write in words."""
    all_near = [each for each in receivers(transfer) if each != visitor.organisation]
    if visitor.role != CARRIER:
        return all_near
    return [each for each in all_near if each.pk in (transfer.home_id, transfer.destination_id)]
