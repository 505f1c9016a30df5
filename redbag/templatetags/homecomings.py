"""What a letter's page says first about the return it belongs to."""

from django import template
from django.urls import reverse
from django.utils import timezone

from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import kept
from redbag.homecomings.stays import asked_of, stay_of_letter, trouble_words
from redbag.organisations.access import Permission
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage

AWAY = (Stage.WITH_CREW, Stage.IN_HOSPITAL, Stage.COMING_HOME)
register = template.Library()


@register.simple_tag(takes_context=True)
def first_of(context, summary: DischargeSummary) -> dict:
    """For the home: the page that asks about the return, whether all is answered, and what is not right."""
    actor = context["request"].actor
    away = _is_away(summary)
    if summary.sent_at is None or away or not actor.may(Permission.CHECK_RETURNS, summary.home_id):
        return {}
    asked = asked_of(stay_of_letter(summary), now=timezone.now())
    page = "web:coming_back" if summary.transfer_id else "web:coming_back_by_letter"
    return {
        "address": reverse(page, args=[summary.transfer_id or summary.pk]),
        "done": all(each.answer for each in asked),
        "troubles": [trouble_words(each.answer) for each in asked if each.answer and each.still_to_ring],
    }


def _is_away(summary: DischargeSummary) -> bool:
    """Whether they are still away: on the journey of the letter, or of one without a journey on any."""
    if summary.transfer is not None or summary.resident is None:
        return summary.transfer is not None and summary.transfer.back_at is None
    records = Resident.objects.records_of(kept(summary.resident).pk)
    return Transfer.objects.filter(resident__in=records, back_at=None, stage__in=AWAY).exists()
