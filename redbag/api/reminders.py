"""Calls about what is due, about house rules, and about phones that wake."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door, Pages, json_object, own_place
from redbag.api.reminders_shapes import (
    STATES,
    DoneShape,
    HouseRulesShape,
    PhoneNewShape,
    PhoneShape,
    PhonesShape,
    ReminderShape,
)
from redbag.deliveries.models import Endpoint
from redbag.deliveries.phones import phones_of, stop_waking, wake_phone
from redbag.deliveries.webpush import public_key
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.actions import rules_of
from redbag.organisations.models import HouseRules
from redbag.reminders.actions import finish_reminder, set_house_rules
from redbag.reminders.clocks import SETTABLE
from redbag.reminders.lines import JOINED, Line, lines_of
from redbag.reminders.models import Reminder


def reminder_row(line: Line) -> dict:
    """A reminder as a program reads it."""
    each = line.reminder
    return {
        "id": each.pk,
        "organisation": each.organisation.ods_code,
        "kind": each.kind,
        "title": line.clock.title,
        "says": line.says,
        "do": line.do,
        "ring": [{"who": number.who, "phone": number.phone} for number in line.ring],
        "since": each.since,
        "due_at": each.due_at,
        "late": line.late,
        "wakes": each.wakes,
        "transfer": each.transfer_id,
        "bag": each.bag_id,
        "case": each.case_id,
        "discharge_summary": line.letter,
        "told_at": each.told_at,
        "escalated_at": each.escalated_at,
        "needless_at": each.needless_at,
        "done_at": each.done_at,
        "done_by": each.done_by_name,
        "note": each.done_note,
    }


def own_reminders(door: Door) -> QuerySet[Reminder]:
    """The reminders of the caller's organisations with all that their words need."""
    return Reminder.objects.visible_to(door.actor).select_related(*JOINED)


def answered(door: Door, rows: list[Reminder]) -> list[dict]:
    """The rows, and that somebody looked at whom they are about."""
    told = lines_of(rows, now=door.now)
    residents = {each.resident.pk for each in told if each.resident}
    if residents:
        where = door.actor.first_place()
        who = sorted(residents, key=str)
        record_view("reminders", None, actor=door.actor, at=door.now, organisation=where, residents=who)
    return [reminder_row(line) for line in told]


class RemindersCall(Door):
    @extend_schema(
        responses=shapes.listed(ReminderShape),
        parameters=[OpenApiParameter("state", str, enum=STATES, description="open (the default), due or done")],
    )
    def get(self, request):
        """What the caller's organisations have to do, by when, with whom to ring."""
        state, found = self.choice("state", STATES), own_reminders(self)
        if state == "done":
            found = found.filter(done_at__isnull=False)
        else:
            found = found.open().filter(due_at__lte=self.now) if state == "due" else found.open()
        pages = Pages()
        pages.ordering = ("due_at", "id")
        return pages.get_paginated_response(answered(self, pages.paginate_queryset(found, request, view=self)))


class ReminderCall(Door):
    @extend_schema(responses=ReminderShape)
    def get(self, request, pk):
        """One thing to do: what a webhook's address leads to."""
        return Response(answered(self, [self.find(own_reminders(self), pk)])[0])


class ReminderDoneCall(Door):
    @extend_schema(request=DoneShape, responses=ReminderShape)
    def post(self, request, pk):
        """Say that it is done and what came of it; the first one stays, 409 for what only doing it settles."""
        reminder = self.find(own_reminders(self), pk)
        said = DoneShape(data=json_object(request))
        said.is_valid(raise_exception=True)
        note = said.validated_data.get("note", "")
        finish_reminder(actor=self.actor, reminder=reminder, note=note, now=self.now)
        return Response(answered(self, [self.find(own_reminders(self), pk)])[0])


def rules_row(rules: HouseRules) -> dict:
    """House rules as a program reads them."""
    return HouseRulesShape(
        {
            "organisation": rules.organisation.ods_code,
            "signature_asked": rules.signature_asked,
            "seal_asked": rules.seal_asked,
            "clocks": rules.clocks,
            "usual": {clock.name: clock.minutes for clock in SETTABLE},
            "quiet_from": rules.quiet_from,
            "quiet_until": rules.quiet_until,
            "escalate_to": rules.escalate_to_id,
        }
    ).data


class HouseRulesCall(Door):
    @extend_schema(responses=HouseRulesShape, parameters=[OpenApiParameter("organisation", str)])
    def get(self, request):
        """Due times, quiet hours, who hears of what is late, and what a hand-over asks for."""
        place = own_place(self.actor, request.query_params.get("organisation"), Permission.SET_HOUSE_RULES)
        return Response(rules_row(rules_of(place)))

    @extend_schema(
        request=HouseRulesShape, responses=HouseRulesShape, parameters=[OpenApiParameter("organisation", str)]
    )
    def put(self, request):
        """Set all of them; a clock that is not named is as usual. The address or the body names the organisation."""
        body = json_object(request)
        asked, named = request.query_params.get("organisation"), body.get("organisation")
        place = own_place(self.actor, asked or named, Permission.SET_HOUSE_RULES)
        if named and str(named).upper() != place.ods_code:
            raise NotFound
        said = HouseRulesShape(data=body)
        said.is_valid(raise_exception=True)
        rules = set_house_rules(actor=self.actor, organisation=place, values=said.validated_data, now=self.now)
        return Response(rules_row(rules))


def phone_row(phone: Endpoint) -> dict:
    """A phone that wakes, without its keys."""
    return {
        "id": phone.pk,
        "organisation": phone.organisation.ods_code,
        "endpoint": phone.address,
        "created_at": phone.created_at,
    }


class PhonesCall(Door):
    @extend_schema(operation_id="phones_list", responses=PhonesShape)
    def get(self, request):
        """The caller's own phones and tablets that wake, and the key to subscribe another one with."""
        return Response({"public_key": public_key(), "results": [phone_row(each) for each in phones_of(self.actor)]})

    @extend_schema(request=PhoneNewShape, responses={201: PhoneShape})
    def post(self, request):
        """Have a phone woken when something is due; the same one again stays one."""
        asked = PhoneNewShape(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        place = own_place(self.actor, said.get("organisation"), Permission.MOVE_BAGS)
        phone = wake_phone(
            actor=self.actor, organisation=place, address=said["endpoint"], keys=said["keys"], now=self.now
        )
        return Response(phone_row(phone), status=201)


class PhoneCall(Door):
    @extend_schema(responses={204: None})
    def delete(self, request, pk):
        """Wake one's own phone no more."""
        phone = next((each for each in phones_of(self.actor) if each.pk == pk), None)
        if phone is None:
            raise NotFound
        stop_waking(actor=self.actor, phone=phone, now=self.now)
        return Response(status=204)
