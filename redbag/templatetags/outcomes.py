"""What comes next on a journey, wherever its page wants it."""

from django import template

from redbag.organisations.access import Permission
from redbag.transfers.next_steps import apart_words, is_quiet, next_step
from redbag.transfers.stages import Stage

register = template.Library()


@register.inclusion_tag("pages/outcomes/_next.html", takes_context=True)
def what_next(context, transfer):
    """Who does what next, whom to ring, and the way to say that something else happened: `{% what_next transfer %}`."""
    actor = context["request"].actor
    inside = actor.may(Permission.PACK, transfer.home_id)
    told = [entry.fact for entry in context.get("entries", ()) if not entry.taken_back]
    person = transfer.resident.called if inside else "the patient"
    own = {place.phone for place in (post.organisation for post in actor.posts)}
    step = next_step(transfer, person=person, facts=told)
    may_tell = bool(actor.organisations_with(Permission.RECORD_OUTCOME))
    return {
        "transfer": transfer,
        "inside": inside,
        "step": step if step and step.special else None,
        "ring": [row for row in step.ring if row.phone not in own] if step else [],
        "apart": apart_words(transfer),
        "quiet": is_quiet(transfer),
        "may_read_death": is_quiet(transfer) and bool(actor.organisations_with(Permission.READ_TRANSFERS)),
        "may_tell": may_tell and transfer.stage != Stage.CLOSED,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def apart(transfer) -> str:
    """That resident and bag are not in one place, for a row of a board; empty while they are together."""
    return apart_words(transfer)
