"""The page of a letter says how it stands: another name on it, taken back, not final, one of several that count."""

import json
from datetime import timedelta

import pytest

from redbag.discharges import settling
from redbag.discharges.actions import write_summary
from redbag.discharges.arriving import Arrival, arrive
from tests.discharges.sent import document
from tests.web.journeys import in_hospital
from tests.web.test_letter_page import words_of

pytestmark = pytest.mark.django_db
FIRST, SECOND = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"


@pytest.fixture
def transfer(world, at):
    return in_hospital(world)


@pytest.fixture
def post(world, transfer):
    """Send a document, or words by heading, to the journey; later each time."""
    times = iter(range(1, 20))

    def posting(file=None, **more):
        headings, form = (None, "fhir_json") if file else ({"diagnoses": "Gout"}, "headings")
        wish = {"headings": headings, "file": file, "form": form, "draft": False} | more
        now = world.now + timedelta(minutes=next(times))
        return write_summary(actor=world.actor("ward"), transfer=transfer, organisation=world.stmarys, now=now, **wish)

    return posting


def marked(status, resident, **more):
    body = json.loads(document(resident, **more))
    body["entry"][0]["resource"]["status"] = status
    return json.dumps(body).encode()


def test_another_name_on_the_letter_stands_beside_ours_with_the_reason_that_was_given(
    world, transfer, post, browser_of
):
    held = post(document(world.arthur))
    sent = settling.point_at(
        actor=world.actor("ward"), summary=held, transfer=transfer, reason="Old letterhead", now=world.now
    )
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{sent.pk}"))
    whole = page.index("The whole letter")
    for words in ("This letter names somebody else.", "DALE, Arthur", "Our record", "Old letterhead"):
        assert 0 < page.index(words) < whole
    assert "JONES" not in page[whole : page.index("Clinical summary", whole)]


def test_a_letter_that_was_taken_back_says_so_and_so_does_what_took_it_back(world, post, browser_of):
    letter = post(document(world.peggy, name=FIRST))
    mistake = post(marked("entered-in-error", world.peggy, name=SECOND, extends=("replaces", FIRST)))
    carer = browser_of("carer")
    assert "The hospital took this letter back" in words_of(carer.get(f"/discharge-summaries/{letter.pk}"))
    assert "Taken back by the hospital" in words_of(carer.get("/discharge-summaries"))
    page = words_of(carer.get(f"/discharge-summaries/{mistake.pk}"))
    assert "entered in error, and takes an earlier letter back" in page
    assert "What changed" not in page


def test_letters_that_count_beside_each_other_name_the_newest(world, post, browser_of):
    good = post()
    broken = post(b'{"resourceType":"Bundle"')
    for who in ("carer", "ward"):
        one = words_of(browser_of(who).get(f"/discharge-summaries/{good.pk}"))
        assert "Other letters about this stay count too. Nobody has said" in one
        assert ": the newest" in one
        other = words_of(browser_of(who).get(f"/discharge-summaries/{broken.pk}"))
        assert "This one is the newest." in other
        assert "takes no other letter" in other


def test_one_that_is_not_final_says_so_on_top(world, post, browser_of):
    letter = post(marked("preliminary", world.peggy))
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{letter.pk}"))
    assert 0 < page.index("this letter is NOT FINAL") < page.index("What changed")


def test_a_hospital_without_a_journey_sees_what_it_sent_and_the_home_is_asked_once_they_are_back(
    world, transfer, browser_of
):
    arrival = Arrival(headings=None, file=document(world.peggy), form="fhir_json")
    northgate = world.actor("northgate")
    letter = arrive(actor=northgate, organisation=world.northgate, arrival=arrival, now=world.now)
    assert (letter.state, letter.transfer) == ("sent", None)
    for path in (f"/discharge-summaries/{letter.pk}", "/discharge-summaries"):
        page = words_of(browser_of("northgate").get(path))
        assert "JONES" in page
        assert not [each for each in ("Oakview", "(Mrs)", "Peggy") if each in page]
    assert "original papers back?" not in words_of(browser_of("carer").get(f"/discharge-summaries/{letter.pk}"))
