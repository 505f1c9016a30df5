"""The NHS design-system components as one tag, and the words of dates, names and numbers."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

import jinja2
from django import template
from django.utils import timezone
from django.utils.safestring import mark_safe
from nhsuk_frontend_jinja import __file__ as nhsuk_home

from redbag.bags.codes import shown as shown_code
from redbag.residents.nhs_numbers import shown as shown_number

register = template.Library()
BLANK_LINES = re.compile(r"\s*\n\s*")


@lru_cache
def _components() -> jinja2.Environment:
    folder = nhsuk_home.rsplit("/", 1)[0] + "/templates"
    loader = jinja2.FileSystemLoader(folder)
    # A running service keeps what it has read: nothing looks at the disk for a newer component.
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.ChainableUndefined, auto_reload=False)


@lru_cache
def _macro(component: str):
    """A component as a function of its parameters."""
    module = _components().get_template(f"nhsuk/components/{component}/macro.jinja").module
    return getattr(module, _camel(component.replace("-", "_")))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _plain(value):
    """A literal in a template is marked safe; the component must escape it like any other text."""
    return value + "" if isinstance(value, str) else value


@register.simple_tag
def nhsuk(component: str, **params):
    """An NHS component: `{% nhsuk "button" text="Save" %}`; a double underscore goes one level down: `label__text`.

    Names are written in snake_case; text is escaped always, and what is empty is left out.
    """
    nested: dict = {}
    for name, value in params.items():
        if value is None or value == "":
            continue
        *path, last = [_camel(part) for part in name.split("__")]
        place = nested
        for step in path:
            place = place.setdefault(step, {})
        place[last] = _plain(str.__str__(value) if isinstance(value, str) else value)
    html = str(_macro(component)(nested))
    return mark_safe(html if component == "textarea" else BLANK_LINES.sub("\n", html))


@register.filter
def clock(moment: datetime | None) -> str:
    """14:02 when today, else 21 Nov 2026, 14:02 (Europe/London)."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    time = local.strftime("%H:%M")
    return time if local.date() == timezone.localdate() else f"{day(local.date())}, {time}"


@register.filter
def day(value: date | datetime | None) -> str:
    """21 Nov 2026."""
    if value is None:
        return ""
    value = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{value.day} {value:%b %Y}"


@register.filter
def birthday(born: date | None) -> str:
    """03-Mar-1936 (90y)."""
    if born is None:
        return ""
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{born:%d-%b-%Y} ({years}y)"


@register.filter
def nhs_number(number: str) -> str:
    """943 476 5919, or that it is not known."""
    return shown_number(number) if number else "not known"


@register.filter
def code(short: str) -> str:
    """A short code in groups."""
    return shown_code(short)


@register.filter
def since(moment: datetime | None) -> str:
    """How long ago, in words: 20 minutes, 3 hours, 2 days."""
    return span(timezone.now() - moment) if moment else ""


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, as the end of a sentence: just now, 20 minutes ago."""
    told = since(moment)
    return told if told in ("", "just now") else f"{told} ago"


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in words."""
    if length is None:
        return ""
    minutes = max(0, int(length.total_seconds() // 60))
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size * (2 if word == "hour" else 1) or word == "minute":
            count = minutes // size
            return "just now" if word == "minute" and not count else f"{count} {word}{'s' if count != 1 else ''}"
    return ""


@register.filter
def get(mapping, key):
    """The value of a key, or empty."""
    return mapping.get(key, "") if mapping else ""
