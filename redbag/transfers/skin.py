"""The skin of somebody on a journey: the home's map before, the look on return, and the words between them."""

from datetime import datetime

from redbag.summaries.skin import Journey, around_journey
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage


def skin_of_journey(transfer: Transfer, *, now: datetime) -> Journey:
    """The maps that belong to this journey and no other: for the home, and for every party who sees the transfer."""
    until = None
    if transfer.stage == Stage.CLOSED:  # nobody is on two open journeys
        later = Transfer.objects.filter(resident=transfer.resident_id, packed_at__gt=transfer.packed_at)
        until = later.order_by("packed_at").values_list("packed_at", flat=True).first()
    return around_journey(
        resident=transfer.resident,
        packed_at=transfer.packed_at,
        left_at=transfer.left_at,
        until=until,
        now=now,
    )
