"""The shared tablets of a home: a new one by QR, who uses which, taken out of use from afar; the word of the house."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from redbag.accounts.agency import is_old, renew_word, shown, word_of
from redbag.accounts.pins import PINS_STAY_OFF, pins_are_off
from redbag.accounts.sittings import in_use, is_locked, said_of
from redbag.accounts.tablets import in_groups, make_code, take_out_of_use
from redbag.bags.qr import qr_svg
from redbag.errors import BadInput
from redbag.organisations.access import Permission, require
from redbag.organisations.tablets import tablets_of
from redbag.web import homes
from redbag.web.typed import text


@never_cache
def tablets(request: HttpRequest) -> HttpResponse:
    """The tablets made ready here: who uses each now, when it was seen last, and what waits on it."""
    now, known = timezone.now(), tablets_of(request.actor)
    using = in_use(known, now=now)
    rows = [
        {
            "tablet": each,
            "user": said_of(using[each.pk]) if each.pk in using else "",
            "locked": each.pk in using and is_locked(using[each.pk], now=now),
            "asks_everybody_until": each.pins_off_at + PINS_STAY_OFF
            if each.pins_off_at and pins_are_off(each, now=now)
            else None,
        }
        for each in known.select_related("revoked_by").order_by("revoked_at", "name")
    ]
    places = [
        {"home": place, "rows": [each for each in rows if each["tablet"].organisation_id == place.pk]}
        for place in homes.places(request.actor, Permission.ENROL_DEVICES)
    ]
    return render(request, "pages/tablets/tablets.html", {"places": places})


@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """A name for the tablet; then a QR and a code for it, shown once and good for ten minutes."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        home = homes.chosen(request, Permission.ENROL_DEVICES)
        try:
            kept, code = make_code(
                actor=request.actor, organisation=home, name=text(request.POST, "name"), now=timezone.now()
            )
        except BadInput as wrong:
            errors = wrong.errors
        else:
            address = f"{settings.PUBLIC_URL}{reverse('web:enrol_tablet', args=[code])}"
            seen = {"kept": kept, "code": in_groups(code), "address": address, "qr": mark_safe(qr_svg(address))}
            return render(request, "pages/tablets/code.html", {**seen, "short": f"{settings.PUBLIC_URL}/tablet"})
    seen = {"name": text(request.POST, "name"), "errors": errors}
    seen["homes"] = homes.choices(request, Permission.ENROL_DEVICES)
    return render(request, "pages/tablets/add.html", seen, status=422 if errors else 200)


@never_cache
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A tablet is lost or given away: asked once."""
    tablet = get_object_or_404(tablets_of(request.actor).select_related("organisation"), pk=device_id)
    require(request.actor, Permission.ENROL_DEVICES, tablet.organisation)
    now = timezone.now()
    if request.method != "POST":
        using = in_use(tablets_of(request.actor).filter(pk=tablet.pk), now=now).get(tablet.pk)
        return render(request, "pages/tablets/revoke.html", {"tablet": tablet, "user": said_of(using) if using else ""})
    take_out_of_use(actor=request.actor, tablet=tablet, now=now)
    messages.success(request, f"{tablet.name} is out of use. It opens nothing any more.")
    return redirect("web:tablets")


@never_cache
def agency_word(request: HttpRequest) -> HttpResponse:
    """The word of the house, to look up and to renew."""
    home = homes.chosen(request, Permission.LET_AGENCY_IN)
    if request.method == "POST":
        renew_word(actor=request.actor, organisation=home, now=timezone.now())
        messages.success(request, "There is a new word. The old one lets nobody in any more.")
        return redirect(f"{reverse('web:agency_word')}?home={home.ods_code}")
    kept = word_of(home)
    seen = {"home": home, "kept": kept, "word": shown(kept) if kept else ""}
    seen["old"] = kept is not None and is_old(kept, now=timezone.now())
    return render(request, "pages/tablets/agency_word.html", seen)
