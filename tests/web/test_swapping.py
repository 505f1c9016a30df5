"""Another bag on a journey that is under way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.bags.actions import add_bag, print_labels
from redbag.bags.life import BagNotUsable, take_step
from redbag.bags.models import Bag, Label
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, Swap, Transfer, Transfers
from redbag.vault import unseal_label
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.embedded


def swap(client, transfer, **said):
    address = reverse("web:swap_bag", args=[transfer.pk])
    return client.post(address, {"reason": "Torn or broken", **said}, follow=True)


def scanned(world, bag, *, minutes, who="ward", **fact):
    """A fact told by the label of a bag; returns the journey it counted for, or why it waits."""
    at = world.now.__class__.fromtimestamp(world.now.timestamp() + minutes * 60, tz=world.now.tzinfo)
    raw = {"id": str(uuid4()), "token": world.token(bag), "occurred_at": at.isoformat(), "kind": "opened", **fact}
    (result,) = take_in(actor=world.actor(who), sent_at=at, facts=[raw], now=at)
    return result.transfer or result.reason


def test_a_torn_bag_is_changed_on_the_way_and_goes_to_the_wash(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    assert "OAK-2" in carer.get(reverse("web:swap_bag", args=[transfer.pk])).content.decode()
    swap(carer, transfer, bag=str(world.other_bag.pk))
    for row in (transfer, world.bag, world.other_bag):
        row.refresh_from_db()
    assert (transfer.bag, world.bag.state, world.other_bag.state) == (world.other_bag, "cleaning", "in_hospital")
    assert Swap.objects.get().reason == "Torn or broken"
    assert "OAK-2 instead of OAK-1" in carer.get(reverse("web:transfer", args=[transfer.pk])).content.decode()


def test_before_it_has_left_the_first_bag_is_free_again(world, browser_of):
    transfer = pack(world)
    swap(browser_of("carer"), transfer, bag=str(world.other_bag.pk))
    world.bag.refresh_from_db()
    assert world.bag.state == "available"


def test_what_was_told_of_the_first_bag_still_belongs_to_this_journey(world, browser_of):
    transfer = in_hospital(world)
    swap(browser_of("carer"), transfer, bag=str(world.other_bag.pk))  # at minute 60
    assert scanned(world, world.bag, minutes=50) == transfer.pk
    assert scanned(world, world.bag, minutes=90) == "blank_label"
    assert scanned(world, world.other_bag, minutes=91) == transfer.pk


def test_a_bag_that_came_from_another_journey_keeps_what_was_told_of_it_there(world, browser_of):
    first = in_hospital(world, resident=world.arthur, bag=world.other_bag)
    tell(world, "carer", first, minutes=50, kind="handoff", to="VDEM1")
    tell(world, "carer", first, minutes=51, kind="outcome", outcome="closed")
    second = taken_by_crew(world)
    swap(browser_of("carer"), second, bag=str(world.other_bag.pk))
    assert scanned(world, world.other_bag, minutes=40) == first.pk
    assert scanned(world, world.other_bag, minutes=70) == second.pk


@pytest.mark.parametrize(("back", "stage"), [(True, "CLOSED"), (False, "IN_HOSPITAL")])
def test_a_bag_still_with_somebody_else_is_asked_about_once_and_never_shared(world, browser_of, back, stage):
    other, carer = in_hospital(world, resident=world.arthur, bag=world.other_bag), browser_of("carer")
    if back:
        tell(world, "carer", other, minutes=50, kind="handoff", to="VDEM1")
    transfer = taken_by_crew(world)
    asked = swap(carer, transfer, bag=str(world.other_bag.pk))
    assert (asked.status_code, "Have you got it in your hand?" in asked.content.decode()) == (409, True)
    swap(carer, transfer, bag=str(world.other_bag.pk), release="yes")
    other.refresh_from_db()
    transfer.refresh_from_db()
    assert (transfer.bag, other.stage) == (world.other_bag, stage)
    assert Transfer.objects.open().filter(bag=world.other_bag).count() == 1


def test_any_bag_will_do_with_a_spare_label(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    print_labels(
        actor=world.actor("senior"), home=world.oakview, bags=[], blanks=1, layout="L7160", reason="x", now=world.now
    )
    label = Label.objects.get(bag__state="blank")
    token = unseal_label(label.token_sealed)
    asked = swap(carer, transfer, code=label.code)
    assert (asked.status_code, "give the bag a number" in asked.content.decode()) == (422, True)
    swap(carer, transfer, code=f"http://x/b/{token}", tracker="OAK-9")
    transfer.refresh_from_db()
    assert (transfer.bag.tracker, transfer.bag.state) == ("OAK-9", "in_hospital")


def test_a_bag_that_replaces_a_lost_one_ends_the_search_for_it(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="lost")
    swap(carer, transfer, bag=str(world.other_bag.pk), reason="Nobody can find it")
    for row in (transfer, world.bag):
        row.refresh_from_db()
    assert (transfer.outcomes, transfer.apart_since, world.bag.state) == ([], None, "lost")


def test_what_makes_no_sense_is_refused_in_words(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    assert swap(carer, transfer).status_code == 422
    assert swap(carer, transfer, bag=str(world.other_bag.pk), reason="").status_code == 422
    assert swap(carer, transfer, bag=str(world.bag.pk)).status_code == 409
    assert swap(carer, transfer, bag=str(world.millbrook_bag.pk)).status_code == 404
    assert swap(browser_of("ward"), transfer, bag=str(world.other_bag.pk)).status_code == 403
    assert not Swap.objects.exists()
    assert not Fact.objects.filter(kind="addition").exists()


def change_by_patch(world, transfer, bag, *, minutes=60):
    now = world.now + timedelta(minutes=minutes)
    add_to_transfer(actor=world.actor("carer"), transfer=transfer, values={"bag": bag}, now=now)
    for row in (transfer, world.bag, world.other_bag):
        row.refresh_from_db()


def test_changed_without_a_reason_on_the_way_it_is_a_swap_all_the_same(world):
    transfer = in_hospital(world)
    change_by_patch(world, transfer, world.other_bag)
    assert (transfer.bag, world.bag.state, world.other_bag.state) == (world.other_bag, "cleaning", "in_hospital")
    swap = Swap.objects.get()
    assert (swap.before, swap.after, swap.reason) == (world.bag, world.other_bag, "")
    assert scanned(world, world.bag, minutes=50) == transfer.pk
    assert scanned(world, world.bag, minutes=90) == "blank_label"
    assert scanned(world, world.other_bag, minutes=91) == transfer.pk


def test_after_a_swap_a_third_bag_is_found_by_its_label_however_it_was_said(world, browser_of):
    transfer = pack(world)
    swap(browser_of("carer"), transfer, bag=str(world.other_bag.pk))  # at minute 60, before anybody came
    third, _ = add_bag(actor=world.actor("carer"), home=world.oakview, tracker="OAK-3", now=world.now)
    change_by_patch(world, transfer, third, minutes=70)
    assert (transfer.bag, world.other_bag.state) == (third, "available")
    assert scanned(world, third, minutes=75, who="crew") == transfer.pk


def test_a_bag_that_comes_after_they_left_without_one_is_found_by_its_label(world):
    transfer = in_hospital(world, no_bag=True)
    change_by_patch(world, transfer, world.other_bag)
    assert scanned(world, world.other_bag, minutes=90) == transfer.pk
    change_by_patch(world, transfer, None, minutes=100)
    assert (transfer.bag, world.other_bag.state) == (None, "cleaning")
    assert scanned(world, world.other_bag, minutes=120) == "blank_label"


def test_before_anything_is_told_choosing_again_is_no_swap(world):
    transfer = pack(world)
    change_by_patch(world, transfer, world.other_bag, minutes=1)
    assert (Swap.objects.count(), world.bag.state) == (0, "available")
    assert scanned(world, world.other_bag, minutes=10, who="crew") == transfer.pk


def test_a_lost_bag_stays_lost_when_another_takes_its_place(world):
    transfer = pack(world)
    take_step(actor=world.actor("carer"), bag=world.bag, step="lose", reason="Not in the hall", now=world.now)
    change_by_patch(world, transfer, world.other_bag, minutes=1)
    assert (transfer.bag, world.bag.state) == (world.other_bag, "lost")


def test_a_bag_of_another_home_or_on_another_journey_is_refused_however_it_is_said(world):
    transfer = in_hospital(world)
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    for bag in (world.millbrook_bag, world.other_bag):
        with pytest.raises(BagNotUsable):
            change_by_patch(world, transfer, bag)
    assert (Transfer.objects.get(pk=transfer.pk).bag, Swap.objects.count()) == (world.bag, 0)


def test_somebody_faster_with_the_same_bag_is_said_and_changes_nothing(world, monkeypatch):
    transfer = in_hospital(world)
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    monkeypatch.setattr(Transfers, "open", lambda rows: rows.none())  # looked at before the other one was there
    with pytest.raises(BagNotUsable, match="just taken for somebody else"):
        change_by_patch(world, transfer, world.other_bag)
    assert Transfer.objects.get(pk=transfer.pk).bag == world.bag


def test_dirty_bags_and_bags_of_other_journeys_stand_apart_and_it_says_where_the_first_one_is(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    third, _ = add_bag(actor=world.actor("manager"), home=world.oakview, tracker="OAK-3", now=world.now)
    fourth, _ = add_bag(actor=world.actor("manager"), home=world.oakview, tracker="OAK-4", now=world.now)
    other = pack(world, resident=world.arthur, bag=third)
    tell(world, "carer", other, minutes=50, kind="handoff", to="VDEM1")
    Bag.objects.filter(pk=fourth.pk).update(state="cleaning")
    page = carer.get(reverse("web:swap_bag", args=[transfer.pk])).content.decode()
    free, dirty, written = (
        page.index(words) for words in ("Or one that is free", "Not yet cleaned", "Still written down")
    )
    places = [page.index(f'value="{each.pk}"') for each in (world.other_bag, fourth, third)]
    assert free < places[0] < dirty < places[1] < written < places[2]
    assert "once you change it, it waits to be cleaned" in page
    done = swap(carer, transfer, bag=str(world.other_bag.pk)).content.decode()
    assert "Bag OAK-1 waits to be cleaned" in done
