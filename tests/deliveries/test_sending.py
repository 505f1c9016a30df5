import json
import socket
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from standardwebhooks import Webhook, WebhookVerificationError

from redbag.deliveries import actions, posting
from redbag.deliveries.models import Attempt, Delivery
from redbag.deliveries.sending import push, push_due, ring_for
from redbag.journal.models import Entry
from tests.deliveries.people import START
from tests.deliveries.receiver import Answer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
State = Delivery.State


class Killed(BaseException):
    """What a worker's end looks like to the code it runs."""


@pytest.fixture
def send(clock):
    """Push a delivery at the clock's time, without jitter and with little patience."""

    def sending(delivery):
        state = push(str(delivery.pk), now=clock, post=partial(posting.post, seconds=1), random=lambda: 0)
        delivery.refresh_from_db()
        return state

    return sending


def log(delivery):
    return [(a.number, a.outcome, a.status) for a in delivery.attempts.order_by("number")]


def test_a_webhook_gets_ids_and_an_address_signed_so_that_the_standard_library_accepts_it(
    receiver, manager, oakview, news, send
):
    _, secret = actions.add_endpoint(
        actor=manager,
        organisation=oakview,
        kind="webhook",
        address=receiver.address,
        events=[],
        fallback_of=None,
        now=START,
    )
    [delivery] = news()

    assert send(delivery) == State.DELIVERED

    [got] = receiver.got
    with time_machine.travel(START, tick=False):
        said = Webhook(secret).verify(got.body, got.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(got.body.replace(b"available", b"replaced"), got.headers)
    subject = str(delivery.letter.subject_id)
    assert said == {
        "type": "discharge_summary.available",
        "timestamp": "2026-11-21T02:00:00+00:00",
        "data": {
            "discharge_summary": subject,
            "address": f"http://127.0.0.1:8000/api/v1/discharge-summaries/{subject}",
        },
    }
    assert got.headers["webhook-id"] == str(delivery.letter_id)
    assert log(delivery) == [(1, "delivered", 200)]
    assert (delivery.settled_at, delivery.next_attempt_at, delivery.lease_until) == (START, None, None)


def test_a_retry_has_the_same_id_and_body_a_new_time_and_a_fitting_signature(receiver, add, news, send, clock):
    receiver.answers = [Answer(status=500)]
    secret = add(receiver.address).secret
    [delivery] = news()
    send(delivery)
    clock.at = delivery.next_attempt_at

    assert send(delivery) == State.DELIVERED

    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5
    with time_machine.travel(clock.at, tick=False):
        Webhook(secret).verify(second.body, second.headers)


def test_while_a_secret_is_changed_the_old_and_the_new_one_both_verify(receiver, add, manager, news, send):
    endpoint = add(receiver.address)
    old = endpoint.secret
    new = actions.change_secret(actor=manager, endpoint=endpoint, now=START)
    [delivery] = news()
    send(delivery)

    [got] = receiver.got
    with time_machine.travel(START, tick=False):
        Webhook(old).verify(got.body, got.headers)
        Webhook(new).verify(got.body, got.headers)


def test_a_secret_changed_twice_by_mistake_leaves_the_one_that_the_receiver_knows(receiver, add, manager, news, send):
    endpoint = add(receiver.address)
    old = endpoint.secret
    for _ in range(2):
        new = actions.change_secret(actor=manager, endpoint=endpoint, now=START)
    [delivery] = news()
    send(delivery)

    [got] = receiver.got
    with time_machine.travel(START, tick=False):
        Webhook(old).verify(got.body, got.headers)
        Webhook(new).verify(got.body, got.headers)


def test_a_receiver_that_is_down_for_a_while_gets_its_letter_on_schedule(receiver, add, news, send, clock):
    receiver.answers = [Answer(status=500), Answer(status=503), Answer(status=404)]
    add(receiver.address)
    [delivery] = news()
    due = []
    while send(delivery) == State.DUE:
        due.append(delivery.next_attempt_at - clock.at)
        clock.at = delivery.next_attempt_at

    assert due == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert log(delivery) == [(1, "refused", 500), (2, "refused", 503), (3, "refused", 404), (4, "delivered", 200)]
    assert len(set(receiver.ids())) == 1


def test_nothing_is_sent_before_its_time(receiver, add, news, send, clock):
    receiver.answers = [Answer(status=500)]
    add(receiver.address)
    [delivery] = news()
    send(delivery)
    clock.at = delivery.next_attempt_at - timedelta(microseconds=1)

    assert send(delivery) is None
    assert ring_for(now=clock.at) == []
    assert len(receiver.got) == 1


def test_a_receiver_that_is_not_there_is_tried_again(add, news, send):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    add(f"http://127.0.0.1:{port}/hook")
    [delivery] = news()

    assert send(delivery) == State.DUE
    assert log(delivery) == [(1, "unreachable", None)]
    assert "ConnectionRefusedError" in delivery.attempts.get().detail


@pytest.mark.parametrize(
    "answer", [Answer(hold=True), Answer(drip=True)], ids=["says nothing", "says a letter at a time"]
)
def test_a_slow_receiver_holds_a_worker_no_longer_than_the_time_out(receiver, add, news, clock, answer):
    receiver.answers = [answer]
    add(receiver.address)
    [delivery] = news()
    state = push(str(delivery.pk), now=clock, post=partial(posting.post, seconds=0.2))

    assert state == State.DUE
    assert log(delivery) == [(1, "timed_out", None)]


def test_the_time_outs_are_five_seconds_to_connect_and_fifteen_in_all():
    assert (posting.CONNECT_SECONDS, posting.TOTAL_SECONDS) == (5, 15)


def test_the_body_of_an_answer_is_not_waited_for(receiver, add, news, send):
    receiver.answers = [Answer(headers={"Content-Length": "1000000000"})]
    add(receiver.address)
    [delivery] = news()

    assert send(delivery) == State.DELIVERED


@pytest.mark.parametrize("raw", [b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nLong: " + b"a" * 70000, b"\0" * 9], ids=len)
def test_an_answer_that_is_no_http_is_a_failure(receiver, add, news, send, raw):
    receiver.answers = [Answer(raw=raw)]
    add(receiver.address)
    [delivery] = news()

    assert send(delivery) == State.DUE
    assert log(delivery) == [(1, "unreachable", None)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_nobody_follows_it(receiver, add, news, send, status):
    receiver.answers = [Answer(status=status, headers={"Location": receiver.address})]
    add(receiver.address)
    [delivery] = news()

    assert send(delivery) == State.DUE
    assert log(delivery) == [(1, "redirected", status)]
    assert len(receiver.got) == 1


def test_gone_stops_at_once_and_waits_for_a_person(receiver, add, news, send):
    receiver.answers = [Answer(status=410)]
    add(receiver.address)
    [delivery] = news()

    assert send(delivery) == State.PARKED
    assert log(delivery) == [(1, "gone", 410)]
    assert delivery.next_attempt_at is None
    assert Entry.objects.filter(action="delivery.parked", subject_id=delivery.pk).count() == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("3600", timedelta(hours=1)),
        ("1", timedelta(seconds=5)),
        ("Sat, 21 Nov 2026 04:00:00 GMT", timedelta(hours=2)),
        ("999999", timedelta(hours=24)),
    ],
)
def test_a_receiver_that_asks_to_be_left_alone_is(receiver, add, news, send, header, wait):
    receiver.answers = [Answer(status=429, headers={"Retry-After": header})]
    add(receiver.address)
    [delivery] = news()
    send(delivery)

    assert delivery.next_attempt_at == START + wait


def test_after_ten_attempts_it_waits_for_a_person(receiver, add, news, send, clock):
    receiver.answers = [Answer(status=500)] * 10
    add(receiver.address)
    [delivery] = news()
    while send(delivery) == State.DUE:
        clock.at = delivery.next_attempt_at

    assert delivery.state == State.PARKED
    assert [number for number, _, _ in log(delivery)] == list(range(1, 11))
    assert len(receiver.got) == 10
    assert list(Delivery.objects.unsettled()) == [delivery]
    clock.at += timedelta(days=400)
    assert send(delivery) is None


def test_a_worker_that_never_came_back_leaves_it_due_again_under_the_same_id(receiver, add, news, send, clock):
    add(receiver.address)
    [delivery] = news()

    def killed(*args, **kwargs):
        posting.post(*args, **kwargs)
        raise Killed

    with pytest.raises(Killed):
        push(str(delivery.pk), now=clock, post=killed)
    clock.at += timedelta(seconds=59)
    assert send(delivery) is None
    clock.at += timedelta(seconds=1)
    assert ring_for(now=clock.at) == [str(delivery.pk)]

    assert send(delivery) == State.DELIVERED
    assert log(delivery) == [(1, "interrupted", None), (2, "delivered", 200)]
    assert len(receiver.got) == 2
    assert len(set(receiver.ids())) == 1


def test_a_letter_that_kills_every_worker_is_given_up_like_any_other(receiver, add, news, clock):
    add(receiver.address)
    [delivery] = news()

    def killed(*args, **kwargs):
        raise Killed

    for _ in range(10):
        with pytest.raises(Killed):
            push(str(delivery.pk), now=clock, post=killed)
        clock.at += timedelta(minutes=1)

    assert push(str(delivery.pk), now=clock, post=killed) == State.PARKED
    assert log(delivery) == [(number, "interrupted", None) for number in range(1, 11)]


def test_a_worker_that_was_slower_than_its_lease_does_not_undo_what_the_next_one_did(receiver, add, news, clock):
    receiver.answers = [Answer(status=200)]
    add(receiver.address)
    [delivery] = news()

    def late(address, **kwargs):
        clock.at += timedelta(minutes=2)
        assert push(str(delivery.pk), now=clock) == State.DELIVERED
        return posting.Reply(status=500)

    assert push(str(delivery.pk), now=clock, post=late) == State.DELIVERED
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED
    assert log(delivery) == [(1, "interrupted", None), (2, "delivered", 200), (3, "refused", 500)]


def test_a_worker_that_was_slower_than_its_lease_leaves_it_to_the_one_that_is_sending_now(add, news, clock):
    add("https://hooks.example.org/")
    [delivery] = news()
    taken_over = clock.at + timedelta(minutes=3)

    def late(address, **kwargs):
        Delivery.objects.filter(pk=delivery.pk).update(lease_until=taken_over)
        return posting.Reply(status=410)

    assert push(str(delivery.pk), now=clock, post=late) == State.SENDING
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (State.SENDING, taken_over)
    assert log(delivery) == [(1, "gone", 410)]


def test_a_push_that_is_rung_twice_is_sent_once(receiver, add, news, send):
    add(receiver.address)
    [delivery] = news()

    assert [send(delivery), send(delivery)] == [State.DELIVERED, None]
    assert len(receiver.got) == 1


def test_a_push_of_something_unknown_does_nothing(clock):
    assert push("00000000-0000-4000-8000-000000000000", now=clock) is None


def test_an_email_holds_a_link_and_nobodys_name_or_number(add, news, send, oakview):
    add("nurses@oakview.example", kind="email")
    [delivery] = news()

    assert send(delivery) == State.DELIVERED

    [message] = mail.outbox
    subject = delivery.letter.subject_id
    assert message.to == ["nurses@oakview.example"]
    assert message.subject == "A discharge summary is ready to read"
    assert message.body.splitlines()[3] == f"http://127.0.0.1:8000/discharge-summaries/{subject}"
    assert message.extra_headers["Message-ID"] == f"<{delivery.letter_id}@127.0.0.1>"
    assert message.attachments == []
    assert log(delivery) == [(1, "delivered", None)]


def test_an_email_sent_again_is_the_same_message(add, news, send, manager):
    add("nurses@oakview.example", kind="email")
    [delivery] = news()
    send(delivery)
    actions.replay_delivery(actor=manager, delivery=delivery, now=START)
    send(delivery)

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.body == second.body


def test_a_mail_server_that_is_away_is_tried_again(add, news, send, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    add("nurses@oakview.example", kind="email")
    [delivery] = news()

    assert send(delivery) == State.DUE
    assert log(delivery) == [(1, "unreachable", None)]


def test_a_fhir_server_gets_a_document_reference_that_it_creates_only_once(receiver, add, news, send):
    receiver.answers = [Answer(status=201)]
    add(receiver.address, kind="fhir")
    [delivery] = news()

    assert send(delivery) == State.DELIVERED

    [got] = receiver.got
    letter = delivery.letter
    assert got.path == "/hook/DocumentReference"
    assert got.headers["content-type"] == "application/fhir+json"
    assert got.headers["if-none-exist"] == f"identifier=urn:ietf:rfc:3986|urn:uuid:{letter.pk}"
    url = f"http://127.0.0.1:8000/api/v1/discharge-summaries/{letter.subject_id}"
    assert json.loads(got.body) == {
        "resourceType": "DocumentReference",
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{letter.pk}"},
        "status": "current",
        "type": {"coding": [{"system": "http://snomed.info/sct", "code": "373942005", "display": "Discharge summary"}]},
        "date": "2026-11-21T02:00:00+00:00",
        "description": "A discharge summary is ready to read",
        "content": [{"attachment": {"contentType": "application/json", "url": url}}],
    }


def test_the_sweeper_names_what_is_due_once_a_minute(receiver, add, news, clock):
    add(receiver.address)
    [delivery] = news()

    assert ring_for(now=clock.at) == [str(delivery.pk)]
    assert ring_for(now=clock.at + timedelta(seconds=59)) == []
    assert ring_for(now=clock.at + timedelta(seconds=60)) == [str(delivery.pk)]


def test_the_sweeper_asks_the_database_once_when_nothing_is_due(receiver, add, news, send, django_assert_num_queries):
    add(receiver.address)
    [delivery] = news()
    send(delivery)

    with django_assert_num_queries(1):
        assert ring_for(now=START + timedelta(days=1)) == []


def test_what_is_due_can_be_sent_by_hand(receiver, add, news, capsys):
    receiver.answers = [Answer(), Answer(status=500), Answer(status=410)]
    add(receiver.address)
    for minute in range(3):
        news(now=START + timedelta(minutes=minute))
    with time_machine.travel(START + timedelta(hours=1), tick=False):
        call_command("deliver_due")

    expected = "3 sent: 1 arrived, 1 to be tried again, 0 handed on, 1 waiting for a person.\n"
    assert capsys.readouterr().out == expected
    assert push_due(now=lambda: START + timedelta(hours=1)) == {}


def test_an_attempt_keeps_when_it_began_and_ended(receiver, add, news, clock):
    add(receiver.address)
    [delivery] = news()

    def slowly(*args, **kwargs):
        clock.at += timedelta(seconds=3)
        return posting.Reply(status=500)

    push(str(delivery.pk), now=clock, post=slowly, random=lambda: 0)
    delivery.refresh_from_db()
    attempt = Attempt.objects.get()
    assert (attempt.started_at, attempt.finished_at) == (START, START + timedelta(seconds=3))
    assert delivery.next_attempt_at == START + timedelta(seconds=8)
