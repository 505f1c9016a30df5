"""What the home says of a journey, through the API: the same fields as on the pages."""

import pytest

from redbag.transfers.actions import REASON_FIELDS
from tests.web import journeys

pytestmark = pytest.mark.embedded


def test_every_field_of_the_reason_is_taken_and_answered_and_is_in_the_document(world, api):
    transfer = journeys.pack(world)
    said = {name: f"{name} in words" for name in REASON_FIELDS}
    answer = api("carer").call("PATCH", f"transfers/{transfer.pk}", {"reason": said})
    assert answer.status_code == 200
    assert answer.json()["reason"] == said
    document = api().client.get("/api/openapi.json").json()
    assert set(document["components"]["schemas"]["Reason"]["properties"]) == set(REASON_FIELDS)
