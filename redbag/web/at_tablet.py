"""At a shared tablet: tap your name, type your PIN; lock it; agency staff and who is new today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts import agency as agency_shifts
from redbag.accounts import pins, sittings
from redbag.accounts.pins import Proof
from redbag.accounts.tablet_models import Sitting
from redbag.drafts.actions import hand_on
from redbag.errors import BadInput
from redbag.organisations.models import User
from redbag.web.choosing import work_at
from redbag.web.entering import enter
from redbag.web.middleware import cut_tokens
from redbag.web.tablet_lock import remember
from redbag.web.typed import onward, text

WRONG = "This PIN is not right. Try again, or sign in with your e-mail."
LOCKED = "This PIN was wrong too often on this tablet. Sign in with your e-mail once; then it counts again."
SHIFT_OVER = "This PIN was wrong too often: the shift is over. Let a colleague let you in again; what you typed waits."
EVERYBODY = "Too many wrong PINs on this tablet. For 12 hours everybody signs in with their e-mail. Tell your manager."
WORDS = {Proof.WRONG: WRONG, Proof.LOCKED: LOCKED, Proof.EVERYBODY: EVERYBODY}
COLLEAGUES = 200


@never_cache
@sensitive_post_parameters("pin")
def tablet(request: HttpRequest) -> HttpResponse:
    """The names of who has a PIN here; with `who`, the PIN of one of them. Any other device is asked for its code."""
    now = timezone.now()
    if request.tablet is None:
        code = text(request.GET, "code")
        if code:
            return redirect("web:enrol_tablet", code=code.replace("/", "")[:40])
        return render(request, "pages/tablets/not_a_tablet.html", {"for_everybody": True})
    off = pins.pins_are_off(request.tablet, now=now)
    people, shifts = sittings.people_with_pin(request.tablet), sittings.agency_here(request.tablet, now=now)
    who = text(request.POST, "who") or text(request.GET, "who")
    names: list[User | Sitting] = [*people, *shifts]
    chosen = next((each for each in names if str(each.pk) == who), None)
    seen = {"for_everybody": True, "next": onward(request, ""), "chosen": chosen, "off": off, "everybody": EVERYBODY}
    if chosen is None:
        return render(request, "pages/tablets/who.html", {**seen, **_tiles(request, names)})
    if request.method != "POST":
        return render(request, "pages/tablets/pin.html", seen)
    pin = text(request.POST, "pin")
    if isinstance(chosen, User):
        proof = pins.try_pin(tablet=request.tablet, member=chosen, pin=pin, now=now)
    else:
        proof = agency_shifts.try_shift_pin(sitting=chosen, pin=pin, now=now)
    if proof == Proof.RIGHT:
        return _in(request, chosen, now)
    error = SHIFT_OVER if proof == Proof.LOCKED and not isinstance(chosen, User) else WORDS[proof]
    seen |= {"error": error, "errors": {"pin": error}}
    return render(request, "pages/tablets/pin.html", seen, status=422 if proof == Proof.WRONG else 429)


def _tiles(request: HttpRequest, names: list[User | Sitting]) -> dict:
    """The names to tap, whoever locked the tablet first."""
    last = request.locked or request.sitting
    mine = {last.user_id or last.pk} if last else set()
    order = sorted(names, key=lambda each: each.pk not in mine)
    return {"tiles": [{"who": each, "last": each.pk in mine} for each in order], "last": last}


def _in(request: HttpRequest, chosen: User | Sitting, now) -> HttpResponse:
    """Go on as this person, where they were when the tablet locked on them, else on their board."""
    last = request.locked or request.sitting
    same = last is None or chosen.pk in (last.user_id, last.pk)
    to = _own(request, last.was_at) if last is not None and same else ""
    if not same and isinstance(chosen, User):
        to = _own(request, sittings.last_page_of(tablet=request.tablet, user=chosen, now=now))
    to = to or (onward(request, "/") if same else "/")
    request.session.flush()
    if isinstance(chosen, Sitting):
        sittings.unlock(sitting=chosen, now=now)
        remember(request, chosen)
        return redirect(to)
    sitting, _ = sittings.sit_down(tablet=request.tablet, user=chosen, how=Sitting.How.PIN, now=now)
    work_at(request, request.tablet.organisation)
    response = enter(request, chosen, how="pin", to=to, now=now)
    remember(request, sitting)
    return response


def _own(request: HttpRequest, page: str) -> str:
    """A page kept to come back to, if it is one of ours and no token stands in its address."""
    return (
        page
        if cut_tokens(page) == page and url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
        else ""
    )


def lock_now(request: HttpRequest) -> HttpResponse:
    """Lock the tablet: somebody else takes it, or nobody touched it for a while. Their page waits for them."""
    if request.sitting is not None:
        sittings.lock(sitting=request.sitting, was_at=_own(request, text(request.POST, "page")), now=timezone.now())
    return redirect("web:tablet") if request.tablet else redirect("web:board")


def active(request: HttpRequest) -> HttpResponse:
    """Somebody taps or types in a page; that it was done is all there is to know."""
    return HttpResponse(status=204 if request.sitting else 423)


@never_cache
@sensitive_post_parameters("pin", "again", "word", "colleague_pin")
def agency(request: HttpRequest) -> HttpResponse:
    """Let somebody in for one shift, by the word of the house, a colleague's PIN, or a colleague signed in here."""
    if request.tablet is None:
        return redirect("web:tablet")
    now, people = timezone.now(), sittings.people_with_pin(request.tablet)[:COLLEAGUES]
    here = request.sitting.user if request.sitting else None
    here = here if here and sittings.works_at(request.tablet, here) else None
    errors: dict[str, str] = {}
    typed = {name: text(request.POST, name) for name in ("name", "agency", "colleague")}
    if request.method == "POST":
        told = agency_shifts.Told(
            **{name: text(request.POST, name) for name in ("name", "agency", "pin", "again", "word", "colleague_pin")},
            colleague=next((each for each in people if str(each.pk) == typed["colleague"]), None),
            vouched_by=here,
        )
        try:
            sitting = agency_shifts.let_in(tablet=request.tablet, told=told, now=now)
        except BadInput as wrong:
            errors = wrong.errors
        else:
            hand_on(earlier=agency_shifts.shifts_before(sitting=sitting, pin=told.pin, now=now), to=sitting)
            request.session.flush()
            remember(request, sitting)
            return redirect("web:board")
    colleagues = [
        {"value": str(each.pk), "text": each.name, "selected": str(each.pk) == typed["colleague"]} for each in people
    ]
    seen = {"typed": typed, "errors": errors, "colleagues": colleagues, "here": here, "for_everybody": here is None}
    return render(request, "pages/tablets/agency.html", seen, status=422 if errors else 200)
