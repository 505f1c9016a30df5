"""The giver's screen with its code and square, and what the square opens for whoever takes the bag."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from redbag.organisations.models import HouseRules
from redbag.transfers.handover_codes import code_at, step_at, wrong_try
from redbag.transfers.models import Fact, WrongCode
from redbag.web import taking
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def address(transfer, code=None):
    return reverse("web:take_by_code", args=[transfer.pk, code or code_at(transfer, timezone.now())[0]])


def take(client, where, **more):
    return client.post(where, {"form": str(uuid4()), **more}, follow=True)


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_square_opens_one_page_with_one_button_for_a_crew(world, browser_of):
    transfer = pack(world)
    page = words(browser_of("crew").get(address(transfer)))
    for said in ("JONES, Margaret (Mrs)", "Oakview", "I have this bag", "Bag OAK-1"):
        assert said in page
    assert page.count('type="submit"') == 1


def test_taking_by_the_square_confirms_both_sides_in_one_tap(world, browser_of):
    transfer = pack(world)
    answer = take(browser_of("crew"), address(transfer), **{"identity-photo": "yes", "identity-born": "yes"})
    assert "confirmed by both sides with the hand-over code" in words(answer)
    fact = Fact.objects.get(kind="handoff")
    assert (fact.organisation, fact.code_proved) == (world.lifeline, True)
    assert fact.content == {"identity": {"photo": True, "born": True}, "code": "right"}
    story = words(browser_of("carer").get(f"/transfers/{transfer.pk}"))
    assert "confirmed by both sides with the hand-over code" in story
    assert "identity checked: photo, date of birth" in story


def test_pressing_it_twice_says_when_it_was_recorded(world, browser_of):
    transfer, form = pack(world), str(uuid4())
    crew, where = browser_of("crew"), address(transfer)
    crew.post(where, {"form": form})
    answer = crew.post(where, {"form": form}, follow=True)
    assert "Already recorded by you at 03:50" in words(answer)
    assert Fact.objects.filter(kind="handoff").count() == 1


def test_who_is_not_signed_in_is_asked_who_they_are(world, at):
    transfer = pack(world)
    answer = Client().get(address(transfer))
    assert answer.status_code == 302
    assert answer["Location"] == taking._introduction(None, transfer.pk, code_at(transfer, timezone.now())[0])


def test_a_wrong_code_opens_nothing_says_what_to_do_and_is_counted(world, browser_of):
    transfer = pack(world)
    answer = browser_of("crew").get(address(transfer, "nought"))
    assert answer.status_code == 422
    assert "Scan the label on the bag" in words(answer)
    assert "JONES" not in words(answer)
    assert WrongCode.objects.get(transfer=transfer).tries == 1


def test_an_unknown_journey_looks_like_a_wrong_code(world, browser_of):
    answer = browser_of("crew").get(reverse("web:take_by_code", args=[uuid4(), "123456"]))
    assert (answer.status_code, "This code does not fit" in words(answer)) == (422, True)


def test_a_code_of_a_while_ago_says_so_and_is_no_guess(world, browser_of):
    transfer = pack(world)
    old = code_at(transfer, timezone.now() - timedelta(minutes=30))[0]
    answer = browser_of("crew").get(address(transfer, old))
    assert (answer.status_code, "This code has changed" in words(answer)) == (422, True)
    assert not WrongCode.objects.exists()


def test_a_void_code_opens_nothing_and_the_ready_page_shows_the_next(world, browser_of):
    transfer = pack(world)
    code = code_at(transfer, timezone.now())[0]
    for _ in range(5):
        wrong_try(transfer, step_at(timezone.now()))
    assert "not used any more" in words(browser_of("crew").get(address(transfer, code)))
    ready = words(browser_of("carer").get(f"/going/{transfer.pk}/ready"))
    following = code_at(transfer, timezone.now())[0]
    assert following != code
    assert f"{following[:3]} {following[3:]}" in ready


def test_a_crew_that_may_not_know_the_name_takes_the_bag_all_the_same(world, browser_of):
    transfer = in_hospital(world)
    page = browser_of("crew").get(address(transfer))
    assert "JONES" in words(page)  # they had it a moment ago
    page = words(browser_of("northgate").get(address(transfer)))
    assert "JONES" not in page
    assert "It belongs to <b>Oakview</b>" in page
    take(browser_of("northgate"), address(transfer))
    transfer.refresh_from_db()
    assert transfer.holder == world.northgate


def test_the_giver_cannot_take_it_from_themselves(world, browser_of):
    transfer = pack(world)
    page = browser_of("carer").get(address(transfer))
    assert "You are the one who gives it" in words(page)
    assert browser_of("carer").post(address(transfer), {"form": str(uuid4())}).status_code == 403
    assert not Fact.objects.filter(kind="handoff").exists()


def test_the_crew_shows_a_code_and_the_ward_takes_the_bag_with_it(world, browser_of):
    transfer = taken_by_crew(world)
    shown = words(browser_of("crew").get(f"/transfers/{transfer.pk}/code"))
    code = code_at(transfer, timezone.now())[0]
    assert f"{code[:3]} {code[3:]}" in shown
    assert "<svg" in shown
    assert "Show the code" in words(browser_of("crew").get(f"/b/{world.token(world.bag)}"))
    take(browser_of("ward"), address(transfer), place="Ward 4B")
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_place, transfer.holder_confirmed) == ("IN_HOSPITAL", "Ward 4B", True)
    gone = browser_of("crew").get(f"/transfers/{transfer.pk}/code", HTTP_HX_REQUEST="true")
    assert "has the bag" in words(gone)
    assert "<svg" not in words(gone)


def test_the_code_typed_beneath_the_button_marks_both_sides(world, browser_of):
    transfer = pack(world)
    crew, where = browser_of("crew"), f"/b/{world.token(world.bag)}"
    assert "Code on the other side" in words(crew.get(where))
    code = code_at(transfer, timezone.now())[0]
    answer = take(crew, f"{where}/take", handover_code=f"{code[:3]} {code[3:]}")
    assert "confirmed by both sides" in words(answer)
    assert Fact.objects.get(kind="handoff").code_proved is True


def test_a_wrong_code_typed_says_so_and_the_bag_is_taken_all_the_same(world, browser_of):
    transfer = pack(world)
    answer = take(browser_of("crew"), f"/b/{world.token(world.bag)}/take", handover_code="12")
    assert "The code did not fit" in words(answer)
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_confirmed) == ("WITH_CREW", True)
    assert "the code that was typed did not fit" in words(browser_of("carer").get(f"/transfers/{transfer.pk}"))


def test_a_hand_over_told_by_one_side_alone_alarms_nobody(world, browser_of):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=10, kind="handoff", to="RDEM9")
    board = words(browser_of("carer").get("/"))
    assert "Told by the home, not confirmed" in board
    assert "Needs you" not in board or "ot confirmed" not in board.split("Needs you")[1]
    assert "rb-tag--bad" not in words(browser_of("carer").get(f"/transfers/{transfer.pk}"))


def test_another_seal_than_left_is_said_on_the_timeline(world, browser_of):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=10, kind="handoff", to="RDEM9", seal="1234")
    tell(world, "ward", transfer, minutes=40, kind="opened", seal="1234")
    assert "arrived" not in words(browser_of("ward").get(f"/transfers/{transfer.pk}"))
    tell(world, "ward", transfer, minutes=45, kind="handoff", to="RDEM1", seal="5678")
    assert "Seal 1234 left, seal 5678 arrived" in words(browser_of("ward").get(f"/transfers/{transfer.pk}"))


def test_a_seal_and_a_signature_are_asked_only_where_the_house_wants_them(world, browser_of):
    transfer = pack(world)
    assert "Number on the seal" not in words(browser_of("crew").get(address(transfer)))
    HouseRules.objects.create(organisation=world.lifeline, seal_asked=True, signature_asked=True)
    cache.clear()
    page = words(browser_of("crew").get(address(transfer)))
    assert "Number on the seal" in page
    assert "Name of who signs" in page
    take(browser_of("crew"), address(transfer), seal="77", signature_name="Sam Field")
    fact = Fact.objects.get(kind="handoff")
    assert fact.content["seal"] == "77"
    signed = transfer.signatures.get()
    assert (str(signed.pk), signed.name) == (fact.content["signature"], "Sam Field")
    assert "Signed by Sam Field" in words(browser_of("carer").get(f"/transfers/{transfer.pk}"))


def test_codes_and_tokens_never_stand_in_the_log(world, browser_of, capsys):
    transfer = pack(world)
    code = code_at(transfer, timezone.now())[0]
    browser_of("crew").get(address(transfer, code))
    assert code not in capsys.readouterr().out
