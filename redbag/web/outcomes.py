"""Something else happened: one page to choose on, and a short page for each thing that can happen."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.advice import advice_line
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import can_finish, next_step
from redbag.transfers.outcomes import BAG_WAYS, KINDS, PATHS, Ask, Path, offered
from redbag.transfers.receivers import places_near
from redbag.transfers.stages import PARTING, STAYED_HOME, Outcome, Stage
from redbag.transfers.swapping import swap_bag
from redbag.web.going import stamp
from redbag.web.telling import acting_for, finished, new_form, tell
from redbag.web.transfers import their_transfer
from redbag.web.typed import text

OTHER = "other"


@never_cache
def outcomes(request: HttpRequest, transfer_id) -> HttpResponse:
    """Everything that can happen on a journey beside the usual way, as large buttons."""
    transfer = their_transfer(request, transfer_id)
    acting_for(request.actor, transfer, Permission.RECORD_OUTCOME)
    _note_view(request, transfer)
    seen = {**_about(request, transfer), "groups": _offered(request, transfer)}
    seen["may_say_died"] = _may_say_died(request, transfer)
    return render(request, "pages/outcomes/outcomes.html", seen)


@never_cache
def outcome(request: HttpRequest, transfer_id, outcome: str) -> HttpResponse:
    """One thing that happened: what it asks, what comes next, and a button."""
    transfer = their_transfer(request, transfer_id)
    acting_for(request.actor, transfer, Permission.RECORD_OUTCOME)
    path = next((each for each in PATHS.values() if each.outcome == outcome), None)
    if path is None:
        raise Http404
    if request.method != "POST":
        if not any(path in paths for paths in _offered(request, transfer).values()):
            return redirect("web:outcomes", transfer.pk)
        return _page(request, transfer, path, {})
    if errors := _missing(request.POST, path):
        return _page(request, transfer, path, errors)
    try:
        return _record(request, transfer, path)
    except BadInput as wrong:
        errors = {name.removeprefix("details."): words for name, words in wrong.errors.items()}
        return _page(request, transfer, path, errors)


def together(request: HttpRequest, transfer_id) -> HttpResponse:
    """Resident and bag have met again: said by whoever sees both."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, Permission.RECORD_OUTCOME)
    parted = next((each for each in reversed(transfer.outcomes) if each in PARTING), Outcome.FOLLOWS_LATER)
    told = {"kind": "outcome", "outcome": parted, "details": {"together": True}}
    tell(request, now=timezone.now(), acting=acting, transfer=str(transfer.pk), **told)
    messages.success(request, "Recorded: they are together again.")
    return redirect("web:transfer", transfer.pk)


def _record(request: HttpRequest, transfer: Transfer, path: Path) -> HttpResponse:
    now = timezone.now()
    acting = acting_for(request.actor, transfer, Permission.RECORD_OUTCOME)
    details = _details(request.POST, path)
    to = text(request.POST, "to") if path.outcome in KINDS else ""
    _keep_words(request, transfer, path, details, to, now)
    fact = {"outcome": path.outcome, "to": "" if to == OTHER else to, "details": details}
    tell(request, now=now, acting=acting, transfer=str(transfer.pk), kind="outcome", **fact)
    still = Transfer.objects.visible_to(request.actor, now=now).select_related("holder", "home", "destination", "bag")
    transfer = still.filter(pk=transfer.pk).first()
    if path.outcome == Outcome.NO_BAG and transfer and transfer.bag and may_pack(request, transfer):
        swap_bag(actor=request.actor, transfer=transfer, bag=None, reason=path.button, now=now)
    if transfer is None or path.outcome == Outcome.CLOSED:
        messages.success(request, finished(request.actor, transfer) if path.outcome == Outcome.CLOSED else "Recorded.")
        return redirect("web:board")
    step = next_step(transfer, person="them")
    next_words = f" Next: {step.who}. {step.does}" if step else ""
    messages.success(request, f"Recorded: {Outcome(path.outcome).label.lower()}.{next_words}")
    return redirect("web:transfer", transfer.pk)


def _keep_words(request: HttpRequest, transfer: Transfer, path: Path, details: Mapping, to: str, now: datetime) -> None:
    """What the home says of advice or of another hospital stands with the journey too, where everybody looks for it."""
    if not may_pack(request, transfer):
        return
    if path.outcome in STAYED_HOME and transfer.stage != Stage.CLOSED:
        line = advice_line(
            at=stamp(now), whom=details.get("advised_by", ""), name="", said="stay", by=request.actor.name
        )
        lines = {"advised": line if details.get("advised_by") else "", "watch_for": details.get("watch_for", "")}
        add_to_transfer(actor=request.actor, transfer=transfer, values={"lines": lines}, now=now)
    if path.outcome == Outcome.ANOTHER_HOSPITAL and transfer.stage in (Stage.PACKED, Stage.WITH_CREW):
        known = {place.ods_code: place for place in places_near(transfer, KINDS[path.outcome])}
        goes = {"destination": known.get(to), "destination_text": "" if to in known else details.get("where", "")}
        add_to_transfer(actor=request.actor, transfer=transfer, values=goes, now=now)


def may_pack(request: HttpRequest, transfer: Transfer) -> bool:
    """Whether they work at the home and may change what goes with the resident."""
    return request.actor.may(Permission.PACK, transfer.home_id)


def _details(posted: Mapping, path: Path) -> dict:
    return {ask.name: text(posted, ask.name) for ask in path.asks if ask.kind != "place" and text(posted, ask.name)}


def _missing(posted: Mapping, path: Path) -> dict[str, str]:
    """What must be said and was not: a place may be chosen or written."""
    errors = {}
    for ask in path.asks:
        said = text(posted, ask.name)
        if ask.kind == "place":
            said = text(posted, "where") if said in ("", OTHER) else said
        if ask.must and not said:
            errors[ask.name] = "Choose one, or write which." if ask.kind == "place" else "Say this in a few words."
    return errors


def _page(request: HttpRequest, transfer: Transfer, path: Path, errors: Mapping) -> HttpResponse:
    _note_view(request, transfer)
    asks = [_drawn(request, transfer, path, ask, errors.get(ask.name, "")) for ask in path.asks]
    if not transfer.bag_id:
        asks = [ask for ask in asks if ask["name"] != "bag"]
    seen = {**_about(request, transfer), "path": path, "asks": asks, "errors": errors, "form": new_form()}
    return render(request, "pages/outcomes/outcome.html", seen, status=422 if errors else 200)


def _drawn(request: HttpRequest, transfer: Transfer, path: Path, ask: Ask, error: str) -> dict:
    """One question as its template draws it, with what was typed."""
    typed = text(request.POST, ask.name)
    choices: list[tuple[str, str]] = [(each, each) for each in ask.choices]
    if ask.kind == "place":
        near = places_near(transfer, KINDS[path.outcome])
        choices = [(place.ods_code, place.name) for place in near] + [(OTHER, "Not in this list")]
    elif ask.kind == "ways":
        choices = [(value, words) for value, words in BAG_WAYS.items()]
    items = [{"value": value, "text": words, "checked": value == typed} for value, words in choices]
    return {"name": ask.name, "ask": ask, "typed": typed, "error": error, "items": items, "kind": ask.kind}


def _offered(request: HttpRequest, transfer: Transfer) -> dict[str, list[Path]]:
    return offered(
        stage=transfer.stage,
        at_home=request.actor.may(Permission.RECORD_OUTCOME, transfer.home_id),
        bag=transfer.bag_id is not None,
        finish=can_finish(transfer),
    )


def _about(request: HttpRequest, transfer: Transfer) -> dict:
    inside = request.actor.may(Permission.PACK, transfer.home_id)
    person = transfer.resident
    return {"transfer": transfer, "inside": inside, "name": person.called if inside else person.patient_name}


def _may_say_died(request: HttpRequest, transfer: Transfer) -> bool:
    """Wards and discharge teams, and the home's manager; not on a journey that is finished."""
    places = request.actor.organisations_with(Permission.RECORD_DEATH)
    return transfer.stage != Stage.CLOSED and any(
        place == transfer.home_id
        or place in (transfer.holder_id, transfer.destination_id)
        or str(place) in transfer.parties_known
        for place in places
    )


def _note_view(request: HttpRequest, transfer: Transfer) -> None:
    where = request.actor.first_place()
    now = timezone.now()
    record_view("outcomes", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)
