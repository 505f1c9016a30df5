"""The papers of a journey as PDF."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound

from redbag.api.door import Door
from redbag.journal.recording import record_view
from redbag.packs.drawing import paper_of
from redbag.packs.models import Paper
from redbag.transfers.models import Transfer

FILES = {Paper.Kind.SUMMARY: "emergency-summary.pdf", Paper.Kind.PACK: "hospital-pack.pdf"}


class PaperCall(Door):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk, kind):
        """The emergency summary (`summary`) or the full hospital pack (`pack`) as PDF, as everything is known now."""
        rows = Transfer.objects.visible_to(self.actor, now=self.now)
        transfer = self.find(rows.select_related("resident", "home", "bag", "destination"), pk)
        if kind not in FILES:
            raise NotFound
        where = next((post.organisation.pk for post in self.actor.posts), None)
        record_view(
            f"printed_{kind}",
            transfer,
            actor=self.actor,
            at=self.now,
            organisation=where,
            resident=transfer.resident_id,
        )
        response = HttpResponse(paper_of(transfer=transfer, kind=kind, now=self.now), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{FILES[Paper.Kind(kind)]}"'
        return response
