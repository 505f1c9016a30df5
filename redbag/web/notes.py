"""What home and ward write to each other about a journey, with the number to ring above it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, NotAllowed
from redbag.journal.recording import record_view
from redbag.notes.actions import LONGEST, read_note, write_note, writer
from redbag.notes.models import Note
from redbag.organisations.access import Actor
from redbag.organisations.models import Place
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web.drafts import forget
from redbag.web.telling import new_form
from redbag.web.typed import form_id, text

MOST = 100
JOINED = ("resident", "home", "holder", "destination")


@dataclass(frozen=True)
class Line:
    """One note as somebody sees it. `late` says that an answer was promised, and its time has passed."""

    note: Note
    own: bool
    to_read: bool
    late: bool


@dataclass(frozen=True)
class Ring:
    """Whom to ring when it is urgent."""

    who: str
    phone: str


def notes_of(actor: Actor, transfer: Transfer, *, now: datetime) -> dict:
    """The notes of a journey, oldest first, with what this person can do."""
    try:
        mine = writer(actor, transfer).organisation.pk
    except NotAllowed:
        mine = None
    rows = Note.objects.visible_to(actor, now=now).filter(transfer=transfer).select_related("organisation")
    newest = list(rows.order_by("-written_at")[:MOST])
    lines = [_line(note, mine, now) for note in reversed(newest)]
    return {
        "transfer": transfer,
        "lines": lines,
        "seen": f"{len(lines)}-{sum(line.note.read_at is not None for line in lines)}",
        "ring": ring(transfer, at_home=mine == transfer.home_id),
        "may_write": mine is not None,
        "longest": LONGEST,
        "form": new_form(),
        "other": "the ward" if mine == transfer.home_id else "the home",
    }


def ring(transfer: Transfer, *, at_home: bool) -> Ring | None:
    """The ward's direct line for the home (else its switchboard), the home's number for everybody else."""
    if not at_home:
        return Ring(transfer.home.name, transfer.home.phone) if transfer.home.phone else None
    place = transfer.holder if transfer.stage not in (Stage.PACKED, Stage.BACK_HOME) else transfer.destination
    if place is None or place.pk == transfer.home_id:
        return None
    name = transfer.holder_place if place.pk == transfer.holder_id else transfer.destination_place
    ward = Place.objects.filter(organisation=place, name=name).first() if name else None
    if ward is not None and ward.phone:
        return Ring(f"{ward.name}, {place.name}", ward.phone)
    return Ring(place.name, place.phone) if place.phone else None


@never_cache
def notes(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """All notes of a journey; a POST writes one."""
    transfer, now = _theirs(request, transfer_id), timezone.now()
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _write(request, transfer, now)
        except BadInput as wrong:
            errors = wrong.errors
    where = request.actor.first_place()
    record_view("notes", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)
    seen = {
        **notes_of(request.actor, transfer, now=now),
        "errors": errors,
        "typed": text(request.POST, "words"),
        "answering": request.POST.get("answers") or request.GET.get("answers", ""),
        "alone": True,
    }
    return render(request, "pages/notes/notes.html", seen, status=422 if errors else 200)


@never_cache
def notes_now(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The notes alone, asked for every few seconds; no content while there is nothing new."""
    seen = notes_of(request.actor, _theirs(request, transfer_id), now=timezone.now())
    if request.GET.get("seen") == seen["seen"]:
        return HttpResponse(status=204)
    return render(request, "pages/notes/_lines.html", seen)


def read(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """*I have read this*."""
    rows = Note.objects.visible_to(request.actor, now=timezone.now()).select_related("transfer")
    note = get_object_or_404(rows, pk=note_id)
    read_note(actor=request.actor, note=note, now=timezone.now())
    messages.success(request, f"They can see that {request.actor.name} has read it.")
    return redirect("web:notes", note.transfer_id)


def _write(request: HttpRequest, transfer: Transfer, now: datetime) -> HttpResponse:
    answers = None
    if request.POST.get("answers"):
        found = Note.objects.visible_to(request.actor, now=now).filter(transfer=transfer)
        answers = found.filter(pk=form_id(request.POST, "answers")).first()
    words = text(request.POST, "words")
    _, new = write_note(
        actor=request.actor, transfer=transfer, words=words, answers=answers, id=form_id(request.POST), now=now
    )
    forget(request, "note", transfer.pk)
    messages.success(request, "Sent. The other side sees it now." if new else "Already sent.")
    return redirect("web:notes", transfer.pk)


def _theirs(request: HttpRequest, transfer_id: UUID) -> Transfer:
    rows = Transfer.objects.visible_to(request.actor, now=timezone.now()).select_related(*JOINED)
    return get_object_or_404(rows, pk=transfer_id)


def _line(note: Note, mine: UUID | None, now: datetime) -> Line:
    own = note.organisation_id == mine
    unread = note.read_at is None
    return Line(
        note=note,
        own=own,
        to_read=mine is not None and not own and unread,
        late=unread and note.reply_by is not None and note.reply_by < now,
    )
