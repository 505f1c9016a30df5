"""Callers of the API, each with a token of their own."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from redbag.organisations.actions import open_session
from tests.accounts.conftest import post  # noqa: F401 (a fixture)


class Caller:
    """Somebody who calls the API and reads JSON."""

    def __init__(self, user=None):
        self.client = Client()
        self.headers = {}
        if user is not None:
            token, self.facts_token = open_session(user=user, now=timezone.now())
            self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method, path, body=None, *, content_type="application/json", **headers):
        data = body if content_type != "application/json" or isinstance(body, str) else json.dumps(body, default=str)
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data if body is not None else "",
            content_type=content_type,
            headers={**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body=None, **more):
        return self.call("POST", path, {} if body is None else body, **more)


@pytest.fixture
def api(world):
    """`api("carer")` is a caller signed in as that person; `api()` is nobody."""
    callers = {}

    def caller(who=None):
        if who not in callers:
            callers[who] = Caller(world.people[who] if who else None)
        return callers[who]

    return caller
