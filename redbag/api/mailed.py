"""Calls about letters that came by mail: handing one in, what waits, whose it is, and the address to forward to."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import letters_shapes as shapes
from redbag.api.discharges import Bytes
from redbag.api.door import Door, json_object, own_place
from redbag.api.letters import FILE, id_in, journey_of, told
from redbag.api.parsing import Json
from redbag.discharges import mail, mail_settling
from redbag.discharges.files import file_of
from redbag.discharges.mail_parts import BadMail
from redbag.discharges.mailboxes import address_of, mailboxes_of, open_mailbox
from redbag.discharges.models import Mailbox, MailedLetter
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind
from redbag.residents.models import Resident


class Rfc822(Bytes):
    media_type = "message/rfc822"


def mailed_row(letter: MailedLetter) -> dict:
    """A letter that came by mail, without its content."""
    return {
        "id": letter.pk,
        "home": letter.home.ods_code,
        "sender": letter.sender,
        "subject": letter.subject,
        "received_at": letter.received_at,
        "file": f"/api/v1/mailed-letters/{letter.pk}/file" if letter.file else None,
        "fault": letter.fault,
        "settled_at": letter.settled_at,
        "settled_by": letter.settled_by_name or None,
        "settled_note": letter.settled_note or None,
        "discharge_summary": letter.summary_id,
    }


class MailedDoor(Door):
    def mine(self, pk) -> MailedLetter:
        """The letter, if it came to the caller's home."""
        letter = self.find(MailedLetter.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(letter.home)
        return letter

    def note(self, letter: MailedLetter | None = None) -> None:
        where = letter.home if letter else self.actor.home()
        page = "mailed_letter" if letter else "mailed_letters"
        record_view(page, letter, actor=self.actor, at=self.now, organisation=where)


class MailedLettersCall(MailedDoor):
    @extend_schema(
        responses=shapes.mailed_list_shape(), parameters=[OpenApiParameter("waiting", enum=["true", "false"])]
    )
    def get(self, request):
        """Letters that came by mail, the newest first; with `waiting=true` those that nobody has dealt with."""
        rows = MailedLetter.objects.visible_to(self.actor).select_related("home")
        if waiting := self.choice("waiting", ("true", "false")):
            rows = rows.filter(settled_at__isnull=waiting == "true")
        self.note()
        return self.page(rows, mailed_row, order=("-received_at", "id"))


class MailedFileCall(MailedDoor):
    @extend_schema(responses=FILE)
    def get(self, request, pk):
        """The PDF that was in the mail, made harmless; 404 when there was none or it was put aside."""
        letter = self.mine(pk)
        if not letter.file:
            raise NotFound
        self.note(letter)
        return HttpResponse(file_of(letter), content_type="application/pdf")


class SettleMailedCall(MailedDoor):
    @extend_schema(request=shapes.MailedLetterSettled, responses=shapes.MailedLetterShape)
    def post(self, request, pk):
        """Say whose it is (`resident` and what was seen on the letter), or put it aside with a reason (`aside`)."""
        letter, said = self.mine(pk), json_object(request)
        if said.get("aside") is not None:
            note = str(said.get("note") or "")
            mail_settling.put_aside(actor=self.actor, letter=letter, reason=str(said["aside"]), note=note, now=self.now)
        elif said.get("resident"):
            rows = Resident.objects.visible_to(self.actor).filter(home=letter.home).select_related("home")
            resident = self.find(rows, id_in(said["resident"], "resident"))
            journey = journey_of(self, said, resident)
            mail_settling.file_mailed(
                actor=self.actor,
                letter=letter,
                resident=resident,
                transfer=journey,
                values=told(said),
                now=self.now,
            )
        else:
            raise BadInput({"resident": "Say whose it is, or send `aside` with a reason."})
        return Response(mailed_row(self.mine(pk)))


class MailCall(Door):
    parser_classes = [Rfc822, Json]

    @extend_schema(
        request={"message/rfc822": OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("home", str, description="ODS code, when the caller works at several homes")],
        responses={201: shapes.MailTakenShape, 200: shapes.MailTakenShape},
    )
    def post(self, request):
        """Hand in a forwarded mail as it is; whose the letters in it are is said later. The same mail again: 200."""
        home = own_place(self.actor, request.query_params.get("home"), Permission.COPY_LETTERS)
        if not isinstance(request.data, bytes) or not request.data:
            raise BadInput({"body": "Send the mail itself, as message/rfc822."})
        try:
            taken = mail.take_mail(content=request.data, home=home, actor=self.actor, now=self.now)
        except BadMail as wrong:
            raise BadInput({"body": str(wrong)}) from None
        kept = taken.outcome == mail.Outcome.KEPT
        answer = {"outcome": taken.outcome.value, "mailed_letters": [each.pk for each in taken.letters]}
        return Response(answer, status=201 if kept else 200)


class MailboxCall(Door):
    @extend_schema(
        responses=shapes.MailboxShape, parameters=[OpenApiParameter("home", str, description="ODS code of the home")]
    )
    def get(self, request):
        """The address to which the home's staff forward letters."""
        home = own_place(self.actor, request.query_params.get("home"), Permission.COPY_LETTERS)
        return Response(_mailbox(mailboxes_of([home]).get(home.pk)))

    @extend_schema(request=shapes.MailboxNew, responses=shapes.MailboxShape)
    def post(self, request):
        """Open an address for the home, or change it: an earlier one takes nothing any more."""
        home = own_place(self.actor, json_object(request).get("home"), Permission.SET_HOUSE_RULES)
        if home.kind != Kind.CARE_HOME:
            raise BadInput({"home": "Only a care home has an address for letters."})
        return Response(_mailbox(open_mailbox(actor=self.actor, home=home, now=self.now)))


def _mailbox(box: Mailbox | None) -> dict:
    return {"address": address_of(box) if box else None, "opened_at": box.opened_at if box else None}
