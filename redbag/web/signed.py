"""Who signed for the bag, for the page of a journey."""

from collections.abc import Sequence

from redbag.transfers.models import Fact, Transfer


def signatures_on(transfer: Transfer, facts: Sequence[Fact]) -> list[dict]:
    """Who signed for the bag on a journey, oldest first; no statement where nobody did."""
    told = [fact.content["signature"] for fact in facts if fact.content.get("signature")]
    rows = transfer.signatures.filter(pk__in=told).order_by("signed_at") if told else ()
    return [{"id": row.pk, "name": row.name, "at": row.signed_at, "drawn": bool(row.file)} for row in rows]
