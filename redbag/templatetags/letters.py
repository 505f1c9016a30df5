"""What pages say of letters: their pages as pictures, and which other letter came about the same stay."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils import timezone

from redbag.discharges.files import pages_of
from redbag.discharges.models import DischargeSummary, MailedLetter

register = template.Library()


@dataclass(frozen=True)
class Page:
    """A page as a picture: where it is, and what it is to somebody who does not see it."""

    source: str
    words: str


@register.simple_tag
def letter_pages(letter):
    """Every page of the PDF of a summary or a mailed letter; none when it is no PDF or cannot be read."""
    name = "web:mailed_page" if isinstance(letter, MailedLetter) else "web:summary_page"
    count = pages_of(letter)
    return [
        Page(reverse(name, args=[letter.pk, number]), f"Page {number} of {count} of the letter")
        for number in range(1, count + 1)
    ]


@register.simple_tag(takes_context=True)
def came_twice(context, summary):
    """The other letters about the same stay that count and came in another way."""
    if summary.transfer_id is None or summary.sent_at is None:
        return []
    rows = DischargeSummary.objects.visible_to(context["request"].actor, now=timezone.now()).sent()
    rows = rows.filter(transfer=summary.transfer_id).exclude(source=summary.source).exclude(pk=summary.pk)
    return list(rows.select_related("organisation").order_by("sent_at"))
