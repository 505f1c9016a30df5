"""A discharge summary goes out to a home's own systems, and nothing about the person goes with it."""

import base64
import json
from email import message_from_bytes
from email.policy import default as modern

import pytest
from django.core import mail

from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.sending import push
from tests.deliveries.receiver import receiving
from tests.discharges.conftest import LATER

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


def test_no_channel_but_fhir_carries_a_name_a_number_or_anything_clinical(write, world, receiver):
    for kind, address in (
        ("webhook", receiver.address),
        ("email", "nurses@oakview.example"),
    ):
        add_endpoint(
            actor=world.actor("manager"),
            organisation=world.oakview,
            kind=kind,
            address=address,
            events=[],
            fallback_of=None,
            now=LATER,
        )
    summary = write()
    for delivery in summary.deliveries().exclude(endpoint=None):
        assert push(str(delivery.pk), now=lambda: LATER) == "DELIVERED"

    [message] = mail.outbox
    parsed = message_from_bytes(message.message().as_bytes(), policy=modern)
    sent = [f"{got.path} {got.headers} {got.body.decode()}" for got in receiver.got]
    sent.append(f"{parsed.items()} {parsed.get_content()}")
    assert len(sent) == 2
    assert [str(summary.pk) in each for each in sent] == [True, True]
    peggy = world.peggy
    secrets = (
        *("jones", "margaret", "peggy", "1936", "pneumonia", "better", "ward", "st mary", "discharge tester"),
        *(
            peggy.nhs_number,
            peggy.nhs_number[:3] + " " + peggy.nhs_number[3:6],
            str(peggy.pk),
            world.bag.tracker.lower(),
        ),
    )
    assert [(secret, each) for secret in secrets for each in sent if secret in each.lower()] == []


def test_a_homes_own_fhir_server_is_given_the_whole_summary_and_whom_it_is_about(write, world, receiver):
    add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="fhir",
        address=receiver.address,
        events=[],
        fallback_of=None,
        now=LATER,
    )
    summary = write()
    [delivery] = summary.deliveries().exclude(endpoint=None)
    assert push(str(delivery.pk), now=lambda: LATER) == "DELIVERED"

    reference = json.loads(receiver.got[0].body)
    inside = json.loads(base64.b64decode(reference["content"][1]["attachment"]["data"]))
    assert reference["subject"]["identifier"]["value"] == world.peggy.nhs_number
    assert (inside["resourceType"], inside["type"]) == ("Bundle", "document")
    assert "pneumonia" in json.dumps(inside).lower()
