"""Calls about bags and their labels."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door, json_object, own_place
from redbag.bags import actions
from redbag.bags.models import Bag, Label, PrintJob, State
from redbag.errors import BadInput, Refused
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
        "short_code": bag.short_code,
    }


def with_token(bag: Bag, label: Label) -> dict:
    """A bag with what its label's QR holds."""
    bag.short_code = label.code
    token = unseal_label(label.token_sealed)
    return {**bag_row(bag), "token": token, "address": f"{settings.PUBLIC_URL}/b/{token}"}


class BagsCall(Door):
    @extend_schema(responses=shapes.listed(shapes.BagShape), parameters=[OpenApiParameter("state", str)])
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
        reason = str(json_object(request).get("reason") or "")
        label = actions.reissue_label(actor=self.actor, bag=bag, reason=reason, now=self.now)
        return Response(with_token(bag, label), status=201)


def job_row(job: PrintJob) -> dict:
    """A print job as the API shows it."""
    return {
        "id": job.pk,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "layout": job.layout,
        "error": job.error or None,
    }


class LabelsCall(Door):
    @extend_schema(request=shapes.LabelsNew, responses={202: shapes.PrintJobShape})
    def post(self, request):
        """Print labels in the background: of these bags, or so many blank ones."""
        asked = shapes.LabelsNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        wanted = list(dict.fromkeys(said.get("bags") or []))
        homes = self.actor.organisations_with(Permission.PRINT_LABELS)
        found = {bag.pk: bag for bag in own_bags(self.actor).filter(Q(pk__in=wanted) & Q(home__in=homes))}
        if len(found) < len(wanted):
            raise NotFound
        places = {bag.home.ods_code for bag in found.values()}
        if len(places) > 1:
            raise BadInput({"bags": "Print the labels of one home at a time."})
        home = own_place(self.actor, said.get("home") or next(iter(places), None), Permission.PRINT_LABELS)
        job = actions.print_labels(
            actor=self.actor,
            home=home,
            bags=[found[pk] for pk in wanted],
            blanks=said.get("blanks") or 0,
            layout=said["layout"],
            reason=said["reason"],
            now=self.now,
        )
        return Response(job_row(job), status=202)


class LabelJobCall(Door):
    def job(self, pk) -> PrintJob:
        job = self.find(PrintJob.objects.theirs(self.actor), pk)
        self.allow(job.organisation_id)
        return job

    @extend_schema(responses=shapes.PrintJobShape)
    def get(self, request, pk):
        """How far the printing is."""
        return Response(job_row(self.job(pk)))


class LabelFileCall(LabelJobCall):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The sheets, once they are done."""
        job = self.job(pk)
        if job.state != PrintJob.State.DONE:
            raise Refused("The labels are not ready yet. Ask again in a moment.", code="not_ready")
        return FileResponse(
            default_storage.open(job.file), as_attachment=True, filename="labels.pdf", content_type="application/pdf"
        )
