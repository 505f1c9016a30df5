"""What the API says of medicines before and after a stay."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.reconciliations.choices import ASKED, SIDES
from redbag.reconciliations.lists import CHANGES, LONGEST
from redbag.reconciliations.models import Decision, Line


class MedicineNew(s.Serializer):
    """One medicine of the letter, word for word; empty where the letter is silent."""

    name = s.CharField(max_length=LONGEST)
    dose = text(LONGEST)
    frequency = text(LONGEST)
    form = text(LONGEST)
    route = text(LONGEST)
    instructions = text(LONGEST)
    reason = text(LONGEST)
    until = text(LONGEST)
    last_given = text(LONGEST)
    change = s.ChoiceField(choices=[each for each in CHANGES if each], required=False, allow_blank=True)
    change_reason = text(LONGEST)
    do_not_stop = text(LONGEST)
    recommendation = text(LONGEST)
    code = text(LONGEST)
    time_critical = s.BooleanField(required=False)


class MedicinesNew(s.Serializer):
    medicines = MedicineNew(many=True, required=False, help_text="needed where the letter lists none one by one")


class TypedAgain(s.Serializer):
    medicines = MedicineNew(many=True)


class MedicineShape(s.Serializer):
    name = s.CharField()
    form = s.CharField(allow_blank=True)
    dose = s.CharField(allow_blank=True)
    route = s.CharField(allow_blank=True)
    frequency = s.CharField(allow_blank=True)
    code = s.CharField(allow_blank=True)
    instructions = s.CharField(allow_blank=True)
    reason = s.CharField(allow_blank=True)
    change = s.CharField(allow_blank=True, help_text="what the list itself says")
    change_reason = s.CharField(allow_blank=True)
    do_not_stop = s.CharField(allow_blank=True)
    recommendation = s.CharField(allow_blank=True, required=False)
    until = s.CharField(allow_blank=True)
    last_given = s.CharField(allow_blank=True)
    time_critical = s.BooleanField()


class DifferenceShape(s.Serializer):
    part = s.CharField()
    before = s.CharField(allow_blank=True)
    after = s.CharField(allow_blank=True)


class DecisionShape(s.Serializer):
    id = s.UUIDField()
    number = s.IntegerField()
    way = s.ChoiceField(choices=Decision.Way.choices)
    outcome = s.ChoiceField(choices=Decision.Outcome.choices)
    asked = s.CharField(allow_blank=True)
    asked_name = s.CharField(allow_blank=True)
    asked_at = Moment(allow_null=True)
    answer = s.CharField(allow_blank=True)
    gives = MedicineShape(allow_null=True, help_text="the medicine as it is to be given")
    next_due_at = Moment(allow_null=True)
    by = s.CharField()
    role = s.CharField()
    at = Moment()


class MedicinesLineShape(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=Line.Kind.choices)
    before = MedicineShape(allow_null=True)
    after = MedicineShape(allow_null=True)
    differences = DifferenceShape(many=True)
    why = s.CharField(allow_blank=True)
    flags = s.ListField(child=s.CharField(), help_text="why it needs special care")
    do_not_stop = s.CharField(allow_blank=True)
    must_not_be_late = s.BooleanField()
    decided = s.BooleanField(help_text="false while it waits for an answer")
    as_before = s.CharField(allow_blank=True, help_text="who decided so on the version before, when it was taken over")
    decisions = DecisionShape(many=True, help_text="the last one, which counts, first")


class SecondCheckShape(s.Serializer):
    id = s.UUIDField()
    by = s.CharField()
    by_phone = s.BooleanField()
    clinician = s.DictField(child=s.CharField(), allow_null=True, help_text="name, role, organisation, number")
    note = s.CharField(allow_blank=True)
    at = Moment()


class NextDoseShape(s.Serializer):
    line = s.UUIDField()
    at = Moment()
    medicine = s.CharField()


class MedicinesShape(s.Serializer):
    id = s.UUIDField(allow_null=True, help_text="of the comparison; null before it is begun")
    discharge_summary = s.UUIDField()
    begun = s.BooleanField()
    complete = s.BooleanField(help_text="every line decided, none waits, and a second person checked")
    set_aside = s.BooleanField(help_text="the letter was taken off, or there is a newer one: nothing here counts")
    words = s.CharField(help_text="how far it has come, to be shown as it is")
    before_from = s.CharField()
    after_from = s.CharField(allow_blank=True)
    before = MedicineShape(many=True, required=False, help_text="before it is begun")
    after = MedicineShape(
        many=True, required=False, allow_null=True, help_text="before it is begun; null where it must be typed"
    )
    other_letters = s.ListField(child=s.UUIDField(), help_text="letters about the same person that wait to be compared")
    lines = MedicinesLineShape(many=True)
    next_doses = NextDoseShape(many=True)
    second_check = SecondCheckShape(allow_null=True)
    used_at = Moment(allow_null=True)
    used_by = s.CharField(allow_blank=True)


class DecisionNew(s.Serializer):
    way = s.ChoiceField(choices=Decision.Way.choices)
    outcome = s.ChoiceField(choices=Decision.Outcome.choices, required=False, allow_blank=True)
    asked = s.ChoiceField(choices=ASKED, required=False, allow_blank=True)
    asked_name = text(150)
    asked_at = Moment(required=False, allow_null=True)
    answer = text(2000)
    gives = s.ChoiceField(choices=list(SIDES), required=False, allow_blank=True)
    told = text(2000, help_text="with other: dose and how often, word for word")
    next_due_at = Moment(required=False, allow_null=True)
    seen = s.IntegerField(min_value=0, help_text="number of the last decision you saw, 0 for none")


class NextDueNew(s.Serializer):
    next_due_at = Moment(required=False, allow_null=True)


class NextDosesNew(s.Serializer):
    next_doses = s.DictField(child=Moment(), required=False, help_text="by the id of the line")


class ClinicianNew(s.Serializer):
    name = s.CharField(max_length=150)
    role = s.CharField(max_length=150)
    organisation = s.CharField(max_length=150)
    number = s.CharField(max_length=150)


class SecondCheckNew(s.Serializer):
    clinician = ClinicianNew(required=False, allow_null=True, help_text="for a check by phone")
    note = text(2000)


class ListNew(s.Serializer):
    version = s.IntegerField(min_value=0, help_text="of the resident's medicines, as you saw it")
