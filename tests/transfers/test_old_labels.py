"""An old picture of a label opens nobody's record, whatever time is told with it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.bags.actions import reissue_label
from redbag.transfers.intake import take_in
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import CLINICAL, FOUND, look_up
from tests.web.journeys import pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def claims(world, who, *, token, minutes, at=60, kind="handoff", **more):
    """Somebody sends a fact after an hour, which they say happened at another time."""
    now = world.now + timedelta(minutes=at)
    when = (world.now + timedelta(minutes=minutes)).isoformat()
    raw = {"id": str(uuid4()), "kind": kind, "token": token, "occurred_at": when, **more}
    (result,) = take_in(actor=world.actor(who), sent_at=now, facts=[raw], now=now)
    return result


def reads(world, who, *, at=61):
    now = world.now + timedelta(minutes=at)
    return Transfer.objects.visible_to(world.actor(who), now=now).exists()


def test_a_time_before_the_packing_moves_the_bag_and_opens_nothing(world):
    pack(world)
    result = claims(world, "northgate", token=world.token(world.bag), minutes=-600, to="RDEM2")
    assert (result.outcome, "before_packing" in result.flags) == ("created", True)
    assert not reads(world, "northgate")
    look = look_up(text=world.token(world.bag), actor=world.actor("northgate"), now=world.now + timedelta(minutes=61))
    assert (look.view, look.transfer) == (FOUND, None)


def test_a_replaced_label_moves_the_bag_and_opens_nothing(world):
    pack(world)
    old = world.token(world.bag)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="lost", now=world.now)
    result = claims(world, "northgate", token=old, minutes=55, to="RDEM2")
    assert "void_label" in result.flags
    assert not reads(world, "northgate")


def test_a_journey_that_is_closed_opens_to_nobody_new(world):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=20, kind="outcome", outcome="closed")
    for who, to in (("northgate", "RDEM2"), ("millbrook", "VDEM2")):
        assert claims(world, who, token=world.token(world.bag), minutes=10, to=to).outcome == "created"
        assert not reads(world, who), who


def test_who_takes_the_bag_now_still_reads(world):
    pack(world)
    claims(world, "northgate", token=world.token(world.bag), minutes=59, to="RDEM2")
    look = look_up(text=world.token(world.bag), actor=world.actor("northgate"), now=world.now + timedelta(minutes=61))
    assert look.view == CLINICAL


def test_what_somebody_else_says_opens_it_after_all(world):
    transfer = pack(world)
    claims(world, "northgate", token=world.token(world.bag), minutes=-600, to="RDEM2")
    assert not reads(world, "northgate")
    tell(world, "carer", transfer, minutes=62, kind="handoff", to="RDEM2")
    assert reads(world, "northgate", at=63)


@pytest.mark.parametrize("outcome", ["lost", "died", "with_family"])
def test_a_hospital_that_sees_only_the_found_page_tells_no_outcome(world, outcome):
    transfer = pack(world)
    result = claims(world, "northgate", token=world.token(world.bag), minutes=50, kind="outcome", outcome=outcome)
    assert (result.outcome, result.reason) == ("quarantined", "not_yours")
    transfer.refresh_from_db()
    world.bag.refresh_from_db()
    assert (transfer.outcomes, world.bag.state) == ([], "packed")
