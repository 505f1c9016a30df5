"""Whoever finds a bag tells the home where it is; the home sees it at once. Scans that did not open are kept."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from redbag.bags.actions import reissue_label
from redbag.bags.models import Bag, FoundBag, ScanAttempt, State
from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.models import Letter
from redbag.journal.models import Entry
from tests.visitors.people import JO, page, words
from tests.web.journeys import in_hospital, pack, taken_by_crew
from tests.web.journeys import tell as ward_tells

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("at")]
PERSONAL = ("JONES", "Jones", "Margaret", "Peggy", "1936")
BUS = {"place": "Bus 9, upstairs", "phone": "01632 960111"}


def tell(world, *, who=None, bag=None, **told):
    return (who or Client()).post(f"/b/{world.token(bag or world.bag)}/found", BUS | told)


def names_nobody(answer) -> bool:
    return not any(each in words(answer) for each in PERSONAL)


def test_a_stranger_tells_where_the_bag_is_and_is_thanked_without_a_word_about_the_person(world):
    taken_by_crew(world)
    answer = tell(world)
    assert answer.status_code == 200
    assert "We have told Oakview" in words(answer)
    assert "Ring if it is urgent" in words(answer)
    assert "knows where" not in words(answer)
    assert world.oakview.phone in words(answer)
    assert names_nobody(answer)
    found = FoundBag.objects.get()
    assert (found.bag, found.place, found.phone) == (world.bag, BUS["place"], BUS["phone"])


def test_the_place_is_needed_and_the_phone_is_not(world):
    answer = tell(world, place=" ")
    assert answer.status_code == 422
    assert words(answer).count("Write where the bag is now") == 1
    assert f'value="{BUS["phone"]}"' in words(answer)
    assert tell(world, phone="").status_code == 200


def test_what_a_stranger_wrote_is_sealed_in_the_database(world):
    tell(world)
    raw = FoundBag.objects.extra(select={"as_kept": "place"}).values("as_kept").get()["as_kept"]
    assert "Bus" not in raw


def wants_letters(world):
    add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="webhook",
        address="http://127.0.0.1:9/x",
        events=["bag.found"],
        fallback_of=None,
        now=world.now,
    )


def test_the_home_is_told_at_once_by_letter_and_journal(world):
    wants_letters(world)
    tell(world)
    letter = Letter.objects.get(type="bag.found")
    assert letter.organisation == world.oakview
    assert "Bus" not in str(letter.ids)
    assert Entry.objects.get(action="bag.found").organisation_id == world.oakview.pk


def test_the_same_words_again_are_one_report(world):
    for _ in range(2):
        tell(world)
    assert FoundBag.objects.count() == 1


def test_an_address_that_tells_very_often_is_asked_to_ring_and_no_other_finder_or_bag_is_held_up(world):
    for number in range(6):
        assert tell(world, place=f"Place {number}").status_code == 200
    often = tell(world, place="Place 7")
    assert often.status_code == 429
    assert int(often["Retry-After"]) > 60
    assert tell(world, who=Client(REMOTE_ADDR="10.0.0.9"), place="Place 8").status_code == 200
    assert world.oakview.phone in words(often)
    assert tell(world, bag=world.other_bag).status_code == 200


def test_the_report_stands_on_the_journey_until_the_home_settles_it(world, browser_of):
    transfer, home = taken_by_crew(world), browser_of("carer")
    tell(world)
    seen = words(home.get(f"/transfers/{transfer.pk}"))
    assert BUS["place"] in seen
    assert BUS["phone"] in seen
    assert BUS["place"] not in words(browser_of("ward").get(f"/transfers/{transfer.pk}"))
    assert home.post(f"/found/{FoundBag.objects.get().pk}/settled").status_code == 302
    assert "by Carer Tester" in words(home.get(f"/transfers/{transfer.pk}"))


def test_another_home_neither_sees_nor_settles_it(world, browser_of):
    tell(world)
    assert browser_of("millbrook").post(f"/found/{FoundBag.objects.get().pk}/settled").status_code == 404
    assert FoundBag.objects.get().settled_at is None


def test_who_is_signed_in_elsewhere_can_tell_it_too(world, browser_of):
    in_hospital(world)
    assert "Tell Oakview where it is" in words(browser_of("northgate").get(f"/b/{world.token(world.bag)}"))
    assert tell(world, who=browser_of("northgate")).status_code == 200


def test_thanks_and_found_page_with_all_they_load_stay_under_50_kilobytes(world):
    for answer in (Client().get(f"/b/{world.token(world.bag)}"), tell(world)):
        loaded = set(re.findall(r'(?:src|href)="/static/([^"]+)"', words(answer)))
        size = len(answer.content) + sum(Path(finders.find(name)).stat().st_size for name in loaded)
        assert size < 50_000
        assert "<script" not in words(answer)


def reasons():
    return list(ScanAttempt.objects.order_by("at", "reason").values_list("reason", "times"))


def test_scans_that_open_nothing_are_kept_with_their_reason(world, browser_of):
    pack(world)
    Client().get(f"/b/{world.token(world.bag)}")
    Client().get("/b/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    browser_of("northgate").get(f"/b/{world.token(world.bag)}")
    browser_of("northgate").get(f"/b/{world.token(world.other_bag)}")
    old = world.token(world.other_bag)
    reissue_label(actor=world.actor("senior"), bag=world.other_bag, reason="torn", now=world.now)
    Client().get(f"/b/{old}")
    kept = {reason for reason, _ in reasons()}
    assert kept == {"stranger", "unknown", "not_yours", "after_journey", "void"}


def test_a_scan_that_opens_what_it_should_is_no_attempt(world, browser_of):
    pack(world)
    for who in ("crew", "ward", "carer"):
        browser_of(who).get(f"/b/{world.token(world.bag)}")
    assert reasons() == []


def test_the_same_scan_again_within_ten_minutes_is_counted_on_one_row(world, at):
    for _ in range(3):
        Client().get(f"/b/{world.token(world.bag)}")
    at(75)
    Client().get(f"/b/{world.token(world.bag)}")
    assert reasons() == [("stranger", 3), ("stranger", 1)]


def test_no_token_is_kept_in_clear(world):
    token = world.token(world.bag)
    Client().get(f"/b/{token}")
    (kept,) = ScanAttempt.objects.values()
    assert kept["begins"] == token[:4]
    assert token not in str(kept)


def test_a_strangers_scan_costs_one_statement_more(world, django_assert_num_queries):
    token = world.token(world.bag)
    with django_assert_num_queries(2):  # the label, and the attempt
        Client().get(f"/b/{token}")


def test_a_wrong_code_is_kept_for_the_bag(world):
    transfer = pack(world)
    Client().post(page(transfer), JO | {"code": "no idea"})
    (kept,) = ScanAttempt.objects.values()
    assert (kept["reason"], kept["bag_id"], kept["begins"]) == ("wrong_code", world.bag.pk, "")


def test_seniors_and_managers_see_the_attempts_at_their_own_bags(world, browser_of):
    Client().get(f"/b/{world.token(world.bag)}")
    Client().get(f"/b/{world.token(world.millbrook_bag)}")
    seen = words(browser_of("manager").get("/attempts"))
    assert "Somebody who was not signed in" in seen
    assert "OAK-1" in seen
    assert "MIL-1" not in seen
    assert browser_of("carer").get("/attempts").status_code == 403
    assert browser_of("ward").get("/attempts").status_code == 403


def test_the_newest_found_bag_stands_on_the_board_and_the_others_are_folded(world, browser_of):
    third = Bag.objects.create(home=world.oakview, tracker="OAK-9", created_at=world.now, state_since=world.now)
    for hours, bag in enumerate((world.bag, world.other_bag, third), start=1):
        FoundBag.objects.create(bag=bag, place=f"Bus {hours}", told_at=world.now - timedelta(hours=hours))
    board = browser_of("senior").get("/").content.decode()
    newest, folded = board.split("2 more: bags that were found")
    assert [place in newest for place in ("Bus 1", "Bus 2", "Bus 3")] == [True, False, False]
    assert [place in folded for place in ("Bus 1", "Bus 2", "Bus 3")] == [False, True, True]


def finished(world):
    """The journey of OAK-1 is over, and the bag stands ready at the home."""
    transfer = in_hospital(world)
    ward_tells(world, "carer", transfer, minutes=50, kind="outcome", outcome="closed")
    return transfer


def we_have_it(browser, world, place="A&E"):
    told = {"place": place, "form": str(uuid4())}
    return browser.post(f"/b/{world.token(world.bag)}/take", told, follow=True)


def test_a_hospital_that_has_a_bag_on_no_journey_is_answered_honestly_and_the_home_is_told_once(world, browser_of):
    wants_letters(world)
    finished(world)
    northgate = browser_of("northgate")
    answer = words(we_have_it(northgate, world))
    assert "Recorded. This bag is on no journey now; we have told Oakview." in answer
    assert "you have this bag" not in answer
    assert "Northgate Hospital has told Oakview that the bag is there" in answer
    assert "We have this bag" not in answer
    we_have_it(northgate, world)
    found = FoundBag.objects.get()
    assert (found.bag, found.place, found.phone) == (world.bag, "Northgate Hospital, A&E", world.northgate.phone)
    assert Letter.objects.filter(type="bag.found").count() == 1
    board = words(browser_of("carer").get("/"))
    assert "Bag OAK-1 was found" in board
    assert "Northgate Hospital, A&amp;E" in board
    browser_of("carer").post(f"/found/{found.pk}/settled")
    assert "We have this bag" in words(northgate.get(f"/b/{world.token(world.bag)}"))


def test_what_the_home_says_of_its_own_finished_journey_is_no_bag_found(world):
    transfer = finished(world)
    ward_tells(world, "carer", transfer, minutes=55, kind="handoff", to="VDEM1")
    assert not FoundBag.objects.exists()


def test_a_hand_over_of_an_old_journey_is_no_bag_found_when_the_bag_has_gone_out_again(world):
    old = finished(world)
    Bag.objects.filter(pk=world.bag.pk).update(state=State.AVAILABLE)
    pack(world, bag=Bag.objects.get(pk=world.bag.pk), minutes=56)
    ward_tells(world, "ward", old, minutes=58, kind="handoff", to="RDEM1")
    assert not FoundBag.objects.exists()


def test_six_reports_of_one_bag_are_one_line_with_the_newest_words_and_settled_settles_them_all(world, browser_of, at):
    for number in range(6):
        at(60 + number)
        assert tell(world, place=f"Place {number}").status_code == 200
    tell(world, bag=world.other_bag, place="Elsewhere")
    home = browser_of("carer")
    board = words(home.get("/"))
    assert board.count("Bag OAK-1 was found") == 1
    assert "Place 5" in board
    assert "Place 4" not in board
    assert "Told 6 times" in board
    newest = next(each for each in FoundBag.objects.all() if each.place == "Place 5")
    assert home.post(f"/found/{newest.pk}/settled").status_code == 302
    assert [each.place for each in FoundBag.objects.filter(settled_at=None)] == ["Elsewhere"]
    assert Entry.objects.filter(action="bag.found_settled").count() == 6


def test_what_was_told_after_the_page_was_drawn_is_not_settled_unseen(world, browser_of, at):
    at(60)
    tell(world, place="Bus 9")
    at(61)
    tell(world, place="Police station")
    first = next(each for each in FoundBag.objects.all() if each.place == "Bus 9")
    browser_of("carer").post(f"/found/{first.pk}/settled")
    assert [each.place for each in FoundBag.objects.filter(settled_at=None)] == ["Police station"]
