"""What people record about a transfer: hand-overs, checks, outcomes, taking back, saying more."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, NotAllowed
from redbag.organisations.access import Permission, require, require_anywhere
from redbag.transfers.actions import REASON_FIELDS, add_to_transfer
from redbag.transfers.contents import name_of
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import LEFT_AT, LEFT_THERE, held_words, left_at
from redbag.transfers.story import tell as tell_story
from redbag.web import at_hand_over
from redbag.web.checking import extras
from redbag.web.drafts import forget
from redbag.web.telling import acting_for, finished, looked_for, new_form, tell
from redbag.web.timeline import Entry, doubted, entries
from redbag.web.transfers import kept_words, their_transfer, transfer_page, wrote
from redbag.web.typed import form_id, onward, text

FOUND = {"missing": "not found yet", "present": "There", "changed": "Changed"}
SOMEBODY = "somebody"  # who is on no list: written in words


def hand_over(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The bag went to somebody, or came to the reader's own organisation."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, Permission.MOVE_BAGS)
    to, words, place = text(request.POST, "to"), text(request.POST, "to_text"), text(request.POST, "place")
    if not to and not words:
        return transfer_page(request, transfer, errors={"to": "Choose who has the bag now."})
    to = "" if to == SOMEBODY else to
    if not to and not words:
        return transfer_page(request, transfer, errors={"to_text": "Write who has the bag now."})
    if text(request.POST, "moved") and not place:
        return transfer_page(request, transfer, errors={"ward": "Write the ward that the bag is in now."})
    if text(request.POST, "left"):
        place = f"{LEFT_AT}{place}" if place else LEFT_THERE
    fact: dict = {"to": to, "to_text": "" if to else words, "to_name": text(request.POST, "to_name"), "place": place}
    try:
        fact |= {**at_hand_over.said(request, transfer, now=timezone.now()), "items": _seen(request, transfer)}
    except BadInput as wrong:
        return transfer_page(request, transfer, errors=wrong.errors)
    return _tell(request, transfer, "", acting=acting, kind="handoff", **fact)


def check_contents(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Somebody looked what is in the bag."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, Permission.CHECK_BAGS)
    items = _seen(request, transfer)
    if not items:
        return transfer_page(request, transfer, errors={"items": "Say of at least one thing whether it is there."})
    return _tell(request, transfer, _found(transfer, items), acting=acting, kind="check", items=items)


@never_cache
def record_outcome(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """How the journey turned out. A death has pages of its own, and is asked twice."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, Permission.RECORD_OUTCOME)
    outcome = text(request.POST, "outcome")
    if outcome not in Outcome.values:
        return transfer_page(request, transfer, errors={"outcome": "Choose what happened."})
    if outcome == Outcome.DIED:
        return redirect("web:say_death", transfer.pk)
    said = "finished" if outcome == Outcome.CLOSED else Outcome(outcome).label
    return _tell(request, transfer, said, acting=acting, kind="outcome", outcome=outcome)


@never_cache
def take_back(request: HttpRequest, transfer_id: UUID, fact_id: UUID) -> HttpResponse:
    """An entry was wrong: it stays to be seen, struck through, with who took it back and why."""
    transfer = their_transfer(request, transfer_id)
    require_anywhere(request.actor, (Permission.MOVE_BAGS, Permission.RECORD_OUTCOME))
    story = tell_story(transfer)
    lines = entries(story, request.actor)
    entry = next((each for each in lines if each.fact.pk == fact_id), None)
    if entry is None:
        raise Http404
    not_them = text(request.POST, "not_them") or request.GET.get("not_them", "")
    others = _with_it(doubted(story, lines), entry) if not_them else []
    if not entry.may_take_back:
        raise NotAllowed("Only who sent it, or the home's senior or manager, can take it back.")
    reason, error = text(request.POST, "reason"), ""
    if request.method == "POST" and (not reason or len(reason) > 500):
        error = "Say in a few words what was wrong (at most 500 letters)."
    if request.method != "POST" or error:
        seen = {"transfer": transfer, "entry": entry, "others": others, "not_them": not_them}
        seen |= {"form": new_form(), "reason": reason, "error": error}
        return render(request, "pages/transfers/take_back.html", seen, status=422 if error else 200)
    acting = acting_for(request.actor, transfer, Permission.MOVE_BAGS)
    void: dict = {"kind": "void", "transfer": str(transfer.pk), "reason": reason}
    for each in others:
        own_id = str(uuid5(form_id(request.POST), str(each.fact.pk)))  # pressing twice takes each back once
        tell(request, now=timezone.now(), acting=acting, id=own_id, fact=str(each.fact.pk), **void)
    return _tell(request, transfer, "taken back", acting=acting, kind="void", fact=str(fact_id), reason=reason)


def _with_it(theirs: list[Entry], entry: Entry) -> list[Entry]:
    """What else goes when this hand-over was not them: the others that say that they have the bag."""
    return [each for each in theirs if each != entry] if entry in theirs else []


def add_words(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The home says more; after the bag has left it reaches the ward as an addition."""
    transfer = their_transfer(request, transfer_id)
    require(request.actor, Permission.PACK, transfer.home)
    kept = {name: words for name, _, words in kept_words(transfer)}
    if theirs := {name: _theirs(words) for name, words in kept.items() if _clashes(request.POST, name, words)}:
        return transfer_page(request, transfer, errors=theirs, overtaken=True)
    typed = {name: text(request.POST, name) for name in kept if wrote(request.POST, name)}
    reason = {name: typed[f"reason-{name}"] for name in REASON_FIELDS if f"reason-{name}" in typed}
    values = {"reason": reason} | {name: typed[name] for name in ("ask", "return_when") if name in typed}
    try:
        add_to_transfer(actor=request.actor, transfer=transfer, values=values, now=timezone.now())
    except BadInput as wrong:
        errors = {name.replace(".", "-"): words for name, words in wrong.errors.items()}
        return transfer_page(request, transfer, errors=errors)
    forget(request, "add", transfer.pk)
    messages.success(request, "Kept. Crew and ward see it at once.")
    return redirect("web:transfer", transfer_id=transfer.pk)


def _clashes(posted: Mapping, name: str, kept: str) -> bool:
    """Whether this writer changed a text that somebody else changed too, and differently."""
    before = f"was-{name}"
    return before in posted and wrote(posted, name) and kept not in (text(posted, before), text(posted, name))


def _theirs(words: str) -> str:
    told = f"Somebody else wrote here meanwhile: “{words}”." if words else "Somebody else emptied this meanwhile."
    return f"{told} Your words are in the box. Keep them again if they are right."


def _seen(request: HttpRequest, transfer: Transfer) -> list[dict]:
    """What the form says about each belonging."""
    known = {item.id: item.where for item in tell_story(transfer).items}
    return looked_for(request.POST, known) + extras(request.POST)


def _found(transfer: Transfer, items: list[dict]) -> str:
    """What was looked for, by name: also what *All there* said of things that nobody ticked."""
    names = {item.id: name_of(item) for item in tell_story(transfer).items}
    told = {state: [names.get(row["item"], "") for row in items if row["state"] == state] for state in FOUND}
    if not told["missing"]:
        return "what is in the bag"
    said = [f"{words}: {'; '.join(filter(None, told[state]))}" for state, words in FOUND.items() if told[state]]
    return f"{'. '.join(said)}. What you did not find shows as not found yet, to the home and to the ward"


def _tell(request: HttpRequest, transfer: Transfer, said: str, **fact) -> HttpResponse:
    """Tell it, and go on to the page that asked, with a green word; or show the page again with what is wrong."""
    now = timezone.now()
    try:
        result = tell(request, now=now, transfer=str(transfer.pk), **fact)
    except BadInput as wrong:
        return transfer_page(request, transfer, errors=wrong.errors)
    still = (
        Transfer.objects.visible_to(request.actor, now=now)
        .select_related("holder", "bag")
        .filter(pk=transfer.pk)
        .first()
    )
    said = said or (_where(still) if still else "the bag has gone on")
    if result.outcome == "duplicate" or fact["kind"] == Kind.HANDOFF:
        at_hand_over.tell_how(request, result, words=said)
    else:
        closes = fact.get("outcome") == Outcome.CLOSED
        messages.success(request, finished(request.actor, still) if closes else _recorded(said))
    if still and fact.get("outcome") == Outcome.CLOSED and still.missing_items:
        things = f"{still.missing_items} thing{'' if still.missing_items == 1 else 's'}"
        messages.warning(request, f"{things} not found yet: it stays on the board.")
    page = reverse("web:transfer", args=[transfer.pk]) if still else reverse("web:board")
    return redirect(onward(request, page))


def _where(transfer: Transfer) -> str:
    """Where the bag is, as the last words of a sentence."""
    name = transfer.holder.name if transfer.holder else transfer.holder_text
    left = "" if transfer.holder_confirmed else left_at(name=name, place=transfer.holder_place)
    return f"{left[0].lower()}{left[1:]}" if left else f"{held_words(transfer)} has the bag"


def _recorded(said: str) -> str:
    return f"Recorded: {said}."
