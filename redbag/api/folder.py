"""Calls about a home's grab folder: how it stands, having one drawn, the paper itself."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from redbag.api.door import Door, json_object, own_place
from redbag.api.shapes import Moment
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Organisation
from redbag.packs.actions import ask_folder, print_folder
from redbag.packs.folders import standing_of
from redbag.packs.models import Folder


class FolderDrawn(s.Serializer):
    id = s.UUIDField()
    drawn_at = Moment()
    residents = s.IntegerField()
    pages = s.IntegerField()


class FolderShape(s.Serializer):
    home = s.CharField()
    folder = FolderDrawn(allow_null=True, help_text="the one to print")
    waiting = s.BooleanField(help_text="whether a new one is being drawn")
    changed = s.ListField(child=s.UUIDField(), help_text="residents whose page is out of date")


class FolderAsked(s.Serializer):
    home = s.CharField(required=False, help_text="ODS code; may be left out when the caller works at one home")


class FolderCall(Door):
    @extend_schema(parameters=[OpenApiParameter("home", str)], responses=FolderShape)
    def get(self, request):
        """How the grab folder of a home stands: when it was drawn, and whose page has changed since."""
        home = own_place(self.actor, request.query_params.get("home"), Permission.PACK)
        return Response(self._told(home))

    @extend_schema(request=FolderAsked, responses={202: FolderShape})
    def post(self, request):
        """Have a new grab folder drawn now."""
        home = own_place(self.actor, json_object(request).get("home"), Permission.PACK)
        ask_folder(actor=self.actor, home=home, now=self.now)
        return Response(self._told(home), status=202)

    def _told(self, home: Organisation) -> dict:
        standing = standing_of(home)
        changed = [each.pk for each in standing.changed]
        if changed:
            record_view("folder", None, actor=self.actor, at=self.now, organisation=home, residents=changed)
        kept = standing.folder
        drawn = kept and {name: getattr(kept, name) for name in ("drawn_at", "residents", "pages")} | {"id": kept.pk}
        return {
            "home": home.ods_code,
            "folder": drawn,
            "waiting": standing.waiting is not None,
            "changed": changed,
        }


class FolderFileCall(Door):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The grab folder as PDF; it is journalled with everybody in it."""
        folder = self.find(Folder.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(folder.home)
        handed = print_folder(actor=self.actor, folder=folder, now=self.now)
        return HttpResponse(handed.content, headers=handed.headers)
