"""Calls about transfers: packing, the story so far, hand-over codes."""

from dataclasses import asdict

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door, json_object
from redbag.api.transfer_shapes import TransferWithChanges
from redbag.bags.models import Bag
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.transfers import actions, story
from redbag.transfers.handover_codes import address_of, code_at
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import owner
from redbag.transfers.snapshot import since_last
from redbag.transfers.stages import Stage

JOINED = ("home", "resident", "bag", "destination", "holder")


def own_transfers(door: Door):
    """The transfers the caller may see, with what they are shown with."""
    return Transfer.objects.visible_to(door.actor, now=door.now).select_related(*JOINED)


def transfer_row(transfer: Transfer) -> dict:
    """A transfer in a list."""
    return {
        "id": transfer.pk,
        "resident": transfer.resident_id,
        "home": transfer.home.ods_code,
        "bag": transfer.bag_id,
        "stage": transfer.stage,
        "destination": transfer.destination.ods_code if transfer.destination else None,
        "destination_place": transfer.destination_place,
        "destination_text": transfer.destination_text,
        "packed_at": transfer.packed_at,
        "stage_since": transfer.stage_since,
        "closed_at": transfer.closed_at,
        "holder": {
            "organisation": transfer.holder.ods_code if transfer.holder else None,
            "name": transfer.holder.name if transfer.holder else transfer.holder_text,
            "place": transfer.holder_place,
            "since": transfer.holder_since,
            "confirmed": transfer.holder_confirmed,
        },
        "awaiting": story.awaiting(transfer),
        "owner": _owner(transfer),
        "apart_since": transfer.apart_since,
        "flags": transfer.flags,
        "snapshot_hash": transfer.snapshot_hash,
    }


def transfer_told(door: Door, transfer: Transfer, told: story.Story | None = None) -> dict:
    """A transfer with its timeline and contents, from its story when that has been told already."""
    told = told or story.tell(transfer)
    items = [_item(told, item) for item in told.items]
    gives = _may_give(door, transfer)
    return {
        **transfer_row(transfer),
        "reason": transfer.reason,
        "ask": transfer.ask,
        "return_when": transfer.return_when,
        "items": items,
        "contents": items,
        "timeline": [_line(line) for line in told.lines],
        "discharge_summaries": list(
            transfer.discharge_summaries.filter(sent_at__isnull=False).order_by("version").values_list("pk", flat=True)
        ),
        "handover_code": code_at(transfer, door.now)[0] or None if gives and transfer.stage != Stage.CLOSED else None,
    }


def _owner(transfer: Transfer) -> dict:
    """Who must act next: always the home or the holder."""
    owns = owner(transfer)
    place = transfer.home if owns.organisation == transfer.home_id else transfer.holder
    return {"organisation": place.ods_code, "why": owns.why}


def _may_give(door: Door, transfer: Transfer) -> bool:
    return any(door.actor.may(Permission.MOVE_BAGS, place) for place in (transfer.home_id, transfer.holder_id))


def _line(line: story.Line) -> dict:
    fact = line.fact
    return {
        "id": fact.pk,
        "kind": fact.kind,
        "occurred_at": fact.occurred_at,
        "claimed_at": fact.claimed_at,
        "recorded_at": fact.recorded_at,
        "organisation": line.organisation.ods_code,
        "by": fact.by_name,
        "to": line.to.ods_code if line.to else fact.to_text or None,
        "to_name": fact.to_name,
        "from_name": fact.from_name,
        "place": fact.place,
        "outcome": fact.outcome or None,
        "reason": fact.reason,
        "fact": fact.target,
        "items": fact.items,
        "content": fact.content,
        "flags": list(line.flags),
        "voided_by": line.voided_by,
    }


def _item(told: story.Story, item) -> dict:
    return {
        "id": item.id,
        "category": item.category,
        "description": item.description,
        "quantity": item.quantity,
        "where": item.where,
        "came_as": item.came_as,
        "marks": item.marks,
        "controlled": item.controlled,
        "counted": item.counted,
        "state": item.state,
        "states": [
            {
                "leg": seen.leg,
                "state": seen.state,
                "at": seen.at,
                "organisation": told.organisations[seen.organisation].ods_code,
                "fact": seen.fact,
                "note": seen.note,
                "differs": seen.differs,
            }
            for seen in item.seen
        ],
    }


def hospital(code: str | None) -> Organisation | None:
    """The hospital with this ODS code, or BadInput; none when no code was sent."""
    if not code:
        return None
    found = Organisation.objects.filter(ods_code=code.upper(), kind=OrganisationKind.HOSPITAL).first()
    if found is None:
        raise BadInput({"destination": "No hospital has this code. Leave it out and use destination_text."})
    return found


class TransfersCall(Door):
    @extend_schema(
        responses=shapes.listed(shapes.TransferRow),
        parameters=[
            OpenApiParameter("stage", str, enum=Stage.values),
            OpenApiParameter("resident", OpenApiTypes.UUID),
            OpenApiParameter("open", bool),
        ],
    )
    def get(self, request):
        """Transfers the caller is a party to, newest first."""
        asked = request.query_params
        found = own_transfers(self)
        if stage := self.choice("stage", Stage.values):
            found = found.filter(stage=stage)
        if asked.get("resident"):
            found = found.filter(resident=_uuid("resident", asked["resident"]))
        if asked.get("open") in ("true", "1"):
            found = found.open()
        elif asked.get("open") in ("false", "0"):
            found = found.filter(stage=Stage.CLOSED)
        answer = self.page(found, transfer_row, order=("-packed_at", "-id"))
        shown = [row["resident"] for row in answer.data["results"]]
        if shown:
            record_view(
                "transfers", None, actor=self.actor, at=self.now, organisation=self.actor.home(), residents=shown
            )
        return answer

    @extend_schema(request=shapes.TransferNew, responses={201: TransferWithChanges, 200: TransferWithChanges})
    def post(self, request):
        """Pack: somebody is going to hospital. Only `resident` is needed."""
        body = json_object(request)
        resident = self._resident(body.get("resident"))
        self.allow(resident.home)
        asked = shapes.TransferNew(data=body)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        said |= {"resident": resident, "bag": _bag(self, said.get("bag")), "items": tuple(said.get("items") or ())}
        said["destination"] = hospital(said.get("destination"))
        packing = actions.Packing(**said)
        transfer, made = actions.pack_bag(actor=self.actor, packing=packing, now=self.now)
        transfer = own_transfers(self).get(pk=transfer.pk)
        told = transfer_told(self, transfer) | {"changes_since_last": _changes(transfer)}
        return Response(told, status=201 if made else 200)

    def _resident(self, pk) -> Resident:
        if not pk:
            raise BadInput({"resident": "Say who is going (the resident's id)."})
        wanted = _uuid("resident", pk)
        return self.find(Resident.objects.visible_to(self.actor).select_related("home"), wanted)


def _uuid(name: str, text: str):
    try:
        return shapes.s.UUIDField().run_validation(text)
    except shapes.s.ValidationError:
        raise BadInput({name: "Send a UUID."}) from None


def _bag(door: Door, pk) -> Bag | None:
    return door.find(Bag.objects.visible_to(door.actor).select_related("home"), pk) if pk else None


def _changes(transfer: Transfer) -> dict | None:
    """What differs from the snapshot of the resident's journey before; None when there was none."""
    told = since_last(transfer)
    if told is None:
        return None
    return asdict(told) | {"changes": [asdict(each) | {"words": each.words} for each in told.changes]}


class TransferCall(Door):
    @extend_schema(responses=TransferWithChanges)
    def get(self, request, pk):
        """One transfer: its timeline, contents, who has the bag, what is awaited, and what differs from last time."""
        transfer = self.find(own_transfers(self), pk)
        record_view(
            "transfer",
            transfer,
            actor=self.actor,
            at=self.now,
            organisation=self.actor.home(),
            resident=transfer.resident_id,
        )
        return Response(transfer_told(self, transfer) | {"changes_since_last": _changes(transfer)})

    @extend_schema(request=shapes.TransferChange, responses=shapes.TransferShape)
    def patch(self, request, pk):
        """Say more: what is new after the bag has left becomes a dated addition."""
        transfer = self.find(own_transfers(self), pk)
        self.allow(transfer.home)
        asked = shapes.TransferChange(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        if "bag" in said:
            said["bag"] = _bag(self, said["bag"])
        if "destination" in said:
            said["destination"] = hospital(said["destination"])
        actions.add_to_transfer(actor=self.actor, transfer=transfer, values=said, now=self.now)
        return Response(transfer_told(self, own_transfers(self).get(pk=pk)))


class HandoverCodeCall(Door):
    @extend_schema(request=None, responses=shapes.HandoverCode)
    def post(self, request, pk):
        """The code that whoever gives the bag shows to whoever takes it."""
        transfer = self.find(own_transfers(self), pk)
        if not _may_give(self, transfer):
            raise NotAllowed("Only the home and whoever has the bag can give it.")
        if transfer.stage == Stage.CLOSED:
            raise Refused("This journey is finished: there is nothing to hand over.", code="closed")
        code, expires_at = code_at(transfer, self.now)
        if not code:
            raise Refused("Wrong codes were typed too often: hand over without one.", code="codes_void")
        told = {"code": code, "address": address_of(transfer, code), "expires_at": expires_at}
        return Response(told, headers={"Cache-Control": "no-store"})
