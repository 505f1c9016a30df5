"""Shapes of a home's figures from before it had red bags, and of what changed since."""

from rest_framework import serializers as s

from redbag.reports.baselines import COUNTS, PUT_RIGHT, TAKEN_BACK


class FiguresShape(s.Serializer):
    month = s.CharField(help_text="2024-04; 04/2024 and Apr-24 are understood too")
    residents = s.CharField(help_text="average residents, to one decimal")
    attendances = s.CharField(help_text="A&E attendances")
    admissions = s.CharField(help_text="emergency admissions")
    stay_days = s.CharField(required=False, allow_null=True, help_text="average stay in hospital, days")
    items_lost = s.CharField(required=False, allow_null=True)


class BaselinesNewShape(s.Serializer):
    organisation = s.CharField(required=False, help_text="ODS code; needed when you manage several homes")
    rows = FiguresShape(many=True)
    yes = s.ListField(child=s.CharField(), required=False, help_text="keys of questions that are right as they are")
    check = s.BooleanField(required=False, help_text="only look, keep nothing")


class QuestionShape(s.Serializer):
    key = s.CharField()
    line = s.IntegerField()
    words = s.CharField()


class LeftOutShape(s.Serializer):
    line = s.IntegerField()
    why = s.CharField()


class KeptShape(s.Serializer):
    new = s.IntegerField()
    put_right = s.IntegerField()
    same = s.IntegerField(help_text="months kept like this already")
    months = s.ListField(child=s.CharField())
    left_out = LeftOutShape(many=True)
    questions = QuestionShape(many=True)
    file_digest = s.CharField(help_text="SHA-256 of what was sent")


class BaselineShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField()
    month = s.CharField()
    residents = s.DecimalField(max_digits=5, decimal_places=1)
    attendances = s.IntegerField()
    admissions = s.IntegerField()
    stay_days = s.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    items_lost = s.IntegerField(allow_null=True)
    state = s.ChoiceField(choices=[COUNTS, PUT_RIGHT, TAKEN_BACK])
    puts_right = s.UUIDField(allow_null=True)
    file_name = s.CharField()
    file_digest = s.CharField()
    kept_at = s.DateTimeField()
    kept_by = s.CharField()


class TakeBackShape(s.Serializer):
    id = s.UUIDField()


class SideShape(s.Serializer):
    count = s.IntegerField()
    resident_years = s.FloatField()
    per_100_resident_years = s.FloatField(allow_null=True)


class BaselineChangeShape(s.Serializer):
    percent = s.FloatField(allow_null=True, help_text="less than 0: fewer than before")
    low = s.FloatField(allow_null=True, help_text="95 % interval (mid-P)")
    high = s.FloatField(allow_null=True)
    more_than_chance = s.BooleanField()


class AgainstShape(s.Serializer):
    name = s.CharField()
    now = SideShape(allow_null=True, help_text="null: too few to be shown to you")
    then = SideShape(allow_null=True)
    change = BaselineChangeShape(allow_null=True)


class HomeMonthsShape(s.Serializer):
    organisation = s.CharField()
    months = s.ListField(
        child=s.ListField(child=s.CharField()), help_text="each month with the one it is compared with"
    )


class ComparisonShape(s.Serializer):
    scope = s.CharField()
    start = s.DateField()
    end = s.DateField()
    measures = AgainstShape(many=True)
    homes = HomeMonthsShape(many=True)
    of_homes = s.IntegerField(help_text="how many homes there are, with or without figures from before")
    caveat = s.CharField()
    observational = s.BooleanField()
    counted_at = s.DateTimeField(allow_null=True)
    waiting = s.IntegerField()
