"""The call for what to read out when a patient is handed over."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.transfer_shapes import SpokenShape
from redbag.api.transfers import own_transfers
from redbag.journal.recording import record_view
from redbag.transfers.emergency import emergency
from redbag.transfers.spoken import SHAPES


class SpokenCall(Door):
    @extend_schema(responses=SpokenShape)
    def get(self, request, pk):
        """The hand-over to read out, as SBAR and as ATMIST; apart from it who must not be told, never read aloud."""
        transfer = self.find(own_transfers(self), pk)
        record_view(
            "handover_card",
            transfer,
            actor=self.actor,
            at=self.now,
            organisation=self.actor.home(),
            resident=transfer.resident_id,
        )
        page = emergency(transfer=transfer, now=self.now)
        told = {name: shape(page, home=transfer.home.name, now=self.now) for name, shape in SHAPES.items()}
        rows = {name: [asdict(part) for part in parts] for name, parts in told.items()}
        return Response(rows | {"not_aloud": [line.said for line in page.kept_from]})
