"""Calls about one journey as a story, and about packs that an inspector can keep and check later."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import inspection_shapes as shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.problems import Unprocessable
from redbag.api.shapes import listed
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.reports import inspection_actions as packs
from redbag.reports.inspection import story_of, view_of
from redbag.reports.inspection_making import make, number_of
from redbag.reports.inspection_models import InspectionPack
from redbag.reports.periods import read_period
from redbag.transfers.models import Transfer

JOINED = ("resident", "home", "bag", "destination", "holder")
DAYS, HOW_FAR = ("first_day", "last_day", "asked_at", "made_at", "kept_until"), ("state", "done", "total")
SAME = ("id", *HOW_FAR, *DAYS, "pages", "faults")


def pack_row(pack: InspectionPack) -> dict:
    """A pack as the API shows it."""
    return {
        **{name: getattr(pack, name) for name in SAME},
        "number": number_of(pack),
        "about": packs.about(pack),
        "home": pack.home.ods_code,
        "asked_by": pack.asked_by_name,
        "paper_sha256": pack.paper_digest,
        "data_sha256": pack.data_digest,
    }


class InspectionCall(Door):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request, pk):
        """The whole story of a journey in the order of time, with everything that is kept of it checked anew."""
        rows = Transfer.objects.visible_to(self.actor, now=self.now).select_related(*JOINED)
        transfer = self.find(rows, pk)
        view = view_of(self.actor, transfer)
        story = story_of(transfer, actor=self.actor, view=view, now=self.now)
        whose = transfer.resident_id
        record_view("inspection", transfer, actor=self.actor, at=self.now, organisation=view.place, resident=whose)
        return Response(story)


class MakeInspectionCall(Door):
    @extend_schema(request=None, responses={201: shapes.InspectionPackShape})
    def post(self, request, pk):
        """Make an inspection pack of one journey, at once."""
        rows = Transfer.objects.visible_to(self.actor, now=self.now).select_related(*JOINED)
        pack = packs.ask_for_journey(actor=self.actor, transfer=self.find(rows, pk), now=self.now)
        make(pack.pk, now=timezone.now)
        pack.refresh_from_db()
        return Response(pack_row(pack), status=201)


class InspectionsCall(Door):
    @extend_schema(responses=listed(shapes.InspectionPackShape))
    def get(self, request):
        """The packs the caller asked for, and all of a home the caller manages."""
        rows = InspectionPack.objects.visible_to(self.actor).with_first().select_related("home")
        return self.page(rows, pack_row, order=("-asked_at",))

    @extend_schema(request=shapes.NewInspectionPack, responses={202: shapes.InspectionPackShape})
    def post(self, request):
        """Have a pack made, in the background, of every journey of a home that began in some days."""
        body = json_object(request)
        home = own_place(self.actor, body.get("home"), Permission.READ_JOURNAL)
        days = {name: body.get(name) for name in ("from", "to")}
        if errors := {name: "Send a day, like 2026-11-21." for name, day in days.items() if not _is_text(day)}:
            raise Unprocessable(errors)
        first, last = read_period(first=days["from"], last=days["to"], now=self.now)
        pack = packs.ask_for_days(actor=self.actor, home=home, first=first, last=last, now=self.now)
        return Response(pack_row(pack), status=202)


class InspectionPackCall(Door):
    @extend_schema(responses=shapes.InspectionPackShape)
    def get(self, request, pk):
        """One pack: how far it is, and its digests."""
        return Response(pack_row(self.their_pack(pk)))

    def their_pack(self, pk) -> InspectionPack:
        return self.find(InspectionPack.objects.visible_to(self.actor).select_related("home", "place"), pk)


class InspectionPaperCall(InspectionPackCall):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The pack as PDF; fetching it is written in the journal."""
        return self.hand_out(pk, "paper")

    def hand_out(self, pk, form: str) -> HttpResponse:
        handed = packs.hand_out(actor=self.actor, pack=self.their_pack(pk), form=form, now=self.now)
        named = f'attachment; filename="{handed.name}"'
        return HttpResponse(handed.content, content_type=handed.content_type, headers={"Content-Disposition": named})


class InspectionDataCall(InspectionPaperCall):
    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request, pk):
        """The pack as JSON, whose SHA-256 is printed in the paper; fetching it is written in the journal."""
        return self.hand_out(pk, "data")


class CheckInspectionCall(Door):
    @extend_schema(request=shapes.CheckInspection, responses=shapes.KnownInspections)
    def post(self, request):
        """Whether a pack with this SHA-256 was made here: when, by whom and about what. No file is sent."""
        typed = json_object(request).get("sha256")
        digest = packs.read_digest(typed if isinstance(typed, str) else "")
        found = packs.check(actor=self.actor, digest=digest, now=self.now)
        return Response({"results": [known_row(each) for each in found]})


def known_row(each: packs.Known) -> dict:
    """A pack that is known, as the API shows it."""
    return {
        "number": number_of(each.pack),
        "which": each.form,
        "sha256": each.digest,
        "about": each.about,
        "made_at": each.pack.made_at,
        "by": each.by,
        "place": each.pack.place.name,
        "pages": each.pages,
        "seal": each.seal,
        "faults": list(each.faults),
    }


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
