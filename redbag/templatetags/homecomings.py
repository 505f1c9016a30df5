"""What a letter's page says first about the return it belongs to."""

from django import template
from django.urls import reverse
from django.utils import timezone

from redbag.discharges.models import DischargeSummary
from redbag.homecomings.stays import asked_of, stay_of_letter, trouble_words
from redbag.organisations.access import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def first_of(context, summary: DischargeSummary) -> dict:
    """For the home: the page that asks about the return, whether all is answered, and what is not right."""
    actor = context["request"].actor
    away = summary.transfer is not None and summary.transfer.back_at is None
    if summary.sent_at is None or away or not actor.may(Permission.CHECK_RETURNS, summary.home_id):
        return {}
    asked = asked_of(stay_of_letter(summary), now=timezone.now())
    page = "web:coming_back" if summary.transfer_id else "web:coming_back_by_letter"
    return {
        "address": reverse(page, args=[summary.transfer_id or summary.pk]),
        "done": all(each.answer for each in asked),
        "troubles": [trouble_words(each.answer) for each in asked if each.answer and each.still_to_ring],
    }
