"""A crew without an account comes in by the code on the home's tablet, to one journey and no other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.models import Letter
from redbag.documents.actions import add_document
from redbag.errors import NotAllowed
from redbag.journal.models import Entry
from redbag.reports.seen import access_log
from redbag.transfers.models import Fact
from redbag.visitors.actions import take
from redbag.visitors.models import Visitor
from redbag.visitors.registrations import is_valid, normalise
from tests.documents.files import face
from tests.visitors.people import FAR, JO, TAXI, code_of, let_in, newest, page, words
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("at")]
PERSONAL = ("JONES", "Jones", "Margaret", "Peggy", "1936")


def names_nobody(answer) -> bool:
    return not any(each in words(answer) for each in PERSONAL)


def wrong_of(transfer) -> str:
    return str((int(code_of(transfer)) + 1) % 10**6).zfill(6)


def test_from_the_label_a_crew_comes_to_the_three_boxes_and_nothing_is_told_of_the_patient(world):
    transfer = pack(world)
    found = Client().get(f"/b/{world.token(world.bag)}")
    assert "I am the ambulance crew" in words(found)
    onward = Client().get(f"/b/{world.token(world.bag)}/crew")
    assert onward["Location"] == page(transfer)
    asked = Client().get(page(transfer))
    assert asked.status_code == 200
    assert names_nobody(asked)
    assert "Lifeline Ambulance Service" in words(asked)


def test_the_code_of_the_qr_stands_in_its_box(world):
    assert 'value="123 456"' in words(Client().get(page(pack(world)) + "?code=123 456"))


def test_the_right_code_opens_the_crews_page_and_one_tap_says_that_they_have_the_bag(world):
    transfer = pack(world, reason={"concern": "Fell by the bed"})
    phone = let_in(transfer)
    seen = words(phone.get(page(transfer)))
    assert "JONES, Margaret (Mrs)" in seen
    assert "Fell by the bed" in seen
    assert seen.count("I have this bag") == 1
    assert phone.post(page(transfer) + "/told", {"what": "take"}).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_confirmed) == ("WITH_CREW", world.lifeline, True)
    fact = Fact.objects.get(kind="handoff")
    assert fact.by_name == "Jo Bloggs (self-declared, PA123456)"
    assert fact.content["visitor"] == str(newest(world).pk)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Write your name"),
        ("role", "king", "Choose what you do"),
        ("registration", "PA12", "This is not a registration number we know"),
        ("registration", "", "Type your registration number"),
        ("organisation", "", "Say which service you come from"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_what_was_typed_stays(world, field, typed, said):
    transfer = pack(world)
    answer = Client().post(page(transfer), JO | {field: typed, "code": code_of(transfer)})
    assert answer.status_code == 422
    assert words(answer).count(said) == 2
    assert names_nobody(answer)
    assert field == "name" or 'value="Jo Bloggs"' in words(answer)
    assert not Visitor.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept", "known"),
    [
        ("pa 123456", "PA123456", True),
        ("HCPC: PA12345", "PA12345", True),
        ("12a-3456-b", "12A3456B", True),
        ("GMC 1234567", "1234567", True),
        ("PA1234", "PA1234", False),
        ("PH123456", "PH123456", False),
        ("12345678", "12345678", False),
    ],
)
def test_registration_numbers_are_known_by_their_form(typed, kept, known):
    assert (normalise(typed).replace(":", ""), is_valid(normalise(typed).replace(":", ""))) == (kept, known)


def test_a_driver_needs_no_registration_number(world):
    let_in(pack(world), JO | {"role": "carrier", "registration": ""})
    assert (newest(world).role, newest(world).registration) == ("carrier", "")


def test_no_service_is_ticked_beforehand(world):
    assert "checked" not in words(Client().get(page(pack(world))))


def test_a_service_ticked_and_another_one_written_is_asked_about_and_neither_vanishes(world):
    transfer = pack(world)
    both = TAXI | {"organisation": "RDEM9", "code": code_of(transfer)}
    answer = Client().post(page(transfer), both)
    assert answer.status_code == 422
    assert "You ticked Lifeline Ambulance Service and wrote City Taxis. Which is it?" in words(answer)
    assert 'value="City Taxis"' in words(answer)
    assert not Visitor.objects.exists()
    let_in(transfer, TAXI)
    assert (newest(world).organisation, newest(world).organisation_text) == (None, "City Taxis")


def test_a_service_ticked_and_written_too_is_that_service(world):
    let_in(pack(world), JO | {"organisation_text": "lifeline ambulance service"})
    assert (newest(world).organisation, newest(world).organisation_text) == (world.lifeline, "")


def test_who_needs_a_registration_number_is_told_beforehand(world):
    assert "Needed for paramedics, nurses and doctors" in words(Client().get(page(pack(world))))


def test_what_a_crew_without_an_account_told_of_the_ward_is_not_confirmed_yet(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    assert "not confirmed yet" not in words(phone.get(page(transfer)))
    at(62)
    phone.post(page(transfer) + "/told", {"what": "give", "to": "RDEM1", "place": "A&E"})
    assert "not confirmed yet" in words(phone.get(page(transfer)))
    tell(world, "ward", transfer, minutes=63, kind="handoff", to="RDEM1", place="A&E")
    at(64)
    assert "not confirmed yet" not in words(phone.get(page(transfer)))


def test_a_wrong_code_opens_nothing_and_five_void_the_right_one(world):
    transfer = pack(world)
    right, wrong = code_of(transfer), wrong_of(transfer)
    for number in range(5):
        answer = Client(REMOTE_ADDR=f"10.0.0.{number}").post(page(transfer), JO | {"code": wrong})
        assert answer.status_code == 422
        assert ("not the code" if number < 4 else "Too many wrong tries") in words(answer)
    assert Client().post(page(transfer), JO | {"code": right}).status_code == 422
    let_in(transfer)  # the next code is on the tablet already


def test_after_five_wrong_codes_it_is_said_that_the_screen_shows_another_one(world, browser_of):
    transfer = pack(world)
    assert "This is a new code" not in words(browser_of("carer").get(f"/transfers/{transfer.pk}/code"))
    shown, wrong = code_of(transfer), wrong_of(transfer)
    said = [words(Client(REMOTE_ADDR="10.0.1.1").post(page(transfer), JO | {"code": wrong})) for _ in range(6)]
    assert all("it changes every few minutes" in each for each in said[:4])
    assert all("Too many wrong tries, so there is a new code on their screen" in each for each in said[4:])
    assert "Too many wrong tries" in words(Client().post(page(transfer), JO | {"code": shown}))
    assert "This is a new code" in words(browser_of("carer").get(f"/transfers/{transfer.pk}/code"))
    assert "Wrong hand-over codes were typed without an account, last 03:50" in words(browser_of("senior").get("/"))
    let_in(transfer)


def test_while_there_is_no_code_both_sides_read_until_when_and_what_to_do_instead(world, browser_of):
    transfer = pack(world)
    wrong = wrong_of(transfer)
    for number in range(10):
        said = words(Client(REMOTE_ADDR=f"10.0.2.{number}").post(page(transfer), JO | {"code": wrong}))
    assert code_of(transfer) == ""
    for each in ("no code on their screen until 03:55", "the code they give you there works at once"):
        assert each in said
    assert "so there is none until 03:55" in words(browser_of("carer").get(f"/transfers/{transfer.pk}/code"))


@pytest.fixture
def one_clock(settings):
    """Counts of tries kept in this process, where the clock of the test counts: Redis has one of its own."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }


def test_guessing_is_stopped_for_this_journey_from_there_and_nobody_else_is_held_up(world, at, one_clock):
    transfer = pack(world)
    guesser = Client(REMOTE_ADDR="10.9.9.9")
    for minute in range(10):
        at(60 + minute)
        assert guesser.post(page(transfer), JO | {"code": "no idea"}).status_code == 422
    at(71)
    waits = guesser.post(page(transfer), JO | {"code": code_of(transfer)})
    assert waits.status_code == 429
    assert int(waits["Retry-After"]) > 60
    let_in(transfer)
    other = pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)
    assert guesser.post(page(other), JO | {"code": code_of(other)}).status_code == 302


def test_wrong_codes_for_one_journey_hold_nobody_up_who_types_the_right_one_for_another(world, one_clock):
    transfer = pack(world)
    ward = Client(REMOTE_ADDR="10.9.9.8")
    for _ in range(10):
        ward.post(page(transfer), JO | {"code": "no idea"})
    other = pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)
    assert ward.post(page(other), JO | {"code": code_of(other)}).status_code == 302


def test_the_home_is_told_at_once_and_sees_who_it_was_on_the_journey(world, browser_of):
    add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="webhook",
        address="http://127.0.0.1:9/x",
        events=["visitor.let_in"],
        fallback_of=None,
        now=world.now,
    )
    transfer = pack(world)
    let_in(transfer)
    letter = Letter.objects.get(type="visitor.let_in")
    assert letter.ids == {"transfer": str(transfer.pk), "visitor": str(newest(world).pk)}
    seen = words(browser_of("carer").get(f"/transfers/{transfer.pk}"))
    assert "Jo Bloggs (self-declared, PA123456)" in seen
    assert "Stop" in seen


def test_entry_views_and_facts_name_the_visitor_in_the_journal(world):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.get(page(transfer))
    phone.post(page(transfer) + "/told", {"what": "take"})
    visitor = newest(world)
    for action in ("visitor.let_in", "viewed.visit", "fact.handoff"):
        assert Entry.objects.get(action=action).key_id == visitor.pk, action
    looked = access_log(resident=world.peggy)
    assert [each["who"] for each in looked] == ["Jo Bloggs (self-declared, PA123456), Lifeline Ambulance Service"]


def test_a_service_on_no_list_is_kept_in_words_complete_and_confirmed_by_the_code(world):
    transfer = pack(world)
    phone = let_in(transfer, FAR)
    phone.post(page(transfer) + "/told", {"what": "take"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_text, transfer.holder_confirmed) == (
        "WITH_CREW",
        None,
        "Far County Ambulance",
        True,
    )
    assert "You have this bag" in words(phone.get(page(transfer)))


def test_a_bag_left_at_an_unknown_hospital_has_a_named_holder(world, at):
    transfer = pack(world)
    phone = let_in(transfer, FAR)
    phone.post(page(transfer) + "/told", {"what": "take"})
    at(80)
    left = {"what": "left", "to": "", "to_text": "Far County Infirmary", "place": "A&E desk"}
    assert phone.post(page(transfer) + "/told", left).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_text, transfer.holder_place) == (
        "IN_HOSPITAL",
        "Far County Infirmary",
        "left at A&E desk",
    )


def test_pressing_twice_is_one_fact(world):
    transfer = pack(world)
    phone = let_in(transfer)
    form = {"what": "take", "form": "7b0c3a9e-8f3c-4a37-9d6a-2b0c3e1f5a77"}
    for _ in range(2):
        phone.post(page(transfer) + "/told", form)
    assert Fact.objects.filter(kind="handoff").count() == 1
    assert "Already recorded" in words(phone.get(page(transfer)))


def test_a_visit_ends_an_hour_after_the_bag_came_to_hospital_and_says_so_kindly(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    at(90)
    phone.post(page(transfer) + "/told", {"what": "give", "to": "RDEM1", "place": "A&E"})
    at(149)
    assert phone.get(page(transfer)).status_code == 200
    at(151)
    ended = phone.get(page(transfer))
    assert ended.status_code == 410
    assert names_nobody(ended)
    assert "an hour after the bag came to hospital" in words(ended)
    assert world.oakview.phone in words(ended)


def test_it_ends_an_hour_after_arrival_although_the_bag_is_already_on_its_way_home(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    tell(world, "ward", transfer, minutes=70, kind="handoff", to="RDEM1")
    tell(world, "crew", transfer, minutes=80, kind="handoff", to="RDEM9")
    assert transfer.stage == "COMING_HOME"
    at(129)
    assert phone.get(page(transfer)).status_code == 200
    at(131)
    assert phone.get(page(transfer)).status_code == 410


def test_it_ends_an_hour_after_the_home_says_that_they_went_to_a_place_outside(world, at):
    transfer = pack(world)
    phone = let_in(transfer, FAR)
    went = {"outcome": "outside_network", "details": {"where": "Far County Infirmary"}}
    tell(world, "carer", transfer, minutes=70, kind="outcome", **went)
    assert transfer.stage == "IN_HOSPITAL"
    at(129)
    assert phone.get(page(transfer)).status_code == 200
    at(131)
    assert phone.get(page(transfer)).status_code == 410


def test_what_ended_stays_ended_when_the_bag_was_left_in_the_ambulance(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    tell(world, "ward", transfer, minutes=70, kind="handoff", to="RDEM1")
    tell(world, "ward", transfer, minutes=120, kind="outcome", outcome="left_in_ambulance")
    assert transfer.stage == "WITH_CREW"
    at(129)
    assert phone.get(page(transfer)).status_code == 200
    at(131)
    assert phone.get(page(transfer)).status_code == 410


def test_an_arrival_that_was_taken_back_ends_nothing(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    mistaken = tell(world, "ward", transfer, minutes=70, kind="handoff", to="RDEM1")
    tell(world, "ward", transfer, minutes=75, kind="void", fact=str(mistaken.id), reason="Another patient")
    at(200)
    assert phone.get(page(transfer)).status_code == 200


def test_it_ends_after_twelve_hours_at_most(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    at(60 + 12 * 60 - 1)
    assert phone.get(page(transfer)).status_code == 200
    at(60 + 12 * 60 + 1)
    assert phone.get(page(transfer)).status_code == 410


def test_it_ends_when_the_bag_is_back_and_the_label_of_the_next_resident_stays_shut(world, at):
    transfer = pack(world)
    phone = let_in(transfer)
    phone.post(page(transfer) + "/told", {"what": "take"})
    tell(world, "carer", transfer, minutes=70, kind="handoff", to="VDEM1")
    assert phone.get(page(transfer)).status_code == 410
    tell(world, "carer", transfer, minutes=80, kind="outcome", outcome="closed")
    at(100)
    second = pack(world, resident=world.arthur, minutes=90)
    scanned = phone.get(f"/b/{world.token(world.bag)}")
    assert "You found a Red Bag" in words(scanned)
    asked = phone.get(page(second))
    assert "six numbers" in words(asked)
    assert "DALE" not in words(asked)


def test_scanning_the_label_again_leads_back_to_the_page(world):
    transfer = pack(world)
    phone = let_in(transfer)
    assert phone.get(f"/b/{world.token(world.bag)}")["Location"] == page(transfer)


def test_one_phone_holds_two_patients_one_after_the_other(world):
    first = pack(world)
    phone = let_in(first)
    second = pack(world, resident=world.arthur, bag=world.other_bag)
    let_in(second, phone=phone)
    assert "JONES" in words(phone.get(page(first)))
    assert "DALE" in words(phone.get(page(second)))


def test_stop_closes_papers_at_once_and_the_emergency_page_a_quarter_of_an_hour_later(world, browser_of, at):
    add_document(
        actor=world.actor("senior"), resident=world.peggy, file=face(), values={"kind": "photo"}, now=world.now
    )
    transfer = pack(world)
    phone = let_in(transfer)
    assert phone.get(f"/transfers/{transfer.pk}/photo").status_code == 200
    home = browser_of("carer")
    home.post(f"/transfers/{transfer.pk}/visitors/{newest(world).pk}/stop")
    assert phone.get(f"/transfers/{transfer.pk}/photo").status_code == 404
    seen = words(phone.get(page(transfer)))
    assert seen.find("Ring Oakview") < seen.find("<h1>JONES, Margaret")
    assert "Papers and pictures" not in seen
    at(76)
    assert phone.get(page(transfer)).status_code == 410
    assert "Oakview has closed it" in words(phone.get(page(transfer)))
    assert "by Carer Tester" in words(home.get(f"/transfers/{transfer.pk}"))


def test_whoever_was_stopped_moves_the_bag_no_more(world, browser_of):
    transfer = pack(world)
    phone = let_in(transfer)
    browser_of("carer").post(f"/transfers/{transfer.pk}/visitors/{newest(world).pk}/stop")
    seen = words(phone.get(page(transfer)))
    assert "JONES, Margaret (Mrs)" in seen
    assert "I have this bag" not in seen
    for told in ({"what": "take"}, {"what": "give", "to": "RDEM1"}, {"what": "left", "to_text": "The desk"}):
        assert "Nothing was recorded" in words(phone.post(page(transfer) + "/told", told, follow=True))
    with pytest.raises(NotAllowed):
        take(visitor=newest(world), fact_id=uuid4(), now=timezone.now())
    transfer.refresh_from_db()
    assert (transfer.stage, Fact.objects.filter(kind="handoff").exists()) == ("PACKED", False)


def test_the_code_that_a_stopped_visitor_knows_lets_nobody_in_and_the_tablet_shows_another(world, browser_of):
    transfer = pack(world)
    known = code_of(transfer)
    let_in(transfer)
    browser_of("carer").post(f"/transfers/{transfer.pk}/visitors/{newest(world).pk}/stop")
    assert Client().post(page(transfer), JO | {"code": known}).status_code == 422
    assert code_of(transfer) not in ("", known)
    let_in(transfer)


def test_another_home_cannot_stop_a_visitor(world, browser_of):
    transfer = pack(world)
    let_in(transfer)
    address = f"/transfers/{transfer.pk}/visitors/{newest(world).pk}/stop"
    assert browser_of("millbrook").post(address).status_code == 404
    assert browser_of("ward").post(address).status_code in (403, 404)
    assert newest(world).stopped_at is None


def test_who_can_sign_in_and_may_read_goes_to_their_own_page(world, browser_of):
    transfer = pack(world)
    assert browser_of("ward").get(page(transfer))["Location"] == f"/transfers/{transfer.pk}"


def test_the_token_is_kept_as_a_digest_and_the_cookie_is_out_of_reach_of_scripts(world):
    phone = let_in(pack(world))
    cookie = phone.cookies["rb_visit"]
    assert cookie["httponly"]
    assert cookie.value not in str(Visitor.objects.values().get())
    assert timedelta(seconds=cookie["max-age"]) == timedelta(hours=12)
    assert Client().get("/visit/00000000-0000-4000-8000-000000000000").status_code == 410
    assert timezone.now() == newest(world=None).started_at


def test_a_finished_or_unknown_journey_asks_nobody_in(world):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    assert Client().get(page(transfer)).status_code == 410
    assert Client().get(f"/b/{world.token(world.bag)}/crew").status_code == 410


def test_a_crew_that_took_over_on_the_way_can_be_let_in_too(world):
    transfer = taken_by_crew(world)
    phone = let_in(transfer)
    assert "JONES, Margaret (Mrs)" in words(phone.get(page(transfer)))


def test_a_colleague_of_the_same_service_is_told_who_took_the_bag_and_not_that_they_have_it(world, at):
    transfer = pack(world)
    let_in(transfer).post(page(transfer) + "/told", {"what": "take"})
    seen = words(let_in(transfer, JO | {"name": "Pat Two"}).get(page(transfer)))
    assert "You have this bag" not in seen
    assert "told by Jo Bloggs (self-declared, PA123456)" in seen
