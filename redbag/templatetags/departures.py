"""Going home, wherever a page wants it: the card on a journey, and moments as people say them ahead of time."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from redbag.departures.reading import planned_among
from redbag.departures.stays import is_in_hospital
from redbag.organisations.access import Permission
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.stages import Stage
from redbag.web.departures import asking

register = template.Library()


@register.inclusion_tag("pages/departures/_journey.html", takes_context=True)
def going_home(context, transfer):
    """The plan, the home's answer and what is missing, with the way to the page: `{% going_home transfer %}`."""
    request, actor = context["request"], context["request"].actor
    shown = {"transfer": transfer, "show": False, "link": False}
    reads = bool(actor.organisations_with(Permission.READ_TRANSFERS))
    if not reads or is_quiet(transfer):
        return shown
    planned = transfer.stage == Stage.COMING_HOME or bool(planned_among([transfer]))
    if not planned:
        ward = bool(actor.organisations_with(Permission.MAKE_READY))
        return shown | {"link": ward and is_in_hospital(transfer)}
    return shown | asking(request, transfer, now=timezone.now()) | {"show": True, "request": request}


@register.filter
def leaving(moment: datetime | None) -> str:
    """today at 15:00, tomorrow at 09:30, on 23 Nov at 15:00 (Europe/London)."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate()
    near = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
    return f"{near.get(local.date(), f'on {local.day} {local:%b}')} at {local:%H:%M}"
