"""What a FHIR server is given, and that nobody else is."""

import base64
import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.deliveries import actions
from redbag.deliveries.channels import email, fhir, webhook
from redbag.deliveries.models import Letter
from tests.deliveries.people import START

pytestmark = pytest.mark.django_db
NUMBER = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}
TYPE = {"coding": [{"system": "http://snomed.info/sct", "code": "823681000000100"}]}
DOCUMENT = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [
            {"resource": {"resourceType": "Composition", "type": TYPE, "title": "Discharge summary: Zoë"}},
            {"resource": {"resourceType": "Patient", "identifier": [NUMBER], "name": [{"family": "Jones"}]}},
        ],
    },
    ensure_ascii=False,
)


@pytest.fixture
def sent(oakview, add):
    """Send a summary to a FHIR server of Oakview; gives the letter and what the server is sent."""
    server = add("https://fhir.example.org/r4", kind="fhir")

    def sending(*, document=DOCUMENT, type="discharge_summary.available", minutes=0, **ids):
        summary = uuid4()
        actions.post_to_inbox(
            organisation=oakview.pk,
            type=type,
            subject_id=summary,
            path=f"/api/v1/discharge-summaries/{summary}",
            ids={"discharge_summary": str(summary), **ids},
            now=START + timedelta(minutes=minutes),
            document=document,
        )
        letter = Letter.objects.get(subject_id=summary)
        return letter, json.loads(fhir(letter, server).body)

    return sending


def test_the_document_is_inside_with_its_size_and_hash_besides_the_address(sent):
    letter, reference = sent()
    address, inside = (each["attachment"] for each in reference["content"])

    data = base64.b64decode(inside["data"])
    assert data.decode() == DOCUMENT
    assert address == {"contentType": "application/json", "url": f"http://127.0.0.1:8000{letter.path}"}
    assert inside["contentType"] == "application/fhir+json"
    assert (inside["size"], base64.b64decode(inside["hash"])) == (len(data), hashlib.sha1(data).digest())


def test_it_says_what_it_is_and_whom_it_is_about_by_nhs_number_alone(sent):
    _, reference = sent()
    assert reference["type"] == TYPE
    assert reference["subject"] == {"type": "Patient", "identifier": NUMBER}
    plain = json.dumps(reference | {"content": []})
    assert "Jones" not in plain


def test_one_that_replaces_another_names_it_by_what_the_server_knows_it(sent):
    first, _ = sent()
    _, second = sent(type="discharge_summary.replaced", minutes=5, follows=str(first.subject_id))
    _, added = sent(minutes=6, follows=str(first.subject_id))
    target = {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{first.pk}"}}
    assert second["relatesTo"] == [{"code": "replaces", "target": target}]
    assert added["relatesTo"] == [{"code": "appends", "target": target}]
    _, late = sent(minutes=7, follows=str(first.subject_id), relation="replaces")
    assert late["relatesTo"] == [{"code": "replaces", "target": target}]


def test_without_a_document_it_is_a_pointer_and_names_nobody(sent):
    _, reference = sent(document="", follows=str(uuid4()))
    assert len(reference["content"]) == 1
    assert not {"subject", "relatesTo"} & set(reference)


def test_the_document_is_kept_sealed_and_goes_on_no_other_channel(sent, add):
    letter, _ = sent()
    hook, mail = add("https://hooks.example.org/"), add("nurses@oakview.example", kind="email")
    assert letter.document == DOCUMENT
    assert "Jones" not in str(Letter.objects.raw("SELECT id, document AS raw FROM redbag_letter")[0].raw)
    others = webhook(letter, hook, at=START).body.decode() + str(email(letter, mail).message())
    assert [word for word in ("Jones", NUMBER["value"], "Bundle") if word in others] == []
