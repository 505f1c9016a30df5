"""How single things are said on paper: a time, a thing, a contact, a medicine, a look that was not taken."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from redbag.packs.parts import NOT_RECORDED
from redbag.summaries.models import BodyMap
from redbag.templatetags.redbag import day
from redbag.transfers.contents import CATEGORIES, PLACES, Item
from redbag.transfers.ringing import is_kept_from

STATES = {"missing": "not found yet", "changed": "changed", "extra": "extra"}


def moment(at: datetime) -> str:
    """21 Nov 2026, 14:02: on paper never without the day."""
    local = timezone.localtime(at)
    return f"{day(local)}, {local:%H:%M}"


def item_name(item: Item) -> str:
    """Its kind with its description, and how many."""
    kind = CATEGORIES.get(item.category, "Something else")
    named = f"{kind}: {item.description}" if item.description else kind
    named = item.description or kind if item.category == "other" else named
    return f"{named} × {item.quantity}" if item.quantity != 1 else named


def place_words(item: Item) -> str:
    """Where it was put, and how it was when that differs."""
    return ", ".join(filter(None, (PLACES.get(item.where, item.where).lower(), STATES.get(item.state))))


def contact_words(row: Mapping) -> str:
    """Who, what they are and how to reach them; of whom nobody may tell, or give the person to, the name alone."""
    if not is_kept_from(row):
        return ", ".join(filter(None, (row.get("name"), row.get("relation"), row.get("phone"))))
    flags = (("do_not_tell", "Do not tell"), ("do_not_release", "Do not release to"))
    said = " or ".join(words for name, words in flags if row.get(name)).replace("or Do", "or do")
    return f"{said}: {row.get('name') or 'a contact without a name'}"


def contact_note(row: Mapping) -> str:
    """What is noted of a contact; nothing of whom nobody may tell, or give the person to."""
    return "" if is_kept_from(row) else row.get("note") or ""


def skipped_look(look: BodyMap | None) -> str:
    """That nobody looked at the skin then, and why; empty when there is no such look."""
    if look is None:
        return ""
    return f"NOT looked at on {moment(look.seen_at)}: {look.why_not or 'no reason given'}"


def medicine_words(row: Mapping) -> str:
    """Form, dose word for word, route, how often, what for, and when it was last given."""
    told = " ".join(filter(None, (row["form"], row["dose"], row["route"], row["frequency"])))
    told += f" for {row['reason']}" if row["reason"] else ""
    last = row["last_given"] or (NOT_RECORDED if row["time_critical"] else "")
    return told + (f". Last given: {last}" if last else "")
