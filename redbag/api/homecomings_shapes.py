"""What the API says of a return from hospital."""

from rest_framework import serializers

from redbag.homecomings.actions import LONGEST, LONGEST_AGENT
from redbag.homecomings.questions import BY_NAME, WHOM


class RangShape(serializers.Serializer):
    whom = serializers.ChoiceField(choices=list(WHOM))
    words = serializers.CharField(help_text="Whom they spoke to and what was said")
    by = serializers.CharField()
    at = serializers.DateTimeField()


class ReturnAnswerShape(serializers.Serializer):
    id = serializers.UUIDField()
    answer = serializers.CharField()
    note = serializers.CharField()
    by = serializers.CharField(source="by_name")
    at = serializers.DateTimeField()


class ReturnQuestionShape(serializers.Serializer):
    question = serializers.ChoiceField(choices=list(BY_NAME))
    words = serializers.CharField()
    about = serializers.CharField(help_text="Which paper; empty for what is asked once")
    key = serializers.CharField(help_text="Sent back with the answer about a paper")
    choices = serializers.DictField(child=serializers.CharField(), help_text="Answers that may be given, in words")
    last = ReturnAnswerShape(allow_null=True)
    trouble = serializers.CharField(help_text="What must be done today; empty when nothing must")
    still_to_ring = serializers.ListField(child=serializers.ChoiceField(choices=list(WHOM)))
    rang = RangShape(many=True)


class ReturnShape(serializers.Serializer):
    complete = serializers.BooleanField(help_text="Whether every question has an answer")
    questions = ReturnQuestionShape(many=True)


class AnswerReturnShape(serializers.Serializer):
    question = serializers.ChoiceField(choices=list(BY_NAME))
    answer = serializers.CharField(max_length=30)
    key = serializers.CharField(max_length=64, required=False, allow_blank=True)
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    agent = serializers.CharField(max_length=LONGEST_AGENT, required=False, allow_blank=True)
    reaction = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class WriteRangShape(serializers.Serializer):
    whom = serializers.ChoiceField(choices=list(WHOM))
    spoke_to = serializers.CharField(max_length=200)
    said = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
