"""A bag's life at home: nobody takes a dirty bag for a clean one, and nobody disposes of one alone."""

from datetime import timedelta

import pytest

from redbag.bags.life import STEPS, NotNow, change_tracker, take_step
from redbag.bags.models import Bag, BagStep, State
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.transfers.actions import BagNotUsable, Packing, add_to_transfer, pack_bag
from redbag.transfers.models import Transfer
from redbag.transfers.swapping import swap_bag
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def step(world):
    """Somebody does a step with OAK-1."""

    def doing(name, who="carer", minutes=0, **said):
        bag = Bag.objects.get(pk=world.bag.pk)
        return take_step(actor=world.actor(who), bag=bag, step=name, now=world.now + timedelta(minutes=minutes), **said)

    return doing


def state(bag):
    return Bag.objects.get(pk=bag.pk).state


def come_home(world, transfer, *, minutes=60):
    tell(world, "carer", transfer, minutes=minutes, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=minutes + 10, kind="outcome", outcome="closed")


def test_a_bag_that_was_out_is_cleaned_before_it_is_available_and_who_did_it_is_kept(world, step):
    come_home(world, in_hospital(world))
    assert state(world.bag) == State.CLEANING
    assert step("ready", minutes=90).state == State.AVAILABLE
    [kept] = BagStep.objects.all()
    assert (kept.before, kept.after, kept.by_name) == ("cleaning", "available", "Carer Tester")
    assert Bag.objects.get(pk=world.bag.pk).state_since == world.now + timedelta(minutes=90)
    assert Entry.objects.get(action="bag.ready").subject_id == world.bag.pk


def test_the_same_step_twice_is_kept_once(world, step):
    step("wash")
    step("ready")
    step("ready")
    assert BagStep.objects.count() == 2


def test_at_night_a_bag_that_is_not_clean_yet_goes_all_the_same_and_that_is_kept(world, step):
    step("wash")
    bag = Bag.objects.get(pk=world.bag.pk)
    transfer = pack(world, bag=bag, minutes=5)
    assert state(bag) == State.PACKED
    assert BagStep.objects.get(after="packed").reason == "Packed before it was cleaned."
    add_to_transfer(actor=world.actor("carer"), transfer=transfer, values={"bag": None}, now=world.now)
    assert state(bag) == State.CLEANING


def test_a_clean_bag_that_did_not_go_is_available_again(world):
    transfer = pack(world)
    add_to_transfer(actor=world.actor("carer"), transfer=transfer, values={"bag": world.other_bag}, now=world.now)
    assert (state(world.bag), state(world.other_bag)) == (State.AVAILABLE, State.PACKED)


def test_a_bag_set_aside_is_not_packed_and_says_why_and_until_when(world, step):
    with pytest.raises(BadInput) as wrong:
        step("set_aside")
    assert sorted(wrong.value.errors) == ["reason", "until"]
    bag = step("set_aside", reason="C. diff on the ward", until=(world.now + timedelta(days=3)).date())
    with pytest.raises(BagNotUsable) as refused:
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=bag), now=world.now)
    assert "is set aside until 24 Nov 2026: C. diff on the ward" in str(refused.value)
    transfer = pack(world, no_bag=True)
    with pytest.raises(BagNotUsable):
        add_to_transfer(actor=world.actor("carer"), transfer=transfer, values={"bag": bag}, now=world.now)


def test_a_bag_set_aside_while_somebody_packs_it_does_not_go(world, step):
    seen_before = Bag.objects.get(pk=world.bag.pk)
    transfer = pack(world, resident=world.arthur, no_bag=True)
    step("set_aside", reason="Norovirus", until=(world.now + timedelta(days=3)).date())
    with pytest.raises(BagNotUsable, match="Norovirus"):
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=seen_before), now=world.now)
    with pytest.raises(BagNotUsable):
        add_to_transfer(actor=world.actor("carer"), transfer=transfer, values={"bag": seen_before}, now=world.now)
    with pytest.raises(BagNotUsable):
        swap_bag(actor=world.actor("carer"), transfer=transfer, bag=seen_before, reason="torn", now=world.now)
    assert state(world.bag) == State.QUARANTINED
    assert not Transfer.objects.filter(bag=world.bag).exists()


def test_before_its_day_only_a_senior_frees_a_bag_and_says_why_and_then_it_is_cleaned(world, step):
    step("set_aside", reason="Norovirus", until=(world.now + timedelta(days=2)).date())
    with pytest.raises(NotAllowed):
        step("free", reason="we need it")
    with pytest.raises(BadInput):
        step("free", "senior")
    assert state(world.bag) == State.QUARANTINED
    assert step("free", "senior", reason="IPC nurse agreed").state == State.CLEANING


def test_after_its_day_anybody_at_the_home_sends_it_to_the_wash(world, step):
    step("set_aside", reason="Norovirus", until=(world.now + timedelta(days=2)).date())
    assert step("free", minutes=2 * 24 * 60).state == State.CLEANING


def test_a_bag_set_aside_while_its_journey_ends_stays_aside(world, step):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=60, kind="handoff", to="VDEM1")
    step("set_aside", reason="MRSA", until=(world.now + timedelta(days=1)).date())
    tell(world, "carer", transfer, minutes=70, kind="outcome", outcome="closed")
    assert state(world.bag) == State.QUARANTINED


def test_nobody_disposes_of_a_bag_alone(world, step):
    for who in ("carer", "senior"):
        with pytest.raises(NotAllowed):
            step("dispose", who, reason="torn", authorised_by="Jo Hall, IPC nurse")
    for name in ("", "  ", "Manager Tester", "manager tester"):
        with pytest.raises(BadInput):
            step("dispose", "manager", reason="torn", authorised_by=name)
    with pytest.raises(BadInput):
        step("dispose", "manager", authorised_by="Jo Hall, IPC nurse")
    assert state(world.bag) == State.AVAILABLE
    step("dispose", "manager", reason="torn", authorised_by="Jo Hall, IPC nurse")
    assert BagStep.objects.get().authorised_by == "Jo Hall, IPC nurse"


def test_a_bag_disposed_of_never_returns_by_accident(world, step):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=60, kind="handoff", to="VDEM1")
    step("dispose", "manager", reason="soaked", authorised_by="Jo Hall")
    for name in STEPS.keys() - {"bring_back", "dispose"}:
        with pytest.raises((NotNow, NotAllowed)):
            step(name, "manager", reason="x", until=world.now.date())
    tell(world, "crew", transfer, minutes=30, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=70, kind="outcome", outcome="closed")
    assert state(world.bag) == State.RETIRED
    with pytest.raises(BagNotUsable):
        pack_bag(
            actor=world.actor("carer"),
            packing=Packing(resident=world.arthur, bag=Bag.objects.get(pk=world.bag.pk)),
            now=world.now,
        )
    with pytest.raises(BadInput):
        step("bring_back", "manager")
    assert step("bring_back", "manager", reason="The wrong bag was written off").state == State.CLEANING


def test_a_lost_bag_that_is_found_is_cleaned_first(world, step):
    with pytest.raises(BadInput):
        step("lose")
    step("lose", reason="Not in the store room")
    assert step("find").state == State.CLEANING


def test_a_bag_that_comes_back_after_its_journey_was_finished_without_it_is_here_again_in_one_tap(world, step):
    transfer = in_hospital(world)
    with pytest.raises(NotNow, match="on a journey"):
        step("here")
    tell(world, "carer", transfer, minutes=60, kind="outcome", outcome="closed")
    assert state(world.bag) == State.IN_HOSPITAL
    step("here", minutes=70)
    assert state(world.bag) == State.CLEANING


def test_a_bag_that_is_out_is_neither_washed_nor_set_aside(world, step):
    in_hospital(world)
    with pytest.raises(NotNow, match="in hospital"):
        step("set_aside", reason="x", until=world.now.date())
    with pytest.raises(NotNow):
        step("ready")


def test_a_tracker_number_changes_once_and_is_never_two_bags(world):
    actor = world.actor("carer")
    with pytest.raises(Refused, match="already on the register"):
        change_tracker(actor=actor, bag=world.bag, tracker="OAK-2", now=world.now)
    with pytest.raises(BadInput):
        change_tracker(actor=actor, bag=world.bag, tracker=" ", now=world.now)
    assert change_tracker(actor=actor, bag=world.bag, tracker=" OAK-11 ", now=world.now).tracker == "OAK-11"
    assert Entry.objects.get(action="bag.renumbered").facts == {"before": "OAK-1", "after": "OAK-11"}


def test_another_home_does_nothing_with_our_bags(world, step):
    for name in STEPS:
        with pytest.raises(NotAllowed):
            step(name, "millbrook_manager", reason="x", authorised_by="y", until=world.now.date())
