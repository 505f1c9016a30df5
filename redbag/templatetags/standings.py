"""What the page of a letter says of how it stands among the others, and of whose it is."""

from django import template
from django.utils import timezone

from redbag.discharges import standing
from redbag.discharges.content import is_a_mistake, person_in
from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def how_it_stands(context, summary: DischargeSummary) -> dict:
    """What must be known before anybody works from it: cautions, other letters that count, another name, its end."""
    rows = DischargeSummary.objects.visible_to(context["request"].actor, now=timezone.now())
    others = standing.also_counting(summary, rows)
    return {
        "cautions": standing.cautions(summary),
        "others": others,
        "is_newest": standing.is_newest(summary, others),
        "is_a_mistake": is_a_mistake(summary),
        "taken_back_by": next(filter(is_a_mistake, rows.filter(follows=summary.pk).exclude(sent_at=None)), None),
        "names": standing.names_somebody_else(summary) if _at_home(context, summary) else None,
    }


@register.simple_tag(takes_context=True)
def as_sent(context, summary: DischargeSummary) -> dict | None:
    """Whom a hospital without a journey named: it learns no more of them than it sent. None for everybody else."""
    if summary.transfer_id is not None or _at_home(context, summary):
        return None
    person = person_in(summary.identity)
    return {
        "name": ", ".join(filter(None, [person.family.upper(), person.given])),
        "born": person.date_of_birth,
        "nhs_number": person.nhs_number,
    }


def _at_home(context, summary: DischargeSummary) -> bool:
    return context["request"].actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
