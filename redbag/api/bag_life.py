"""Calls about a bag's life: what was done with it, its small tags, and bags that should be back."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import bags_shapes as shapes
from redbag.api.bags import bag_row, own_bags
from redbag.api.door import Door, json_object
from redbag.api.shapes import listed
from redbag.bags.life import take_step
from redbag.bags.models import BagStep, Tag
from redbag.bags.tagging import make_tag, void_tag
from redbag.journal.recording import record_view
from redbag.reminders.chasing import Overdue, chase, overdue
from redbag.transfers.models import Transfer


def step_row(step: BagStep) -> dict:
    """What somebody did with a bag, as the API shows it."""
    return {
        "id": step.pk,
        "before": step.before,
        "after": step.after,
        "reason": step.reason,
        "until": step.until,
        "authorised_by": step.authorised_by,
        "at": step.at,
        "by": step.by_name,
    }


def tag_row(tag: Tag) -> dict:
    """A small tag as the API shows it."""
    return {
        "id": tag.pk,
        "category": tag.category,
        "words": tag.words,
        "short_code": tag.code,
        "issued_at": tag.issued_at,
    }


def overdue_row(row: Overdue) -> dict:
    """A bag past its time, as the API shows it."""
    return {
        "transfer": row.transfer.pk,
        "bag": row.transfer.bag_id,
        "tracker": row.transfer.bag.tracker,
        "holder": row.held,
        "since": row.since,
        "due_at": row.due_at,
        "chased_at": row.chased.written_at if row.chased else None,
        "chased_by": row.chased.by_name if row.chased else None,
    }


class StepsCall(Door):
    @extend_schema(responses=listed(shapes.StepShape))
    def get(self, request, pk):
        """What was done with a bag between journeys, newest first."""
        bag = self.find(own_bags(self.actor), pk)
        return self.page(bag.steps.all(), step_row, order=("-at", "-id"))

    @extend_schema(request=shapes.StepNew, responses={201: shapes.BagShape})
    def post(self, request, pk):
        """Clean, set aside, free, lose, find or dispose of a bag; the same step again changes nothing."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        asked = shapes.StepNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        take_step(actor=self.actor, bag=bag, now=self.now, **asked.validated_data)
        return Response(bag_row(self.find(own_bags(self.actor), pk)), status=201)


class TagsCall(Door):
    @extend_schema(responses=listed(shapes.TagShape))
    def get(self, request, pk):
        """The small tags that lead back to a bag."""
        bag = self.find(own_bags(self.actor), pk)
        return self.page(bag.tags.filter(voided_at=None), tag_row, order=("issued_at", "id"))

    @extend_schema(request=shapes.TagNew, responses={201: shapes.TagShape})
    def post(self, request, pk):
        """Make a tag for a single thing of a bag; print it with `POST labels` and `tags`."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        asked = shapes.TagNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        tag = make_tag(actor=self.actor, bag=bag, now=self.now, **asked.validated_data)
        return Response(tag_row(tag), status=201)


class TagCall(Door):
    @extend_schema(responses={204: None})
    def delete(self, request, pk, tag):
        """Take a tag off the list; who scans it is still led to the bag."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        void_tag(actor=self.actor, tag=self.find(bag.tags.select_related("bag__home"), tag), now=self.now)
        return Response(status=204)


class OverdueCall(Door):
    @extend_schema(responses=listed(shapes.OverdueShape))
    def get(self, request):
        """The bags of the caller's homes that should be back by now, the longest late first."""
        rows = overdue(actor=self.actor, now=self.now)
        if shown := sorted({row.transfer.resident_id for row in rows}):
            home = self.actor.home()
            record_view("overdue_bags", None, actor=self.actor, at=self.now, organisation=home, residents=shown)
        return Response({"results": [overdue_row(row) for row in rows], "next": None})


class ChaseCall(Door):
    @extend_schema(request=None, responses={201: shapes.ChaseShape, 200: shapes.ChaseShape})
    def post(self, request, pk):
        """Ask whoever has the bag where it is; asked again within ten minutes, nothing more is sent."""
        own = Transfer.objects.visible_to(self.actor, now=self.now).select_related("bag", "home", "holder")
        note, new = chase(actor=self.actor, transfer=self.find(own, pk), now=self.now)
        told = {"id": note.pk, "words": note.words, "written_at": note.written_at, "by": note.by_name, "sent": new}
        return Response(told, status=201 if new else 200)
