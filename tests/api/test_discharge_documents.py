import pytest

from redbag.incoming.reading import read
from redbag.journal.models import Entry
from tests.api.test_calls import pack, problem
from tests.api.test_discharges import HEADINGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def summary(api, world):
    return api("discharge").post(f"transfers/{pack(api, world).json()['id']}/discharge-summaries", HEADINGS).json()


def test_the_home_and_the_hospital_get_a_summary_as_a_fhir_document_and_it_is_noted(api, world, summary):
    there = f"discharge-summaries/{summary['id']}/document"
    answer = api("carer").get(there)

    message = read(answer.content, form="fhir_json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+json")
    assert (message.document_id, message.person.nhs_number) == (summary["id"], world.peggy.nhs_number)
    assert HEADINGS.items() <= {section.slug: section.text for section in message.sections}.items()
    assert Entry.objects.filter(action="viewed.discharge_document").exists()
    assert api("ward").get(there).status_code == 200
    assert problem(api("northgate").get(there))[0] == 404


def test_a_draft_has_no_document_yet(api, world):
    path = f"transfers/{pack(api, world).json()['id']}/discharge-summaries"
    draft = api("ward").post(path, {"headings": HEADINGS, "draft": True}).json()

    assert problem(api("ward").get(f"discharge-summaries/{draft['id']}/document"))[0] == 404
