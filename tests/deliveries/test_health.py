"""A dead or hanging receiver rests, is tried again, and in the end is switched off; the others do not wait for it."""

from datetime import timedelta

import pytest
from django.db import connection

from redbag.deliveries import actions, minding
from redbag.deliveries.health import hand_on_from_switched_off
from redbag.deliveries.models import Attempt, Delivery, Endpoint
from redbag.deliveries.posting import Reply
from redbag.deliveries.sending import push, push_due, push_each, ring_for, rounds_for
from redbag.journal.models import Entry
from tests.deliveries.people import START

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
State = Delivery.State
DEAD, FINE, SPARE = (f"https://{name}.example.org/" for name in ("dead", "fine", "spare"))


def refusing(*_, **__):
    return Reply(status=500)


def hanging(*_, **__):
    raise TimeoutError


def taking(*_, **__):
    return Reply(status=200)


@pytest.fixture
def send(clock):
    """Push a delivery at the clock's time."""
    return lambda delivery, post=refusing: push(str(delivery.pk), now=clock, post=post, random=lambda: 0)


@pytest.fixture
def dead(add, news, send):
    """An address that refused five letters in a row; two more are due there."""
    endpoint = add(DEAD)
    for _ in range(5):
        send(news()[0])
    news()
    news()
    endpoint.refresh_from_db()
    return endpoint


def due(endpoint):
    return Delivery.objects.filter(endpoint=endpoint, state=State.DUE, attempts_made=0)


def test_after_five_failures_in_a_row_an_address_rests_and_what_is_due_uses_up_no_attempt(dead, send, clock):
    waiting = due(dead).first()

    assert (dead.failures, dead.failing_since, dead.rests_until) == (5, START, START + timedelta(seconds=30))
    assert ring_for(now=clock.at) == []
    assert send(waiting) is None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts_made, waiting.attempts.count()) == (State.DUE, 0, 0)


def test_after_its_rest_one_letter_is_tried_at_a_time_and_a_failure_makes_the_next_rest_longer(dead, send, clock):
    clock.at = dead.rests_until
    probe, other = due(dead)
    assert len(ring_for(now=clock.at)) == 1

    def meanwhile(*_, **__):
        assert send(other) is None
        return Reply(status=500)

    send(probe, meanwhile)
    dead.refresh_from_db()
    assert dead.rests_until == clock.at + timedelta(minutes=1)


def test_the_rests_grow_to_ten_minutes_and_no_further(dead, add, news, send, clock):
    rests = []
    for _ in range(6):
        clock.at = dead.rests_until
        send(news()[0])
        dead.refresh_from_db()
        rests.append((dead.rests_until - clock.at).total_seconds())
    assert rests == [60, 120, 240, 480, 600, 600]


def test_one_success_ends_it_and_everything_that_is_due_goes(dead, send, clock):
    clock.at = dead.rests_until
    probe, _ = due(dead)
    assert send(probe, taking) == State.DELIVERED
    dead.refresh_from_db()

    assert (dead.failures, dead.failing_since, dead.rests_until) == (0, None, None)
    assert len(ring_for(now=clock.at)) == 6


def test_two_that_hang_are_enough(add, news, send, clock):
    endpoint = add(DEAD)
    for _ in range(2):
        send(news()[0], hanging)
    endpoint.refresh_from_db()
    assert endpoint.rests_until == START + timedelta(seconds=30)


def test_an_address_that_fails_now_and_then_is_hardly_ever_left_alone(add, news, send, clock):
    endpoint = add(DEAD)
    rested = 0
    for number in range(100):
        send(news()[0], refusing if number * 7 % 10 < 3 else taking)
        endpoint.refresh_from_db()
        rested += endpoint.rests_until is not None
    assert rested == 0
    assert Delivery.objects.filter(state=State.DELIVERED).count() == 70


def test_one_that_says_gone_is_asked_on_so_that_each_letter_is_handed_on_at_once(add, news, send, clock):
    endpoint = add(DEAD)
    for _ in range(7):
        assert send(news()[0], lambda *_, **__: Reply(status=410)) == State.PARKED
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.rests_until) == (7, None)


def test_no_more_than_two_are_sent_to_one_address_at_once(add, news, send):
    add(DEAD)
    first, second, third = (news()[0] for _ in range(3))
    tried = []

    def slowly(*_, **__):
        tried.append(send(third) if tried else (tried.append("under way"), send(second, slowly))[1])
        return Reply(status=200)

    assert send(first, slowly) == State.DELIVERED
    assert tried == ["under way", None, State.DELIVERED]
    assert send(third, taking) == State.DELIVERED


def test_one_that_was_lost_on_the_way_takes_nobodys_place(add, news, send):
    add(DEAD)
    lost, lost_too, third = (news()[0] for _ in range(3))
    Delivery.objects.filter(pk__in=[lost.pk, lost_too.pk]).update(state=State.SENDING, lease_until=START)
    assert send(third, taking) == State.DELIVERED


def test_the_sweeper_rings_for_every_address_in_turn(add, news, clock):
    add(DEAD, events=["item.missing"])
    for _ in range(60):
        news(type="item.missing")
    fine = add(FINE, events=["bag.found"])
    clock.at += timedelta(seconds=1)
    last = news(type="bag.found", now=clock.at)[0]
    rounds = rounds_for(now=clock.at)

    assert [len(each) for each in rounds] == [25, 1, 25, 10]
    assert rounds[1] == [str(last.pk)]
    assert last.endpoint == fine


def test_the_sweeper_asks_two_things_however_much_is_due_to_however_many(
    add, news, clock, django_assert_max_num_queries
):
    for number in range(12):
        add(f"https://a{number}.example.org/")
    for _ in range(20):
        news()
    with django_assert_max_num_queries(2):
        assert len(ring_for(now=clock.at)) == 240


def test_a_push_that_arrives_asks_the_database_four_things(add, news, send, django_assert_num_queries):
    add(FINE)
    [delivery] = news()
    with django_assert_num_queries(4 + 4):  # and the begin and end of two transactions, which a test nests
        send(delivery, taking)


@pytest.mark.postgres
def test_what_the_sweeper_asks_goes_by_indexes(add, news, clock, django_assert_max_num_queries):
    add(FINE)
    news()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with django_assert_max_num_queries(2) as asked:
        ring_for(now=clock.at)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "delivery_due" in plan
    assert "Seq Scan on redbag_delivery" not in plan


def test_a_round_that_takes_too_long_leaves_the_rest_to_the_sweeper(add, news, clock, monkeypatch):
    add(FINE)
    ids = [str(news()[0].pk) for _ in range(3)]
    ring_for(now=clock.at)

    def slowly(*_, **__):
        clock.at += timedelta(seconds=6)
        return Reply(status=200)

    monkeypatch.setitem(push.__kwdefaults__, "post", slowly)
    assert push_each(ids, now=clock) == 1
    assert len(ring_for(now=clock.at)) == 2


@pytest.fixture
def hopeless(add, news, send, clock):
    """An address where nothing has arrived for five days, and a letter that is still due there."""

    def failing(*, after=timedelta(days=5), **wish):
        endpoint = add(DEAD, **wish)
        for moment in (*[START] * 4, START + after):
            clock.at = moment
            [delivery] = news(now=clock.at)
            send(delivery)
        endpoint.refresh_from_db()
        return endpoint

    return failing


def test_after_five_days_without_a_success_it_is_switched_off_and_its_owner_is_told(hopeless, add, news, clock):
    mail = add("nurses@oakview.example", kind="email", events=["bag.found"])
    endpoint = hopeless()

    assert endpoint.disabled_at == clock.at
    [told] = mail.deliveries.all()
    assert (told.letter.type, told.letter.ids, told.state) == (
        "endpoint.disabled",
        {"endpoint": str(endpoint.pk)},
        State.DUE,
    )
    assert Entry.objects.filter(action="endpoint.disabled", subject_id=endpoint.pk, actor_id=None).count() == 1


def test_a_little_less_than_five_days_is_not_enough(hopeless):
    assert hopeless(after=timedelta(days=5) - timedelta(seconds=1)).disabled_at is None


def test_what_was_due_there_waits_for_a_person_and_so_does_what_comes_after(hopeless, news, clock):
    endpoint = hopeless()
    assert hand_on_from_switched_off(now=clock.at) == 4
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {State.PARKED}
    assert news(now=clock.at) == []
    assert endpoint.deliveries.filter(state=State.PARKED).count() == 6
    assert push_due(now=clock) == {}


def test_what_was_due_there_goes_to_its_fallback_and_so_does_what_comes_after(hopeless, add, news, clock):
    endpoint = hopeless()
    middle = add(SPARE, fallback_of=endpoint)
    last = add(FINE, fallback_of=middle)
    Endpoint.objects.filter(pk=middle.pk).update(disabled_at=clock.at)
    hand_on_from_switched_off(now=clock.at)

    assert sorted(set(endpoint.deliveries.values_list("state", flat=True))) == [State.FAILED, State.PARKED]
    assert last.deliveries.filter(state=State.DUE).count() == 4
    [new] = news(now=clock.at)
    assert new.endpoint == last
    assert not middle.deliveries.exists()


def test_a_fallback_of_one_that_is_switched_off_still_waits_for_the_one_above(add, news):
    main = add(DEAD)
    middle = add(SPARE, fallback_of=main)
    add(FINE, fallback_of=middle)
    Endpoint.objects.filter(pk=middle.pk).update(disabled_at=START)
    assert [each.endpoint for each in news()] == [main]


def test_switching_on_again_needs_a_test_that_arrived(hopeless, manager, news, send, clock):
    endpoint = hopeless()
    with pytest.raises(minding.TestFirst):
        minding.switch_on(actor=manager, endpoint=endpoint, now=clock.at)
    failed = actions.test_endpoint(actor=manager, endpoint=endpoint, now=clock.at)
    assert send(failed) == State.FAILED
    with pytest.raises(minding.TestFirst):
        minding.switch_on(actor=manager, endpoint=endpoint, now=clock.at)
    clock.at += timedelta(minutes=1)
    arrived = actions.test_endpoint(actor=manager, endpoint=endpoint, now=clock.at)
    assert send(arrived, taking) == State.DELIVERED

    minding.switch_on(actor=manager, endpoint=endpoint, now=clock.at)
    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.failures, endpoint.failing_since) == (None, 0, None)
    assert Entry.objects.filter(action="endpoint.switched_on", actor_id=manager.user_id).count() == 1
    assert len(news(now=clock.at)) == 1
    assert Attempt.objects.filter(delivery=arrived).get().outcome == "delivered"
