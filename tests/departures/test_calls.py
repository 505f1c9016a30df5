"""Going home through the API: everything the pages offer."""

import pytest

from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.models import Letter
from redbag.departures.models import HomeAnswer, ReadyMark
from redbag.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_hospitals_system_says_what_is_ready_plans_and_reads_the_answer(world, transfer, api):
    address = f"transfers/{transfer.pk}"
    seen = api("ward").get(f"{address}/readiness").json()
    assert (seen["letter"], seen["plan"], seen["answer"]) == ("none", None, None)
    assert "medicines to take out" in seen["missing"]
    said = {"line": "medicines", "says": "without", "reason": "follows", "note": "by taxi"}
    marked = api("ward").post(f"{address}/readiness", said)
    assert marked.status_code == 201
    line = next(each for each in marked.json()["lines"] if each["line"] == "medicines")
    assert (line["state"], line["reason"], line["note"], line["by"]) == ("without", "follows", "by taxi", "Ward Tester")
    leaves = {"leaves_at": "2026-11-21T15:00:00+00:00", "transport": "stretcher"}
    planned = api("ward").post(f"{address}/plan", leaves)
    assert planned.status_code == 201
    assert api("discharge").post(f"{address}/plan", leaves).status_code == 200
    said = {"plan": planned.json()["id"], "says": "not_before", "not_before": "2026-11-21T17:00:00+00:00"}
    answered = api("senior").post(f"{address}/answer", said)
    assert answered.status_code == 201
    seen = api("ward").get(f"{address}/readiness").json()
    assert (seen["answer"]["says"], seen["answer"]["by"]) == ("not_before", "Senior Tester")
    assert seen["without"] == ["medicines to take out: follows by transport"]


def test_a_second_tap_is_one_mark_one_answer_and_one_letter_to_the_ward(world, transfer, api, at):
    address = f"transfers/{transfer.pk}"
    ready = {"line": "skin", "says": "ready"}
    planned = api("ward").post(f"{address}/plan", {"leaves_at": "2026-11-21T15:00:00+00:00"}).json()
    said = {"plan": planned["id"], "says": "cannot", "because": "No hoist"}
    for _ in range(2):
        assert api("ward").post(f"{address}/readiness", ready).status_code == 201
        assert api("senior").post(f"{address}/answer", said).status_code == 201
    assert (ReadyMark.objects.count(), HomeAnswer.objects.count()) == (1, 1)
    assert Entry.objects.filter(action__in=("departure.marked", "departure.answered")).count() == 2
    api("manager").post(f"{address}/answer", said)  # somebody else says it too
    at(61)  # later it is said anew
    api("ward").post(f"{address}/readiness", ready)
    api("manager").post(f"{address}/answer", said)
    assert (ReadyMark.objects.count(), HomeAnswer.objects.count()) == (2, 3)


def test_rights_come_before_what_was_sent(world, transfer, api):
    address = f"transfers/{transfer.pk}"
    assert api("carer").post(f"{address}/answer", {}).status_code == 403
    assert api("senior").post(f"{address}/readiness", {}).status_code == 403
    assert api("senior").post(f"{address}/plan", {}).status_code == 403
    assert api("northgate").get(f"{address}/readiness").status_code == 404
    for call in ("readiness", "plan"):
        assert api("ward").post(f"{address}/{call}", {}).status_code == 422
    assert api("senior").post(f"{address}/answer", {}).status_code == 422
    wrong = api("ward").post(f"{address}/readiness", {"line": "letter", "says": "ready"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["says"])


def test_home_and_ward_get_news_without_a_name(world, transfer, api):
    for who, place in (("manager", world.oakview), ("discharge", world.stmarys)):
        new = {"kind": "webhook", "address": f"http://127.0.0.1:9/{who}", "events": ["*"], "fallback_of": None}
        add_endpoint(actor=world.actor(who), organisation=place, now=world.now, **new)
    address = f"transfers/{transfer.pk}"
    planned = api("ward").post(f"{address}/plan", {"leaves_at": "2026-11-21T15:00:00+00:00"}).json()
    api("senior").post(f"{address}/answer", {"plan": planned["id"], "says": "yes"})
    letters = Letter.objects.filter(type__startswith="departure.").order_by("written_at", "type")
    assert {(each.type, each.organisation_id) for each in letters} == {
        ("departure.planned", world.oakview.pk),
        ("departure.answered", world.stmarys.pk),
    }
    known = {"transfer": str(transfer.pk), "departure": planned["id"]}
    assert [each.ids for each in letters] == [known | {"answer": "yes"}, known]
    assert all(each.path == f"/api/v1/transfers/{transfer.pk}/readiness" for each in letters)


def test_a_time_without_its_offset_is_refused(world, transfer, api):
    address = f"transfers/{transfer.pk}"
    naive = api("ward").post(f"{address}/plan", {"leaves_at": "2026-11-21T15:00:00"})
    assert (naive.status_code, list(naive.json()["errors"])) == (422, ["leaves_at"])
    planned = api("ward").post(f"{address}/plan", {"leaves_at": "2026-11-21T15:00:00+00:00"}).json()
    said = {"plan": planned["id"], "says": "not_before", "not_before": "2026-11-21T17:00:00"}
    answered = api("senior").post(f"{address}/answer", said)
    assert (answered.status_code, list(answered.json()["errors"])) == (422, ["not_before"])
    assert not HomeAnswer.objects.exists()


def test_what_is_posted_to_readiness_is_described_as_it_is_taken(client):
    document = client.get("/api/openapi.json").json()
    call = document["paths"]["/api/v1/transfers/{id}/readiness"]["post"]
    shape = call["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
    assert set(document["components"]["schemas"][shape]["properties"]) == {"line", "says", "reason", "note"}
