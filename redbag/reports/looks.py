"""What one visitor looked at, in the order of time."""

from uuid import UUID

from redbag.journal.models import Entry
from redbag.reports.words import page_words

MOST = 50


def looks_of(visitor_id: UUID) -> list[dict]:
    """The pages that somebody without an account opened, each with when."""
    rows = Entry.objects.filter(key_id=visitor_id, action__startswith="viewed.").order_by("pk")[:MOST]
    return [{"page": page_words(row.action), "at": row.at} for row in rows]
