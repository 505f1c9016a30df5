"""The page of one transfer, its emergency sheet, and what stays true of it while it is open."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges.models import DischargeSummary
from redbag.documents.reading import marked
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind, Organisation
from redbag.packs.sheets import printed_sheet
from redbag.reminders.lateness import late
from redbag.transfers.case_words import asked_about
from redbag.transfers.doubts import not_where_it_was_going
from redbag.transfers.emergency import REASON_LABELS, emergency
from redbag.transfers.finding import found_on
from redbag.transfers.holding import holding, looked
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import astray_words, is_quiet
from redbag.transfers.receivers import receivers
from redbag.transfers.snapshot import since_last
from redbag.transfers.spoken import SHAPES
from redbag.transfers.stages import Outcome, Stage
from redbag.transfers.story import Story, tell
from redbag.web.after_death import after_death, is_over_for
from redbag.web.belongings import contents_known_again
from redbag.web.cases import asked_of
from redbag.web.glass_at_home import asked_rows
from redbag.web.here import Move, to_another_ward
from redbag.web.let_in import visitor_rows
from redbag.web.patient import Checked, checked, contents, sections_shown
from redbag.web.reminders import of_journey
from redbag.web.signed import signatures_on
from redbag.web.skin import around
from redbag.web.telling import new_form
from redbag.web.timeline import doubted, entries, not_found, said_missing
from redbag.web.typed import text

JOINED = ("resident", "home", "bag", "destination", "holder__area", "home__area")
AT_HOSPITAL = (
    Outcome.DIED,
    Outcome.ANOTHER_HOSPITAL,
    Outcome.ANOTHER_HOME,
    Outcome.OWN_HOME,
    Outcome.HOSPICE,
    Outcome.HOSPITAL_AT_HOME,
    Outcome.SELF_DISCHARGE,
    Outcome.SAME_DAY_RETURN,
    Outcome.WITH_FAMILY,
    Outcome.FOLLOWS_LATER,
    Outcome.LOST,
)
AT_HOME = tuple(each for each in Outcome if each != Outcome.CLOSED)
FORMS = ("form", "give_form", "check_form", "outcome_form", "finish_form", "opened_form")


def their_transfer(request: HttpRequest, transfer_id: UUID) -> Transfer:
    """The transfer, or 404 when it is not theirs to see."""
    rows = Transfer.objects.visible_to(request.actor, now=timezone.now()).select_related(*JOINED)
    return get_object_or_404(rows, pk=transfer_id)


@never_cache
def transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Everything about one journey, for the home, the hospital and the crew."""
    return transfer_page(request, their_transfer(request, transfer_id))


def transfer_page(
    request: HttpRequest, transfer: Transfer, *, errors: dict[str, str] | None = None, overtaken: bool = False
) -> HttpResponse:
    """The page; with errors, again with what was typed; `overtaken` when somebody else wrote meanwhile."""
    now = timezone.now()
    _note_view("transfer", request, transfer, now)
    if is_over_for(request.actor, transfer):
        return after_death(request, transfer, acting=request.actor.first_place(), errors=errors)
    story = tell(transfer)
    inside = request.actor.may(Permission.PACK, transfer.home_id)
    sent = DischargeSummary.objects.visible_to(request.actor, now=now).filter(transfer=transfer)
    summaries = list(sent.select_related("organisation", "acknowledgement").order_by("-version"))
    page = emergency(transfer=transfer, facts=[line.fact for line in story.lines], now=now)
    state = _state(request, story, now)
    seen = {
        "page": page,
        "summary": sections_shown(page.summary),
        "new": since_last(transfer),
        "papers": marked(page.documents, timezone.localdate(now)),
        "inside": inside,
        "person": "resident" if inside else "patient",
        "summaries": summaries,
        "items": state["contents"].rows,
        "missing": not_found(story.items),
        "move": _move(request, transfer),
        "asked_of_you": asked_of(request.actor, transfer, now=now),
        "missing_by_you": said_missing(story, request.actor),
        "checked": _checked(request.actor, story),
        "draft": _draft(request.actor, summaries),
        "ask": asked_about(transfer) if transfer.missing_items else "",
        "signatures": signatures_on(transfer, [line.fact for line in story.lines]),
        "printed": printed_sheet(transfer, now=now) if inside else None,
        "visitors": visitor_rows(transfer, now=now) if inside else [],
        "without_code": asked_rows(transfer.pk, now=now) if inside else [],
        "found_bags": found_on(transfer) if inside else [],
        "around": around(transfer, inside=inside, now=now),
        "errors": _by_field(errors or {}),
        "typed": request.POST if errors else {},
        "reason_fields": _reason_fields(transfer, request.POST if errors else {}, overtaken),
        **of_journey(request.actor, transfer, now),
        **state,
        **_may(request.actor, transfer),
        **{form: new_form() for form in FORMS},
    }
    status = 409 if overtaken else 422 if errors else 200
    return render(request, "pages/transfers/transfer.html", seen, status=status)


@never_cache
def transfer_now(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Who has the bag and the timeline, asked for every few seconds; no content while nothing changed."""
    transfer = their_transfer(request, transfer_id)
    if request.GET.get("changes") == str(transfer.changes):
        return HttpResponse(status=204)
    story = tell(transfer)
    return render(request, "pages/transfers/_now.html", {**_state(request, story, timezone.now()), "again": True})


def transfer_sheet(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The emergency summary on one sheet of paper, under its older address."""
    return redirect("web:paper", transfer_id=their_transfer(request, transfer_id).pk, kind="summary")


@never_cache
def handover_card(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The hand-over to read out, as SBAR or (`?as=atmist`) as ATMIST."""
    transfer, now = their_transfer(request, transfer_id), timezone.now()
    _note_view("handover_card", request, transfer, now)
    if is_over_for(request.actor, transfer):
        return after_death(request, transfer, acting=request.actor.first_place())
    shape = request.GET.get("as") if request.GET.get("as") in SHAPES else "sbar"
    page = emergency(transfer=transfer, now=now)
    inside = request.actor.may(Permission.PACK, transfer.home_id)
    seen = {
        "transfer": transfer,
        "page": page,
        "parts": SHAPES[shape](page, home=transfer.home.name, now=now),
        "shape": shape,
        "shapes": [("sbar", "SBAR"), ("atmist", "ATMIST")],
        "inside": inside,
        "ready": inside and transfer.stage == Stage.PACKED,
        "now": now,
    }
    return render(request, "pages/transfers/handover_card.html", seen)


def _checked(actor: Actor, story: Story) -> Checked | None:
    """What the holder found, for somebody who works there."""
    holder, facts = story.transfer.holder_id, [line.fact for line in story.lines]
    if holder not in actor.organisations_with(Permission.CHECK_BAGS):
        return None
    return checked(looked(transfer=story.transfer, journey=story.journey, facts=facts, by=holder))


def _move(request: HttpRequest, transfer: Transfer) -> Move | None:
    """How to say that it went to another ward, for somebody of the hospital that has it."""
    return to_another_ward(request, transfer, _theirs(request.actor, Permission.MOVE_BAGS).get(transfer.holder_id))


def _draft(actor: Actor, summaries: Sequence[DischargeSummary]) -> DischargeSummary | None:
    """The newest summary that their own hospital has begun and not sent; the newest version stands first."""
    own = actor.organisations_with(Permission.WRITE_DISCHARGE)
    begun = (each for each in summaries if each.state == DischargeSummary.State.DRAFT)
    return next((each for each in begun if each.organisation_id in own), None)


def _by_field(errors: dict[str, str]) -> dict[str, str]:
    """Faults under the names of the page's fields; a template would take "items" for the dictionary's own."""
    return {"contents" if name.startswith("items") else name: words for name, words in errors.items()}


def _note_view(page: str, request: HttpRequest, transfer: Transfer, now) -> None:
    where = request.actor.first_place()
    record_view(page, transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)


def _state(request: HttpRequest, story: Story, now) -> dict:
    """What moves: who has the bag, what is next, what happened, what was in it."""
    transfer = story.transfer
    facts = [line.fact for line in story.lines]
    lines = entries(story, request.actor)
    inside = request.actor.may(Permission.PACK, transfer.home_id)
    return {
        "transfer": transfer,
        "doubt": not_where_it_was_going(transfer) if inside else "",
        "doubted": next(iter(doubted(story, lines)), None),
        "held": holding(transfer=transfer, facts=facts),
        "awaiting": story.awaiting,
        "astray": astray_words(transfer),
        "late": bool(late([transfer], now=now)),
        "entries": lines,
        "contents": contents_known_again(contents(story.items), transfer),
        "inside": inside,
        "outcomes_told": [Outcome(each).label for each in story.journey.outcomes if each != Outcome.CLOSED],
        "closed": transfer.stage == Stage.CLOSED,
    }


def _may(actor: Actor, transfer: Transfer) -> dict:
    """Which buttons the page has for this person, at this stage."""
    going_on = transfer.stage != Stage.CLOSED
    movers = _theirs(actor, Permission.MOVE_BAGS)
    at_home = transfer.home_id in movers
    holds = transfer.holder_id in movers
    carriers = [each for each in movers.values() if each.kind in (Kind.HOSPITAL, Kind.AMBULANCE)]
    gives = going_on and (holds or at_home) and transfer.stage != Stage.BACK_HOME
    return {
        "may_take": going_on and bool(carriers) and not (holds and transfer.holder_confirmed),
        "taker": carriers[0] if carriers else None,
        "may_receive": at_home and _not_yet_received(transfer) and not (is_quiet(transfer) and not transfer.bag_id),
        "may_give": gives,
        "receivers": [each for each in receivers(transfer) if each.pk != transfer.holder_id] if gives else [],
        "may_show_code": going_on and holds and transfer.stage not in (Stage.PACKED, Stage.BACK_HOME),
        "may_check": (going_on or transfer.missing_items > 0) and (at_home or bool(carriers)),
        "may_finish": at_home and transfer.stage == Stage.BACK_HOME,
        "may_tell_outcome": bool(_theirs(actor, Permission.RECORD_OUTCOME)),
        "outcomes": AT_HOME if at_home else AT_HOSPITAL,
        "may_add": going_on and actor.may(Permission.PACK, transfer.home_id),
        "may_write_discharge": bool(_theirs(actor, Permission.WRITE_DISCHARGE)),
    }


def _not_yet_received(transfer: Transfer) -> bool:
    """Whether the home has still to say that the bag is back."""
    if transfer.stage == Stage.BACK_HOME:
        return not transfer.holder_confirmed
    return transfer.stage not in (Stage.PACKED, Stage.CLOSED)


def _theirs(actor: Actor, permission: Permission) -> dict[UUID, Organisation]:
    granted = set(actor.organisations_with(permission))
    return {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}


def kept_words(transfer: Transfer) -> list[tuple[str, str, str]]:
    """The boxes for saying more: name, label, and what is written now."""
    boxes = [(f"reason-{name}", label, transfer.reason.get(name, "")) for name, label in REASON_LABELS.items()]
    return [
        *boxes,
        ("ask", "What we ask of you", transfer.ask),
        ("return_when", "Can come home when", transfer.return_when),
    ]


def wrote(posted: Mapping, name: str) -> bool:
    """Whether somebody typed something else in this box than the page showed."""
    return name in posted and (f"was-{name}" not in posted or text(posted, name) != text(posted, f"was-{name}"))


def _reason_fields(transfer: Transfer, posted: Mapping, overtaken: bool) -> list[dict]:
    """The boxes, each with what was typed, and with the text those words are based on."""
    return [
        {
            "name": name,
            "label": label,
            "value": text(posted, name) if wrote(posted, name) else now,
            "was": now if overtaken else posted.get(f"was-{name}", now),
        }
        for name, label, now in kept_words(transfer)
    ]
