"""A call for a letter that is about somebody else: the home sends it back, its hospital calls it back."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from redbag.api.discharges import own_summaries
from redbag.api.door import Door
from redbag.discharges.sending_back import LONGEST_REASON, send_back
from redbag.organisations.access import Permission


class SendBackNew(serializers.Serializer):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Why it is not this patient's")


class SentBackShape(serializers.Serializer):
    sent_back = serializers.UUIDField()
    held = serializers.UUIDField(allow_null=True, help_text="What the hospital has again; null for the home")


class SendBackCall(Door):
    @extend_schema(request=SendBackNew, responses=SentBackShape)
    def post(self, request, pk):
        """This letter is about somebody else: no word of it stays at the home, and its hospital has it held again."""
        summary = self.find(own_summaries(self), pk)
        at_home = self.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
        self.allow(summary.home_id if at_home else summary.organisation_id)
        sent = SendBackNew(data=request.data)
        sent.is_valid(raise_exception=True)
        theirs = send_back(actor=self.actor, summary=summary, reason=sent.validated_data["reason"], now=self.now)
        held = own_summaries(self).filter(pk=theirs.pk).exists()
        return Response({"sent_back": summary.pk, "held": theirs.pk if held else None})
