"""The notes of a journey, wherever its page wants them."""

from django import template
from django.utils import timezone

from redbag.web.notes import notes_of

register = template.Library()


@register.inclusion_tag("pages/notes/_journey.html", takes_context=True)
def journey_notes(context, transfer):
    """The last notes of a journey, whom to ring, and the way to write: `{% journey_notes transfer %}`."""
    request = context["request"]
    return {**notes_of(request.actor, transfer, now=timezone.now()), "request": request}
