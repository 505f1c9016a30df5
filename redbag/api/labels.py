"""Calls about labels: print them, watch and fetch the sheets, see what was printed, put a spare one on a bag."""

from io import BytesIO
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import bags_shapes as shapes
from redbag.api.bags import own_bags, with_token
from redbag.api.door import Door, json_object, own_place
from redbag.api.shapes import listed
from redbag.bags import actions
from redbag.bags.claiming import claim_blank
from redbag.bags.layouts import LAYOUTS
from redbag.bags.models import PrintJob
from redbag.bags.print_log import Print, counted, prints_of, with_reprints
from redbag.bags.printing import file_of
from redbag.bags.tagging import tags_of
from redbag.errors import BadInput, Refused
from redbag.journal.recording import PRINTED, record_view
from redbag.organisations.access import Permission


def job_row(job: PrintJob) -> dict:
    """A print job as the API shows it, with its home and `reprints`."""
    return {
        "id": job.pk,
        "home": job.organisation.ods_code,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "reprints": job.reprints,
        "layout": job.layout,
        "reason": job.reason,
        "asked_by": job.asked_by_name,
        "asked_at": job.asked_at,
        "error": job.error or None,
    }


def print_row(one: Print) -> dict:
    """One print of a label or tag, as the API shows it."""
    return {
        "job": one.job.pk,
        "short_code": one.code,
        "kind": "tag" if one.tag else "label",
        "reprint": one.again,
        "layout": one.job.layout,
        "reason": one.job.reason,
        "asked_by": one.job.asked_by_name,
        "asked_at": one.job.asked_at,
    }


class LabelsCall(Door):
    @extend_schema(responses=listed(shapes.PrintJobShape))
    def get(self, request):
        """Every print and reprint: who asked, when, why, on what, how many."""
        jobs = with_reprints(PrintJob.objects.visible_to(self.actor)).select_related("organisation")
        return self.page(jobs, job_row, order=("-asked_at", "-id"))

    @extend_schema(request=shapes.LabelsNew, responses={202: shapes.PrintJobShape})
    def post(self, request):
        """Print labels in the background: of these bags, so many blank ones, or small tags."""
        asked = shapes.LabelsNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        bags, tags = self._bags(said.get("bags") or []), self._tags(said.get("tags") or [])
        places = {bag.home.ods_code for bag in [*bags, *(tag.bag for tag in tags)]}
        if len(places) > 1:
            raise BadInput({"bags": "Print the labels of one home at a time."})
        home = own_place(self.actor, said.get("home") or next(iter(places), None), Permission.PRINT_LABELS)
        job = actions.print_labels(
            actor=self.actor,
            home=home,
            bags=bags,
            blanks=said.get("blanks") or 0,
            tags=tags,
            layout=said["layout"],
            reason=said["reason"],
            now=self.now,
        )
        return Response(job_row(counted(job)), status=202)

    def _bags(self, wanted: list[UUID]) -> list:
        homes = self.actor.organisations_with(Permission.PRINT_LABELS)
        wanted = list(dict.fromkeys(wanted))
        found = {bag.pk: bag for bag in own_bags(self.actor).filter(Q(pk__in=wanted) & Q(home__in=homes))}
        if len(found) < len(wanted):
            raise NotFound
        return [found[pk] for pk in wanted]

    def _tags(self, wanted: list[UUID]) -> list:
        homes = self.actor.organisations_with(Permission.PRINT_LABELS)
        wanted = list(dict.fromkeys(wanted))
        own = tags_of(homes).filter(pk__in=wanted)
        found = {tag.pk: tag for tag in own}
        if len(found) < len(wanted):
            raise NotFound
        return [found[pk] for pk in wanted]


class LabelJobCall(Door):
    def job(self, pk) -> PrintJob:
        job = self.find(PrintJob.objects.theirs(self.actor), pk)
        self.allow(job.organisation_id)
        return counted(job)

    @extend_schema(responses=shapes.PrintJobShape)
    def get(self, request, pk):
        """How far the printing is."""
        return Response(job_row(self.job(pk)))


class LabelFileCall(LabelJobCall):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, (200, "text/plain"): OpenApiTypes.STR})
    def get(self, request, pk):
        """The sheets, once they are done: PDF, or for a Zebra layout the ZPL it draws them from."""
        job = self.job(pk)
        if job.state != PrintJob.State.DONE:
            raise Refused("The labels are not ready yet. Ask again in a moment.", code="not_ready")
        record_view("labels", job, actor=self.actor, at=self.now, organisation=job.organisation_id, way=PRINTED)
        zpl = job.layout in LAYOUTS and LAYOUTS[job.layout].zpl
        name, kind = ("labels.zpl", "text/plain; charset=utf-8") if zpl else ("labels.pdf", "application/pdf")
        response = FileResponse(BytesIO(file_of(job)), as_attachment=True, filename=name, content_type=kind)
        response["Cache-Control"] = "no-store"
        return response


class AgainCall(LabelJobCall):
    http_method_names = ["post"]

    @extend_schema(request=None, responses=shapes.PrintJobShape)
    def post(self, request, pk):
        """Have a job that failed drawn once more, from where it stopped."""
        job = actions.draw_again(actor=self.actor, job=self.job(pk), now=self.now)
        return Response(job_row(counted(job)))


class PrintsCall(Door):
    @extend_schema(responses=listed(shapes.PrintShape))
    def get(self, request, pk):
        """Every print of a bag's labels and tags, newest first."""
        bag = self.find(own_bags(self.actor), pk)
        self.allow(bag.home)
        return Response({"results": [print_row(one) for one in prints_of(bag)], "next": None})


class ClaimCall(Door):
    @extend_schema(request=shapes.ClaimNew, responses={201: shapes.BagWithToken})
    def post(self, request):
        """Put a label that was printed ahead on a new bag, or on a bag whose label is lost."""
        asked = shapes.ClaimNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        bag = self.find(own_bags(self.actor), said["bag"]) if said.get("bag") else None
        tracker = said.get("tracker") or ""
        bag, label = claim_blank(actor=self.actor, text=said["label"], tracker=tracker, bag=bag, now=self.now)
        return Response(with_token(bag, label), status=201)
