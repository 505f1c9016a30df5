"""Calls of a page's offline side: what a tablet keeps, tokens for facts sent later, tablets made ready."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from redbag.accounts.sittings import in_use, said_of
from redbag.accounts.tablets import take_out_of_use
from redbag.api import offline_shapes as shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.facts import patient_row
from redbag.api.people import memberships
from redbag.bags import codes
from redbag.bags.models import Bag, Label
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Device, Organisation
from redbag.organisations.tablets import (
    enrol_tablet,
    give_facts_token,
    tablet_with,
    tablets_of,
)
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.handover_codes import secret_of
from redbag.transfers.offline import EMERGENCY_LASTS, KeptJourney, note_kept, open_journeys, own_bags
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words


def tablet_of(door: Door) -> Device | None:
    """The tablet that calls, by its own header; its count of unsent facts is noted."""
    unsent = door.request.headers.get("Red-Bag-Unsent", "0")
    count = min(int(unsent), 1_000_000) if unsent.isdecimal() else 0
    return tablet_with(door.request.headers.get("Red-Bag-Device", ""), unsent=count, now=door.now)


class OfflineCall(Door):
    @extend_schema(parameters=shapes.HEADERS, responses=shapes.OfflineShape)
    def get(self, request):
        """What this person's tablet keeps for the hours without a network; 304 while nothing changed."""
        tablet = tablet_of(self)
        journeys = open_journeys(actor=self.actor, now=self.now)
        packing = {each.transfer.home for each in journeys if self.actor.may(Permission.PACK, each.transfer.home_id)}
        secrets = {home.pk: secret_of(home) for home in packing}
        told = {
            "person": {"id": self.actor.user.pk, "name": self.actor.user.name} if self.actor.user else None,
            "places": [_place(row, self.actor, tablet) for row in memberships(self.actor)],
            "bags": [_bag(bag) for bag in own_bags(self.actor)],
            "journeys": [_journey(each, self.actor, secrets) for each in journeys],
        }
        text = json.dumps(told, cls=JSONEncoder, sort_keys=True)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
        headers = {"ETag": etag, "Cache-Control": "no-store"}
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers=headers)
        note_kept(actor=self.actor, journeys=journeys, now=self.now)
        until = self.now + EMERGENCY_LASTS
        return Response({"as_of": self.now, "emergency_until": until, **told}, headers=headers)


def _place(row: dict, actor: Actor, tablet: Device | None) -> dict:
    """Where they work. A tablet made ready gets the home's secret too, so that it can start a journey by itself."""
    home = actor.post_at(row["organisation"])
    own = tablet is not None and home is not None and tablet.organisation_id == home.organisation.pk
    packs = home is not None and actor.may(Permission.PACK, home.organisation.pk)
    secret = _base64(secret_of(home.organisation)) if own and packs and home else None
    return {**row, "handover_secret": secret}


def _bag(bag: Bag) -> dict:
    return {
        "id": bag.pk,
        "tracker": bag.tracker,
        "state": bag.state,
        "labels": [_label(label) for label in vars(bag)["every_label"]],
    }


def _label(label: Label) -> dict:
    """A label by what a tablet can find it with; the token itself is never kept."""
    return {
        "digest": label.token_digest,
        "code": label.code,
        "shown": codes.shown(label.code),
        "old": bool(label.voided_at),
    }


def _journey(kept: KeptJourney, actor: Actor, secrets: Mapping[UUID, bytes]) -> dict:
    transfer, at_home = kept.transfer, actor.may(Permission.PACK, kept.transfer.home_id)
    holds = kept.acting is not None and transfer.holder_id == kept.acting.pk
    return {
        "id": transfer.pk,
        "resident": {
            "id": transfer.resident_id if at_home else None,
            "name": transfer.resident.called if at_home else transfer.resident.patient_name,
        },
        "bag": {"tracker": transfer.bag.tracker, "labels": [_label(label) for label in kept.labels]}
        if transfer.bag
        else None,
        "home": {"organisation": transfer.home.ods_code, "name": transfer.home.name, "phone": transfer.home.phone},
        "reason": transfer.reason if at_home else {},
        "packed_at": transfer.packed_at,
        "stage": transfer.stage,
        "stage_words": Stage(transfer.stage).label,
        "holder": {
            "organisation": transfer.holder.ods_code if transfer.holder else None,
            "words": held_words(transfer),
            "since": transfer.holder_since,
            "confirmed": transfer.holder_confirmed,
        },
        "items": [
            {
                "id": item.id,
                "what": CATEGORIES[item.category],
                "description": item.description,
                "quantity": item.quantity,
                "where": item.where,
                "state": item.state,
            }
            for item in kept.items
        ],
        "acting": kept.acting.ods_code if kept.acting else None,
        "holds": holds,
        "receivers": [_receiver(place) for place in kept.receivers],
        "handover_secret": _journey_secret(kept, secrets) if at_home else None,
        "patient": patient_row(kept.first) if kept.first else None,
    }


def _receiver(place: Organisation) -> dict:
    return {"organisation": place.ods_code, "name": place.name, "kind": place.kind}


def _journey_secret(kept: KeptJourney, secrets: Mapping[UUID, bytes]) -> str:
    """What this one journey's hand-over codes are made from."""
    return _base64(hmac.digest(secrets[kept.transfer.home_id], str(kept.transfer.pk).encode(), hashlib.sha256))


def _base64(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


class FactsTokenCall(Door):
    @extend_schema(request=None, parameters=shapes.HEADERS, responses={201: shapes.FactsToken})
    def post(self, request):
        """A token with which what this person records can be sent later, whoever is signed in by then."""
        tablet = tablet_of(self)
        token, until = give_facts_token(actor=self.actor, tablet=tablet, now=self.now)
        return Response({"facts_token": token, "expires_at": until}, status=201, headers={"Cache-Control": "no-store"})


def device_row(tablet: Device, *, used_by: str | None = None) -> dict:
    """A tablet in a list, and who uses it now."""
    return {
        "id": tablet.pk,
        "name": tablet.name,
        "organisation": tablet.organisation.ods_code,
        "enrolled_at": tablet.enrolled_at,
        "last_seen_at": tablet.last_seen_at,
        "unsent": tablet.unsent,
        "used_by": used_by,
        "revoked_at": tablet.revoked_at,
    }


class DevicesCall(Door):
    @extend_schema(responses=shapes.DevicePage)
    def get(self, request):
        """The tablets made ready to work without a network."""
        granted = self.actor.organisations_with(Permission.ENROL_DEVICES)
        rows = tablets_of(self.actor).filter(organisation__in=granted).select_related("organisation")
        using = {each: said_of(sitting) for each, sitting in in_use(rows, now=self.now).items()}
        return self.page(rows, lambda each: device_row(each, used_by=using.get(each.pk)), order=("-enrolled_at", "id"))

    @extend_schema(request=shapes.DeviceNew, responses={201: shapes.DeviceMade})
    def post(self, request):
        """Make a tablet ready; its token is shown once."""
        body = json_object(request)
        place = own_place(self.actor, body.get("organisation"), Permission.ENROL_DEVICES)
        name = body.get("name")
        tablet, token = enrol_tablet(
            actor=self.actor, organisation=place, name=name if isinstance(name, str) else "", now=self.now
        )
        told = {**device_row(tablet), "token": token}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})


class DeviceCall(Door):
    @extend_schema(responses={204: None})
    def delete(self, request, pk):
        """Take a tablet out of use: it opens nothing any more, and its hand-over codes prove nothing."""
        tablet = self.find(tablets_of(self.actor).select_related("organisation"), pk)
        self.allow(tablet.organisation)
        take_out_of_use(actor=self.actor, tablet=tablet, now=self.now)
        return Response(status=204)
