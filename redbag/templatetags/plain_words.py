"""Words of a letter as they stand, with what its short forms mean beneath; and what waits because of letters."""

from django import template

from redbag.discharges.words import explained as short_forms
from redbag.discharges.words import pieces

register = template.Library()


@register.inclusion_tag("pages/discharges/_explained.html")
def explained(text: str) -> dict:
    """The words unaltered, short forms underlined; a list that opens by a tap says what each stands for."""
    return {"pieces": pieces(text), "words": short_forms(text)}
