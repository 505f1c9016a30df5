"""A push survives whatever is killed, emptied or away in the middle of it, and has one effect."""

import signal
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.utils import timezone

from config.celery import app
from redbag.deliveries import tasks
from redbag.deliveries.actions import add_endpoint, post_letters
from redbag.deliveries.models import Attempt, Delivery
from redbag.deliveries.posting import Reply
from redbag.deliveries.sending import push, push_due, ring_for
from redbag.organisations.models import Role
from tests.deliveries.people import organisation, person
from tests.deliveries.receiver import Answer, receiving
from tests.deliveries.workers import at_once, kill, run, worker

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(transaction=True)]
State = Delivery.State
TELL = """
from uuid import UUID, uuid4
from django.db import transaction
from django.utils import timezone
from redbag.deliveries import actions
{before}
with transaction.atomic():
    actions.post_letters(
        organisations=[UUID("{home}")], type="item.missing", subject_id=uuid4(), path="/x", ids={{}}, now=timezone.now()
    )
print("answered")
"""


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def home():
    return organisation("VTST1", "Oakview")


@pytest.fixture
def add(home):
    """Add a webhook of the home."""
    manager = person("Mary", Role.HOME_MANAGER, home)

    def adding(address, fallback_of=None):
        endpoint, _ = add_endpoint(
            actor=manager,
            organisation=home,
            kind="webhook",
            address=address,
            events=[],
            fallback_of=fallback_of,
            now=timezone.now(),
        )
        return endpoint

    return adding


@pytest.fixture
def news(home):
    """Have news for the home, committed and rung for."""

    def telling() -> list[Delivery]:
        return post_letters(
            organisations=[home.pk],
            type="item.missing",
            subject_id=uuid4(),
            path="/x",
            ids={},
            now=timezone.now(),
        )

    return telling


@pytest.fixture(autouse=True)
def empty_broker():
    """Nothing left over from another test."""
    app.control.purge()


def minutes_later(minutes):
    return lambda: timezone.now() + timedelta(minutes=minutes)


def test_a_worker_killed_in_the_middle_of_a_push_costs_a_minute_and_nothing_else(receiver, add, news):
    receiver.answers = [Answer(hold=True)]
    add(receiver.address)
    [delivery] = news()
    with worker() as process:
        receiver.wait_for(1)
        kill(process)
    receiver.let_go.set()
    delivery.refresh_from_db()

    assert delivery.state == State.SENDING
    assert push(str(delivery.pk), now=timezone.now) is None
    assert push_due(now=minutes_later(2)) == {State.DELIVERED: 1}
    assert push_due(now=minutes_later(60 * 24 * 30)) == {}
    assert receiver.ids() == [str(delivery.letter_id)] * 2
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == ["interrupted", "delivered"]


def test_when_the_broker_forgets_everything_the_sweeper_does_not(receiver, add, news):
    add(receiver.address)
    [delivery] = news()
    assert app.control.purge() >= 1
    tasks.sweep()
    with worker():
        receiver.wait_for(1)

    assert receiver.ids() == [str(delivery.letter_id)]


def test_a_web_process_killed_between_commit_and_bell_loses_nothing(receiver, add, home):
    add(receiver.address)
    killed = run(TELL.format(home=home.pk, before="import os\nactions.ring = lambda ids: os.kill(os.getpid(), 9)"))
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    [delivery] = Delivery.objects.all()

    assert ring_for(now=timezone.now()) == [str(delivery.pk)]
    assert push(str(delivery.pk), now=timezone.now) == State.DELIVERED
    assert receiver.ids() == [str(delivery.letter_id)]


def test_a_web_process_killed_before_the_commit_leaves_nothing_behind(add, home):
    add("https://hooks.example.org/")
    dies = "import os\nfrom redbag.deliveries.models import Delivery\n"
    dies += "actions.partial = lambda *_: os.kill(os.getpid(), 9)"
    killed = run(TELL.format(home=home.pk, before=dies))

    assert killed.returncode == -signal.SIGKILL
    assert not Delivery.objects.exists()


def test_a_request_succeeds_while_the_broker_is_away(receiver, add, home):
    add(receiver.address)
    done = run(TELL.format(home=home.pk, before=""), BROKER_URL="redis://127.0.0.1:1/0")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "answered"
    assert "broker away" in done.stdout
    assert push_due(now=timezone.now) == {State.DELIVERED: 1}


def test_workers_that_race_for_a_delivery_send_it_once(receiver, add, news):
    add(receiver.address)
    for _ in range(5):
        [delivery] = news()
        ended = at_once(*[lambda it=str(delivery.pk): push(it, now=timezone.now)] * 4)

        assert sorted(map(str, ended)) == ["DELIVERED", "None", "None", "None"]
    assert len(receiver.got) == len(set(receiver.ids())) == 5
    assert Attempt.objects.count() == 5


def test_workers_that_race_for_a_lost_lease_send_it_once(receiver, add, news):
    add(receiver.address)
    [delivery] = news()
    past = timezone.now() - timedelta(minutes=5)
    Delivery.objects.update(state=State.SENDING, lease_until=past, attempts_made=1)
    ended = at_once(*[lambda: push(str(delivery.pk), now=timezone.now)] * 4)

    assert sorted(map(str, ended)) == ["DELIVERED", "None", "None", "None"]
    assert len(receiver.got) == 1
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == ["interrupted", "delivered"]


def test_two_fallbacks_that_give_up_at_the_same_moment_leave_exactly_one_to_a_person(add, news):
    main = add("https://main.example.org/")
    for name in ("a", "b"):
        add(f"https://{name}.example.org/", fallback_of=main)
    for _ in range(5):
        [delivery] = news()
        push(str(delivery.pk), now=timezone.now, post=lambda *_, **__: Reply(status=410))
        spares = delivery.letter.deliveries.exclude(pk=delivery.pk)
        together = Barrier(2)

        def gone(*_, meet=together, **__):
            meet.wait()
            return Reply(status=410)

        ended = at_once(*[lambda it=str(spare.pk): push(it, now=timezone.now, post=gone) for spare in spares])

        assert sorted(ended) == [State.FAILED, State.PARKED]
