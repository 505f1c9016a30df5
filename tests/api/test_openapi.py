"""The OpenAPI document is valid, complete, and can be read without anything from elsewhere."""

import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from redbag.organisations.routes import API
from tests.api.test_calls import handoff
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client):
    return client.get("/api/openapi.json").json()


def test_the_document_is_valid(document):
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["openapi"].startswith("3.1")


def test_every_call_of_the_permission_table_is_in_the_document(document):
    described = sum(len(calls) for calls in document["paths"].values())
    expected = sum(len(methods) for name, methods in API.items() if name not in ("api:openapi", "api:docs"))
    assert described == expected


def test_every_call_says_how_it_fails(document):
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert "401" in call["responses"], f"{method} {path}"
            assert any(status.startswith("2") for status in call["responses"]), f"{method} {path}"


def test_the_reader_needs_nothing_from_elsewhere(client):
    page = client.get("/api/docs").content.decode()
    assert re.findall(r'(?:src|href)="(https?://[^"]+)"', page) == []
    assert "<script>" not in page


def test_lists_are_described_as_they_come(document):
    for name in ("residents", "bags", "transfers", "endpoints", "deliveries", "journal", "reports"):
        call = document["paths"][f"/api/v1/{name}"]["get"]
        shape = call["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        assert set(document["components"]["schemas"][shape]["properties"]) == {"results", "next"}
        assert {"limit", "cursor"} <= {each["name"] for each in call["parameters"]}


def test_every_post_may_be_sent_twice(document):
    for path, calls in document["paths"].items():
        if "post" in calls:
            assert "Idempotency-Key" in {each["name"] for each in calls["post"]["parameters"]}, path


def fits(document, path, method, response):
    """What is wrong with an answer, held against the document."""
    described = document["paths"][path][method]["responses"][str(response.status_code)]["content"]["application/json"]
    schema = {**described["schema"], "components": document["components"]}
    faults = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(response.json())
    return [f"{path}: {fault.json_path}: {fault.message[:200]}" for fault in faults]


def test_what_is_answered_is_what_the_document_says(document, api, world):
    carer, manager, ward = api("carer"), api("manager"), api("discharge")
    packed = carer.post(
        "transfers",
        {
            "resident": str(world.peggy.pk),
            "bag": str(world.bag.pk),
            "destination": "RDEM1",
            "items": [{"category": "glasses"}],
        },
    )
    transfer = packed.json()["id"]
    facts = api("crew").post("facts", handoff(world, "RDEM9"))
    checked = {"item": packed.json()["items"][0]["id"], "state": "missing"}
    api("ward").post("facts", handoff(world, "RDEM1", items=[checked]))
    manager.post("endpoints", {"kind": "webhook", "address": "http://127.0.0.1:9/x", "events": []})
    sent = ward.post(f"transfers/{transfer}/discharge-summaries", {"diagnoses": "Fall"})
    summary = sent.json()["id"]
    scan = f"scan/{world.token(world.bag)}"
    v1, one = "/api/v1/", "/api/v1/transfers/{id}"
    answers = [
        (v1 + "transfers", "post", packed),
        (v1 + "facts", "post", facts),
        (v1 + "session", "post", api().post("session", {"email": "carer@test.example", "password": PASSWORD})),
        (v1 + "me", "get", carer.get("me")),
        (v1 + "residents", "get", carer.get("residents")),
        (v1 + "residents/{id}", "get", carer.get(f"residents/{world.peggy.pk}")),
        (v1 + "residents/{id}/summary", "get", carer.get(f"residents/{world.peggy.pk}/summary")),
        (v1 + "residents/{id}/access-log", "get", manager.get(f"residents/{world.peggy.pk}/access-log")),
        (v1 + "bags", "get", carer.get("bags")),
        (v1 + "bags/{id}/label", "get", carer.get(f"bags/{world.bag.pk}/label")),
        (v1 + "transfers", "get", carer.get("transfers")),
        (one, "get", carer.get(f"transfers/{transfer}")),
        (one + "/handover-code", "post", carer.post(f"transfers/{transfer}/handover-code")),
        (one + "/discharge-summaries", "post", sent),
        (v1 + "discharge-summaries/{id}", "get", carer.get(f"discharge-summaries/{summary}")),
        (v1 + "discharge-summaries/{id}/acknowledge", "post", carer.post(f"discharge-summaries/{summary}/acknowledge")),
        (v1 + "scan/{text}", "get", api("ward").get(scan)),
        (v1 + "scan/{text}", "get", carer.get(scan)),
        (v1 + "scan/{text}", "get", api().get(scan)),
        (v1 + "endpoints", "get", manager.get("endpoints")),
        (v1 + "deliveries", "get", manager.get("deliveries")),
        (v1 + "reports", "get", manager.get("reports")),
        (v1 + "journal", "get", manager.get("journal")),
    ]
    faults = [fault for path, method, answer in answers for fault in fits(document, path, method, answer)]
    assert faults == []
