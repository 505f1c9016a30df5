"""A letter never takes a place that it does not have, and says so: withdrawn, not final, naming a letter that is not
there, one of several that count."""

import json
from datetime import timedelta

import pytest

from redbag.discharges import settling
from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.models import DischargeSummary
from redbag.discharges.standing import also_counting, cautions, is_newest, names_somebody_else
from redbag.errors import Refused
from redbag.journal.models import Entry
from tests.discharges.conftest import LATER, SAID
from tests.discharges.sent import document

pytestmark = pytest.mark.django_db
FIRST, SECOND = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"


def marked(status, resident, **more):
    body = json.loads(document(resident, **more))
    body["entry"][0]["resource"]["status"] = status
    return json.dumps(body).encode()


@pytest.fixture
def post(write):
    """Send a document to Peggy's journey, later each time."""
    times = iter(range(1, 20))

    def posting(file, **more):
        now = LATER + timedelta(minutes=next(times))
        return write(headings=None, form="fhir_json", file=file, now=now, **more)

    return posting


def state_of(summary):
    return DischargeSummary.objects.get(pk=summary.pk).state


@pytest.mark.parametrize(
    "names", [{"name": FIRST, "said": "Mistake"}, {"name": SECOND, "extends": ("replaces", FIRST)}]
)
def test_what_was_entered_in_error_takes_back_the_letter_it_names_and_never_counts(post, world, names):
    letter = post(document(world.peggy, name=FIRST, said="Plan: GP to check bloods in 2 weeks."))
    other = post(document(world.peggy, name="urn:uuid:33333333-3333-4333-8333-333333333333"))
    mistake = post(marked("entered-in-error", world.peggy, **names))

    assert (mistake.state, mistake.relation, mistake.follows) == ("superseded", "replaces", letter)
    assert (state_of(letter), state_of(other)) == ("superseded", "sent")
    assert not mistake.follow_ups.exists()
    assert not letter.follow_ups.filter(done_at=None).exists()
    assert Entry.objects.get(action="discharge.withdrew").facts["replaces"] == [str(letter.pk)]


def test_what_was_entered_in_error_and_names_no_letter_is_held_and_cannot_be_sent(post, write, world, journey):
    good = write()
    for names in ({}, {"name": FIRST}, {"name": SECOND, "extends": ("replaces", FIRST)}):
        mistake = post(marked("entered-in-error", world.peggy, said=str(names), **names))
        assert (mistake.state, mistake.held_for) == ("held", ["entered_in_error"])
        with pytest.raises(Refused) as no:
            settling.point_at(actor=world.actor("ward"), summary=mistake, transfer=journey, reason="x", now=LATER)
        assert no.value.code == "nothing_taken_back"
    assert (state_of(good), state_of(mistake)) == ("sent", "held")


def test_one_that_is_not_final_is_said_loudly(post, world):
    assert "NOT FINAL" in cautions(post(marked("preliminary", world.peggy)))[0]
    assert cautions(post(document(world.peggy))) == []


def test_one_that_names_a_letter_which_is_not_this_patients_says_so(post, world):
    about_arthur = document(world.arthur, name=FIRST)
    arrival = Arrival(headings=None, file=about_arthur, form="fhir_json")
    arrive(actor=world.actor("discharge"), organisation=world.stmarys, arrival=arrival, now=LATER)
    letter = post(document(world.peggy, name=SECOND, extends=("replaces", FIRST)))

    assert (letter.state, letter.follows) == ("sent", None)
    assert "replaces an earlier letter, but no such letter about this patient" in cautions(letter)[0]
    corrected = post(marked("amended", world.peggy, name="urn:uuid:33333333-3333-4333-8333-333333333333"))
    assert "not which letter it corrects" in cautions(corrected)[0]


def test_letters_of_one_stay_that_count_beside_each_other_are_told_the_newest_first(post, write, world):
    rows = DischargeSummary.objects.all()
    first = post(document(world.peggy, name=FIRST, date="2026-11-26T10:00:00+00:00"))
    assert also_counting(first, rows) == []
    older = post(document(world.peggy, name=SECOND, date="2026-11-25T10:00:00+00:00"))
    newest = write(headings=SAID, now=LATER + timedelta(days=2))
    added = write(headings=SAID, relation="appends", now=LATER + timedelta(days=3))

    assert [state_of(each) for each in (first, older, newest, added)] == ["sent", "superseded", "sent", "sent"]
    assert also_counting(first, rows) == [added, newest]
    assert also_counting(newest, rows) == also_counting(added, rows) == [first]
    older.refresh_from_db()
    assert also_counting(older, rows) == []
    assert is_newest(newest, [first])
    assert not is_newest(first, [newest])


def test_a_document_that_could_not_be_read_says_that_it_takes_no_place(post, write):
    good = write()
    broken = post(b'{"resourceType":"Bundle","entry":[')

    assert (state_of(good), broken.state, broken.relation, broken.follows) == ("sent", "sent", "", None)
    assert "takes no other letter" in cautions(broken)[0]


def test_whom_a_letter_names_is_told_where_it_is_not_this_resident_and_nothing_of_ours_is_filled_in(
    write, world, journey
):
    world.peggy.gp_practice = "Park Surgery"
    world.peggy.save()
    held = write(headings=None, form="fhir_json", file=document(world.arthur))
    sent = settling.point_at(
        actor=world.actor("ward"), summary=held, transfer=journey, reason="Old letterhead", now=LATER
    )
    said = names_somebody_else(sent)

    assert (said["name"], said["born"], said["nhs_number"]) == (
        "DALE, Arthur",
        world.arthur.date_of_birth,
        world.arthur.nhs_number,
    )
    assert not {"gp_practice", "person_completing_record"} & set(sent.texts())
    own = write(headings=None, form="fhir_json", file=document(world.peggy))
    assert names_somebody_else(own) is None
    assert "gp_practice" not in own.texts()
    assert "Lives at" not in own.texts()["patient_demographics"]
