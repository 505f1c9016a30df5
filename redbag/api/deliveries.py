"""Calls about where news goes, and what became of it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door, json_object, own_place
from redbag.deliveries import actions
from redbag.deliveries.models import Delivery, Endpoint
from redbag.organisations.access import Permission


def endpoint_row(endpoint: Endpoint) -> dict:
    """An endpoint, without its secret."""
    return {
        "id": endpoint.pk,
        "organisation": endpoint.organisation.ods_code,
        "kind": endpoint.kind,
        "address": endpoint.address,
        "events": endpoint.events,
        "fallback_of": endpoint.fallback_of_id,
        "created_at": endpoint.created_at,
    }


def delivery_row(delivery: Delivery, *, attempts: bool = True) -> dict:
    """A delivery; its letter and endpoint are joined, its attempts fetched."""
    row = {
        "id": delivery.pk,
        "channel": delivery.endpoint.kind if delivery.endpoint else "inbox",
        "address": delivery.endpoint.address if delivery.endpoint else None,
        "type": delivery.letter.type,
        "subject": delivery.letter.subject_id,
        "letter": delivery.letter_id,
        "state": delivery.state,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
    }
    if attempts:
        row["attempts"] = [
            {
                "number": attempt.number,
                "started_at": attempt.started_at,
                "finished_at": attempt.finished_at,
                "status": attempt.status,
                "outcome": attempt.outcome,
                "detail": attempt.detail,
            }
            for attempt in sorted(delivery.attempts.all(), key=lambda each: each.number)
        ]
    return row


def own_deliveries(door: Door):
    """The deliveries of the caller's organisations with all that is shown of them."""
    found = Delivery.objects.visible_to(door.actor)
    return found.select_related("letter", "endpoint", "organisation").prefetch_related("attempts")


def own_endpoints(door: Door):
    """The endpoints in use of the caller's organisations."""
    return Endpoint.objects.visible_to(door.actor).filter(removed_at=None).select_related("organisation")


class EndpointsCall(Door):
    @extend_schema(responses=shapes.listed(shapes.EndpointShape))
    def get(self, request):
        """Where the caller's organisations want their news."""
        return self.page(own_endpoints(self), endpoint_row, order=("created_at", "id"))

    @extend_schema(request=shapes.EndpointNew, responses={201: shapes.EndpointWithSecret})
    def post(self, request):
        """Have news carried to an address. A webhook's `secret` is shown this once."""
        body = json_object(request)
        place = own_place(self.actor, body.get("organisation"), Permission.MANAGE_ENDPOINTS)
        asked = shapes.EndpointNew(data=body)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        instead_of = self.find(own_endpoints(self), said["fallback_of"]) if said.get("fallback_of") else None
        endpoint, secret = actions.add_endpoint(
            actor=self.actor,
            organisation=place,
            kind=said["kind"],
            address=said["address"],
            events=said.get("events") or [],
            fallback_of=instead_of,
            now=self.now,
        )
        return Response({**endpoint_row(endpoint), "secret": secret}, status=201, headers={"Cache-Control": "no-store"})


class TestCall(Door):
    @extend_schema(request=None, responses={202: shapes.DeliveryShape})
    def post(self, request, pk):
        """Send a letter of type `endpoint.test` there now."""
        endpoint = self.find(Endpoint.objects.theirs(self.actor).filter(removed_at=None), pk)
        self.allow(endpoint.organisation)
        delivery = actions.test_endpoint(actor=self.actor, endpoint=endpoint, now=self.now)
        return Response(delivery_row(own_deliveries(self).get(pk=delivery.pk)), status=202)


class EndpointCall(Door):
    @extend_schema(responses={204: None})
    def delete(self, request, pk):
        """Carry nothing there any more."""
        endpoint = self.find(Endpoint.objects.theirs(self.actor).filter(removed_at=None), pk)
        self.allow(endpoint.organisation)
        actions.remove_endpoint(actor=self.actor, endpoint=endpoint, now=self.now)
        return Response(status=204)


class DeliveriesCall(Door):
    @extend_schema(
        responses=shapes.listed(shapes.DeliveryShape),
        parameters=[OpenApiParameter("state", str, enum=Delivery.State.values)],
    )
    def get(self, request):
        """What is owed to the caller's organisations, newest first, with every attempt."""
        found = own_deliveries(self)
        if state := self.choice("state", Delivery.State.values):
            found = found.filter(state=state)
        return self.page(found, delivery_row, order=("-created_at", "-id"))


class ReplayCall(Door):
    @extend_schema(request=None, responses={202: shapes.DeliveryShape})
    def post(self, request, pk):
        """Send it again; the schedule starts over."""
        delivery = self.find(Delivery.objects.theirs(self.actor), pk)
        self.allow(delivery.organisation)
        actions.replay_delivery(actor=self.actor, delivery=delivery, now=self.now)
        return Response(delivery_row(own_deliveries(self).get(pk=pk)), status=202)
