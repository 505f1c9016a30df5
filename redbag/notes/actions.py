"""Home and ward write to each other about a journey. What is urgent is rung, not written."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.notes.models import Note
from redbag.organisations.access import Actor, Permission, Post
from redbag.organisations.models import Place
from redbag.transfers.models import Transfer

LONGEST = 2000
ONE_CHASE_IN = timedelta(minutes=10)
OTHER_CONTENT = "id_known_with_other_content"


@transaction.atomic
def write_note(
    *,
    actor: Actor,
    transfer: Transfer,
    words: str,
    now: datetime,
    kind: str = Note.Kind.NOTE,
    answers: Note | None = None,
    id: UUID | None = None,
) -> tuple[Note, bool]:
    """Write to the other side of a journey; returns the note, and whether it is new.

    The same note again changes nothing (Refused when it says something else), and nobody asks where a bag is twice
    within ten minutes. An answer also says that the note it answers was read. Raises NotAllowed for who is no party.
    """
    post = writer(actor, transfer)
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise BadInput({"words": f"Write a few words, at most {LONGEST} characters."})
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("home", "holder").get(pk=transfer.pk)
    if known := _known(transfer, id, kind, now):
        if known.pk == id and known.words != words:
            raise Refused("A note with this id is known, and it says something else.", code=OTHER_CONTENT)
        return known, False
    note = Note.objects.create(
        id=id or uuid4(),
        transfer=transfer,
        organisation=post.organisation,
        kind=kind,
        words=words,
        written_at=now,
        by=actor.user,
        by_name=actor.name,
        role=post.role,
        answers=answers,
        reply_by=_reply_by(transfer, post, now) if answers is None else None,
    )
    if answers is not None and answers.organisation_id != post.organisation.pk:
        _read(answers, actor, now)
    _note_down("note.written", note, actor, post, now)
    _tell(note, post, now)
    return note, True


@transaction.atomic
def read_note(*, actor: Actor, note: Note, now: datetime) -> None:
    """Say that the other side has read a note; the first reader stays."""
    post = writer(actor, note.transfer)
    if note.organisation_id == post.organisation.pk:
        raise NotAllowed("Only the other side can say that this note was read.")
    if _read(note, actor, now):
        _note_down("note.read", note, actor, post, now)


def writer(actor: Actor, transfer: Transfer) -> Post:
    """For which of their organisations somebody writes about this journey; NotAllowed for who is no party."""
    first = [transfer.home_id, transfer.holder_id, transfer.destination_id]
    known = [*first, *(UUID(party) for party in transfer.parties_known)]
    posts = [
        each
        for each in actor.posts
        if each.organisation.pk in known and actor.may(Permission.WRITE_NOTES, each.organisation.pk)
    ]
    if actor.facts_only or not posts:
        raise NotAllowed(f"Your role may not {Permission.WRITE_NOTES}.")
    return min(posts, key=lambda post: known.index(post.organisation.pk))


def _known(transfer: Transfer, id: UUID | None, kind: str, now: datetime) -> Note | None:
    notes = Note.objects.filter(transfer=transfer)
    if id is not None and (known := Note.objects.filter(pk=id).first()):
        if known.transfer_id != transfer.pk:
            raise Refused("A note with this id is known, on another journey.", code=OTHER_CONTENT)
        return known
    if kind == Note.Kind.CHASE:
        return notes.filter(kind=kind, written_at__gt=now - ONE_CHASE_IN).first()
    return None


def _read(note: Note, actor: Actor, now: datetime) -> bool:
    return bool(Note.objects.filter(pk=note.pk, read_at=None).update(read_at=now, read_by_name=actor.name))


def _reply_by(transfer: Transfer, post: Post, now: datetime) -> datetime | None:
    """By when the place that has the bag promises to answer the home; None where it promises nothing."""
    if post.organisation.pk != transfer.home_id or not transfer.holder_place:
        return None
    places = Place.objects.filter(organisation=transfer.holder_id, name=transfer.holder_place)
    minutes = places.values_list("reply_within", flat=True).first()
    return now + timedelta(minutes=minutes) if minutes else None


def _tell(note: Note, post: Post, now: datetime) -> None:
    """News for the other side: the home, or whoever has the bag and where the journey goes."""
    transfer = note.transfer
    at_home = post.organisation.pk == transfer.home_id
    others = [transfer.holder_id, transfer.destination_id] if at_home else [transfer.home_id]
    answered = {"answers": str(note.answers_id)} if note.answers_id else {}
    post_letters(
        organisations=[place for place in dict.fromkeys(others) if place and place != post.organisation.pk],
        type="note.answered" if note.answers_id else "note.written",
        subject_id=note.pk,
        path=f"/api/v1/transfers/{transfer.pk}/notes",
        ids={"transfer": str(transfer.pk), "note": str(note.pk), **answered},
        now=now,
    )


def _note_down(what: str, note: Note, actor: Actor, post: Post, now: datetime) -> None:
    transfer = note.transfer
    record(
        what,
        note,
        actor=actor,
        at=now,
        organisation=post.organisation,
        resident=transfer.resident_id,
        transfer=transfer.pk,
        kind=note.kind,
    )
