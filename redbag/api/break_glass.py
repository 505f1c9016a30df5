"""Calls of who cannot see the home's tablet, and of the home that answers and looks back."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.break_glass_shapes import (
    AnswerCodeShape,
    AskedAnswer,
    AskShape,
    BreakGlassShape,
    LookBackShape,
    ReadOutShape,
    SendCodeShape,
)
from redbag.api.door import Door
from redbag.api.problems import answer
from redbag.api.shapes import listed
from redbag.api.transfers import own_transfers
from redbag.api.visitors import visitor_row
from redbag.api.visitors_shapes import LetInAnswer
from redbag.organisations import throttling
from redbag.visitors import asking, break_glass
from redbag.visitors.glass_codes import ASKED_LASTS, standing, why_of
from redbag.visitors.glass_reading import JOINED, asked_of, asked_with, places_near
from redbag.visitors.introductions import Introduction
from redbag.visitors.models import BreakGlass
from redbag.visitors.sessions import service_of, transfer_to_visit

UNSEEN = {"Cache-Control": "no-store"}


def break_glass_row(row: BreakGlass, *, now) -> dict:
    """An asking as its home sees it."""
    return {
        "id": row.pk,
        "transfer": row.transfer_id,
        "name": row.name,
        "role": row.role,
        "registration": row.registration,
        "checked": False,
        "organisation": row.organisation.ods_code if row.organisation else None,
        "organisation_name": service_of(row),
        "phone": row.phone,
        "reason": row.reason,
        "why": why_of(row),
        "state": standing(row, now=now),
        "asked_at": row.asked_at,
        "wrong_codes": row.wrong_in_all,
        "refused_at": row.refused_at,
        "opened_at": row.opened_at,
        "code_by": row.code_by,
        "visitor": row.visitor_id,
        "seen_at": row.seen_at,
        "seen_by": row.seen_by_name,
        "was_right": row.was_right,
    }


def asked_row(row: BreakGlass, token: str, *, now) -> dict:
    """An asking as whoever asked sees it: nothing about the patient."""
    home = row.transfer.home
    until = row.asked_at + ASKED_LASTS
    return {
        "token": token,
        "state": standing(row, now=now),
        "until": until,
        "home": home.name,
        "phone": home.phone,
    }


class AskCall(Door):
    @extend_schema(operation_id="break_glass_list", responses=listed(BreakGlassShape))
    def get(self, request, pk):
        """Who asked to open a journey without the tablet's code, newest first."""
        transfer = self.find(own_transfers(self), pk)
        self.allow(transfer.home)
        rows = asked_of(transfer.pk)
        return Response({"results": [break_glass_row(each, now=self.now) for each in rows], "next": None})

    @extend_schema(request=AskShape, responses={201: AskedAnswer}, auth=[])
    def post(self, request, pk):
        """Ask to open one journey when you cannot see the tablet: the home gets it at once and reads out a code."""
        transfer = transfer_to_visit(pk)
        if transfer is None:
            raise NotFound
        sent = AskShape(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        why = asking.Asking(**{name: told.pop(name, "") for name in ("reason", "words", "phone", "email")})
        named = told.pop("organisation", "").upper()
        near = next((each for each in places_near(transfer.home) if each.ods_code == named), None)
        given = Introduction(**told, organisation=near)
        address = throttling.address_of(request.META)
        try:
            row, token = asking.ask(transfer=transfer, told=given, why=why, address=address, now=self.now)
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        return Response(asked_row(row, token, now=self.now), status=201, headers=UNSEEN)


class AnswerCodeCall(Door):
    @extend_schema(request=AnswerCodeShape, responses={201: LetInAnswer}, auth=[])
    def post(self, request, pk):
        """Come in with the code that was given for your asking: a token that opens this transfer alone."""
        sent = AnswerCodeShape(data=request.data)
        sent.is_valid(raise_exception=True)
        row = _asked_by(sent.validated_data["token"], pk)
        address = throttling.address_of(request.META)
        try:
            code = sent.validated_data["code"]
            visitor, token = break_glass.answer(asked=row, code=code, address=address, now=self.now)
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        told = visitor_row(visitor, now=self.now) | {"token": token}
        return Response(told, status=201, headers=UNSEEN)


class SendCodeCall(Door):
    @extend_schema(request=SendCodeShape, responses={202: AskedAnswer}, auth=[])
    def post(self, request, pk):
        """Have a code sent to an NHS mailbox for your asking, when the home does not answer."""
        sent = SendCodeShape(data=request.data)
        sent.is_valid(raise_exception=True)
        token = sent.validated_data["token"]
        row = _asked_by(token, pk)
        try:
            row = asking.send_by_mail(asked=row, email=sent.validated_data["email"], now=self.now)
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        return Response(asked_row(row, token, now=self.now), status=202, headers=UNSEEN)


def _asked_by(token: str, transfer_id) -> BreakGlass:
    row = asked_with([token], transfer_id)
    if row is None:
        raise NotFound
    return row


class BreakGlassCall(Door):
    @extend_schema(responses=BreakGlassShape)
    def get(self, request, pk):
        """One asking: who, why, and what came of it."""
        return Response(break_glass_row(_theirs(self, pk), now=self.now))


def _theirs(door: Door, pk) -> BreakGlass:
    """The asking, when it is about one of the caller's homes and their role there may do this."""
    row = door.find(BreakGlass.objects.visible_to(door.actor).select_related(*JOINED), pk)
    door.allow(row.transfer.home_id)
    return row


class ReadOutCall(Door):
    answers_again = False  # a code is kept nowhere

    @extend_schema(request=None, responses={201: ReadOutShape})
    def post(self, request, pk):
        """A fresh code to read out to whoever asked; the one before is void."""
        row = _theirs(self, pk)
        code = break_glass.read_out(actor=self.actor, asked=row, now=self.now)
        row.refresh_from_db(fields=["code_until"])
        return Response({"code": code, "until": row.code_until}, status=201, headers=UNSEEN)


class RefuseCall(Door):
    @extend_schema(request=None, responses=BreakGlassShape)
    def post(self, request, pk):
        """Say no to whoever asked: their code is void."""
        row = break_glass.refuse(actor=self.actor, asked=_theirs(self, pk), now=self.now)
        return Response(break_glass_row(row, now=self.now))


class LookBackCall(Door):
    @extend_schema(request=LookBackShape, responses=BreakGlassShape)
    def post(self, request, pk):
        """A manager says once whether an opening without the tablet's code was right."""
        row = _theirs(self, pk)
        sent = LookBackShape(data=request.data)
        sent.is_valid(raise_exception=True)
        said = {"words": "", **sent.validated_data}
        row = break_glass.look_back(actor=self.actor, asked=row, now=self.now, **said)
        return Response(break_glass_row(row, now=self.now))
