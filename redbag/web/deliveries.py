"""The post office: what is on its way, what a person must see to, and the addresses that get news."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.deliveries import actions
from redbag.deliveries.models import EVENTS, Delivery, Endpoint
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Permission
from redbag.web import homes
from redbag.web.typed import text

State = Delivery.State
MOST = 50
SHOWN_FIRST = State.PARKED
STATES = (
    (
        State.PARKED,
        "Needs you",
        "We tried for days and nobody took it. Send it again, or see to it yourself and say how.",
    ),
    (State.DUE, "Waiting to go", "These go out by themselves when their time comes."),
    (State.SENDING, "Being sent", "On their way at this moment."),
    (State.DELIVERED, "Arrived", "The other side said that they have it."),
    (State.FAILED, "Given up", "Another address took over, the address was removed, or somebody saw to it."),
)
NEWS = {
    "discharge_summary.available": "A discharge summary has come",
    "discharge_summary.replaced": "A newer discharge summary has come",
    "transfer.stage_changed": "A bag has moved on",
    "item.missing": "Something was not found",
    "bag.found": "Somebody found a bag",
    "visitor.let_in": "A crew without an account opened a page",
    "reminder.due": "Something is due: a bag waits too long, or a letter is not read",
    "note.written": "Somebody wrote a note about a bag",
    "endpoint.test": "A test",
}
OFFERED = [event for event in EVENTS if event != "endpoint.test"]
KINDS = {
    Endpoint.Kind.EMAIL: ("E-mail", "A short mail says that there is news, without naming anybody"),
    Endpoint.Kind.SMS: ("Text message", "A mobile number, like 07700 900123. It says only that a red bag needs you"),
    Endpoint.Kind.WEBHOOK: ("Another computer system (webhook)", "Ask whoever runs that system for the address"),
    Endpoint.Kind.FHIR: ("A FHIR server", "Ask whoever runs that server for the address"),
}
NO_GATEWAY = "Switched off here. Whoever runs this service can switch text messages on"


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
    }
    return render(request, "pages/deliveries/deliveries.html", context, status=422 if errors else 200)


def _rows(owed: QuerySet[Delivery], errors: dict[str, str], note: str, about: UUID | None) -> list[dict]:
    rows = owed.select_related("letter", "endpoint", "organisation").prefetch_related("attempts__asked_by")
    return [
        {
            "delivery": each,
            "news": NEWS.get(each.letter.type, each.letter.type),
            "attempts": sorted(each.attempts.all(), key=lambda attempt: -attempt.number),
            "field": f"note-{each.pk}",
            "error": errors.get(f"note-{each.pk}"),
            "note": note if each.pk == about else "",
            "may_replay": each.endpoint is not None and not each.endpoint.removed_at and each.state != State.SENDING,
        }
        for each in rows.order_by("-created_at")[:MOST]
    ]


def _theirs(request: HttpRequest, delivery_id: UUID) -> Delivery:
    rows = Delivery.objects.visible_to(request.actor).select_related("organisation")
    return get_object_or_404(rows, pk=delivery_id)


def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send it again now."""
    actions.replay_delivery(actor=request.actor, delivery=_theirs(request, delivery_id), now=timezone.now())
    messages.success(request, "It is sent again now. Look here in a minute to see how it went.")
    return redirect("web:deliveries")


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


def endpoints(request: HttpRequest) -> HttpResponse:
    """The addresses that get news."""
    live = Endpoint.objects.visible_to(request.actor).live()
    rows = list(live.select_related("organisation", "fallback_of").order_by("organisation__name", "created_at"))
    shown = [{"endpoint": each, "asks": [NEWS[event] for event in OFFERED if each.wants(event)]} for each in rows]
    several = len(homes.places(request.actor, Permission.MANAGE_ENDPOINTS)) > 1
    return render(request, "pages/deliveries/endpoints.html", {"rows": shown, "several": several})


@never_cache
def add_endpoint(request: HttpRequest) -> HttpResponse:
    """A new address. A webhook's secret is on the page that answers, and nowhere after that."""
    organisation = homes.chosen(request, Permission.MANAGE_ENDPOINTS)
    typed = {name: text(request.POST, name) for name in ("kind", "address", "fallback_of")}
    wanted = request.POST.getlist("events") if request.method == "POST" else OFFERED
    before = Endpoint.objects.visible_to(request.actor).live().filter(organisation=organisation)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            endpoint, secret = actions.add_endpoint(
                actor=request.actor,
                organisation=organisation,
                kind=typed["kind"],
                address=typed["address"],
                events=_asked(wanted),
                fallback_of=next((each for each in before if str(each.pk) == typed["fallback_of"]), None),
                now=timezone.now(),
            )
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"fallback_of": str(refused)}
        else:
            if secret:
                return render(request, "pages/deliveries/secret.html", {"endpoint": endpoint, "secret": secret})
            messages.success(request, f"{endpoint.address} gets news from now on.")
            return redirect("web:endpoints")
    context = {
        "typed": typed,
        "errors": errors,
        "kinds": _kinds(typed["kind"]),
        "events": [{"value": each, "text": NEWS[each], "checked": each in wanted} for each in OFFERED],
        "fallbacks": _fallbacks(before, typed["fallback_of"]),
        "homes": homes.choices(request, Permission.MANAGE_ENDPOINTS),
    }
    return render(request, "pages/deliveries/add.html", context, status=422 if errors else 200)


def _asked(wanted: list[str]) -> list[str]:
    """The events that were ticked; BadInput for none, which elsewhere would mean every event."""
    if not wanted:
        raise BadInput({"events": "Choose at least one kind of news."})
    return wanted


def _kinds(chosen: str) -> list[dict]:
    return [
        {
            "value": kind.value,
            "text": words,
            "hint": {"text": NO_GATEWAY if kind == Endpoint.Kind.SMS and not settings.SMS_URL else hint},
            "checked": kind == (chosen or Endpoint.Kind.EMAIL),
        }
        for kind, (words, hint) in KINDS.items()
    ]


def _fallbacks(before: QuerySet[Endpoint], chosen: str) -> list[dict]:
    rows = [
        {"value": str(each.pk), "text": f"Only when {each.address} does not answer", "selected": str(each.pk) == chosen}
        for each in before
    ]
    return [{"value": "", "text": "Every time", "selected": not chosen}, *rows] if rows else []


def test_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send a test there now."""
    endpoint = _address(request, endpoint_id)
    actions.test_endpoint(actor=request.actor, endpoint=endpoint, now=timezone.now())
    messages.success(request, f"A test is on its way to {endpoint.address}. Look under “Arrived” in a minute.")
    return redirect("web:endpoints")


def remove_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Stop sending there."""
    endpoint = _address(request, endpoint_id)
    actions.remove_endpoint(actor=request.actor, endpoint=endpoint, now=timezone.now())
    messages.success(request, f"{endpoint.address} gets no more news.")
    return redirect("web:endpoints")


def _address(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    rows = Endpoint.objects.visible_to(request.actor).select_related("organisation")
    return get_object_or_404(rows, pk=endpoint_id)
