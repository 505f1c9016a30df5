"""Calls about what must be done after a stay."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api.discharges import own_summaries
from redbag.api.door import Door, json_object
from redbag.api.follow_ups_shapes import (
    FollowUpChange,
    FollowUpDone,
    FollowUpNew,
    FollowUpShape,
    FollowUpsShape,
    FollowUpUndone,
)
from redbag.discharges import following_up
from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.journal.recording import record_view


def follow_up_row(each: FollowUp, *, before: bool = False) -> dict:
    """One thing to do, as a program reads it."""
    return {
        "id": each.pk,
        "discharge_summary": each.summary_id,
        "text": each.text,
        "owner": each.owner,
        "owner_text": each.owner_text,
        "due_on": each.due_on,
        "from_letter": each.from_letter,
        "from_version_before": before,
        "done_at": each.done_at,
        "done_by": each.done_by_name,
        "note": each.done_note,
        "changed_at": each.changed_at,
        "changed_by": each.changed_by_name,
    }


class FollowUpsCall(Door):
    @extend_schema(responses=FollowUpsShape)
    def get(self, request, pk):
        """What a letter asks for, in its order, then what a version before it asked for and nobody has done."""
        summary = self._summary(pk)
        where = self.actor.first_place()
        resident = summary.resident_id
        record_view("follow_ups", summary, actor=self.actor, at=self.now, organisation=where, resident=resident)
        rows = [follow_up_row(each) for each in summary.follow_ups.order_by("position")]
        before = [follow_up_row(each, before=True) for each in following_up.still_to_do(summary)]
        return Response({"results": rows + before})

    @extend_schema(request=FollowUpNew, responses={201: FollowUpShape})
    def post(self, request, pk):
        """Add something to do after this stay, in the home's own words."""
        summary = self._summary(pk)
        sent = FollowUpNew(data=json_object(request))
        sent.is_valid(raise_exception=True)
        said = {"owner_text": "", "due_on": None, **sent.validated_data}
        made = following_up.add_follow_up(actor=self.actor, summary=summary, now=self.now, **said)
        return Response(follow_up_row(made), status=201)

    def _summary(self, pk) -> DischargeSummary:
        summary = self.find(own_summaries(self), pk)
        self.allow(summary.home)
        return summary


class OneFollowUp(Door):
    def follow_up(self, pk) -> FollowUp:
        """The one that the call is about."""
        each = self.find(FollowUp.objects.visible_to(self.actor).select_related("summary__home"), pk)
        self.allow(each.summary.home)
        return each


class FollowUpCall(OneFollowUp):
    @extend_schema(request=FollowUpChange, responses=FollowUpShape)
    def patch(self, request, pk):
        """Say who does it and by when; its words stay."""
        each = self.follow_up(pk)
        sent = FollowUpChange(data=json_object(request))
        sent.is_valid(raise_exception=True)
        said = {"owner": each.owner, "owner_text": each.owner_text, "due_on": each.due_on, **sent.validated_data}
        changed = following_up.change_follow_up(actor=self.actor, follow_up=each, now=self.now, **said)
        return Response(follow_up_row(changed))


class FollowUpDoneCall(OneFollowUp):
    @extend_schema(request=FollowUpDone, responses=FollowUpShape)
    def post(self, request, pk):
        """Say that it is done and what came of it; the first one stays. 409 about a medicine unless trained in them."""
        each = self.follow_up(pk)
        sent = FollowUpDone(data=json_object(request))
        sent.is_valid(raise_exception=True)
        note = sent.validated_data.get("note", "")
        done = following_up.finish_follow_up(actor=self.actor, follow_up=each, note=note, now=self.now)
        return Response(follow_up_row(done))


class FollowUpUndoneCall(OneFollowUp):
    @extend_schema(request=FollowUpUndone, responses=FollowUpShape)
    def post(self, request, pk):
        """It is not done after all, and why; 409 when nobody has done it."""
        each = self.follow_up(pk)
        sent = FollowUpUndone(data=json_object(request))
        sent.is_valid(raise_exception=True)
        why = sent.validated_data["why"]
        undone = following_up.undo_follow_up(actor=self.actor, follow_up=each, why=why, now=self.now)
        return Response(follow_up_row(undone))
