"""Wake this phone: a browser asks to be woken, and stops being."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.deliveries.models import Endpoint
from redbag.deliveries.phones import phones_of, stop_waking, try_phone, wake_phone
from redbag.deliveries.webpush import public_key
from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.web import homes
from redbag.web.typed import text


@never_cache
def wake(request: HttpRequest) -> HttpResponse:
    """The phones and tablets that wake this person."""
    return _page(request, {})


def _page(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    context = {
        "phones": phones_of(request.actor),
        "key": public_key(),
        "errors": errors,
        "homes": homes.choices(request, Permission.MOVE_BAGS),
        "texts": bool(settings.SMS_URL),
    }
    return render(request, "pages/reminders/wake.html", context, status=422 if errors else 200)


@sensitive_post_parameters("auth")
def wake_start(request: HttpRequest) -> HttpResponse:
    """Wake the phone that sends this."""
    try:
        wake_phone(
            actor=request.actor,
            organisation=homes.chosen(request, Permission.MOVE_BAGS),
            address=text(request.POST, "address"),
            keys={name: text(request.POST, name) for name in ("p256dh", "auth")},
            now=timezone.now(),
        )
    except BadInput as wrong:
        return _page(request, {"wake": next(iter(wrong.errors.values()))})
    messages.success(request, "This phone wakes you from now on. Try it out now, with the screen off.")
    return redirect("web:wake")


def wake_stop(request: HttpRequest) -> HttpResponse:
    """Wake it no more."""
    if phone := _theirs(request):
        stop_waking(actor=request.actor, phone=phone, now=timezone.now())
        messages.success(request, "That phone does not wake you any more.")
    return redirect("web:wake")


def wake_try(request: HttpRequest) -> HttpResponse:
    """Wake it now, to see if it works."""
    if phone := _theirs(request):
        try_phone(actor=request.actor, phone=phone, now=timezone.now())
        messages.success(request, "A test is on its way. If nothing comes in a minute, look at the phone's settings.")
    return redirect("web:wake")


def _theirs(request: HttpRequest) -> Endpoint | None:
    """The phone that the form names, None when it names none; 404 for somebody else's."""
    said = text(request.POST, "phone")
    if not said:
        return None
    try:
        wanted = UUID(said)
    except ValueError:
        raise Http404 from None
    phone = next((each for each in phones_of(request.actor) if each.pk == wanted), None)
    if phone is None:
        raise Http404
    return phone
