"""Calls for the notes between home and ward about a journey."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.notes_shapes import NoteShape, WriteNoteShape
from redbag.api.problems import Unprocessable
from redbag.api.shapes import listed
from redbag.api.transfers import own_transfers
from redbag.journal.recording import record_view
from redbag.notes.actions import read_note, write_note, writer
from redbag.notes.models import Note


class NotesCall(Door):
    @extend_schema(operation_id="notes_list", responses=listed(NoteShape))
    def get(self, request, pk):
        """The notes of a journey, newest first."""
        transfer = self.find(own_transfers(self), pk)
        where = self.actor.first_place()
        record_view("notes", transfer, actor=self.actor, at=self.now, organisation=where, resident=transfer.resident_id)
        rows = Note.objects.visible_to(self.actor, now=self.now).filter(transfer=transfer)
        return self.page(
            rows.select_related("organisation"), lambda note: NoteShape(note).data, order=("-written_at", "-id")
        )

    @extend_schema(request=WriteNoteShape, responses={201: NoteShape, 200: NoteShape})
    def post(self, request, pk):
        """Write to the other side of a journey; 201, or 200 when this note (or a chase just now) is known already."""
        transfer = self.find(own_transfers(self), pk)
        writer(self.actor, transfer)  # rights are answered before what was sent
        sent = WriteNoteShape(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        if answered := said.pop("answers", None):
            own = Note.objects.visible_to(self.actor, now=self.now).filter(transfer=transfer, pk=answered)
            said["answers"] = own.first()
            if said["answers"] is None:
                raise Unprocessable({"answers": "There is no such note on this journey."})
        note, new = write_note(actor=self.actor, transfer=transfer, now=self.now, **said)
        return Response(NoteShape(note).data, status=201 if new else 200)


class ReadNoteCall(Door):
    @extend_schema(request=None, responses=NoteShape)
    def post(self, request, pk):
        """Say that the other side has read a note; the first reader stays."""
        rows = Note.objects.visible_to(self.actor, now=self.now).select_related("transfer")
        note = self.find(rows, pk)
        read_note(actor=self.actor, note=note, now=self.now)
        note.refresh_from_db()
        return Response(NoteShape(note).data)
