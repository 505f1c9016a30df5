"""Calls about a hand-over: signatures, and the squares on the walls of wards."""

import base64
import binascii

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import handing_over_shapes as shapes
from redbag.api.door import Door
from redbag.api.problems import Unprocessable
from redbag.api.transfers import own_transfers
from redbag.errors import NotAllowed
from redbag.organisations.access import Permission
from redbag.organisations.models import Place
from redbag.organisations.places import add_place, address_of, change_place, issue_token, places_of
from redbag.transfers.case_models import Signature
from redbag.transfers.models import Transfer
from redbag.transfers.signatures import picture_of, sign

PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class SignedDoor(Door):
    def transfer(self, pk) -> Transfer:
        """The transfer, if the caller may see it."""
        return self.find(own_transfers(self), pk)


class SignaturesCall(SignedDoor):
    @extend_schema(responses=shapes.SignaturesShape)
    def get(self, request, pk):
        """Who signed for the bag on this journey, oldest first."""
        rows = self.transfer(pk).signatures.order_by("signed_at")
        return Response({"results": [signature_row(row) for row in rows], "next": None})

    @extend_schema(request=shapes.SignatureNew, responses={201: shapes.SignatureShape})
    def post(self, request, pk):
        """Keep a signature: a PNG drawn anew, or a name alone. Its id goes into the hand-over; sent twice it is one."""
        transfer = self.transfer(pk)
        if not self.actor.organisations_with(Permission.MOVE_BAGS):
            raise NotAllowed("Only who moves bags signs for one.")
        asked = shapes.SignatureNew(data=request.data)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        said["picture"] = _png(said.get("picture", ""))
        signed = sign(actor=self.actor, transfer=transfer, now=self.now, **said)
        return Response(signature_row(signed), status=201)


class SignaturePictureCall(SignedDoor):
    @extend_schema(responses=PNG)
    def get(self, request, pk, signature) -> HttpResponse:
        """The picture of a signature; 404 where only a name was typed."""
        signed = self.transfer(pk).signatures.filter(pk=signature).exclude(file="").first()
        if signed is None:
            raise NotFound
        return HttpResponse(picture_of(signed), content_type="image/png", headers={"Cache-Control": "no-store"})


class PlacesCall(Door):
    @extend_schema(responses=shapes.PlacesShape)
    def get(self, request):
        """The wards and bays whose squares the caller may print."""
        return Response({"results": [place_row(each) for each in places_of(self.actor)], "next": None})

    @extend_schema(request=shapes.PlaceNew, responses={201: shapes.PlaceShape})
    def post(self, request):
        """A ward, bay or desk by its name, with its square; naming one twice is one."""
        mine = set(self.actor.organisations_with(Permission.SET_HOUSE_RULES))
        if not mine:
            raise NotAllowed("Your role may not name places.")
        asked = shapes.PlaceNew(data=request.data)
        asked.is_valid(raise_exception=True)
        code = (asked.validated_data.get("organisation") or "").upper()
        theirs = {post.organisation.pk: post.organisation for post in self.actor.posts if post.organisation.pk in mine}
        chosen = [each for each in theirs.values() if each.ods_code == code or (not code and len(theirs) == 1)]
        if not chosen:
            raise Unprocessable({"organisation": "Say for which of your organisations (ODS code)."})
        place = add_place(actor=self.actor, organisation=chosen[0], name=asked.validated_data["name"], now=self.now)
        place = place if place.token_digest else issue_token(actor=self.actor, place=place, now=self.now)
        return Response(place_row(place), status=201)


class PlaceCall(Door):
    @extend_schema(request=shapes.PlaceChange, responses=shapes.PlaceShape)
    def patch(self, request, pk):
        """A place's direct line, and in how many minutes it answers a note; null promises nothing."""
        place = next((each for each in places_of(self.actor) if each.pk == pk), None)
        if place is None:
            raise NotFound
        asked = shapes.PlaceChange(data=request.data)
        asked.is_valid(raise_exception=True)
        said = {"phone": place.phone, "reply_within": place.reply_within, **asked.validated_data}
        return Response(place_row(change_place(actor=self.actor, place=place, now=self.now, **said)))


class PlaceQrCall(Door):
    @extend_schema(request=None, responses={201: shapes.PlaceShape})
    def post(self, request, pk):
        """A new square for a place; a poster printed before leads nowhere from now on."""
        place = next((each for each in places_of(self.actor) if each.pk == pk), None)
        if place is None:
            raise NotFound
        return Response(place_row(issue_token(actor=self.actor, place=place, now=self.now)), status=201)


def signature_row(signed: Signature) -> dict:
    """A signature as the API shows it."""
    return {
        "id": signed.pk,
        "fact": signed.fact,
        "name": signed.name,
        "role": signed.role,
        "signed_at": signed.signed_at,
        "drawn": bool(signed.file),
    }


def place_row(place: Place) -> dict:
    """A place as the API shows it (its organisation joined)."""
    return {
        "id": place.pk,
        "organisation": place.organisation.ods_code,
        "name": place.name,
        "phone": place.phone,
        "reply_within": place.reply_within,
        "address": address_of(place) if place.token_digest else None,
    }


def _png(sent: str) -> bytes:
    try:
        return base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        raise Unprocessable({"picture": "Send a PNG in base64, or leave it out."}) from None
