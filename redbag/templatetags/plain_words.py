"""Words of a letter as they stand, with what its short forms mean beneath; and what waits because of letters."""

from django import template
from django.utils import timezone

from redbag.discharges.following_up import may_finish
from redbag.discharges.models import FollowUp
from redbag.discharges.words import explained as short_forms
from redbag.discharges.words import pieces
from redbag.web.discharges import not_read_at_home

register = template.Library()


@register.inclusion_tag("pages/discharges/_explained.html")
def explained(text: str) -> dict:
    """The words unaltered, short forms underlined; a list that opens by a tap says what each stands for."""
    return {"pieces": pieces(text), "words": short_forms(text)}


@register.simple_tag(takes_context=True)
def may_tick(context, follow_up: FollowUp) -> bool:
    """Whether who looks may say that this is done: of medicines only somebody trained in them."""
    return may_finish(context["request"].actor, follow_up)


@register.inclusion_tag("pages/discharges/_not_read.html", takes_context=True)
def letters_not_read(context) -> dict:
    """What a hospital sent that nobody at the home has taken on, the longest waiting first; on a screen a number."""
    found = not_read_at_home(context["request"].actor, now=timezone.now())
    return {"letters": found, "public": context.get("public")}
