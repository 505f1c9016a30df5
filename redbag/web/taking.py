"""What the QR on the giver's screen opens: one page, one button."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, NotAllowed
from redbag.organisations.access import Actor, Permission, require_anywhere
from redbag.organisations.asking import Asks, asks_of
from redbag.organisations.models import Organisation
from redbag.transfers.by_code import ByCode, look_by_code
from redbag.transfers.handover_codes import Standing
from redbag.transfers.models import Transfer
from redbag.transfers.story import held_words
from redbag.web import at_hand_over, here
from redbag.web.telling import new_form, tell
from redbag.web.typed import form_id, text

STATUS = {Standing.RIGHT: 200, Standing.OLD: 422, Standing.VOID: 422, Standing.WRONG: 422}


@never_cache
def take_by_code(request: HttpRequest, transfer_id: UUID, code: str) -> HttpResponse:
    """*I have this bag* for whoever scanned the giver's screen; who is not signed in is asked who they are."""
    if not request.actor:
        return redirect(_introduction(request, transfer_id, code))
    if request.method == "POST":
        require_anywhere(request.actor, Permission.MOVE_BAGS)
    look = look_by_code(transfer_id=transfer_id, code=code[:20], actor=request.actor, now=timezone.now())
    if look.transfer is None:
        seen = {"standing": look.standing, "transfer_id": transfer_id}
        return render(request, "pages/scan/code_not_right.html", seen, status=STATUS[look.standing])
    acting = _receiver(request.actor, look.transfer, again=_pressed_before(request, look.transfer))
    if request.method == "POST":
        if acting is None:
            raise NotAllowed("Only a crew, a ward or the bag's home takes a bag, and not from itself.")
        return _take(request, look, acting, code)
    return _page(request, look, acting, code, {})


def typed_code(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The code was typed instead of scanned: on to its page."""
    code = "".join(text(request.GET, "code").split())[:20]
    return redirect("web:take_by_code", transfer_id=transfer_id, code=code or "0")


def _introduction(request: HttpRequest, transfer_id: UUID, code: str) -> str:
    """Where somebody without an account says who they are; until then, where one signs in."""
    try:
        return f"{reverse('web:visit', args=[transfer_id])}?{urlencode({'code': code})}"
    except NoReverseMatch:
        return f"{reverse('web:sign_in')}?{urlencode({'next': request.path})}"


def _pressed_before(request: HttpRequest, transfer: Transfer) -> bool:
    return request.method == "POST" and transfer.facts.filter(pk=form_id(request.POST)).exists()


def _receiver(actor: Actor, transfer: Transfer, *, again: bool) -> Organisation | None:
    """For whom they take the bag: the home or the destination they work at, else their first; who has it only again."""
    granted = actor.organisations_with(Permission.MOVE_BAGS)
    theirs = {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}
    if again and transfer.holder_id in theirs:
        return theirs[transfer.holder_id]
    theirs.pop(transfer.holder_id, None)
    near = [theirs[pk] for pk in (transfer.home_id, transfer.destination_id) if pk in theirs]
    return next(iter([*near, *theirs.values()]), None)


def _page(request: HttpRequest, look: ByCode, acting: Organisation | None, code: str, errors: dict) -> HttpResponse:
    seen = {
        "transfer": look.transfer,
        "named": look.named,
        "held": held_words(look.transfer),
        "acting": acting,
        "code": code,
        "code_in": True,
        "places": here.places(request, acting) if acting else [],
        "place": text(request.POST, "place") or (here.place_here(request, acting) if acting else ""),
        "asks": asks_of(acting) if acting else Asks(),
        "form": text(request.POST, "form") or new_form(),
        "typed": request.POST,
        "errors": errors,
    }
    return render(request, "pages/scan/take_by_code.html", seen, status=422 if errors else 200)


def _take(request: HttpRequest, look: ByCode, acting: Organisation, code: str) -> HttpResponse:
    now, transfer = timezone.now(), look.transfer
    place = text(request.POST, "place")[:100]
    fact = {"kind": "handoff", "transfer": str(transfer.pk), "to": acting.ods_code, "place": place}
    try:
        said = at_hand_over.said(request, transfer, now=now)
        result = tell(request, now=now, acting=acting, **fact | said | {"handover_code": code})
    except BadInput as wrong:
        return _page(request, look, acting, code, wrong.errors)
    at_hand_over.tell_how(request, result, words="you have this bag" if transfer.bag_id else "they are with you")
    at_home = acting.pk == transfer.home_id or not look.opens
    response = redirect("web:transfer", transfer.pk) if at_home else redirect("web:label", look.opens)
    here.remember(response, place)
    return response
