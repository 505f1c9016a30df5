"""Every call of the OpenAPI document, with made-up values and real ids, as everybody: no error of ours, no answer that
the document does not describe.

The values are made by schemathesis, the same each time. REDBAG_EXAMPLES says how many for each call (`script/bench
schema` takes many); by turns they come from each role, from an organisation's key, and from nobody.
"""

import os
import re
from itertools import count

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup

from config.wsgi import application
from redbag.api.schema import document
from redbag.organisations.actions import issue_key, open_session
from tests.test_permissions import COLLECTIONS, PEOPLE, stage

__all__ = ["stage"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("REDBAG_EXAMPLES", "4"))
PARTS = 8
load_all_checks()
HELD = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)
# Left out: what ends the caller's own token, and a mail, whose bytes tests/discharges/test_mail.py makes up.
LEFT_OUT = {("DELETE", "/api/v1/session"), ("POST", "/api/v1/mail")}


@pytest.fixture(autouse=True)
def one_connection_for_all():
    """The connection with everything in it stays open between calls, as it does for Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def callers(stage, django_db_blocker):
    """A token of each role, of a program, and none; asked in turn."""
    world, _ = stage
    with django_db_blocker.unblock():
        tokens = [open_session(user=world.people[who], now=timezone.now())[0] for who in PEOPLE]
        tokens.append(issue_key(organisation=world.stmarys, role="discharge", name="A system", now=timezone.now()))
    return [{"Authorization": f"Bearer {token}"} for token in tokens] + [{}]


@pytest.fixture(scope="module")
def operations():
    found = schemathesis.openapi.from_dict(document())
    found.app = application
    return [each.ok() for each in found.get_all_operations()]


def real_ids(path, things):
    """Something real for each place in the address, as far as the walk of the permission table has it."""
    names = re.findall(r"{(\w+)}", path)
    kind = COLLECTIONS.get(path.removeprefix("/api/v1/").split("/")[0])
    known = {"id": things.get(kind), "text": things["text"], "number": 1, "kind": "summary", "section": "allergies"}
    return {name: str(known.get(name) or things.get(name.removesuffix("_id"), "x")) for name in names}


def said(fault: Failure) -> str:
    return f"{fault.title}: {' '.join(fault.message.split())[:300]}"


def ask(case, headers):
    """What is wrong with the answer to one made-up call, whose effects are undone."""
    case.headers = {**(case.headers or {}), **headers}
    with transaction.atomic():
        answer = case.call(base_url="http://testserver")
        transaction.set_rollback(True)
    try:
        case.validate_response(answer, checks=HELD)
    except FailureGroup as faults:
        return [f"{case.method} {case.path}: {answer.status_code} {said(fault)}" for fault in faults.exceptions]
    return []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_call_answers_as_the_document_says(stage, callers, operations, part, tried):
    things = stage[1]
    asked, wrong = count(), []
    for operation in operations[part::PARTS]:
        if (operation.method.upper(), operation.path) in LEFT_OUT:
            continue

        def one(case):
            turn = next(asked)
            if turn % 2:
                case.path_parameters = {**(case.path_parameters or {}), **real_ids(operation.path, things)}  # noqa: B023
            wrong.extend(ask(case, callers[turn % len(callers)]))

        few = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        few(given(case=operation.as_strategy())(one))()
    assert wrong == [], "\n".join(dict.fromkeys(wrong))
    tried(next(asked))
