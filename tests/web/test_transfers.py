"""The page of a journey, its sheet, and what is recorded on it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.reminders.lateness import late
from redbag.transfers import intake
from redbag.transfers.models import Fact
from redbag.transfers.story import awaiting
from redbag.transfers.story import tell as story_of
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def page(client, transfer, *, then=""):
    return client.get(f"/transfers/{transfer.pk}{then}")


def post(client, transfer, what, **form):
    return client.post(f"/transfers/{transfer.pk}/{what}", {"form": str(uuid4()), **form})


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("carer", 200),
        ("manager", 200),
        ("ward", 200),
        ("discharge", 200),
        ("crew", 200),
        ("northgate", 404),
        ("millbrook", 404),
        ("auditor", 404),
        ("administrator", 404),
    ],
)
@pytest.mark.parametrize("then", ["", "/papers/summary", "/papers/pack", "/now"])
def test_a_journey_opens_to_its_parties_alone(world, browser_of, who, status, then):
    transfer = in_hospital(world)
    answer = page(browser_of(who), transfer, then=then)
    assert answer.status_code == status
    assert status == 200 or "JONES" not in answer.content.decode()


def test_a_crew_reads_for_a_day_after_it_had_the_bag(world, browser_of, at):
    transfer = in_hospital(world)
    at(40 + 24 * 60 - 1)
    assert page(browser_of("crew"), transfer).status_code == 200
    at(40 + 24 * 60 + 1)
    assert page(browser_of("crew"), transfer).status_code == 404


def test_every_look_is_in_the_journal(world, browser_of):
    transfer = in_hospital(world)
    page(browser_of("ward"), transfer)
    page(browser_of("ward"), transfer, then="/now")
    assert [(e.resident_id, e.organisation_id) for e in Entry.objects.filter(action="viewed.transfer")] == [
        (world.peggy.pk, world.stmarys.pk)
    ]


def test_the_page_says_who_has_the_bag_since_when_and_how_sure(world, browser_of):
    transfer = taken_by_crew(world)
    tell(world, "crew", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    words = page(browser_of("carer"), transfer).content.decode()
    assert "A&amp;E, St Mary&#x27;s Hospital" in words
    assert "03:30" in words
    assert "told by the crew, not confirmed yet" in words
    tell(world, "ward", transfer, minutes=45, kind="handoff", to="RDEM1", place="A&E")
    assert "said by the ward and by the crew" in page(browser_of("carer"), transfer).content.decode()


def test_the_home_reads_resident_and_preferred_name_the_ward_patient_and_surname(world, browser_of):
    transfer = in_hospital(world)
    home, ward = (page(browser_of(who), transfer).content.decode() for who in ("carer", "ward"))
    assert "Peggy Jones" in home
    assert "Summary of the resident" in home
    assert "JONES, Margaret (Mrs)" in ward
    assert "Summary of the patient" in ward


def test_something_missing_is_said_by_name_with_whom_to_ask(world, browser_of):
    transfer = in_hospital(world)
    glasses = Fact.objects.get(pk=transfer.pk).items[0]["id"]
    answer = post(browser_of("carer"), transfer, "hand-over", to="VDEM1", **{f"item-{glasses}": "missing"})
    assert answer.status_code == 302
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.missing_items) == ("BACK_HOME", 1)
    words = page(browser_of("carer"), transfer).content.decode()
    assert "Not found yet: Glasses: Brown frame. Ask A&amp;E, St Mary&#x27;s Hospital." in words
    assert "not checked" in words


def test_a_ward_checks_everything_in_one_tap_and_what_stayed_home_is_not_counted(world, browser_of):
    items = ({"category": "glasses"}, {"category": "walking_aid", "where": "home"})
    transfer = in_hospital(world, items=items)
    post(browser_of("ward"), transfer, "check", all="yes")
    check = Fact.objects.get(kind="check")
    assert [row["state"] for row in check.items] == ["present"]


def test_a_check_of_nothing_asks_again(world, browser_of):
    transfer = in_hospital(world)
    answer = post(browser_of("ward"), transfer, "check")
    assert answer.status_code == 422
    assert Fact.objects.filter(kind="check").count() == 0


def test_pressing_a_button_twice_counts_once(world, browser_of):
    transfer, ward, form = in_hospital(world), browser_of("ward"), str(uuid4())
    for _ in range(2):
        answer = ward.post(f"/transfers/{transfer.pk}/check", {"form": form, "all": "yes"}, follow=True)
    assert Fact.objects.filter(kind="check").count() == 1
    assert "Already recorded" in answer.content.decode()


def test_the_crew_hands_the_bag_to_somebody_with_a_name(world, browser_of):
    transfer = taken_by_crew(world)
    post(browser_of("crew"), transfer, "hand-over", to="RDEM1", place="Ward 4B", to_name="Sister Field")
    transfer.refresh_from_db()
    assert (transfer.holder, transfer.holder_place, transfer.holder_confirmed) == (world.stmarys, "Ward 4B", False)


def test_the_crew_left_it_somewhere(world, browser_of):
    transfer = taken_by_crew(world)
    post(browser_of("crew"), transfer, "hand-over", to="RDEM1", place="ambulance bay", left="yes")
    transfer.refresh_from_db()
    assert transfer.holder_place == "left at ambulance bay"
    left = "Left at ambulance bay, St Mary&#x27;s Hospital"
    words = page(browser_of("carer"), transfer).content.decode()
    assert f"{left}. Nobody there has said they have it yet" in words
    assert "Hospital has had" not in words
    tell(world, "ward", transfer, minutes=45, kind="handoff", to="RDEM1")
    words = page(browser_of("carer"), transfer).content.decode()
    assert "<strong>St Mary&#x27;s Hospital</strong> has had bag" in words
    assert "Nobody there has said" not in words


def test_handing_over_to_nobody_keeps_what_was_typed(world, browser_of):
    transfer = taken_by_crew(world)
    answer = post(browser_of("crew"), transfer, "hand-over", to="", place="Bay <3>")
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in words
    assert 'value="Bay &lt;3&gt;"' in words


@pytest.mark.parametrize("what", ["hand-over", "check", "outcome", "add"])
@pytest.mark.parametrize("who", ["northgate", "millbrook", "auditor"])
def test_others_can_record_nothing(world, browser_of, who, what):
    transfer = in_hospital(world)
    before = Fact.objects.count()
    answer = post(browser_of(who), transfer, what, to="RDEM2", all="yes", outcome="lost", ask="Read me")
    assert answer.status_code == 404
    assert Fact.objects.count() == before


def test_the_ward_cannot_finish_a_journey_or_write_for_the_home(world, browser_of):
    transfer, ward = in_hospital(world), browser_of("ward")
    assert post(ward, transfer, "outcome", outcome="closed").status_code == 403
    assert post(ward, transfer, "add", ask="no").status_code == 403
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.ask) == ("IN_HOSPITAL", "")


def test_a_crew_records_no_outcome(world, browser_of):
    assert post(browser_of("crew"), taken_by_crew(world), "outcome", outcome="died").status_code == 403


def test_the_home_finishes_when_the_bag_is_unpacked(world, browser_of):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    assert "Finished: bag unpacked" in page(browser_of("carer"), transfer).content.decode()
    post(browser_of("carer"), transfer, "outcome", outcome="closed")
    transfer.refresh_from_db()
    assert transfer.stage == "CLOSED"
    assert "Finished: bag unpacked" not in page(browser_of("carer"), transfer).content.decode()


def test_a_death_has_pages_of_its_own(world, browser_of):
    transfer, ward = in_hospital(world), browser_of("ward")
    asked = post(ward, transfer, "outcome", outcome="died")
    assert asked.url == reverse("web:say_death", args=[transfer.pk])
    assert Fact.objects.filter(kind="outcome").count() == 0


def test_after_a_death_nothing_is_awaited(world, browser_of):
    transfer = in_hospital(world)
    assert awaiting(transfer) == "going home"
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="died")
    assert awaiting(transfer) is None
    assert late([transfer], now=world.now + timedelta(days=30)) == set()
    assert "Next:" not in page(browser_of("carer"), transfer).content.decode()


def test_who_recorded_it_takes_it_back_and_it_stays_to_be_seen(world, browser_of):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    wrong = tell(world, "ward", transfer, minutes=30, kind="handoff", to="RDEM1", place="Ward 6")
    address = f"/transfers/{transfer.pk}/take-back/{wrong.id}"
    assert address in page(ward, transfer).content.decode()
    assert ward.post(address, {"reason": ""}).status_code == 422
    ward.post(address, {"reason": "wrong <bag>"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder) == ("WITH_CREW", world.lifeline)
    words = page(browser_of("carer"), transfer).content.decode()
    assert "<s>St Mary&#x27;s Hospital, Ward 6 has the bag</s>" in words
    assert "taken back by Ward Tester, St Mary&#x27;s Hospital: wrong &lt;bag&gt;" in words
    assert "An entry was taken back" not in words


def test_a_carer_cannot_take_back_what_the_crew_said_but_a_senior_can(world, browser_of):
    transfer = taken_by_crew(world)
    fact = Fact.objects.get(kind="handoff")
    address = f"/transfers/{transfer.pk}/take-back/{fact.pk}"
    assert browser_of("carer").post(address, {"reason": "no"}).status_code == 403
    transfer.refresh_from_db()
    assert transfer.stage == "WITH_CREW"
    assert browser_of("senior").post(address, {"reason": "crew left without it"}).status_code == 302
    transfer.refresh_from_db()
    assert transfer.stage == "PACKED"


def test_a_hospital_that_takes_back_its_only_word_is_led_to_its_board(world, browser_of):
    transfer, northgate = taken_by_crew(world), browser_of("northgate")
    wrong = tell(world, "northgate", transfer, minutes=30, kind="handoff", to="RDEM2")
    answer = northgate.post(f"/transfers/{transfer.pk}/take-back/{wrong.id}", {"reason": "not here"}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/"
    assert page(northgate, transfer).status_code == 404


@pytest.mark.parametrize(("who", "code"), [("crew", "RDEM9"), ("ward", "RDEM1")])
def test_who_is_said_to_have_the_bag_is_asked_to_say_so_too(world, browser_of, who, code):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=20, kind="handoff", to=code)
    token = world.token(world.bag)
    assert "says that you have this bag" in browser_of(who).get(f"/b/{token}").content.decode()
    browser_of(who).post(f"/b/{token}/take", {"form": str(uuid4())})
    transfer.refresh_from_db()
    assert transfer.holder_confirmed
    assert "and by the home" in page(browser_of("carer"), transfer).content.decode()


def test_the_home_says_more_and_the_ward_reads_it_marked(world, browser_of):
    transfer = in_hospital(world)
    answer = post(browser_of("carer"), transfer, "add", **{"reason-concern": "Hit her head", "ask": "CT?"})
    assert answer.status_code == 302
    words = page(browser_of("ward"), transfer).content.decode()
    assert "Added 50 minutes after leaving" in words
    assert "Hit her head" in words
    assert "CT?" in words


def test_too_many_words_are_given_back_to_shorten(world, browser_of):
    transfer, long = in_hospital(world), "x" * 4001
    answer = post(browser_of("carer"), transfer, "add", ask=long)
    assert answer.status_code == 422
    assert long in answer.content.decode()


def test_the_page_asks_again_and_hears_nothing_until_something_changes(world, browser_of):
    transfer, home = taken_by_crew(world), browser_of("carer")
    now = f"/now?changes={transfer.changes}"
    assert now.split("?")[1] in page(home, transfer).content.decode()
    assert page(home, transfer, then=now).status_code == 204
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    answer = page(home, transfer, then=now)
    assert answer.status_code == 200
    assert "A&amp;E, St Mary&#x27;s Hospital" in answer.content.decode()


def test_the_older_address_of_the_sheet_leads_to_the_paper(world, browser_of):
    transfer = in_hospital(world)
    assert page(browser_of("carer"), transfer, then="/sheet")["Location"] == f"/transfers/{transfer.pk}/papers/summary"
    assert page(browser_of("northgate"), transfer, then="/sheet").status_code == 404


def test_a_long_journey_costs_no_more_statements_than_a_short_one(world, browser_of, django_assert_max_num_queries):
    transfer, ward = in_hospital(world), browser_of("ward")
    for minute in range(41, 55):
        tell(world, "ward", transfer, minutes=minute, kind="handoff", to="RDEM1", place=f"Bay {minute}")
    # beside the story: papers, photos and tags of belongings, skin, what is new, letters, notes, to do, due times
    with django_assert_max_num_queries(21):
        assert page(ward, transfer).status_code == 200


def test_flags_are_plain_words(world, browser_of):
    transfer = in_hospital(world)
    at = world.now
    raw = {"id": str(uuid4()), "transfer": str(transfer.pk), "kind": "handoff", "to": "RDEM9"}
    raw["occurred_at"] = "2026-11-18T02:50:00+00:00"
    intake.take_in(actor=world.actor("crew"), sent_at=at, facts=[raw], now=at)
    words = page(browser_of("carer"), transfer).content.decode()
    assert "told more than two days later" in words
    assert "told as before the bag was packed" in words
    assert "before_packing" not in words


def test_a_bag_still_at_home_shows_the_way_to_the_hand_over_code(world, browser_of):
    words = page(browser_of("carer"), pack(world)).content.decode()
    assert "Hand-over code" in words
    assert "The bag is back" not in words


def test_what_nobody_looked_for_is_not_called_there_in_what_happened(world, browser_of):
    transfer = in_hospital(world)
    first, second = story_of(transfer).items
    for minute, state, words in (
        (41, "missing", "1 not found yet, 1 not checked"),
        (42, "present", "1 there, 1 not checked"),
    ):
        tell(world, "ward", transfer, minutes=minute, kind="check", items=[{"item": first.id, "state": state}])
        assert story_of(transfer).lines[-1].says == f"Contents checked: {words}"
    both = [{"item": each.id, "state": "present"} for each in (first, second)]
    tell(world, "ward", transfer, minutes=43, kind="check", items=both)
    assert story_of(transfer).lines[-1].says == "Contents checked: all there"


def test_once_finished_the_next_step_is_to_clean_the_bag_and_it_is_one_press_away(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    form = {"form": str(uuid4()), "outcome": "closed"}
    words = carer.post(f"/transfers/{transfer.pk}/outcome", form, follow=True).content.decode()
    way = reverse("web:bag", args=[world.bag.pk])
    assert f'Recorded: finished. Next: <a href="{way}">clean bag OAK-1' in words
    assert words.count(way) >= 2  # in the message, and on the journey's page for as long as it waits


def test_without_a_bag_taken_over_just_now_reads_as_a_sentence(world, browser_of, at):
    transfer = pack(world, no_bag=True)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    at(10)
    words = page(browser_of("carer"), transfer).content.decode()
    assert ("(just now)" in words, "just now ago" in words) == (True, False)
