"""What a form needs so that its words are kept while they are typed."""

import json

from django import template
from django.utils.html import format_html

from redbag.web.drafts import place_of, to_go_on

register = template.Library()


@register.simple_tag(takes_context=True)
def draft(context, *names, sent_to=""):
    """The attributes of such a form: `<form method="post"{% draft "why" transfer.pk %}>`."""
    told = to_go_on(context["request"], place_of(*names), sent_to=sent_to)
    return format_html(' data-module="draft" data-draft="{}"', json.dumps(told)) if told else ""
