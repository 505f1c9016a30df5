"""*Back from hospital*: what is asked when somebody is home again, and who was rung about what is not right."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.homecomings import actions
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.questions import WHOM
from redbag.homecomings.stays import Asked, Stay, asked_of, open_troubles, stay_of, stay_of_letter, trouble_words
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.summaries.fields import said
from redbag.summaries.sections import BY_NAME
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web.notes import ring
from redbag.web.transfers import their_transfer
from redbag.web.typed import text


@dataclass(frozen=True)
class Caller:
    """Somebody to ring about a trouble, and whether that was done."""

    whom: str
    who: str
    phone: str
    done: ReturnAnswer | None


@dataclass(frozen=True)
class Card:
    """One question on the page."""

    asked: Asked
    id: str
    callers: list[Caller]


def returned(transfer: Transfer) -> bool:
    """Whether somebody is home again, as far as anybody said."""
    return transfer.back_at is not None or transfer.stage in (Stage.BACK_HOME, Stage.CLOSED)


@never_cache
def coming_back(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """What is asked after a journey."""
    transfer = their_transfer(request, transfer_id)
    return _page(request, stay_of(transfer), reverse("web:coming_back", args=[transfer.pk]))


@never_cache
def coming_back_by_letter(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """What is asked after a stay that only a letter tells of."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now()).exclude(sent_at=None)
    rows = rows.select_related("home", "resident", "organisation", "transfer__home", "transfer__resident")
    summary = get_object_or_404(rows, pk=summary_id)
    require(request.actor, Permission.CHECK_RETURNS, summary.home_id or summary.organisation_id)
    if summary.transfer is not None:
        return redirect("web:coming_back", transfer_id=summary.transfer_id)
    return _page(request, stay_of_letter(summary), reverse("web:coming_back_by_letter", args=[summary.pk]))


def _page(request: HttpRequest, stay: Stay, here: str) -> HttpResponse:
    require(request.actor, Permission.CHECK_RETURNS, stay.home)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            words = _did(request, stay)
        except BadInput as wrong:
            errors = wrong.errors
        else:
            messages.success(request, words)
            return redirect(f"{here}#q-{request.POST.get('place', '')[:80]}")
    now = timezone.now()
    where = request.actor.first_place()
    subject = stay.transfer or stay.summary
    record_view("coming_back", subject, actor=request.actor, at=now, organisation=where, resident=stay.resident.pk)
    seen = {
        "stay": stay,
        "here": here,
        "cards": [_card(stay, each) for each in asked_of(stay, now=now)],
        "recorded": _on_record(stay),
        "letters": _letters(request.actor, stay),
        "errors": errors,
        "typed": request.POST if errors else {},
    }
    return render(request, "pages/homecomings/coming_back.html", seen, status=422 if errors else 200)


def _did(request: HttpRequest, stay: Stay) -> str:
    posted, now = request.POST, timezone.now()
    if about := text(posted, "about"):
        row = get_object_or_404(stay.answers().select_related("home", "resident", "transfer", "summary"), pk=about)
        whom = text(posted, "whom")
        spoke_to, told = text(posted, "spoke_to"), text(posted, "said")
        actions.rang(actor=request.actor, about=row, whom=whom, spoke_to=spoke_to, said=told, now=now)
        return f"Written down: you rang {WHOM[whom]}."
    kept = actions.answer(
        actor=request.actor,
        stay=stay,
        question=text(posted, "question"),
        value=text(posted, "answer"),
        key=text(posted, "key"),
        note=text(posted, "note"),
        agent=text(posted, "agent"),
        reaction=text(posted, "reaction"),
        now=now,
    )
    return "Kept. Look at what must be done today." if trouble_words(kept) else "Kept."


def _card(stay: Stay, asked: Asked) -> Card:
    place = f"{asked.question.name}-{asked.key[:12]}" if asked.key else asked.question.name
    return Card(asked=asked, id=place, callers=_callers(stay, asked) if asked.trouble else [])


def _callers(stay: Stay, asked: Asked) -> list[Caller]:
    done = {each.answer: each for each in asked.rang}
    ward = ring(stay.transfer, at_home=True) if stay.transfer else None
    hospital = stay.summary.hospital if stay.summary else "The ward"
    numbers = {
        "ward": (ward.who if ward else hospital, ward.phone if ward else ""),
        "gp": (stay.resident.gp_practice or "The GP", stay.resident.gp_phone),
    }
    return [
        Caller(whom, *numbers[whom], done.get(whom)) for whom in WHOM if whom in done or whom in asked.still_to_ring
    ]


def _on_record(stay: Stay) -> dict:
    """What the resident's own record says now, beside the questions that may change it."""
    sections = {each["name"]: each for each in read_summary(resident=stay.resident, now=timezone.now())}
    words = {}
    for name, field_name in (("resuscitation", "recommendation"), ("allergies", "status")):
        field = next(each for each in BY_NAME[name].fields if each.name == field_name)
        words[name] = said(field, sections[name]["content"][field_name])
    rows = sections["allergies"]["content"].get("items") or []
    return {**words, "agents": [row["agent"] for row in rows]}


def _letters(actor: Actor, stay: Stay) -> list[DischargeSummary]:
    """The letters about this stay, to look things up in."""
    if stay.summary is not None:
        return [stay.summary]
    rows = DischargeSummary.objects.visible_to(actor, now=timezone.now()).sent().filter(transfer=stay.transfer)
    return list(rows.select_related("organisation").order_by("-version"))


def troubles_at(actor: Actor) -> list[tuple[Resident, str, str]]:
    """For the board: what is not right about a return at one of their homes, in words, and the page where it is."""
    homes = actor.organisations_with(Permission.CHECK_RETURNS)
    rows = open_troubles(homes).select_related("transfer__resident", "summary", "resident").order_by("at")
    return [(row.resident, trouble_words(row), page_of(row)) for row in rows[:50]]


def page_of(answer: ReturnAnswer) -> str:
    """The page where an answer was given."""
    if answer.transfer_id:
        return reverse("web:coming_back", args=[answer.transfer_id])
    return reverse("web:coming_back_by_letter", args=[answer.summary_id])
