"""Is the service well: what each address says, to whom, and what the log never holds."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from redbag.journal.sealing import beat, seal_pending

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_the_process_is_up(client):
    assert client.get("/healthz").content == b"ok"


def test_it_is_ready_when_every_part_showed_that_it_lives(client):
    for part in ("worker", "beat"):
        beat(part, now=timezone.now())
    seal_pending(now=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert {"database", "broker", "worker", "sealer"} <= set(answer.json())


@pytest.mark.parametrize("part", ["worker", "sealer"])
def test_it_is_not_ready_when_a_part_fell_silent(client, part):
    for each in ("worker", "sealer", "beat"):
        beat(each, now=timezone.now() - timedelta(hours=1) if each == part else timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()[part]["ok"]) == (503, False)


def test_it_is_not_ready_without_its_broker(client, settings, monkeypatch):
    def away(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr("redbag.web.health.current_app.connection_for_write", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]["ok"]) == (503, False)


def test_metrics_are_for_this_machine_and_for_those_with_the_token(client, settings):
    client.get("/sign-in")
    assert b"redbag_request_seconds" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    settings.METRICS_TOKEN = "long-secret"
    bearer = {"Authorization": "Bearer long-secret"}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=bearer).status_code == 200


def test_the_log_holds_four_characters_of_a_token_and_no_name(client, world, capsys):
    token = world.token(world.bag)
    client.get(f"/b/{token}")
    client.get(f"/api/v1/scan/{token}")
    client.post("/sign-in", {"email": "carer@test.example", "password": "wrong"})
    logged = capsys.readouterr().out
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert [line["path"] for line in lines] == [f"/b/{token[:4]}...", f"/api/v1/scan/{token[:4]}...", "/sign-in"]
    assert token not in logged
    assert "carer@test" not in logged


def test_every_answer_keeps_to_strict_headers(client):
    answer = client.get("/sign-in")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Frame-Options"] == "DENY"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
