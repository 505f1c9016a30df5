"""The post office: what is on its way, what a person must see to, and sending it again."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from redbag.deliveries import actions, minding
from redbag.deliveries.events import words_of
from redbag.deliveries.fhir_letters import TAKEN_BACK
from redbag.deliveries.models import Delivery, Endpoint
from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.web import homes
from redbag.web.endpoints import outcome_words
from redbag.web.typed import text

LONDON = ZoneInfo("Europe/London")
State = Delivery.State
MOST = 50
SHOWN_FIRST = State.PARKED
STATES = (
    (
        State.PARKED,
        "Needs you",
        "Nobody took it, and nothing else is left to try. Send it again, or see to it yourself and say how.",
    ),
    (State.DUE, "Waiting to go", "These go out by themselves when their time comes."),
    (State.SENDING, "Being sent", "On their way at this moment."),
    (State.DELIVERED, "Arrived", "The other side said that they have it."),
    (State.FAILED, "Given up", "Another address took over, the address was removed, or somebody saw to it."),
)


def deliveries(request: HttpRequest) -> HttpResponse:
    """Letters in one state, newest first, with every attempt; those that need a person first."""
    return _page(request, {}, None)


def _page(request: HttpRequest, errors: dict[str, str], about: UUID | None) -> HttpResponse:
    mine = Delivery.objects.visible_to(request.actor)
    counts = dict(mine.values_list("state").annotate(count=Count("pk")))
    asked = request.GET.get("state") or request.POST.get("state") or ""
    state = asked if asked in State.values else SHOWN_FIRST
    context = {
        "states": [
            {"state": each, "title": title, "count": counts.get(each, 0), "here": each == state}
            for each, title, _ in STATES
        ],
        "state": state,
        "title": next(title for each, title, _ in STATES if each == state),
        "hint": next(hint for each, _, hint in STATES if each == state),
        "rows": _rows(mine.filter(state=state), errors, text(request.POST, "note") if about else "", about),
        "more": counts.get(state, 0) > MOST,
        "errors": errors,
        "typed": {name: text(request.POST, name) for name in ("begin", "end", "endpoint")},
        "addresses": _addresses(request),
        "homes": homes.choices(request, Permission.MANAGE_ENDPOINTS),
    }
    return render(request, "pages/deliveries/deliveries.html", context, status=422 if errors else 200)


def _addresses(request: HttpRequest) -> list[dict]:
    """The addresses that everything of a time can be sent to again, for a select; those switched off are not tried."""
    live = Endpoint.objects.visible_to(request.actor).live().filter(disabled_at=None).order_by("created_at")
    asked = text(request.POST, "endpoint")
    rows = [{"value": str(each.pk), "text": each.address, "selected": str(each.pk) == asked} for each in live]
    return [{"value": "", "text": "Every address"}, *rows] if rows else []


def _rows(owed: QuerySet[Delivery], errors: dict[str, str], note: str, about: UUID | None) -> list[dict]:
    rows = owed.select_related("letter", "endpoint", "organisation").prefetch_related("attempts__asked_by")
    return [
        {
            "delivery": each,
            "news": words_of(each.letter.type),
            "attempts": [
                (attempt, outcome_words(attempt))
                for attempt in sorted(each.attempts.all(), key=lambda attempt: -attempt.number)
            ],
            "field": f"note-{each.pk}",
            "error": errors.get(f"note-{each.pk}"),
            "note": note if each.pk == about else "",
            "may_replay": _may_replay(each),
        }
        for each in rows.order_by("-created_at")[:MOST]
    ]


def _may_replay(delivery: Delivery) -> bool:
    endpoint = delivery.endpoint
    in_use = endpoint is not None and endpoint.removed_at is None and endpoint.disabled_at is None
    return in_use and delivery.state != State.SENDING and TAKEN_BACK not in delivery.letter.ids


def _theirs(request: HttpRequest, delivery_id: UUID) -> Delivery:
    rows = Delivery.objects.visible_to(request.actor).select_related("organisation")
    return get_object_or_404(rows, pk=delivery_id)


def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send it again now."""
    actions.replay_delivery(actor=request.actor, delivery=_theirs(request, delivery_id), now=timezone.now())
    messages.success(request, "It is sent again now. Look here in a minute to see how it went.")
    return redirect("web:deliveries")


def replay_all(request: HttpRequest) -> HttpResponse:
    """Send again everything of a time that did not arrive."""
    organisation = homes.chosen(request, Permission.MANAGE_ENDPOINTS)
    typed = {name: text(request.POST, name) for name in ("begin", "end", "endpoint")}
    mine = Endpoint.objects.visible_to(request.actor).live().select_related("organisation")
    endpoint = next((each for each in mine if str(each.pk) == typed["endpoint"]), None)
    try:
        begin, end = _from_until(typed)
        count, more = minding.replay_all(
            actor=request.actor,
            organisation=endpoint.organisation if endpoint else organisation,
            begin=begin,
            end=end,
            endpoint=endpoint,
            now=timezone.now(),
        )
    except BadInput as wrong:
        named = {"end" if name == "to" else name: words for name, words in wrong.errors.items()}
        return _page(request, named, None)
    messages.success(request, _replayed_words(count, more=more))
    return redirect("web:deliveries")


def _from_until(typed: dict[str, str]) -> tuple[datetime, datetime]:
    """Two times typed in local time, the second after the last minute named; BadInput for what is none."""
    times, errors = {}, {}
    for name in ("begin", "end"):
        moment = parse_datetime(typed[name]) if typed[name] else None
        if moment is None:
            errors[name] = "Enter a day and a time."
        else:
            times[name] = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    if errors:
        raise BadInput(errors)
    return times["begin"], times["end"] + timedelta(minutes=1)


def _replayed_words(count: int, *, more: bool) -> str:
    if not count:
        return "Nothing of that time waits to be sent again."
    rest = " There are more: ask again when these are through." if more else ""
    return f"{count} letter{'' if count == 1 else 's'} will be sent again now.{rest}"


def settle(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Somebody saw to it, and says how."""
    delivery = _theirs(request, delivery_id)
    try:
        actions.settle_delivery(
            actor=request.actor, delivery=delivery, note=text(request.POST, "note"), now=timezone.now()
        )
    except BadInput as wrong:
        named = {f"note-{delivery.pk}": words for words in wrong.errors.values()}
        return _page(request, named, delivery.pk)
    messages.success(request, "Noted. Thank you for seeing to it.")
    return redirect("web:deliveries")
