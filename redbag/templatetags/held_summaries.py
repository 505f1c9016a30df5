"""Lines about summaries that are held, on the pages of their hospital and of the home."""

from django import template
from django.utils import timezone

from redbag.discharges.held import held_elsewhere, waiting
from redbag.organisations.access import Permission
from redbag.transfers.models import Transfer

register = template.Library()


@register.inclusion_tag("pages/held_summaries/_waiting.html", takes_context=True)
def held_summaries(context) -> dict:
    """How many summaries wait for the reader's hospital to say whose they are; nothing when none does."""
    actor = context["request"].actor
    if actor is None or not actor.organisations_with(Permission.WRITE_DISCHARGE):
        return {"count": 0}
    return {"count": waiting(actor, now=timezone.now()).count()}


@register.inclusion_tag("pages/held_summaries/_elsewhere.html", takes_context=True)
def summaries_held_elsewhere(context, transfer: Transfer | None = None) -> dict:
    """What the reader's home is told of summaries that a hospital holds: of one journey, or of all."""
    actor = context["request"].actor
    held = held_elsewhere(actor, transfer=transfer) if actor else []
    return {"held_letters": held, "journey": transfer, "public": context.get("public", False)}
