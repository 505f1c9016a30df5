"""What a label opens, *I have this bag*, and the page with the camera."""

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags import codes, tokens
from redbag.bags.claiming import Replaced, replaced
from redbag.bags.models import Tag
from redbag.bags.tagging import tag_in, thing_of
from redbag.documents.models import Document
from redbag.errors import BadInput, NotAllowed
from redbag.organisations.access import Permission, require_anywhere
from redbag.organisations.asking import asks_of
from redbag.organisations.guessing import note_wrong
from redbag.organisations.models import Organisation
from redbag.organisations.throttling import address_of
from redbag.templatetags.redbag import clock
from redbag.transfers import replay
from redbag.transfers.attempts import note_scan
from redbag.transfers.emergency import emergency
from redbag.transfers.finding import taken_by
from redbag.transfers.holding import holding, looked
from redbag.transfers.intake import Result
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.receivers import receivers
from redbag.transfers.scanning import CLINICAL, EMERGENCY, FOUND, HOME, Look, found, look_up
from redbag.transfers.seals import last_seal
from redbag.transfers.snapshot import photo_and_since_last
from redbag.transfers.stages import Stage
from redbag.web import at_hand_over, visiting
from redbag.web.after_death import after_death
from redbag.web.belongings import known_again
from redbag.web.here import place_here, places, remember, to_another_ward
from redbag.web.patient import checked, item_rows, sections_shown
from redbag.web.skin import around
from redbag.web.telling import carrier, new_form, tell
from redbag.web.typed import text as typed_text

SEEN_BEFORE = "rb_seen"
YEAR = 365 * 24 * 3600


@never_cache
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})
def scan(request: HttpRequest) -> HttpResponse:
    """The camera, and one field for a code that is typed or comes from a hand-held scanner."""
    typed = typed_text(request.GET, "code")[:300]
    if typed and (name := _name_in(typed)):
        return redirect("web:label", text=name)
    error = _not_a_code(typed) if typed else ""
    status = 422 if error else 200
    return render(request, "pages/scan/scan.html", {"typed": typed, "error": error}, status=status)


def _not_a_code(typed: str) -> str:
    """What is wrong with what was read or typed."""
    if "/" in typed or "." in typed:
        return "This square is not a Red Bag label. Look for the label on the bag itself."
    code = codes.normalise(typed)
    if len(code) == codes.LENGTH and code.isalnum():
        return "One letter or number is wrong. Look at the label again, and type all 9."
    return "This is not a Red Bag code. It has 9 letters and numbers, under the square on the label."


def _name_in(typed: str) -> str:
    """The token or code in what was typed, as an address has it; empty when there is none."""
    seen = tokens.found_in(typed)
    if seen is None:
        return ""
    return codes.shown(seen[1]) if seen[0] == "code" else seen[1]


@never_cache
def label(request: HttpRequest, text: str) -> HttpResponse:
    """What the label opens for whoever asks: found page, crew's, ward's or home's."""
    now = timezone.now()
    look = look_up(text=text, actor=request.actor or None, now=now)
    if visited := visiting.journey_behind(request, look, text, now):
        return redirect("web:visit", transfer_id=visited)
    note_scan(look=look, text=text, actor=request.actor or None, now=now)
    if not look.known and (tag := tag_in(text)):
        return _to_its_bag(request, *tag)
    if not look.known:
        note_wrong(what="label", address=address_of(request.META), aim="label", now=now)
        return render(request, "pages/scan/unknown.html", {"text": text[:40]}, status=404)
    if look.view == FOUND:
        return _found_page(request, look, text)
    page = {EMERGENCY: _crew_page, CLINICAL: _ward_page, HOME: _home_page}[look.view]
    return page(request, look, text, now)


def _to_its_bag(request: HttpRequest, tag: Tag, code: str) -> HttpResponse:
    """A small tag on a single thing leads to the page of its bag."""
    if request.actor:
        messages.info(request, f"This tag is for: {thing_of(tag)}. It belongs in bag {tag.bag.tracker}.")
    return redirect("web:label", text=code)


@never_cache
def take_bag(request: HttpRequest, text: str) -> HttpResponse:
    """*I have this bag*: a hand-over to the reader's own organisation. Pressing twice is one fact."""
    require_anywhere(request.actor, Permission.MOVE_BAGS)
    now = timezone.now()
    look = look_up(text=text, actor=request.actor or None, now=now)
    acting = look.acting or carrier(request.actor)
    if acting is None:
        raise NotAllowed("Only the bag's home, a crew or a ward can take this bag.")
    fact = {"kind": "handoff", "token": text, "to": acting.ods_code, "place": _where(request, acting)}
    if typed_text(request.POST, "moved") and not fact["place"]:
        messages.error(request, "Choose or write the ward that the bag is in now.")
        return redirect("web:label", text=text)
    try:
        result = tell(request, now=now, acting=acting, **fact | at_hand_over.said(request, look.transfer, now=now))
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
        return redirect("web:label", text=text)
    if "after_close" in result.flags and look.bag and acting.pk != look.bag.home_id:
        messages.success(request, f"Recorded. This bag is on no journey now; we have told {look.bag.home.name}.")
        return redirect("web:label", text=text)
    at_hand_over.tell_how(request, result, words=_moved(request, fact) or _taken(request, result, acting, now))
    response = redirect("web:label", text=text)
    if not typed_text(request.POST, "moved"):
        remember(response, fact["place"])  # where they work, not where the bag went on to
    return response


def _where(request: HttpRequest, acting: Organisation) -> str:
    """The ward or bay that was chosen; on a page that asks for none, the one whose QR was scanned."""
    chosen = typed_text(request.POST, "place")[:100]
    return chosen if "place" in request.POST else place_here(request, acting)


def _moved(request: HttpRequest, fact: dict) -> str:
    """That it is in another ward of the same hospital, when the form was about that."""
    return f"the bag is in {fact['place']} now" if fact["place"] and typed_text(request.POST, "moved") else ""


def _taken(request: HttpRequest, result: Result, acting: Organisation, now) -> str:
    """Since when they have the bag."""
    rows = Transfer.objects.visible_to(request.actor, now=now).filter(pk=result.transfer, holder=acting)
    since = next(iter(rows.values_list("holder_since", flat=True)), None)
    return f"you have this bag since {clock(since)}" if since else "you have this bag"


def _found_page(request: HttpRequest, look: Look, text: str) -> HttpResponse:
    """The stranger's page. Signed-in crews and wards can say that the bag came to them."""
    theirs = carrier(request.actor or None)
    seen = {"bag": found(look.bag), "text": text, "carrier": theirs, "form": new_form(), "voided": look.voided}
    seen["taken"] = taken_by(bag=look.bag, organisation=theirs) if theirs else None
    return render(request, "pages/scan/found.html", seen)


def _crew_page(request: HttpRequest, look: Look, text: str, now) -> HttpResponse:
    if is_quiet(look.transfer):
        return after_death(request, look.transfer, acting=look.acting)
    seen = _journey(request, look, text, now)
    photo = any(each.kind == Document.Kind.PHOTO for each in seen["page"].documents)
    return render(request, "pages/scan/crew.html", {**seen, "photo": photo})


def _ward_page(request: HttpRequest, look: Look, text: str, now) -> HttpResponse:
    seen = _journey(request, look, text, now)
    photo, new = photo_and_since_last(look.transfer)
    seen |= {
        "photo": photo,
        "new": new,
        "ward": True,
        "at_home": look.transfer.stage in (Stage.PACKED, Stage.BACK_HOME),
        "checked": checked(seen["looked"]),
        "first_time": SEEN_BEFORE not in request.COOKIES,
        "places": places(request, look.acting, else_=_expected_at(look)),
        "items": known_again(item_rows(seen["page"].items), look.transfer),
        "summary": sections_shown(seen["page"].summary),
        "check_form": new_form(),
        "move": to_another_ward(request, look.transfer, look.acting),
        "around": around(seen["transfer"], inside=False, now=now),
    }
    response = render(request, "pages/scan/ward.html", seen)
    response.set_cookie(SEEN_BEFORE, "1", max_age=YEAR, httponly=True, samesite="Lax")
    return response


def _expected_at(look: Look) -> str:
    """The ward the home sent them to, for whoever works at that hospital."""
    transfer = look.transfer
    return transfer.destination_place if transfer and transfer.destination_id == look.acting.pk else ""


def _replaced(look: Look, text: str) -> Replaced | None:
    """What became of the label that was scanned, when the bag carries a newer one."""
    return replaced(text) if look.voided else None


def _home_page(request: HttpRequest, look: Look, text: str, now) -> HttpResponse:
    if not look.on_the_way:
        return render(
            request,
            "pages/scan/home.html",
            {"look": look, "bag": look.bag, "text": text, "replaced": _replaced(look, text)},
        )
    facts = replay.facts_of(look.transfer)
    journey = replay.journey_of(look.transfer, facts)
    seen = {
        "checked": checked(looked(transfer=look.transfer, journey=journey, facts=facts, by=look.transfer.home_id)),
        "look": look,
        "replaced": _replaced(look, text),
        "bag": look.bag,
        "text": text,
        "transfer": look.transfer,
        "held": holding(transfer=look.transfer, facts=facts),
        "items": known_again(item_rows(journey.items), look.transfer),
        "inside": True,
        "back": look.transfer.stage == Stage.BACK_HOME and look.transfer.holder_confirmed,
        "away": look.transfer.stage != Stage.PACKED,
        "form": new_form(),
        "check_form": new_form(),
        "finish_form": new_form(),
    }
    return render(request, "pages/scan/home.html", seen)


def _journey(request: HttpRequest, look: Look, text: str, now) -> dict:
    """What crew and ward see of a journey: the first screen, who has the bag, and what they can do."""
    transfer = look.transfer
    facts = replay.facts_of(transfer)
    held = holding(transfer=transfer, facts=facts)
    page = emergency(transfer=transfer, facts=facts, now=now)
    has_it = transfer.holder_id == look.acting.pk
    return {
        "look": look,
        "text": text,
        "transfer": transfer,
        "page": page,
        "on_top": True,
        "held": held,
        "looked": looked(transfer=transfer, journey=replay.journey_of(transfer, facts), facts=facts, by=look.acting.pk),
        "has_it": has_it,
        "by_you": held.told_by(request.actor.user_id),
        "may_take": look.on_the_way and not (has_it and held.confirmed),
        "receivers": [each for each in receivers(transfer) if each != look.acting] if has_it else [],
        "give_place": "" if transfer.destination_id == look.acting.pk else transfer.destination_place,
        "seal": last_seal(facts),
        "asks": asks_of(look.acting),
        "here": place_here(request, look.acting),
        "form": new_form(),
        "give_form": new_form(),
        "left_form": new_form(),
    }
