"""Shapes of report files and of monthly reports by e-mail."""

from rest_framework import serializers as s

from redbag.reports.file_models import MonthlyReport, ReportFile


class ReportFileNew(s.Serializer):
    what = s.ChoiceField(choices=ReportFile.What.choices)
    format = s.ChoiceField(choices=["pdf", "xlsx", "csv"], help_text="journeys come as xlsx or csv")
    organisation = s.CharField(required=False, help_text="ODS code; without it the caller's own, or the whole area")

    def get_fields(self):
        days = {name: s.CharField(required=False, allow_null=True) for name in ("from", "to")}
        return super().get_fields() | days


class ReportFileShape(s.Serializer):
    id = s.UUIDField()
    what = s.ChoiceField(choices=ReportFile.What.choices)
    format = s.CharField()
    organisation = s.CharField(allow_null=True, help_text="ODS code")
    state = s.ChoiceField(choices=ReportFile.State.choices)
    percent = s.IntegerField()
    size = s.IntegerField(help_text="bytes, once it is ready")
    named = s.BooleanField(help_text="whether residents are named in it; otherwise journeys are coded")
    asked_at = s.DateTimeField()
    made_at = s.DateTimeField(allow_null=True)
    kept_until = s.DateTimeField(allow_null=True)
    counted_at = s.DateTimeField(allow_null=True)

    def get_fields(self):
        return super().get_fields() | {name: s.DateField() for name in ("from", "to")}


class MonthlyNew(s.Serializer):
    organisation = s.CharField(required=False, help_text="ODS code; needed by who works at several places")
    day = s.IntegerField(help_text="day of the month, 1 to 28")


class MonthlyShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField(help_text="ODS code")
    day = s.IntegerField()
    started_at = s.DateTimeField()
    ended_at = s.DateTimeField(allow_null=True)
    ended_why = s.ChoiceField(choices=MonthlyReport.Ended.choices, allow_null=True)
