"""The addresses that get news: how each fares, in which order they are used, trying them out, their secrets."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.deliveries import actions, events, minding, reading
from redbag.deliveries.models import Delivery, Endpoint
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind as Place
from redbag.organisations.models import Organisation
from redbag.web import homes
from redbag.web.typed import text

Kind = Endpoint.Kind
STATE = Delivery.State
TICKED = {
    *("discharge_summary.available", "discharge_summary.replaced", "transfer.stage_changed", "item.missing"),
    *("bag.found", "visitor.let_in", "reminder.due", "note.written", "departure.planned", "endpoint.disabled"),
}
KINDS = {
    Kind.EMAIL: ("E-mail", "A short mail says that there is news, without naming anybody"),
    Kind.SMS: ("Text message", "A mobile number, like 07700 900123. It says only that a red bag needs you"),
    Kind.WEBHOOK: ("Another computer system (webhook)", "Ask whoever runs that system for the address"),
    Kind.FHIR: (
        "Your care records (a FHIR server)",
        "It gets each discharge summary itself, with the NHS number: only your own",
    ),
}
NO_GATEWAY = "Switched off here. Whoever runs this service can switch text messages on"
EVERY_TIME = "Every time there is news"
OUTCOMES = {
    "delivered": "it arrived",
    "refused": "it was refused",
    "redirected": "it was sent elsewhere, which is not followed",
    "gone": "nobody wants news there any more",
    "timed_out": "no answer in time",
    "unreachable": "nobody could be reached there",
    "address_refused": "the address may not be used",
    "interrupted": "the sender was stopped on the way",
}


def endpoints(request: HttpRequest) -> HttpResponse:
    """The addresses that get news, how each fares, and in which order they are used."""
    return _page(request, {})


def _page(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    now = timezone.now()
    live = Endpoint.objects.visible_to(request.actor).live().select_related("organisation", "fallback_of", "user")
    rows = list(live.order_by("organisation__name", "created_at"))
    places = homes.places(request.actor, Permission.MANAGE_ENDPOINTS)
    context = {
        "rows": [_row(each, rows, errors, now) for each in reading.fares(rows, now=now)],
        "orders": [_order(place, rows) for place in places if any(each.organisation_id == place.pk for each in rows)],
        "several": len(places) > 1,
        "kinds": [{"value": event, "text": events.words_of(event)} for event in events.OFFERED],
        "errors": errors,
    }
    return render(request, "pages/deliveries/endpoints.html", context, status=422 if errors else 200)


def _row(fares: reading.Fares, rows: Sequence[Endpoint], errors: dict[str, str], now: datetime) -> dict:
    endpoint = fares.endpoint
    fields = {"order_field": f"order-{endpoint.pk}", "sample_field": f"sample-{endpoint.pk}"}
    others = [each for each in rows if each.organisation_id == endpoint.organisation_id and each.user_id is None]
    return {
        "endpoint": endpoint,
        "fares": fares,
        "asks": [events.words_of(event) for event in events.OFFERED if endpoint.wants(event)],
        "last_words": outcome_words(fares.last_failure),
        "old_until": endpoint.old_secret_until if len(endpoint.secret.split()) > 1 else None,
        "order": _fallbacks([each for each in others if each.pk != endpoint.pk], str(endpoint.fallback_of_id or "")),
        **fields,
        "order_error": errors.get(fields["order_field"]),
        "sample_error": errors.get(fields["sample_field"]),
        "open": any(field in errors for field in fields.values()),
        **_test(fares.last_test, endpoint),
    }


def _test(test: Delivery | None, endpoint: Endpoint) -> dict:
    """The last test and how it went, in words; it may switch an address on again that was switched off before it."""
    attempts = sorted(test.attempts.all(), key=lambda each: each.number) if test else []
    last = attempts[-1] if attempts else None
    under_way = test is not None and last is None and test.state in (STATE.DUE, STATE.SENDING)
    arrived = test is not None and test.state == STATE.DELIVERED and test.letter.type == events.TEST
    return {
        "test": test,
        "under_way": under_way,
        "outcome": outcome_words(last),
        "took": (last.finished_at - last.started_at).total_seconds() if last else None,
        "arrived": test is not None and test.state == STATE.DELIVERED,
        "may_switch_on": bool(endpoint.disabled_at and arrived and test.settled_at >= endpoint.disabled_at),
    }


def outcome_words(attempt) -> str:
    """How an attempt went, in words, with what the other side answered; nothing for none."""
    if attempt is None:
        return ""
    words = OUTCOMES.get(attempt.outcome, attempt.outcome)
    return f"{words} (answer {attempt.status})" if attempt.status else words


def _order(place: Organisation, rows: Sequence[Endpoint]) -> dict:
    """In which order the addresses of a place are used, in words, and what happens when all of them give up."""
    own = [each for each in rows if each.organisation_id == place.pk and each.user_id is None]
    return {
        "place": place,
        "sentences": [_sentence(chain) for chain in reading.chains(own)],
        "ring": place.phone if place.kind == Place.CARE_HOME else "",
    }


def _sentence(chain: Sequence[Sequence[Endpoint]]) -> str:
    steps = [" and ".join(_named(each) for each in step) for step in chain]
    if len(steps) == 1:
        return f"{steps[0][0].upper()}{steps[0][1:]}, and nothing else when that gives up."
    return f"First {', then '.join(steps)}."


def _named(endpoint: Endpoint) -> str:
    off = " (switched off)" if endpoint.disabled_at else ""
    if endpoint.kind == Kind.EMAIL:
        return f"e-mail to {endpoint.address}{off}"
    if endpoint.kind == Kind.SMS:
        return f"a text to {endpoint.address}{off}"
    what = "the FHIR server" if endpoint.kind == Kind.FHIR else "the webhook"
    parts = urlsplit(endpoint.address)
    return f"{what} at {parts.netloc}{parts.path.rstrip('/')}{off}"


def news_not_sent(actor: Actor) -> list[tuple[str, str, str]]:
    """For a board of whoever manages the addresses: what could not be sent, and which address is switched off."""
    if not actor.organisations_with(Permission.MANAGE_ENDPOINTS):
        return []
    parked, off = reading.troubles(actor)
    about, letters = reverse("web:endpoints"), "1 letter" if parked == 1 else f"{parked} letters"
    rows = [
        (_named(each).removesuffix(" (switched off)"), "This address was switched off: nothing arrived there", about)
        for each in off
    ]
    if parked:
        waits = "waits" if parked == 1 else "wait"
        rows.append(("News that could not be sent", f"{letters} {waits} for you", reverse("web:deliveries")))
    return [(title[0].upper() + title[1:], words, address) for title, words, address in rows]


@never_cache
def add_endpoint(request: HttpRequest) -> HttpResponse:
    """A new address. A webhook's secret is on the page that answers, and nowhere after that."""
    organisation = homes.chosen(request, Permission.MANAGE_ENDPOINTS)
    typed = {name: text(request.POST, name) for name in ("kind", "address", "fallback_of")}
    wanted = request.POST.getlist("events") if request.method == "POST" else TICKED
    live = Endpoint.objects.visible_to(request.actor).live().filter(organisation=organisation, user=None)
    before = list(live.order_by("created_at"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            endpoint, secret = actions.add_endpoint(
                actor=request.actor,
                organisation=organisation,
                kind=typed["kind"],
                address=typed["address"],
                events=_asked(list(wanted)),
                fallback_of=next((each for each in before if str(each.pk) == typed["fallback_of"]), None),
                now=timezone.now(),
            )
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"fallback_of": str(refused)}
        else:
            if secret:
                return _secret(request, endpoint, secret)
            messages.success(request, f"{endpoint.address} gets news from now on.")
            return redirect("web:endpoints")
    context = {
        "typed": typed,
        "errors": errors,
        "kinds": _kinds(typed["kind"]),
        "events": [
            {"value": each, "text": events.words_of(each), "checked": each in wanted} for each in events.OFFERED
        ],
        "fallbacks": _fallbacks(before, typed["fallback_of"]),
        "homes": homes.choices(request, Permission.MANAGE_ENDPOINTS),
    }
    return render(request, "pages/deliveries/add.html", context, status=422 if errors else 200)


def _secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    return render(request, "pages/deliveries/secret.html", {"endpoint": endpoint, "secret": secret})


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
            "hint": {"text": NO_GATEWAY if kind == Kind.SMS and not settings.SMS_URL else hint},
            "checked": kind == (chosen or Kind.EMAIL),
        }
        for kind, (words, hint) in KINDS.items()
    ]


def _fallbacks(before: Sequence[Endpoint] | QuerySet[Endpoint], chosen: str) -> list[dict]:
    rows = [
        {"value": str(each.pk), "text": f"Only when {each.address} gives up", "selected": str(each.pk) == chosen}
        for each in before
    ]
    return [{"value": "", "text": EVERY_TIME, "selected": not chosen}, *rows] if rows else []


def order_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Use it every time, or only when another one gave up."""
    endpoint = _address(request, endpoint_id)
    asked = text(request.POST, "fallback_of")
    live = Endpoint.objects.visible_to(request.actor).live().filter(organisation=endpoint.organisation_id)
    instead_of = next((each for each in live if str(each.pk) == asked), None)
    try:
        if asked and instead_of is None:
            raise BadInput({"fallback_of": "Choose one of your own addresses that is still in use."})
        minding.change_order(actor=request.actor, endpoint=endpoint, fallback_of=instead_of, now=timezone.now())
    except BadInput as wrong:
        return _page(request, {f"order-{endpoint.pk}": words for words in wrong.errors.values()})
    messages.success(request, "The order is changed. It is in words on top of this page.")
    return redirect("web:endpoints")


def test_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send a test there now, or a sample of a kind of news; asked again for how it went, only that."""
    endpoint = _address(request, endpoint_id)
    if request.method == "GET":
        now = timezone.now()
        [fares] = reading.fares([endpoint], now=now)
        return render(request, "pages/deliveries/_test.html", {"row": _row(fares, [endpoint], {}, now)})
    wanted = text(request.POST, "type") or events.TEST
    try:
        actions.try_out(actor=request.actor, endpoint=endpoint, type=wanted, now=timezone.now())
    except BadInput as wrong:
        return _page(request, {f"sample-{endpoint.pk}": words for words in wrong.errors.values()})
    return redirect(f"{request.path.removesuffix(f'/{endpoint.pk}/test')}#address-{endpoint.pk}")


def switch_on(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send there again, after a test arrived."""
    endpoint = _address(request, endpoint_id)
    minding.switch_on(actor=request.actor, endpoint=endpoint, now=timezone.now())
    messages.success(request, f"{endpoint.address} gets news again. What waited is under “News sent out”.")
    return redirect("web:endpoints")


@never_cache
def change_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """A new secret, on the page that answers and nowhere after that; the old one signs too for two days."""
    endpoint = _address(request, endpoint_id)
    secret = actions.change_secret(actor=request.actor, endpoint=endpoint, now=timezone.now())
    endpoint.refresh_from_db()
    return _secret(request, endpoint, secret)


def end_old_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Sign with the newest secret alone from now on."""
    endpoint = _address(request, endpoint_id)
    minding.end_old_secret(actor=request.actor, endpoint=endpoint, now=timezone.now())
    messages.success(request, f"News to {endpoint.address} is signed with the new secret alone from now on.")
    return redirect("web:endpoints")


def remove_endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Stop sending there."""
    endpoint = _address(request, endpoint_id)
    actions.remove_endpoint(actor=request.actor, endpoint=endpoint, now=timezone.now())
    messages.success(request, f"{endpoint.address} gets no more news.")
    return redirect("web:endpoints")


def _address(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    rows = Endpoint.objects.visible_to(request.actor).select_related("organisation", "fallback_of")
    return get_object_or_404(rows, pk=endpoint_id)
