"""Calls about where news goes, and what became of it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.deliveries_shapes import (
    DeliveryShape,
    EndpointNew,
    EndpointOrder,
    EndpointShape,
    EndpointWithSecret,
    EventTypes,
    Replay,
    Replayed,
    SecretNew,
    TryOut,
)
from redbag.api.door import Door, json_object, own_place
from redbag.deliveries import actions, events, minding, reading
from redbag.deliveries.models import Delivery, Endpoint
from redbag.errors import BadInput
from redbag.organisations.access import Permission

NOT_KEPT = {"Cache-Control": "no-store"}


def endpoint_row(endpoint: Endpoint, *, now: datetime) -> dict:
    """An endpoint and how it fares, without its secret."""
    return {
        "id": endpoint.pk,
        "organisation": endpoint.organisation.ods_code,
        "kind": endpoint.kind,
        "address": endpoint.address,
        "events": endpoint.events,
        "fallback_of": endpoint.fallback_of_id,
        "created_at": endpoint.created_at,
        "health": reading.health(endpoint, now=now),
        "failures": endpoint.failures,
        "failing_since": endpoint.failing_since,
        "rests_until": endpoint.rests_until,
        "disabled_at": endpoint.disabled_at,
        "old_secret_until": endpoint.old_secret_until if len(endpoint.secret.split()) > 1 else None,
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
    @extend_schema(responses=shapes.listed(EndpointShape))
    def get(self, request):
        """Where the caller's organisations want their news."""
        return self.page(own_endpoints(self), partial(endpoint_row, now=self.now), order=("created_at", "id"))

    @extend_schema(request=EndpointNew, responses={201: EndpointWithSecret})
    def post(self, request):
        """Have news carried to an address. A webhook's `secret` is shown this once."""
        body = json_object(request)
        place = own_place(self.actor, body.get("organisation"), Permission.MANAGE_ENDPOINTS)
        asked = EndpointNew(data=body)
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
        row = endpoint_row(endpoint, now=self.now)
        return Response({**row, "secret": secret}, status=201, headers=NOT_KEPT)


class TestCall(Door):
    @extend_schema(request=TryOut, responses={202: DeliveryShape})
    def post(self, request, pk):
        """Send a letter of type `endpoint.test` there now, or with `type` a sample of that one to a webhook."""
        endpoint = self.find(Endpoint.objects.theirs(self.actor).filter(removed_at=None), pk)
        self.allow(endpoint.organisation)
        wanted = json_object(request).get("type") or events.TEST
        delivery = actions.try_out(actor=self.actor, endpoint=endpoint, type=str(wanted), now=self.now)
        return Response(delivery_row(own_deliveries(self).get(pk=delivery.pk)), status=202)


class EndpointCall(Door):
    @extend_schema(responses=EndpointShape)
    def get(self, request, pk):
        """How an address fares."""
        return Response(endpoint_row(_endpoint(self, pk), now=self.now))

    @extend_schema(request=EndpointOrder, responses=EndpointShape)
    def patch(self, request, pk):
        """Use an address every time (`fallback_of` null), or only once another one gave up."""
        endpoint, body = _endpoint(self, pk), json_object(request)
        if set(body) != {"fallback_of"}:
            raise BadInput({"fallback_of": "Send fallback_of alone: null, or the id of another of your endpoints."})
        above = self.find(own_endpoints(self), _uuid(body["fallback_of"])) if body["fallback_of"] else None
        changed = minding.change_order(actor=self.actor, endpoint=endpoint, fallback_of=above, now=self.now)
        return Response(endpoint_row(changed, now=self.now))

    @extend_schema(responses={204: None})
    def delete(self, request, pk):
        """Carry nothing there any more."""
        actions.remove_endpoint(actor=self.actor, endpoint=_endpoint(self, pk), now=self.now)
        return Response(status=204)


class SwitchOnCall(Door):
    @extend_schema(request=None, responses=EndpointShape)
    def post(self, request, pk):
        """Send there again after it was switched off; 409 `test_first` until a test has arrived."""
        endpoint = _endpoint(self, pk)
        minding.switch_on(actor=self.actor, endpoint=endpoint, now=self.now)
        endpoint.refresh_from_db()
        return Response(endpoint_row(endpoint, now=self.now))


class SecretCall(Door):
    @extend_schema(request=SecretNew, responses={201: EndpointWithSecret})
    def post(self, request, pk):
        """A new signing secret, shown this once; the old one signs too for 48 hours or until `old_until`."""
        endpoint = _endpoint(self, pk)
        asked = SecretNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        until = asked.validated_data.get("old_until")
        secret = actions.change_secret(actor=self.actor, endpoint=endpoint, now=self.now, old_until=until)
        endpoint.refresh_from_db()
        return Response({**endpoint_row(endpoint, now=self.now), "secret": secret}, status=201, headers=NOT_KEPT)


class OldSecretCall(Door):
    @extend_schema(responses={204: None})
    def delete(self, request, pk):
        """Sign with the newest secret alone from now on."""
        minding.end_old_secret(actor=self.actor, endpoint=_endpoint(self, pk), now=self.now)
        return Response(status=204)


class EventTypesCall(Door):
    @extend_schema(responses=EventTypes)
    def get(self, request):
        """Every kind of news an endpoint can ask for: when it is sent and what its `data` carries."""
        rows = [
            {"name": each.name, "when": each.when, "data": [*each.ids, "address"], "since": each.since}
            for each in events.CATALOGUE
        ]
        return Response({"results": rows, "next": None})


class ReplayAllCall(Door):
    @extend_schema(request=Replay, responses={202: Replayed})
    def post(self, request):
        """Send again what was written from `from` until before `to`: what did not arrive, or what is in `state`."""
        body = json_object(request)
        asked = Replay(data=body)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        endpoint = self.find(own_endpoints(self), said["endpoint"]) if said.get("endpoint") else None
        place = endpoint.organisation if endpoint else None
        count, more = minding.replay_all(
            actor=self.actor,
            organisation=place or own_place(self.actor, body.get("organisation"), Permission.MANAGE_ENDPOINTS),
            begin=said["begin"],
            end=said["end"],
            endpoint=endpoint,
            state=said.get("state", ""),
            type=said.get("type", ""),
            now=self.now,
        )
        return Response({"count": count, "more": more}, status=202)


def _endpoint(door: Door, pk) -> Endpoint:
    """An endpoint in use of one of the caller's organisations, who may look after it there."""
    rows = Endpoint.objects.theirs(door.actor).filter(removed_at=None).select_related("organisation")
    endpoint = door.find(rows, pk)
    door.allow(endpoint.organisation)
    return endpoint


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise BadInput({"fallback_of": "Send null, or the id of another of your endpoints."}) from None


class DeliveriesCall(Door):
    @extend_schema(
        responses=shapes.listed(DeliveryShape),
        parameters=[OpenApiParameter("state", str, enum=Delivery.State.values)],
    )
    def get(self, request):
        """What is owed to the caller's organisations, newest first, with every attempt."""
        found = own_deliveries(self)
        if state := self.choice("state", Delivery.State.values):
            found = found.filter(state=state)
        return self.page(found, delivery_row, order=("-created_at", "-id"))


class ReplayCall(Door):
    @extend_schema(request=None, responses={202: DeliveryShape})
    def post(self, request, pk):
        """Send it again; the schedule starts over."""
        delivery = self.find(Delivery.objects.theirs(self.actor), pk)
        self.allow(delivery.organisation)
        actions.replay_delivery(actor=self.actor, delivery=delivery, now=self.now)
        return Response(delivery_row(own_deliveries(self).get(pk=pk)), status=202)
