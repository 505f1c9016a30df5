"""Calls about what is asked when somebody is back from hospital."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api.discharges import own_summaries
from redbag.api.door import Door
from redbag.api.homecomings_shapes import AnswerReturnShape, ReturnAnswerShape, ReturnShape, WriteRangShape
from redbag.api.transfers import own_transfers
from redbag.homecomings import actions
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.stays import Stay, asked_of, stay_of, stay_of_letter
from redbag.journal.recording import record_view


class ReturnCall(Door):
    def stay(self, pk) -> Stay:
        """The stay that the call is about."""
        return stay_of(self.find(own_transfers(self), pk))

    @extend_schema(responses=ReturnShape)
    def get(self, request, pk):
        """What is asked when somebody is back, with what was answered last and whom somebody must still ring."""
        stay = self.stay(pk)
        self.allow(stay.home)
        place, subject = self.actor.first_place(), stay.transfer or stay.summary
        resident = stay.resident.pk
        record_view("coming_back", subject, actor=self.actor, at=self.now, organisation=place, resident=resident)
        asked = asked_of(stay, now=self.now)
        rows = [
            {
                "question": each.question.name,
                "words": each.question.words,
                "about": each.about,
                "key": each.key,
                "choices": {choice.value: choice.words for choice in each.question.choices},
                "last": ReturnAnswerShape(each.answer).data if each.answer else None,
                "trouble": each.trouble,
                "still_to_ring": each.still_to_ring,
                "rang": [{"whom": one.answer, "words": one.note, "by": one.by_name, "at": one.at} for one in each.rang],
            }
            for each in asked
        ]
        return Response({"complete": all(each.answer for each in asked), "questions": rows})

    @extend_schema(request=AnswerReturnShape, responses={201: ReturnAnswerShape})
    def post(self, request, pk):
        """Answer one of the questions; the last answer counts."""
        stay = self.stay(pk)
        self.allow(stay.home)
        sent = AnswerReturnShape(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        kept = actions.answer(actor=self.actor, stay=stay, value=said.pop("answer"), now=self.now, **said)
        return Response(ReturnAnswerShape(kept).data, status=201)


class LetterReturnCall(ReturnCall):
    def stay(self, pk) -> Stay:
        """The stay that a letter is about."""
        return stay_of_letter(self.find(own_summaries(self).exclude(sent_at=None), pk))

    @extend_schema(responses=ReturnShape)
    def get(self, request, pk):
        """The same, after a stay that only a letter tells of."""
        return super().get(request, pk)

    @extend_schema(request=AnswerReturnShape, responses={201: ReturnAnswerShape})
    def post(self, request, pk):
        """Answer one of the questions of a stay that only a letter tells of."""
        return super().post(request, pk)


class RangCall(Door):
    @extend_schema(request=WriteRangShape, responses={201: ReturnAnswerShape})
    def post(self, request, pk):
        """Write down that the ward or the GP was rung about an answer."""
        rows = ReturnAnswer.objects.visible_to(self.actor).select_related("home", "resident", "transfer", "summary")
        about = self.find(rows, pk)
        self.allow(about.home)
        sent = WriteRangShape(data=request.data)
        sent.is_valid(raise_exception=True)
        said = {"said": "", **sent.validated_data}
        kept = actions.rang(actor=self.actor, about=about, now=self.now, **said)
        return Response(ReturnAnswerShape(kept).data, status=201)
