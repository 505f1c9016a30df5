"""Whatever stands in one fact of a batch, the batch is answered, and the facts beside it count."""

import json
import uuid

import pytest

from redbag.transfers.models import HeldFact
from tests.api.test_calls import handoff, now_text, pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "check", "items": [{"item": str(uuid.UUID(int=1)), "state": "extra", "category": []}]},
        {"kind": "outcome", "outcome": "died", "details": {"a\0b": 1, "\ud800": 1}},
        {"kind": "pack", "items": [{"category": {}, "where": []}]},
        {"id": "a\0b", "place": "\ud800"},
        {"id": 12345678901234567890, "transfer": {"a": 1}},
        {"details": nested(200)},
        {"seal": nested(500), "kind": "pack"},
    ],
    ids=["category", "details", "pack", "id", "number", "deep", "deeper"],
)
def test_one_bad_fact_is_held_and_its_neighbours_count(api, world, wrong):
    transfer = pack(api, world).json()["id"]
    bad = handoff(world, "RDEM9", **{"resident": str(world.peggy.pk), **wrong})["facts"][0]
    good = handoff(world, "RDEM9")["facts"][0]
    for _ in range(2):
        answer = api("carer").post("facts", {"sent_at": now_text(), "facts": [bad, good]})
        assert answer.status_code == 200, answer.content
        held, counted = answer.json()["results"]
        assert (held["outcome"], held["id"]) == ("quarantined", str(bad["id"]))
        assert (counted["outcome"] in ("created", "duplicate"), counted["transfer"]) == (True, transfer)
    assert HeldFact.objects.count() == 1
