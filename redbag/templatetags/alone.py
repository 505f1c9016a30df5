"""A part of a page that fails alone."""

from copy import copy

import structlog
from django import template
from django.template.loader import render_to_string

from redbag.organisations.access import Permission
from redbag.web.alone import NotDrawn, not_drawn

register = template.Library()
log = structlog.get_logger("board")


class _Alone(template.Node):
    def __init__(self, nodes, part, transfer):
        self.nodes, self.part, self.transfer = nodes, part, transfer

    def render(self, context):
        try:
            own = copy(context)
            with own.push():
                return self.nodes.render(own)
        except Exception:
            lost = {"each": self._lost(context), "public": context.get("public")}
            return render_to_string("pages/board/_not_drawn.html", lost)

    def _lost(self, context) -> NotDrawn:
        part = self.part.resolve(context)
        if self.transfer is None:
            log.exception("not_drawn", part=part)
            return NotDrawn(part)
        transfer = self.transfer.resolve(context)
        inside = context["request"].actor.may(Permission.READ_RESIDENTS, transfer.home_id)
        return not_drawn(transfer, part=part, at_home=inside)


@register.tag
def alone(parser, token):
    """`{% alone "the part" transfer %}...{% endalone %}`: when it fails, a line that says so and whom to ring."""
    _, part, *about = token.split_contents()
    nodes = parser.parse(("endalone",))
    parser.delete_first_token()
    return _Alone(nodes, parser.compile_filter(part), parser.compile_filter(about[0]) if about else None)
