"""Calls about reports as files made in the background, and about the report of the month by e-mail."""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import report_files_shapes as shapes
from redbag.api.door import Door, json_object
from redbag.api.shapes import listed
from redbag.errors import BadInput
from redbag.organisations.models import Organisation
from redbag.reports import file_actions
from redbag.reports.file_making import pieces_of
from redbag.reports.file_models import CONTENT_TYPES, READERS, MonthlyReport, ReportFile
from redbag.reports.periods import read_period
from redbag.reports.scopes import scope_named


def file_row(file: ReportFile) -> dict:
    """A report file as the API shows it."""
    same = ("id", "what", "state", "percent", "size", "named", "asked_at", "made_at", "kept_until", "counted_at")
    whose = file.organisation.ods_code if file.organisation else None
    days = {"from": file.first_day, "to": file.last_day}
    return {name: getattr(file, name) for name in same} | {"format": file.form, "organisation": whose} | days


def monthly_row(monthly: MonthlyReport) -> dict:
    """Who is told every month, as the API shows it."""
    same = ("id", "day", "started_at", "ended_at")
    told = {name: getattr(monthly, name) for name in same}
    return told | {"organisation": monthly.place.ods_code, "ended_why": monthly.ended_why or None}


class ReportFilesCall(Door):
    @extend_schema(operation_id="report_files", responses=listed(shapes.ReportFileShape))
    def get(self, request):
        """The files the caller asked for, newest first."""
        files = ReportFile.objects.visible_to(self.actor).select_related("organisation")
        return self.page(files, file_row, order=("-asked_at", "-id"))

    @extend_schema(
        operation_id="make_report_file", request=shapes.ReportFileNew, responses={202: shapes.ReportFileShape}
    )
    def post(self, request):
        """Have every measure, or every journey one in a row, made as a file in the background."""
        asked = shapes.ReportFileNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        start, end = read_period(first=said.get("from"), last=said.get("to"), now=self.now)
        _, place = scope_named(actor=self.actor, code=said.get("organisation"))
        told = {"what": said["what"], "form": said["format"], "start": start, "end": end}
        try:
            file = file_actions.ask_for_file(actor=self.actor, organisation=place, now=self.now, **told)
        except BadInput as wrong:
            raise BadInput({{"form": "format"}.get(name, name): why for name, why in wrong.errors.items()}) from None
        return Response(file_row(file), status=202)


class ReportFileCall(Door):
    def file(self, pk) -> ReportFile:
        file = self.find(ReportFile.objects.visible_to(self.actor).select_related("place", "organisation"), pk)
        self.allow(file.place_id)
        return file

    @extend_schema(operation_id="report_file", responses=shapes.ReportFileShape)
    def get(self, request, report_file_id):
        """How far a file is."""
        return Response(file_row(self.file(report_file_id)))

    @extend_schema(operation_id="stop_report_file", responses=shapes.ReportFileShape)
    def delete(self, request, report_file_id):
        """Make no more of it; what is ready already stays."""
        file = self.file(report_file_id)
        return Response(file_row(file_actions.stop_file(actor=self.actor, file=file, now=self.now)))


class SavedReportFileCall(ReportFileCall):
    http_method_names = ["get"]

    @extend_schema(
        operation_id="saved_report_file",
        responses={(200, kind.split(";")[0]): OpenApiTypes.BINARY for kind in CONTENT_TYPES.values()},
    )
    def get(self, request, report_file_id):
        """The file, once it is ready; 410 when it is not kept any more."""
        file = self.file(report_file_id)
        file_actions.take_file(actor=self.actor, file=file, now=self.now)
        answer = StreamingHttpResponse(pieces_of(file), content_type=CONTENT_TYPES[file.form])
        answer["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
        answer["Content-Length"] = str(file.size)
        answer["Cache-Control"] = "no-store"
        return answer


class MonthlyReportsCall(Door):
    @extend_schema(operation_id="monthly_reports", responses=listed(shapes.MonthlyShape))
    def get(self, request):
        """Of what the person is told every month, and of what they were."""
        rows = MonthlyReport.objects.visible_to(self.actor).select_related("place")
        return self.page(rows, monthly_row, order=("-started_at", "-id"))

    @extend_schema(operation_id="send_monthly", request=shapes.MonthlyNew, responses={201: shapes.MonthlyShape})
    def post(self, request):
        """Tell the signed-in person every month by e-mail that the report is there; another day replaces the first."""
        asked = shapes.MonthlyNew(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        place = self._place(said.get("organisation"))
        told = file_actions.send_monthly(actor=self.actor, place=place, day=said["day"], now=self.now)
        return Response(monthly_row(told), status=201)

    def _place(self, code: str | None) -> Organisation:
        granted = self.actor.organisations_with(*READERS)
        mine = {post.organisation.ods_code: post.organisation for post in self.actor.posts}
        mine = {each: place for each, place in mine.items() if place.pk in granted}
        if code:
            if code.upper() not in mine:
                raise NotFound
            return mine[code.upper()]
        if len(mine) != 1:
            raise BadInput({"organisation": "You work at several places. Say for which one (ODS code)."})
        return next(iter(mine.values()))


class MonthlyReportCall(Door):
    @extend_schema(operation_id="stop_monthly", responses={204: None})
    def delete(self, request, monthly_id):
        """No more of these e-mails; stopping twice is stopping once."""
        monthly = self.find(MonthlyReport.objects.visible_to(self.actor), monthly_id)
        file_actions.stop_monthly(monthly=monthly, actor=self.actor, now=self.now)
        return Response(status=204)
