"""Calls of crews without an account, of finders, and of the home that sees and stops them."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.facts import patient_row
from redbag.api.problems import answer
from redbag.api.shapes import listed
from redbag.api.transfers import own_transfers
from redbag.api.visitors_shapes import (
    AttemptShape,
    FoundShape,
    LetInAnswer,
    LetInShape,
    TellFoundShape,
    ThanksShape,
    VisitorShape,
    VisitShape,
)
from redbag.bags.models import Bag
from redbag.journal.recording import record_view
from redbag.organisations import throttling
from redbag.transfers.attempts import WRONG_CODE, attempts_seen_by, note_attempt
from redbag.transfers.carrying import carriage
from redbag.transfers.emergency import emergency
from redbag.transfers.finding import found_seen_by, settle_found, tell_found
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.scanning import found, look_up
from redbag.visitors import actions
from redbag.visitors.models import Visitor
from redbag.visitors.sessions import (
    CARRIER,
    ends_at,
    service_of,
    services_near,
    standing,
    transfer_to_visit,
    visitors_of,
    visitors_with,
)


def visitor_row(visitor: Visitor, *, now) -> dict:
    """A visitor as their home sees them."""
    return {
        "id": visitor.pk,
        "name": visitor.name,
        "role": visitor.role,
        "registration": visitor.registration,
        "checked": False,
        "organisation": visitor.organisation.ods_code if visitor.organisation else None,
        "organisation_name": service_of(visitor),
        "started_at": visitor.started_at,
        "last_seen_at": visitor.last_seen_at,
        "until": ends_at(visitor),
        "state": standing(visitor, now=now),
        "stopped_at": visitor.stopped_at,
        "stopped_by": visitor.stopped_by_name,
    }


class VisitorsCall(Door):
    @extend_schema(operation_id="visitors_list", responses=listed(VisitorShape))
    def get(self, request, pk):
        """Who was let in to a journey without an account, newest first."""
        transfer = self.find(own_transfers(self), pk)
        self.allow(transfer.home)
        rows = visitors_of(transfer)
        return Response({"results": [visitor_row(each, now=self.now) for each in rows], "next": None})

    @extend_schema(request=LetInShape, responses={201: LetInAnswer}, auth=[])
    def post(self, request, pk):
        """Be let in to one journey with the code on the home's screen: a token that opens this transfer alone."""
        transfer = transfer_to_visit(pk)
        if transfer is None:
            raise NotFound
        sent = LetInShape(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        code, named = told.pop("code"), told.pop("organisation", "").upper()
        near = next((each for each in services_near(transfer.home) if each.ods_code == named), None)
        given = actions.Introduction(**told, organisation=near)
        try:
            visitor, token = actions.let_in(
                transfer=transfer, code=code, told=given, address=throttling.address_of(request.META), now=self.now
            )
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        except actions.BadInput as wrong:
            if wrong.errors.get("code", "").startswith(actions.COUNTED):
                note_attempt(reason=WRONG_CODE, text=str(pk), bag=transfer.bag, actor=None, now=self.now)
            raise
        told = visitor_row(visitor, now=self.now) | {"token": token}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})


class VisitorCall(Door):
    @extend_schema(responses={200: VisitorShape})
    def delete(self, request, pk, visitor_id):
        """Stop a visitor: papers close at once, the emergency page 15 minutes later."""
        transfer = self.find(own_transfers(self), pk)
        self.allow(transfer.home)
        mine = Visitor.objects.visible_to(self.actor).select_related("transfer", "organisation").filter(transfer=pk)
        visitor = actions.stop_visitor(actor=self.actor, visitor=self.find(mine, visitor_id), now=self.now)
        return Response(visitor_row(visitor, now=self.now))


class VisitCall(Door):
    @extend_schema(responses=VisitShape)
    def get(self, request, pk):
        """The crew's first screen of one journey, for a visitor and for who may read it; a carrier gets a few lines."""
        visitor = self._visitor(request, pk)
        transfer = visitor.transfer if visitor else self.find(own_transfers(self), pk)
        carries = visitor is not None and visitor.role == CARRIER
        where = transfer.home_id if visitor else self.actor.first_place()
        record_view(
            "visit_carrier" if carries else "visit",
            transfer,
            actor=self.actor,
            at=self.now,
            organisation=where,
            resident=transfer.resident_id,
            visitor=visitor.pk if visitor else None,
        )
        told = {"transfer": pk, "view": "carrier" if carries else "emergency", "stage": transfer.stage}
        told["until"] = ends_at(visitor) if visitor else None
        if is_quiet(transfer):
            return Response(told)  # somebody died: there is no emergency
        if carries:
            told["carrier"] = asdict(carriage(transfer=transfer, now=self.now))
        else:
            told["patient"] = patient_row(emergency(transfer=transfer, now=self.now))
        return Response(told)

    def _visitor(self, request, pk) -> Visitor | None:
        """The visitor who calls; 404 for one who was let in to another journey, None for a person or a key."""
        if self.actor.visit is None:
            return None
        visitor = next(iter(visitors_with([request.auth or ""])), None)
        if visitor is None or visitor.transfer_id != pk:
            raise NotFound
        return visitor


class TellFoundCall(Door):
    @extend_schema(request=TellFoundShape, responses={201: ThanksShape}, auth=[])
    def post(self, request, text):
        """Tell the home where its bag is, without an account; nothing about the person comes back."""
        look = look_up(text=text, actor=self.actor, now=self.now)
        if look.bag is None:
            raise NotFound
        sent = TellFoundShape(data=request.data)
        sent.is_valid(raise_exception=True)
        told = {"phone": "", **sent.validated_data}
        address = throttling.address_of(request.META)
        try:
            tell_found(bag=look.bag, actor=self.actor, address=address, now=self.now, **told)
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        return Response(asdict(found(look.bag)), status=201)


class BagFoundCall(Door):
    @extend_schema(operation_id="bag_found_list", responses=listed(FoundShape))
    def get(self, request, pk):
        """What strangers told of where this bag is, newest first."""
        bag = self.find(Bag.objects.visible_to(self.actor), pk)
        self.allow(bag.home_id)
        rows = found_seen_by(self.actor).filter(bag=bag)
        return self.page(rows, lambda each: FoundShape(each).data, order=("-told_at", "-id"))


class SettleFoundCall(Door):
    @extend_schema(request=None, responses=FoundShape)
    def post(self, request, pk):
        """Say that the home has seen to a bag that somebody found."""
        told = self.find(found_seen_by(self.actor), pk)
        self.allow(told.bag.home_id)
        return Response(FoundShape(settle_found(actor=self.actor, found=told, now=self.now)).data)


class AttemptsCall(Door):
    @extend_schema(operation_id="bag_attempts_list", responses=listed(AttemptShape))
    def get(self, request, pk):
        """Scans of this bag's labels that opened nothing, with the reason, newest first."""
        bag = self.find(Bag.objects.visible_to(self.actor), pk)
        self.allow(bag.home_id)
        rows = attempts_seen_by(self.actor).filter(bag=bag)
        return self.page(rows, lambda each: AttemptShape(each).data, order=("-last_at", "-id"))
