"""What is not found yet: the list, one case with what was done about it, its letter, and the question to who had it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.packs.case_letter import letter_of
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.case_words import asked_words, lead, trace
from redbag.transfers.case_work import AT_HOME, ELSEWHERE, add_step, change_case, is_inside, people_of
from redbag.transfers.contents import name_of
from redbag.transfers.item_photos import photos_of
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell
from redbag.web.telling import new_form
from redbag.web.typed import form_id, onward, text

MOST, MOST_CLOSED = 200, 50
JOINED = ("transfer__resident", "transfer__home", "transfer__bag", "asked", "owner")
BY_THEMSELVES = (CaseStep.Kind.OPENED, CaseStep.Kind.AGAIN)


@dataclass(frozen=True)
class Row:
    """A case in a list."""

    case: Case
    name: str
    lead: str
    overdue: bool
    inside: bool


def own_cases(actor: Actor, *, now: datetime) -> QuerySet[Case]:
    """Those of the homes where somebody works, and those about which their organisation is asked."""
    homes, asked = actor.organisations_with(Permission.PACK), actor.organisations_with(Permission.CHECK_BAGS)
    mine = Q(transfer__home__in=homes) | Q(asked__in=asked)
    return Case.objects.visible_to(actor, now=now).filter(mine).select_related(*JOINED)


def row_of(case: Case, actor: Actor, *, today: date) -> Row:
    """A case as a list shows it."""
    overdue = case.closed_at is None and case.due_on < today
    return Row(case, name_of(case), lead(case), overdue, is_inside(actor, case.transfer))


@dataclass(frozen=True)
class Need:
    """A line of *Needs you*: which thing of whom, why now, and where it is followed."""

    case: Case
    transfer: Transfer
    words: str
    address: str
    overdue: bool


def needs_you(actor: Actor, *, now: datetime) -> list[Need]:
    """Open cases of the actor's homes that are overdue, not yet begun, or answered meanwhile; the oldest day first."""
    homes = actor.organisations_with(Permission.PACK)
    rows = own_cases(actor, now=now).open().filter(transfer__home__in=homes).prefetch_related("steps")
    today, needs = timezone.localdate(now), []
    for case in rows.order_by("due_on", "opened_at")[:MOST]:
        if words := _why_now(case, today):
            address = reverse("web:case", args=[case.pk])
            needs.append(Need(case, case.transfer, f"{name_of(case)}: {words}", address, case.due_on < today))
    return needs


def _why_now(case: Case, today: date) -> str:
    steps = sorted(case.steps.all(), key=lambda step: step.at)
    asked = asked_words(case)
    if steps and steps[-1].kind in ELSEWHERE:
        return f"{steps[-1].by_name} says: {CaseStep.Kind(steps[-1].kind).label.lower()}"
    if case.due_on < today:
        return f"not found yet, and the day for an answer has passed. Ask {asked or 'at home'} again"
    if all(step.kind in BY_THEMSELVES for step in steps):
        return f"not found yet. Ask {asked}" if asked else "not found yet. Look at home first"
    return ""


def asked_of(actor: Actor, transfer: Transfer, *, now: datetime) -> list[dict]:
    """The questions of the home to the actor's organisation about this journey, with their answers so far."""
    theirs = actor.organisations_with(Permission.CHECK_BAGS)
    if not transfer.missing_items:
        return []
    rows = Case.objects.visible_to(actor, now=now).open().filter(transfer=transfer, asked__in=theirs)
    cases = [case for case in rows.select_related(*JOINED) if not is_inside(actor, transfer)]
    if not cases:
        return []
    story = tell(transfer)
    return [
        {
            "case": case,
            "name": name_of(case),
            "trace": trace(case, story),
            "answers": case.steps.filter(kind__in=ELSEWHERE).order_by("at"),
            "kinds": [(kind.value, kind.label) for kind in ELSEWHERE],
            "form": new_form(),
        }
        for case in cases
    ]


def cases(request: HttpRequest) -> HttpResponse:
    """What is not found yet, overdue first; settled ones below."""
    now = timezone.now()
    today, mine = timezone.localdate(now), own_cases(request.actor, now=now)
    still = list(mine.open().order_by("due_on", "opened_at")[:MOST])
    settled = list(mine.exclude(closed_at=None).order_by(F("closed_at").desc())[:MOST_CLOSED])
    if shown := {case.transfer.resident_id for case in (*still, *settled)}:
        where = request.actor.first_place()
        record_view("cases", None, actor=request.actor, at=now, organisation=where, residents=sorted(shown))
    seen = {
        "open": [row_of(case, request.actor, today=today) for case in still],
        "settled": [row_of(case, request.actor, today=today) for case in settled],
    }
    return render(request, "pages/cases/cases.html", seen)


def their_case(request: HttpRequest, case_id: UUID) -> Case:
    """The case, or 404 when it is none of a journey they may read."""
    rows = Case.objects.visible_to(request.actor, now=timezone.now()).select_related(*JOINED)
    return get_object_or_404(rows, pk=case_id)


@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case for its home; whoever is asked answers on the journey's page."""
    kept = their_case(request, case_id)
    if not is_inside(request.actor, kept.transfer):
        return redirect("web:transfer", kept.transfer_id)
    return _page(request, kept)


def _page(
    request: HttpRequest, kept: Case, *, errors: dict[str, str] | None = None, typed: Mapping | None = None
) -> HttpResponse:
    now, transfer = timezone.now(), kept.transfer
    home, resident = transfer.home_id, transfer.resident_id
    record_view("case", kept, actor=request.actor, at=now, organisation=home, resident=resident)
    way = trace(kept, tell(transfer))
    steps = [{"step": step, "label": CaseStep.Kind(step.kind).label} for step in kept.steps.order_by("-at", "-pk")]
    seen = {
        "case": kept,
        "row": row_of(kept, request.actor, today=timezone.localdate(now)),
        "transfer": transfer,
        "trace": way,
        "photo": bool(way.item and photos_of(transfer, [way.item])),
        "asked": asked_words(kept),
        "steps": steps,
        "kinds": [(kind.value, kind.label) for kind in AT_HOME],
        "outcomes": Case.Outcome.choices,
        "people": [(pk, person.name) for pk, person in people_of(transfer.home).items()],
        "may_follow": request.actor.may(Permission.FOLLOW_CASES, home),
        "pounds": _pounds(kept.value_pence),
        "form": new_form(),
        "typed": typed or {},
        "errors": errors or {},
    }
    return render(request, "pages/cases/case.html", seen, status=422 if errors else 200)


def add_case_step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The home writes down what it did; whoever is asked answers."""
    kept, now = their_case(request, case_id), timezone.now()
    inside = is_inside(request.actor, kept.transfer)
    back = reverse("web:case", args=[kept.pk]) if inside else reverse("web:transfer", args=[kept.transfer_id])
    said = {"kind": text(request.POST, "kind"), "words": text(request.POST, "words")}
    try:
        add_step(actor=request.actor, case=kept, step_id=form_id(request.POST), now=now, **said)
    except BadInput as wrong:
        if inside:
            return _page(request, kept, errors=wrong.errors, typed=request.POST)
        (words,) = list(wrong.errors.values())[:1]
        messages.error(request, words)
        return redirect(f"{back}#asked")
    messages.success(request, "Written down." if inside else "Thank you. The home can read your answer now.")
    return redirect(back)


def change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand it over, set its day or value, put right whom to ask, settle it, open it again."""
    kept = their_case(request, case_id)
    require(request.actor, Permission.FOLLOW_CASES, kept.transfer.home_id)
    try:
        values = _typed(request.POST)
        change_case(actor=request.actor, case=kept, values=values, now=timezone.now())
    except BadInput as wrong:
        return _page(request, kept, errors=wrong.errors, typed=request.POST)
    messages.success(request, "Kept.")
    return redirect(onward(request, reverse("web:case", args=[kept.pk])))


def _typed(posted: Mapping) -> dict:
    """What was typed as values of a change: only the boxes that the form had."""
    values: dict = {name: text(posted, name) for name in ("owner", "asked_text", "outcome", "why") if name in posted}
    if "owner" in values and not values["owner"]:
        del values["owner"]
    if "asked_text" in values and values["asked_text"] == text(posted, "was-asked_text"):
        del values["asked_text"]
    if "due_on" in posted:
        values["due_on"] = _day(text(posted, "due_on"))
    if "value" in posted:
        values["value_pence"] = _pence(text(posted, "value"))
    return values


def _day(told: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(told, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    return None


def _pence(told: str) -> int | str | None:
    """Pounds as pence; None for nothing, and what cannot be read as it was typed."""
    plain = told.replace("£", "").replace(",", "").strip()
    if not plain:
        return None
    try:
        pence = Decimal(plain) * 100
        return int(pence) if pence == pence.to_integral_value() else told
    except (InvalidOperation, ValueError):
        return told


def _pounds(pence: int | None) -> str:
    return "" if pence is None else f"{pence / 100:.2f}"


@never_cache
def case_letter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The letter to whoever had it last, ready to print; making it is a step."""
    kept = their_case(request, case_id)
    require(request.actor, Permission.FOLLOW_CASES, kept.transfer.home_id)
    content = letter_of(actor=request.actor, case=kept, now=timezone.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="not-found-yet.pdf"'
    return answer
