"""Calls about a death on a journey, belongings that are given, and another bag."""

from uuid import uuid4

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import endings_shapes as shapes
from redbag.api.door import Door
from redbag.api.shapes import listed
from redbag.api.transfers import own_transfers
from redbag.bags.models import Bag
from redbag.errors import NotAllowed
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Organisation
from redbag.transfers import deaths, releases, swapping
from redbag.transfers.models import Transfer


class EndingDoor(Door):
    rights: tuple[Permission, ...] = (Permission.RECORD_DEATH,)

    def said(self, shape) -> dict:
        """What was sent, read."""
        sent = shape(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def transfer(self, pk) -> Transfer:
        """The journey, if the caller may read it and may do this somewhere."""
        transfer = self.find(own_transfers(self), pk)
        if not self.actor.organisations_with(*self.rights):
            raise NotAllowed(f"Your role may not {self.rights[0]}.")
        return transfer

    def acting(self, transfer: Transfer) -> Organisation:
        """For which of their places somebody acts: the home, the holder, the destination, else their first."""
        own = self.actor.organisations_with(*self.rights)
        places = {post.organisation.pk: post.organisation for post in self.actor.posts if post.organisation.pk in own}
        near = (transfer.home_id, transfer.holder_id, transfer.destination_id)
        return next((places[pk] for pk in near if pk in places), next(iter(places.values())))

    def shown(self, transfer: Transfer, status: int = 200) -> Response:
        return Response(shapes.DeathShape(deaths.standing_death(transfer)).data, status=status)


class DeathCall(EndingDoor):
    rights: tuple[Permission, ...] = (Permission.RECORD_DEATH, Permission.READ_TRANSFERS)

    @extend_schema(responses=shapes.DeathShape)
    def get(self, request, pk):
        """What was said of a death on a journey; 409 where none stands."""
        transfer = self.transfer(pk)
        where = self.actor.first_place()
        record_view("death", transfer, actor=self.actor, at=self.now, organisation=where, resident=transfer.resident_id)
        return self.shown(transfer)

    @extend_schema(request=shapes.DeathNew, responses={201: shapes.DeathShape})
    def post(self, request, pk):
        """Say that somebody died, and whether the family has been told; it waits to be confirmed. Nothing is sent."""
        self.rights = (Permission.RECORD_DEATH,)
        transfer, told = self.transfer(pk), self.said(shapes.DeathNew)
        fact_id = told.pop("id", None) or uuid4()
        acting = self.acting(transfer)
        deaths.say_death(actor=self.actor, transfer=transfer, acting=acting, fact_id=fact_id, told=told, now=self.now)
        return self.shown(transfer, 201)


class ConfirmDeathCall(EndingDoor):
    @extend_schema(request=None, responses=shapes.DeathShape)
    def post(self, request, pk):
        """The second step, by the same person or another."""
        transfer = self.transfer(pk)
        deaths.confirm_death(
            actor=self.actor, death=deaths.standing_death(transfer), acting=self.acting(transfer), now=self.now
        )
        return self.shown(transfer)


class TakeBackDeathCall(EndingDoor):
    @extend_schema(request=shapes.WhyNew, responses={204: None})
    def post(self, request, pk):
        """It was wrong: everything stands as before."""
        transfer = self.transfer(pk)
        why = self.said(shapes.WhyNew)["why"]
        acting = self.acting(transfer)
        deaths.take_back_death(
            actor=self.actor, death=deaths.standing_death(transfer), acting=acting, why=why, now=self.now
        )
        return Response(status=204)


class DeathFamilyCall(EndingDoor):
    rights = (Permission.RECORD_DEATH, Permission.RELEASE_BELONGINGS)

    @extend_schema(request=shapes.FamilyNew, responses=shapes.DeathShape)
    def post(self, request, pk):
        """Whether the family has been told by now, and by whom."""
        transfer, told = self.transfer(pk), self.said(shapes.FamilyNew)
        death, acting = deaths.standing_death(transfer), self.acting(transfer)
        deaths.say_family_told(actor=self.actor, death=death, acting=acting, told=told, now=self.now)
        return self.shown(transfer)


class HoldCall(EndingDoor):
    rights = (Permission.RECORD_DEATH, Permission.RELEASE_BELONGINGS)

    @extend_schema(request=shapes.HoldNew, responses=shapes.DeathShape)
    def post(self, request, pk):
        """Coroner or police want the belongings kept; with an empty hold, not any more."""
        transfer, said = self.transfer(pk), self.said(shapes.HoldNew)
        hold, note = said["hold"], said.get("note") or ""
        death, acting = deaths.standing_death(transfer), self.acting(transfer)
        deaths.hold_belongings(actor=self.actor, death=death, acting=acting, hold=hold, note=note, now=self.now)
        return self.shown(transfer)


class DeathTaskCall(EndingDoor):
    rights = (Permission.RELEASE_BELONGINGS,)

    @extend_schema(request=shapes.TaskNew, responses=shapes.DeathShape)
    def post(self, request, pk):
        """The home has seen to one of its tasks after a death, or not after all."""
        transfer = self.transfer(pk)
        self.allow(transfer.home)
        said = self.said(shapes.TaskNew)
        deaths.tick_task(actor=self.actor, death=deaths.standing_death(transfer), now=self.now, **said)
        return self.shown(transfer)


class ReleasesCall(EndingDoor):
    rights = (Permission.RELEASE_BELONGINGS,)

    @extend_schema(operation_id="releases_list", responses=listed(shapes.ReleaseShape))
    def get(self, request, pk):
        """To whom belongings of this journey were given."""
        transfer = self.transfer(pk)
        self.allow(transfer.home)
        where = self.actor.first_place()
        record_view("death", transfer, actor=self.actor, at=self.now, organisation=where, resident=transfer.resident_id)
        return self.page(
            transfer.releases.all(), lambda row: shapes.ReleaseShape(row).data, order=("-released_at", "-id")
        )

    @extend_schema(request=shapes.ReleaseNew, responses={201: shapes.ReleaseShape})
    def post(self, request, pk):
        """Give belongings to an executor or named next of kin; 409 while coroner or police want them kept."""
        transfer = self.transfer(pk)
        self.allow(transfer.home)
        said = self.said(shapes.ReleaseNew)
        said["items"] = [str(item) for item in said["items"]]
        release = releases.release_belongings(actor=self.actor, transfer=transfer, now=self.now, **said)
        return Response(shapes.ReleaseShape(release).data, status=201)


class SwapCall(EndingDoor):
    rights = (Permission.PACK,)

    @extend_schema(request=shapes.SwapNew, responses={201: shapes.SwapShape})
    def post(self, request, pk):
        """Go on with another bag of the home, or with none; 409 when it is still on another journey."""
        transfer = self.transfer(pk)
        self.allow(transfer.home)
        said = self.said(shapes.SwapNew)
        own = Bag.objects.visible_to(self.actor).filter(home=transfer.home)
        said["bag"] = self.find(own, said["bag"]) if said["bag"] else None
        swap = swapping.swap_bag(actor=self.actor, transfer=transfer, now=self.now, **said)
        return Response(shapes.SwapShape(swap).data, status=201)
