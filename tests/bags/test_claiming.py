"""Labels printed ahead find their bag once, and a label that was replaced explains itself."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.bags.actions import current_label, print_labels, reissue_label
from redbag.bags.claiming import NotBlank, claim_blank, replaced
from redbag.bags.codes import shown
from redbag.bags.life import take_step
from redbag.bags.models import Bag, Label, State
from redbag.bags.tagging import make_tag, tag_in, void_tag
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.transfers.intake import settle_held, take_in
from redbag.transfers.models import Fact, HeldFact
from redbag.vault import unseal_label
from tests.deliveries.workers import at_once
from tests.web.journeys import in_hospital, pack

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def blank(world):
    """A label printed ahead for Oakview."""
    print_labels(
        actor=world.actor("senior"), home=world.oakview, blanks=1, layout="L7160", reason="spares", now=world.now
    )
    return Label.objects.select_related("bag").get(bag__state=State.BLANK)


def token(label):
    return unseal_label(label.token_sealed)


def claim(world, label, who="carer", **more):
    return claim_blank(actor=world.actor(who), text=shown(label.code), now=world.now, **more)


def scan(world, label, *, minutes, id=None):
    at = world.now + timedelta(minutes=minutes)
    fact = {"id": str(id or uuid4()), "kind": "handoff", "to": "RDEM9", "token": token(label)}
    [result] = take_in(actor=world.actor("crew"), sent_at=at, facts=[{**fact, "occurred_at": at.isoformat()}], now=at)
    return result


def test_a_blank_label_becomes_a_new_bag(world, blank):
    bag, label = claim(world, blank, tracker="OAK-9")
    assert (bag.tracker, bag.state, label.pk) == ("OAK-9", "available", blank.pk)
    assert current_label(Bag.objects.get(tracker="OAK-9")).pk == blank.pk


def test_a_blank_label_takes_the_place_of_one_that_was_lost(world, blank):
    old = current_label(world.bag)
    claim_blank(
        actor=world.actor("carer"), text=f"https://redbag.example/b/{token(blank)}", bag=world.bag, now=world.now
    )
    assert current_label(world.bag).pk == blank.pk
    old.refresh_from_db()
    assert (old.voided_at, old.voided_why) == (world.now, "Its label was lost; a spare one was put on.")
    assert Bag.objects.filter(home=world.oakview).count() == 2


def test_a_lost_bag_that_gets_a_spare_label_is_found(world, blank):
    take_step(actor=world.actor("carer"), bag=world.bag, step="lose", reason="gone", now=world.now)
    bag, _ = claim(world, blank, bag=world.bag)
    assert bag.state == State.CLEANING


def test_a_label_that_is_used_or_unknown_or_not_ours_is_refused_in_words(world, blank):
    with pytest.raises(NotBlank, match="on bag OAK-1 already"):
        claim(world, current_label(world.bag), tracker="OAK-9")
    with pytest.raises(BadInput):
        claim_blank(actor=world.actor("carer"), text="nonsense", tracker="OAK-9", now=world.now)
    for who in ("millbrook_manager", "crew"):
        with pytest.raises(BadInput):
            claim(world, blank, who, tracker="MIL-9")
    with pytest.raises(Refused, match="already on the register"):
        claim(world, blank, tracker="OAK-2")
    with pytest.raises(NotAllowed):
        claim(world, blank, bag=world.millbrook_bag)
    assert Bag.objects.get(pk=blank.bag_id).state == State.BLANK


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_wins_and_the_other_is_told(world, blank):
    bags = (world.bag, world.other_bag)
    first, second = at_once(*[lambda it=bag: claim(world, blank, bag=it) for bag in bags])
    [won] = [one for one in (first, second) if isinstance(one, tuple)]
    [lost] = [one for one in (first, second) if not isinstance(one, tuple)]
    assert isinstance(lost, NotBlank), lost
    assert f"is on bag {won[0].tracker} already" in str(lost)
    assert Label.objects.filter(voided_at=None, bag__in=bags).count() == 2


def test_what_was_scanned_with_a_blank_label_waits_and_counts_once_it_is_on_a_bag(world, blank):
    transfer = pack(world)
    result = scan(world, blank, minutes=10)
    assert (result.outcome, result.reason) == ("quarantined", "blank_label")
    assert settle_held(now=world.now + timedelta(minutes=11)) == 0
    claim(world, blank, bag=world.bag)
    assert settle_held(now=world.now + timedelta(minutes=12)) == 1
    fact = Fact.objects.get(kind="handoff")
    assert (fact.transfer_id, fact.intake_flags) == (transfer.pk, [])
    assert not HeldFact.objects.filter(settled_at=None).exists()


def test_what_was_scanned_before_a_new_bag_was_packed_counts_after_packing(world, blank):
    scan(world, blank, minutes=10)
    bag, _ = claim(world, blank, tracker="OAK-9")
    assert settle_held(now=world.now + timedelta(minutes=12)) == 0
    transfer = pack(world, bag=bag, minutes=5)
    assert settle_held(now=world.now + timedelta(minutes=13)) == 1
    assert Fact.objects.get(kind="handoff").transfer_id == transfer.pk


def test_a_replaced_label_says_when_why_and_what_the_bag_carries_now(world):
    old = current_label(world.bag)
    assert replaced(shown(old.code)) is None
    new = reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    told = replaced(token(old))
    assert (told.at, told.why, told.now) == (world.now, "torn", shown(new.code))
    assert replaced("nonsense") is None


def test_asking_twice_for_a_new_label_makes_one(world):
    old = current_label(world.bag).code
    first = reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", instead_of=old, now=world.now)
    second = reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", instead_of=old, now=world.now)
    assert first == second
    assert world.bag.labels.count() == 2


def test_a_tag_leads_to_its_bag_whatever_label_that_carries(world):
    tag = make_tag(
        actor=world.actor("carer"), bag=world.bag, category="dentures_upper", words="Denture pot", now=world.now
    )
    assert tag_in(token(tag)) == (tag, shown(current_label(world.bag).code))
    new = reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    assert tag_in(shown(tag.code)) == (tag, shown(new.code))
    void_tag(actor=world.actor("carer"), tag=tag, now=world.now)
    assert tag_in(shown(tag.code))[1] == shown(new.code)
    assert tag_in(shown(new.code)) is None


def test_tags_are_the_homes_own_and_say_what_they_hang_on(world):
    with pytest.raises(NotAllowed):
        make_tag(actor=world.actor("millbrook"), bag=world.bag, category="glasses", now=world.now)
    with pytest.raises(BadInput):
        make_tag(actor=world.actor("carer"), bag=world.bag, category="teapot", words="x" * 41, now=world.now)


def test_a_bag_out_on_a_journey_can_get_a_spare_label(world, blank):
    transfer = in_hospital(world)
    claim(world, blank, bag=world.bag)
    assert scan(world, blank, minutes=90).transfer == transfer.pk
