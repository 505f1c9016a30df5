"""The hospital that sent it says whose a held summary is; what contradicts needs a second look."""

from dataclasses import replace
from datetime import timedelta

import pytest

from redbag.deliveries.models import Letter
from redbag.discharges import settling
from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.held import held_elsewhere, waiting
from redbag.discharges.models import DischargeSummary
from redbag.errors import NotAllowed
from redbag.journal.models import Entry
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.discharges.conftest import LATER, SAID
from tests.discharges.sent import document
from tests.discharges.test_arriving import typed

pytestmark = pytest.mark.django_db
SOON = LATER + timedelta(minutes=10)


@pytest.fixture
def hold(world, journey):
    """Something that St Mary's sent and that is held: by heading, with a wrong digit in Peggy's NHS number."""

    def holding(*, file=None, **more) -> DischargeSummary:
        about = {"person": typed(world.peggy, nhs_number="9434765919")} if file is None else {}
        headings, form = (SAID, "headings") if file is None else (None, "fhir_json")
        arrival = Arrival(headings=headings, file=file, form=form, **(about | more))
        summary = arrive(actor=world.actor("discharge"), organisation=world.stmarys, arrival=arrival, now=LATER)
        assert summary.state == "held"
        return summary

    return holding


def test_details_that_were_corrected_find_the_patient(hold, world, journey):
    held, ward = hold(), world.actor("ward")
    still = settling.try_again(actor=ward, summary=held, person=typed(world.peggy, nhs_number=""), now=SOON)
    assert (still.state, still.held_at, still.settled_at) == ("held", LATER, None)

    sent = settling.try_again(actor=ward, summary=held, person=typed(world.peggy), now=SOON)
    assert (sent.state, sent.resident, sent.transfer) == ("sent", world.peggy, journey)
    assert (sent.settled_by_name, sent.settled_at) == ("Ward Tester", SOON)
    assert list(waiting(ward, now=SOON)) == []
    with pytest.raises(settling.NothingHeld):
        settling.take_back(actor=ward, summary=sent, now=SOON)


def test_birth_dates_cannot_be_guessed_one_after_the_other(hold, world, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guesses"}}
    held, ward = hold(), world.actor("ward")
    for day in range(1, 12):
        born = replace(typed(world.peggy), date_of_birth=world.peggy.date_of_birth.replace(month=12, day=day))
        assert settling.try_again(actor=ward, summary=held, person=born, now=SOON).state == "held"
    still = settling.try_again(actor=ward, summary=held, person=typed(world.peggy), now=SOON)
    assert (still.state, still.home, still.held_for) == ("held", None, ["nobody"])


def test_correcting_a_number_that_the_letter_itself_gives_asks_why(hold, world):
    held, ward = hold(file=document(world.peggy, nhs_number="9434765919")), world.actor("ward")
    with pytest.raises(settling.SayWhy):
        settling.try_again(actor=ward, summary=held, person=typed(world.peggy), now=SOON)
    held.refresh_from_db()
    assert held.state == "held"

    sent = settling.try_again(actor=ward, summary=held, person=typed(world.peggy), reason="Wristband.", now=SOON)
    assert (sent.state, sent.settled_note) == ("sent", "Wristband.")
    entry = Entry.objects.get(action="discharge.settled")
    assert (entry.actor_id, entry.facts["how"], entry.facts["against_the_document"]) == (
        ward.user_id,
        "corrected",
        True,
    )


def test_pointing_at_a_patient_whom_the_letter_contradicts_asks_why(hold, world, journey):
    held, ward = hold(file=document(world.arthur, nhs_number="9434765919")), world.actor("ward")
    with pytest.raises(settling.SayWhy) as asked:
        settling.point_at(actor=ward, summary=held, transfer=journey, now=SOON)
    assert asked.value.facts["why"] == ["wrong_person", "nhs_number_differs", "name_differs"]
    assert not Letter.objects.filter(organisation=world.oakview).exists()

    sent = settling.point_at(actor=ward, summary=held, transfer=journey, reason="Old letterhead.", now=SOON)
    assert (sent.state, sent.resident, sent.version) == ("sent", world.peggy, 1)


def test_pointing_at_a_patient_who_fits_is_one_step(hold, world, journey):
    arthur = hold(file=document(world.peggy, nhs_number=""))

    assert settling.point_at(actor=world.actor("ward"), summary=arthur, transfer=journey, now=SOON).state == "sent"


def test_a_letter_under_the_wrong_journey_finds_its_own(write, world):
    held = write(headings=None, form="fhir_json", file=document(world.arthur))
    sent = settling.try_again(actor=world.actor("ward"), summary=held, person=typed(world.arthur), now=SOON)

    assert (sent.state, sent.resident, sent.transfer) == ("sent", world.arthur, None)


def test_taken_back_it_is_kept_and_asks_nobody(hold, world):
    held = hold()
    settling.take_back(actor=world.actor("ward"), summary=held, reason="Wrong file", now=SOON)
    held.refresh_from_db()

    assert (held.state, held.settled_note, held.texts()["diagnoses"]) == ("held", "Wrong file", "Pneumonia")
    assert list(waiting(world.actor("ward"), now=SOON)) == []
    assert Entry.objects.filter(action="discharge.taken_back").count() == 1


def test_only_the_hospital_that_sent_it_settles_it(hold, world, journey):
    held = hold()
    for who in ("northgate", "carer", "manager", "crew"):
        for settle in (
            lambda actor: settling.take_back(actor=actor, summary=held, now=SOON),
            lambda actor: settling.point_at(actor=actor, summary=held, transfer=journey, now=SOON),
            lambda actor: settling.try_again(actor=actor, summary=held, person=typed(world.peggy), now=SOON),
        ):
            with pytest.raises(NotAllowed):
                settle(world.actor(who))


def test_a_hospital_points_only_at_patients_it_had(hold, world, journey):
    journey.destination = world.northgate
    journey.save(update_fields=["destination"])

    with pytest.raises(NotAllowed):
        settling.point_at(actor=world.actor("ward"), summary=hold(), transfer=journey, now=SOON)


def test_the_home_hears_that_one_is_held_and_whom_to_ring_and_nothing_of_it(hold, write, world, journey):
    write(headings=None, form="fhir_json", file=document(world.arthur))
    [told] = held_elsewhere(world.actor("carer"))
    assert (told.who, told.phone, told.transfer) == ("St Mary's Hospital", world.stmarys.phone, journey)
    assert held_elsewhere(world.actor("millbrook")) == held_elsewhere(world.actor("ward")) == []

    hold(person=typed(world.peggy, given="Nobody", family="Here"), home="VDEM1", ward="Ward 4B", phone="01632 960111")
    hold(person=typed(world.nora, given="Nobody", family="Here"), home="VDEM1")
    told = held_elsewhere(world.actor("carer"))
    assert sorted((each.who, each.phone, each.transfer) for each in told) == [
        ("St Mary's Hospital", world.stmarys.phone, journey),
        ("St Mary's Hospital, Ward 4B", "01632 960111", None),
    ]


def test_the_hospital_is_reminded_after_an_hour_until_it_is_settled(hold, world):
    held = hold()
    watch(now=LATER + timedelta(minutes=61))
    reminder = Reminder.objects.get(kind="held_summary")
    assert (reminder.organisation, reminder.transfer, reminder.subject) == (world.stmarys, None, held.pk)
    assert reminder.due_at == LATER + timedelta(hours=1)
    assert Letter.objects.filter(type="reminder.due", organisation=world.oakview).count() == 0

    settling.take_back(actor=world.actor("ward"), summary=held, now=LATER + timedelta(hours=2))
    watch(now=LATER + timedelta(hours=2))
    assert not Reminder.objects.open().filter(kind="held_summary").exists()


def test_the_same_id_settled_with_a_reason_takes_the_place_of_the_one_before(hold, world):
    one = document(world.peggy, name="a")
    first = arrive(
        actor=world.actor("discharge"),
        organisation=world.stmarys,
        arrival=Arrival(headings=None, file=one, form="fhir_json"),
        now=LATER,
    )
    held = hold(file=document(world.peggy, name="a", said="Other words"))
    person = replace(typed(world.peggy))
    with pytest.raises(settling.SayWhy):
        settling.try_again(actor=world.actor("ward"), summary=held, person=person, now=SOON)
    sent = settling.try_again(
        actor=world.actor("ward"), summary=held, person=person, reason="Second is right", now=SOON
    )
    first.refresh_from_db()

    assert (first.state, sent.state) == ("superseded", "sent")
