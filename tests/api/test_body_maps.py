"""Body maps through the API: what was seen, in any of the three answers; and the skin around a journey."""

from datetime import timedelta

import pytest
from django.utils import timezone

from redbag.summaries import skin
from redbag.summaries.models import BodyMap
from redbag.transfers.models import Transfer
from tests.summaries.test_marks import mark
from tests.web.journeys import pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_every_answer_is_kept_and_the_newest_comes_first(world, api):
    path = f"residents/{world.peggy.pk}/body-maps"
    new = {key: value for key, value in mark().items() if key not in ("id", "where", "first_seen")}
    first = api("carer").post(path, {"checked": True, "moment": "home", "marks": [new]})
    assert first.status_code == 201
    (kept,) = first.json()["marks"]
    assert kept["where"] == "left forearm, front"
    assert kept["first_seen"] == timezone.localdate().isoformat()
    same = api("carer").post(path, {"checked": True, "moment": "home"}).json()
    assert same["marks"] == first.json()["marks"]
    no = api("carer").post(path, {"checked": False, "moment": "home", "why_not": "asleep"}).json()
    assert (no["checked"], no["marks"], no["why_not"]) == (False, [], "asleep")
    listed = api("carer").get(path).json()["results"]
    assert [row["id"] for row in listed] == [no["id"], same["id"], first.json()["id"]]


def test_what_is_wrong_is_named_by_field(world, api):
    path = f"residents/{world.peggy.pk}/body-maps"
    bad = {"checked": True, "moment": "soon", "marks": [{**mark(), "x": 2000, "kind": "bite"}]}
    assert set(api("carer").post(path, bad).json()["errors"]) == {"moment", "marks.0.x", "marks.0.kind"}
    late = {
        "checked": True,
        "moment": "home",
        "marks": [],
        "seen_at": (timezone.now() + timedelta(hours=1)).isoformat(),
    }
    assert set(api("carer").post(path, late).json()["errors"]) == {"seen_at"}
    assert set(api("carer").post(path, {"moment": "home"}).json()["errors"]) == {"checked"}
    assert set(api("carer").post(path, {"checked": False, "moment": "home"}).json()["errors"]) == {"why_not"}
    assert not BodyMap.objects.exists()


def test_a_first_look_says_its_marks_even_when_there_are_none(world, api):
    path = f"residents/{world.peggy.pk}/body-maps"
    refused = api("carer").post(path, {"checked": True, "moment": "home"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"marks": "Send marks: an empty list when there are none."}
    api("carer").post(path, {"checked": False, "moment": "home", "why_not": "asleep"})
    assert api("carer").post(path, {"checked": True, "moment": "home"}).status_code == 422
    assert skin.latest_map(world.peggy) is None
    assert api("carer").post(path, {"checked": True, "moment": "home", "marks": []}).json()["marks"] == []
    assert api("carer").post(path, {"checked": True, "moment": "home"}).status_code == 201


def test_a_map_written_over_a_newer_one_is_refused(world, api):
    path = f"residents/{world.peggy.pk}/body-maps"
    first = api("carer").post(path, {"checked": True, "moment": "home", "marks": [mark()]}).json()
    api("senior").post(path, {"checked": True, "moment": "home"})
    late = api("carer").post(path, {"checked": True, "moment": "home", "marks": [], "after": first["id"]})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    assert len(skin.latest_map(world.peggy).marks) == 1


def test_a_party_reads_the_skin_around_the_journey_and_nobody_else(world, api):
    now = timezone.now()
    actor, peggy = world.actor("carer"), world.peggy
    skin.look_at_skin(actor=actor, resident=peggy, moment="home", marks=[], now=world.now - timedelta(days=2))
    transfer = taken_by_crew(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    seen = [mark("pressure", "sacrum", category="2")]
    skin.look_at_skin(actor=actor, resident=peggy, moment="return", marks=seen, now=now)
    told = api("ward").get(f"transfers/{transfer.pk}/skin").json()
    assert [each["said"].partition("; ")[2] for each in told["differences"]] == [
        "not on the home's map of 19 Nov 2026: pressure area category 2, sacrum"
    ]
    assert (told["looked_that_day"], told["not_looked"]) == (False, None)
    assert api("ward").get(f"residents/{peggy.pk}/body-maps").status_code == 404
    assert api("northgate").get(f"transfers/{transfer.pk}/skin").status_code == 404


def test_a_look_between_packing_and_leaving_is_in_what_left_the_home(world, api):
    actor, peggy = world.actor("carer"), world.peggy
    transfer = pack(world)
    at = world.now + timedelta(minutes=5)
    skin.look_at_skin(actor=actor, resident=peggy, moment="leaving", marks=[mark(note="20 mm")], now=at)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    frozen = api("carer").get(f"transfers/{transfer.pk}/snapshot").json()["body_map"]
    assert [each["note"] for each in frozen["marks"]] == ["20 mm"]


def test_nobody_says_seen_on_return_before_they_are_back_nor_on_leaving_when_nobody_leaves(world, api):
    path = f"residents/{world.peggy.pk}/body-maps"

    def look(moment):
        answer = api("carer").post(path, {"checked": True, "moment": moment, "marks": []})
        return answer.status_code, list(answer.json().get("errors", {}))

    refused, kept = (422, ["moment"]), (201, [])
    assert [look("leaving"), look("return"), look("home")] == [refused, refused, kept]
    journey = pack(world)
    assert [look("leaving"), look("return")] == [kept, refused]
    tell(world, "crew", journey, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "ward", journey, minutes=40, kind="handoff", to="RDEM1")
    assert look("return") == refused
    Transfer.objects.filter(pk=journey.pk).update(stage="COMING_HOME")
    assert look("return") == kept
    Transfer.objects.filter(pk=journey.pk).update(stage="BACK_HOME", back_at=timezone.now() - timedelta(days=6))
    assert look("return") == kept
    Transfer.objects.filter(pk=journey.pk).update(back_at=timezone.now() - timedelta(days=8))
    assert look("return") == refused
