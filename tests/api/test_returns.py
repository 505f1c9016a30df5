"""A home's own system answers what is asked when somebody is back."""

import pytest

from tests.web.journeys import pack, tell

pytestmark = pytest.mark.django_db


def test_a_partner_reads_the_questions_answers_one_and_writes_down_whom_it_rang(world, api):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=90, kind="handoff", to="VDEM1")
    carer, address = api("carer"), f"transfers/{transfer.pk}/return"
    before = carer.get(address).json()
    assert (before["complete"], [each["question"] for each in before["questions"]]) == (False, ["decision", "allergy"])
    for question, answer in (("decision", "no_paper"), ("allergy", "none")):
        sent = carer.post(address, {"question": question, "answer": answer})
        assert sent.status_code == 201, sent.content
    decision = carer.get(address).json()["questions"][0]
    assert decision["still_to_ring"] == ["ward", "gp"]
    rang = f"return-answers/{decision['last']['id']}/rang"
    assert carer.post(rang, {"whom": "gp", "spoke_to": "Dr Shah"}).status_code == 201
    after = carer.get(address).json()
    assert (after["complete"], after["questions"][0]["still_to_ring"]) == (True, ["ward"])


def test_an_answer_that_does_not_exist_says_which_do(world, api):
    transfer = pack(world)
    sent = {"question": "decision", "answer": "maybe"}
    refused = api("carer").post(f"transfers/{transfer.pk}/return", sent)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"answer": "Choose one of: none, paper, no_paper, not_known."},
    )
