"""The OpenAPI document is valid, complete, and can be read without anything from elsewhere."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from redbag.organisations.routes import API

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


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
