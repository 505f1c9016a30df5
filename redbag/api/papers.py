"""The papers of a journey as PDF, and the square printed on them."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.papers_shapes import SheetShape
from redbag.packs.actions import print_paper, stop_sheet
from redbag.packs.models import Paper
from redbag.packs.sheets import PrintedSheet, printed_sheet, sheet_of
from redbag.transfers.models import Transfer


class PaperCall(Door):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk, kind):
        """The emergency summary (`summary`) or the full hospital pack (`pack`) as PDF, as everything is known now."""
        rows = Transfer.objects.visible_to(self.actor, now=self.now)
        transfer = self.find(rows, pk)
        if kind not in Paper.Kind.values:
            raise NotFound
        handed = print_paper(actor=self.actor, transfer=transfer, kind=kind, now=self.now)
        return HttpResponse(handed.content, headers=handed.headers)


class SheetCall(Door):
    @extend_schema(responses=SheetShape)
    def get(self, request, pk):
        """The square printed on a journey's papers: whether it opens, and who opened it and said what of themselves."""
        return Response(SheetShape(_told(printed_sheet(self._transfer(pk), now=self.now))).data)

    @extend_schema(responses={200: SheetShape})
    def delete(self, request, pk):
        """Stop the square for everybody, at once; it cannot be started again for this journey."""
        transfer = self._transfer(pk)
        stop_sheet(actor=self.actor, sheet=sheet_of(transfer, now=self.now), now=self.now)
        return Response(SheetShape(_told(printed_sheet(transfer, now=self.now))).data)

    def _transfer(self, pk) -> Transfer:
        transfer = self.find(Transfer.objects.visible_to(self.actor, now=self.now).select_related("home"), pk)
        self.allow(transfer.home)
        return transfer


def _told(printed: PrintedSheet | None) -> dict:
    if printed is None:
        return {"printed": False, "open": False, "stopped_at": None, "stopped_by": "", "readers": []}
    return {
        "printed": True,
        "open": printed.open,
        "stopped_at": printed.sheet.stopped_at,
        "stopped_by": printed.sheet.stopped_by_name,
        "readers": printed.readers,
    }
