"""Calls that join two records of one person, and take them apart."""

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import resident_shapes
from redbag.api.door import Door, json_object
from redbag.api.shapes import listed
from redbag.residents.models import Merge, Resident
from redbag.transfers.merging import merge_residents, unmerge_residents


def merge_row(merge: Merge) -> dict:
    """A join as the API shows it; `undone_at` is null while it stands."""
    row = {"id": merge.pk, "kept": merge.kept_id, "other": merge.other_id, "why": merge.why}
    return row | {"merged_at": merge.merged_at, "by": merge.merged_by_name, "undone_at": merge.undone_at}


class MergeCall(Door):
    @extend_schema(responses=listed(resident_shapes.MergeShape))
    def get(self, request, pk):
        """What was joined with this record, newest first, also what was taken apart again."""
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        theirs = Merge.objects.visible_to(self.actor).filter(Q(kept=resident) | Q(other=resident))
        return self.page(theirs, merge_row, order=("-merged_at", "-id"))

    @extend_schema(request=resident_shapes.MergeNew, responses={201: resident_shapes.MergeShape})
    def post(self, request, pk):
        """Say that another record is the same person's: this one is kept, the other one is archived and points at it.

        `take` says `kept` or `other` for each section of the summary where both records say something different;
        allergies of both always count together. `nhs_number` says so of the number where they differ and the kept one
        was not checked. 409 `transfer_open` while the other record has an open journey.
        """
        kept = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(kept.home)
        told = resident_shapes.MergeNew(data=json_object(request))
        told.is_valid(raise_exception=True)
        other = self.find(Resident.objects.visible_to(self.actor), told.validated_data["other"])
        merge = merge_residents(
            actor=self.actor,
            kept=kept,
            other=other,
            take=told.validated_data.get("take", {}),
            why=told.validated_data["why"],
            now=self.now,
            number=told.validated_data.get("nhs_number", ""),
        )
        return Response(merge_row(merge), status=201)


class UnmergeCall(Door):
    @extend_schema(request=resident_shapes.MergeUndone, responses=resident_shapes.Undone)
    def post(self, request, pk):
        """Take two records apart again; `stays` names what somebody changed since, which is left as it is."""
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        told = resident_shapes.MergeUndone(data=json_object(request))
        told.is_valid(raise_exception=True)
        theirs = Merge.objects.visible_to(self.actor).filter(Q(kept=resident) | Q(other=resident))
        merge = self.find(theirs.select_related("kept", "other"), told.validated_data["merge"])
        stays = unmerge_residents(actor=self.actor, merge=merge, why=told.validated_data["why"], now=self.now)
        return Response({"id": merge.pk, "stays": stays})
