"""The call for what left the home, as it was frozen."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound

from redbag.api.door import Door
from redbag.api.transfers import own_transfers
from redbag.journal.recording import record_view


class SnapshotCall(Door):
    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request, pk):
        """What left the home: RFC 8785 JSON, whose SHA-256 is the transfer's `snapshot_hash`."""
        transfer = self.find(own_transfers(self), pk)
        snapshot = transfer.snapshots.order_by("-version").first()
        if snapshot is None:
            raise NotFound
        record_view(
            "snapshot",
            transfer,
            actor=self.actor,
            at=self.now,
            organisation=self.actor.home(),
            resident=transfer.resident_id,
        )
        return HttpResponse(snapshot.content.encode(), content_type="application/json")
