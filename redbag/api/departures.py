"""Calls about going home: what is ready, when they leave, whether the home can take them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.departures_shapes import (
    DAYS,
    AnswerNewShape,
    AnswerShape,
    PlanNewShape,
    PlanShape,
    ReadinessShape,
    ReadyMarkNew,
    ScorecardShape,
)
from redbag.api.door import Door
from redbag.api.transfers import own_transfers
from redbag.departures.actions import answer_home, mark_ready, may_make_ready, plan_home
from redbag.departures.discharged import card_of
from redbag.departures.reading import readiness
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require_anywhere
from redbag.transfers.models import Transfer


class ReadinessCall(Door):
    @extend_schema(operation_id="readiness", responses=ReadinessShape)
    def get(self, request, pk):
        """What is ready before they go home, what the home was told and what it answered."""
        transfer = self.find(own_transfers(self), pk)
        require_anywhere(self.actor, Permission.READ_TRANSFERS)
        where = self.actor.first_place()
        record_view(
            "departure", transfer, actor=self.actor, at=self.now, organisation=where, resident=transfer.resident_id
        )
        return Response(self._shown(transfer))

    @extend_schema(request=ReadyMarkNew, responses={201: ReadinessShape})
    def post(self, request, pk):
        """Say of one line that it is ready, not ready yet, or that they go without it and why."""
        transfer = self.find(own_transfers(self), pk)
        may_make_ready(self.actor, transfer)  # rights are answered before what was sent
        sent = ReadyMarkNew(data=request.data)
        sent.is_valid(raise_exception=True)
        mark_ready(actor=self.actor, transfer=transfer, now=self.now, **sent.validated_data)
        return Response(self._shown(transfer), status=201)

    def _shown(self, transfer: Transfer) -> dict:
        inside = self.actor.may(Permission.READ_RESIDENTS, transfer.home_id)
        found = readiness(transfer, now=self.now, inside=inside)
        if found is None:
            raise NotFound
        return ReadinessShape(found).data


class PlanCall(Door):
    @extend_schema(request=PlanNewShape, responses={201: PlanShape, 200: PlanShape})
    def post(self, request, pk):
        """Tell the home when they leave, and ask whether it can take them; 200 when it was told the same before."""
        transfer = self.find(own_transfers(self), pk)
        may_make_ready(self.actor, transfer)
        sent = PlanNewShape(data=request.data)
        sent.is_valid(raise_exception=True)
        plan, new = plan_home(actor=self.actor, transfer=transfer, now=self.now, **sent.validated_data)
        return Response(PlanShape(plan).data, status=201 if new else 200)


class AnswerCall(Door):
    @extend_schema(request=AnswerNewShape, responses={201: AnswerShape})
    def post(self, request, pk):
        """Say whether the home can take them back as planned; it may answer again, and the last answer counts."""
        transfer = self.find(own_transfers(self), pk)
        self.allow(transfer.home_id)
        sent = AnswerNewShape(data=request.data)
        sent.is_valid(raise_exception=True)
        answer = answer_home(actor=self.actor, transfer=transfer, now=self.now, **sent.validated_data)
        return Response(AnswerShape(answer).data, status=201)


class ScorecardCall(Door):
    @extend_schema(
        parameters=[
            OpenApiParameter("days", OpenApiTypes.INT, enum=[int(each) for each in DAYS], default=30),
            OpenApiParameter("ward", OpenApiTypes.STR, description="one ward they left from; all when left out"),
        ],
        responses=ScorecardShape,
    )
    def get(self, request):
        """How the caller's own discharges went: each measure with how many of how many, and the journeys behind it."""
        days = int(self.choice("days", DAYS) or DAYS[0])
        ward = request.query_params.get("ward", "")
        card = card_of(self.actor, days=days, ward=ward, now=self.now)
        return Response(ScorecardShape(card).data)
