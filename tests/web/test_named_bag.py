"""Two residents written down with one bag: the board asks who has it, and one tap settles it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.transfers.intake import take_in
from redbag.transfers.models import Transfer
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def peggy_later(world, at):
    """Arthur was packed with OAK-1 on line; a tablet tells later that Peggy went with it five minutes after."""
    at(60)
    pack(world, resident=world.arthur)
    left = (world.now + timedelta(minutes=5)).isoformat()
    told = {"id": str(uuid4()), "kind": "pack", "resident": str(world.peggy.pk), "bag": str(world.bag.pk)}
    gone = {"id": str(uuid4()), "kind": "handoff", "transfer": told["id"], "to": "RDEM9", "occurred_at": left}
    now = world.now + timedelta(minutes=30)
    take_in(actor=world.actor("carer"), sent_at=now, facts=[told | {"occurred_at": left}, gone], now=now)
    return Transfer.objects.get(pk=told["id"])


def test_the_board_says_who_is_out_and_asks_which_of_the_two_has_the_bag(world, browser_of, peggy_later):
    carer = browser_of("carer")
    board = carer.get("/").content.decode()
    asked = "Peggy Jones and Arthur Khan are both written down with bag OAK-1. Which of the two has it?"
    assert asked in board or asked.replace("Khan", world.arthur.last_name) in board
    assert "Lifeline" in board
    page = carer.get(f"/transfers/{peggy_later.pk}/another-bag").content.decode()
    assert "Who has bag OAK-1?" in page
    assert "bag named: OAK-1" in carer.get(f"/transfers/{peggy_later.pk}").content.decode()


def test_one_tap_says_that_she_has_it_and_he_goes_on_without(world, browser_of, peggy_later):
    carer, page = browser_of("carer"), f"/transfers/{peggy_later.pk}/another-bag"
    answer = {"reason": "They have the bag that was named", "release": "yes", "bag": str(world.bag.pk)}
    assert carer.post(page, answer).status_code == 302
    peggy_later.refresh_from_db()
    assert (peggy_later.bag, Transfer.objects.get(resident=world.arthur).bag) == (world.bag, None)
    assert "Which of the two" not in carer.get("/").content.decode()


def test_one_tap_says_that_she_went_without_it(world, browser_of, peggy_later):
    carer = browser_of("carer")
    assert carer.post(f"/transfers/{peggy_later.pk}/not-their-bag").status_code == 302
    assert "Which of the two" not in carer.get("/").content.decode()
    assert "went without OAK-1" in carer.get(f"/transfers/{peggy_later.pk}").content.decode()
    assert Transfer.objects.get(resident=world.arthur).bag == world.bag
