"""Calls about the register of bags and the label on each."""

from django.conf import settings
from django.db.models import F
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import bags_shapes as shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.shapes import listed
from redbag.bags import actions
from redbag.bags.life import change_tracker
from redbag.bags.models import Bag, Label, State
from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.vault import unseal_label


def own_bags(actor):
    """The bags the caller may see, each with the code on its label."""
    bags = Bag.objects.visible_to(actor).select_related("home")
    return bags.filter(labels__voided_at=None).annotate(short_code=F("labels__code"))


def bag_row(bag: Bag) -> dict:
    """A bag as the API shows it; the caller has annotated `short_code`."""
    return {
        "id": bag.pk,
        "tracker": bag.tracker,
        "home": bag.home.ods_code,
        "state": bag.state,
        "since": bag.state_since or bag.created_at,
        "short_code": bag.short_code,
    }


def with_token(bag: Bag, label: Label) -> dict:
    """A bag with what its label's QR holds."""
    bag.short_code = label.code
    token = unseal_label(label.token_sealed)
    return {**bag_row(bag), "token": token, "address": f"{settings.PUBLIC_URL}/b/{token}"}


class BagsCall(Door):
    @extend_schema(responses=listed(shapes.BagShape), parameters=[OpenApiParameter("state", str)])
    def get(self, request):
        """The bags of the caller's homes."""
        bags = own_bags(self.actor)
        if state := self.choice("state", State.values):
            bags = bags.filter(state=state)
        return self.page(bags, bag_row, order=("tracker", "id"))

    @extend_schema(request=shapes.BagNew, responses={201: shapes.BagWithToken})
    def post(self, request):
        """Put a bag on the register, with its first label."""
        body = json_object(request)
        home = own_place(self.actor, body.get("home"), Permission.WRITE_BAGS)
        tracker = body.get("tracker") or ""
        if not isinstance(tracker, str):
            raise BadInput({"tracker": "Send text."})
        bag, label = actions.add_bag(actor=self.actor, home=home, tracker=tracker, now=self.now)
        return Response(with_token(bag, label), status=201)


class BagCall(Door):
    @extend_schema(responses=shapes.BagShape)
    def get(self, request, pk):
        """One bag."""
        return Response(bag_row(self.find(own_bags(self.actor), pk)))

    @extend_schema(request=shapes.BagChange, responses=shapes.BagShape)
    def patch(self, request, pk):
        """Change the tracker number; labels and past stay with the bag."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        asked = shapes.BagChange(data=json_object(request))
        asked.is_valid(raise_exception=True)
        change_tracker(actor=self.actor, bag=bag, tracker=asked.validated_data["tracker"], now=self.now)
        return Response(bag_row(self.find(own_bags(self.actor), pk)))


class BagLabelCall(Door):
    @extend_schema(responses=shapes.BagWithToken)
    def get(self, request, pk):
        """The token of the label the bag carries, for a reprint; written in the journal."""
        bag = self.find(own_bags(self.actor), pk)
        actions.reveal_token(actor=self.actor, bag=bag, now=self.now)
        return Response(with_token(bag, actions.current_label(bag)), headers={"Cache-Control": "no-store"})


class ReissueCall(Door):
    @extend_schema(request=shapes.Reissue, responses={201: shapes.BagWithToken})
    def post(self, request, pk):
        """Void the label and make a new one."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        body = json_object(request)
        reason, instead_of = (str(body.get(name) or "") for name in ("reason", "instead_of"))
        label = actions.reissue_label(actor=self.actor, bag=bag, reason=reason, instead_of=instead_of, now=self.now)
        return Response(with_token(bag, label), status=201)
