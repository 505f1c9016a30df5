"""When one channel gives up: fallbacks, parked deliveries, replay."""

from datetime import timedelta

import pytest

from redbag.deliveries import actions
from redbag.deliveries.models import Delivery
from redbag.deliveries.posting import Reply
from redbag.deliveries.sending import push
from redbag.errors import BadInput, Refused
from redbag.journal.models import Entry, Personal
from tests.deliveries.people import START

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
State = Delivery.State
MAIN, SPARE, OTHER_SPARE, LAST = (f"https://{name}.example.org/" for name in ("main", "spare", "other", "last"))


@pytest.fixture
def world_says(clock):
    """Push everything that is due, with the status each address answers now; states by address."""

    def pushing(**status):
        def post(address, **_):
            return Reply(status=status[address.split("//")[1].split(".")[0]])

        for delivery in Delivery.objects.due(now=clock.at).order_by("created_at"):
            push(str(delivery.pk), now=clock, post=post, random=lambda: 0)
        return states()

    return pushing


def states():
    rows = Delivery.objects.values_list("endpoint__address", "state")
    return {address.split("//")[1].split(".")[0]: state for address, state in rows}


def test_a_fallback_gets_nothing_while_the_main_one_still_tries(add, news, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    news()

    assert world_says(main=500) == {"main": "DUE"}


def test_a_fallback_takes_over_once_the_main_one_gave_up_with_the_same_letter(add, news, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    [delivery] = news()

    assert world_says(main=410) == {"main": "FAILED", "spare": "DUE"}
    assert world_says(spare=200) == {"main": "FAILED", "spare": "DELIVERED"}
    assert set(Delivery.objects.values_list("letter_id", flat=True)) == {delivery.letter_id}


def test_when_the_fallback_gives_up_too_a_person_must_act(add, news, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    news()
    world_says(main=410)

    assert world_says(spare=410) == {"main": "FAILED", "spare": "PARKED"}


def test_a_chain_of_fallbacks_goes_to_its_end(add, news, world_says):
    spare = add(SPARE, fallback_of=add(MAIN))
    add(LAST, fallback_of=spare)
    news()

    assert world_says(main=410) == {"main": "FAILED", "spare": "DUE"}
    assert world_says(spare=410) == {"main": "FAILED", "spare": "FAILED", "last": "DUE"}
    assert world_says(last=410) == {"main": "FAILED", "spare": "FAILED", "last": "PARKED"}


def test_two_fallbacks_share_the_duty_and_one_is_enough(add, news, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    add(OTHER_SPARE, fallback_of=main)
    news()
    world_says(main=410)

    assert world_says(spare=410, other=200) == {"main": "FAILED", "spare": "FAILED", "other": "DELIVERED"}


def test_when_both_fallbacks_give_up_exactly_one_waits_for_a_person(add, news, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    add(OTHER_SPARE, fallback_of=main)
    news()
    world_says(main=410)
    ended = world_says(spare=410, other=410)

    assert sorted(ended.values()) == ["FAILED", "FAILED", "PARKED"]


def test_a_fallback_that_did_not_ask_for_the_event_does_not_take_over(add, news, world_says):
    add(SPARE, events=["item.missing"], fallback_of=add(MAIN))
    news()

    assert world_says(main=410) == {"main": "PARKED"}


def test_another_main_endpoint_is_no_fallback(add, news, world_says):
    add(MAIN)
    add(OTHER_SPARE)
    news()

    assert world_says(main=410, other=200) == {"main": "PARKED", "other": "DELIVERED"}


def test_a_replay_starts_the_schedule_over_and_goes_on_counting(add, news, manager, clock, world_says):
    add(MAIN)
    [delivery] = news()
    world_says(main=500)
    clock.at += timedelta(seconds=5)
    world_says(main=410)
    actions.replay_delivery(actor=manager, delivery=delivery, now=clock.at)
    world_says(main=500)

    delivery.refresh_from_db()
    assert delivery.next_attempt_at - clock.at == timedelta(seconds=5)
    assert [(a.number, a.outcome, a.asked_by) for a in delivery.attempts.order_by("number")] == [
        (1, "refused", None),
        (2, "gone", None),
        (3, "refused", manager.user),
    ]
    clock.at += timedelta(seconds=5)
    assert world_says(main=200) == {"main": "DELIVERED"}
    assert delivery.attempts.get(number=4).asked_by is None
    entry = Entry.objects.get(action="delivery.replayed")
    assert (entry.actor_id, entry.subject_id, entry.facts) == (manager.user_id, delivery.pk, {"before": "PARKED"})


@pytest.mark.parametrize("state", [State.DUE, State.DELIVERED, State.FAILED, State.PARKED])
def test_a_delivery_in_any_state_at_rest_can_be_sent_again(add, news, manager, state):
    add(MAIN)
    [delivery] = news(now=START + timedelta(days=1))
    Delivery.objects.update(state=state, attempts_made=7, settled_at=START)
    actions.replay_delivery(actor=manager, delivery=delivery, now=START)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_attempt_at, delivery.attempts_made) == (State.DUE, START, 0)
    assert delivery.settled_at is None


def test_one_that_is_being_sent_cannot_be_sent_again(add, news, manager):
    add(MAIN)
    [delivery] = news()
    Delivery.objects.update(state=State.SENDING, lease_until=START)
    with pytest.raises(Refused) as refused:
        actions.replay_delivery(actor=manager, delivery=delivery, now=START)
    assert refused.value.code == "cannot_replay"


def test_what_lies_in_the_inbox_cannot_be_sent_again(oakview, manager):
    [inbox] = actions.post_to_inbox(
        organisation=oakview.pk, type="item.missing", subject_id=oakview.pk, path="/x", ids={}, now=START
    )
    with pytest.raises(Refused, match="inbox"):
        actions.replay_delivery(actor=manager, delivery=inbox, now=START)


def test_a_replay_that_gives_up_again_asks_the_same_fallback_only_once(add, news, manager, clock, world_says):
    main = add(MAIN)
    add(SPARE, fallback_of=main)
    [delivery] = news()
    world_says(main=410)
    world_says(spare=200)
    actions.replay_delivery(actor=manager, delivery=delivery, now=clock.at)

    assert world_says(main=410) == {"main": "FAILED", "spare": "DELIVERED"}


def test_a_person_settles_what_nobody_could_carry(add, news, manager, clock, world_says):
    add(MAIN)
    [delivery] = news()
    world_says(main=410)
    for empty in ("", "  ", "x" * 1001):
        with pytest.raises(BadInput):
            actions.settle_delivery(actor=manager, delivery=delivery, note=empty, now=clock.at)
    actions.settle_delivery(actor=manager, delivery=delivery, note="Rang Peggy's ward.", now=clock.at)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.settled_at, delivery.settled_by_name) == (State.FAILED, clock.at, "Mary")
    assert delivery.settled_note == "Rang Peggy's ward."
    entry = Entry.objects.get(action="delivery.settled")
    assert "Peggy" not in str(entry.facts)
    assert "Peggy" in Personal.objects.get(entry=entry).content
    with pytest.raises(Refused) as refused:
        actions.settle_delivery(actor=manager, delivery=delivery, note="again", now=clock.at)
    assert refused.value.code == "nothing_to_settle"


def test_an_endpoint_removed_while_a_push_was_under_way_is_not_tried_again(add, news, manager, clock):
    endpoint = add(MAIN)
    [delivery] = news()

    def removed_meanwhile(address, **_):
        actions.remove_endpoint(actor=manager, endpoint=endpoint, now=clock.at)
        return Reply(status=500)

    assert push(str(delivery.pk), now=clock, post=removed_meanwhile) == State.FAILED
