"""The skin of somebody on a journey: the home's map before, the look on return, and the words between them."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from redbag.errors import BadInput
from redbag.residents.models import Resident
from redbag.summaries.models import BodyMap
from redbag.summaries.skin import Journey, around_journey
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage

SINCE_RETURN = timedelta(days=7)


def refuse_moment(*, resident: Resident, moment: object, at: datetime) -> None:
    """BadInput when a look is said to be of leaving or of the return, and no journey of theirs is there by then."""
    journeys = Transfer.objects.filter(resident__in=Resident.objects.records_of(resident.pk), packed_at__lte=at)
    if moment == BodyMap.Moment.LEAVING and not journeys.open().exists():
        raise BadInput({"moment": "They are not leaving: no journey is open. Say that you looked at home."})
    if moment != BodyMap.Moment.RETURN:
        return
    lately = at - SINCE_RETURN
    coming = Q(stage=Stage.COMING_HOME) | Q(left_at__isnull=False, holder=F("home"), closed_at=None, back_at=None)
    back = Q(back_at__gte=lately) | Q(stage=Stage.CLOSED, back_at=None, closed_at__gte=lately)
    if not journeys.filter(coming | back).exists():
        raise BadInput(
            {
                "moment": "They are not back from hospital, or came back more than 7 days ago. "
                "First record that they are back, or say that you looked at home."
            }
        )


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
