"""Every push arrives, whatever breaks on the way: a table of one run under faults.

PostgreSQL, Redis, two Celery workers and the schedule, all real. 10,000 pushes (BENCH_SIZE changes it) go to a receiver
that refuses 30 % of all calls. Meanwhile a worker is killed (SIGKILL) every few seconds at random and started
again, Redis is emptied twice, PostgreSQL is stopped as in a crash once. Only the waits between attempts are cut short:
what is due later is made due now, once a second. Exit 1 when a push is lost, or one arrives that nobody posted.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "1")

import django  # noqa: E402

django.setup()

from redbag import rows  # noqa: E402

rows.outside = rows.ALL

import redis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from redbag.deliveries.actions import add_endpoint, post_letters  # noqa: E402
from redbag.deliveries.models import Attempt, Delivery, Endpoint  # noqa: E402
from redbag.organisations.access import actor_for  # noqa: E402
from redbag.organisations.models import User  # noqa: E402

SIZE = int(os.environ.get("BENCH_SIZE", "10000"))
ENDPOINTS, BATCH, REFUSED = 10, 50, 0.3
KILL_EVERY = (8, 25)
LONGEST_SECONDS = 3600
EVENT = "item.missing"
dice = random.Random(20261122)


class Receiver(ThreadingHTTPServer):
    """Refuses some calls; of those it takes, it counts each id once, as a receiver of webhooks must."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.took: Counter[str] = Counter()
        self.calls = self.refused = 0
        self.lock = threading.Lock()


class Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.calls += 1
            refuses = dice.random() < REFUSED
            self.server.refused += refuses
            if not refuses:
                self.server.took[f"{self.path} {self.headers['webhook-id']}"] += 1
        self.send_response(503 if refuses else 200)
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


def start(*command: str) -> subprocess.Popen:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "celery", "-A", "config", *command], start_new_session=True, **quiet)


def start_worker(number: int) -> subprocess.Popen:
    name = ["--hostname", f"post{number}@bench", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    how = ["--pool", "threads", "--concurrency", "8", "--loglevel", "CRITICAL"]
    return start("worker", "--queues", "post", *how, *name)


def kill(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def patiently(work):
    """Do some work on the database, again when it was away."""
    while True:
        try:
            return work()
        except OperationalError:
            connection.close()
            time.sleep(0.5)


def crash_postgres() -> None:
    restart = '"$(find_postgres)/pg_ctl" restart -s -w -m immediate -D "$SERVICES/postgres/data"'
    stop = f". script/services.sh; as_plain_user {restart}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["bash", "-c", stop], cwd=ROOT, check=True, **quiet)


def prepare(address: str) -> list:
    """Ten homes, each with one webhook."""
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)
    with connection.cursor() as cursor:  # what is committed must survive the crash
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET synchronous_commit = on")
    manager = User.objects.get(email="manager@oakview.example")
    home, actor = manager.memberships.get().organisation, actor_for(manager)
    Endpoint.objects.filter(organisation=home).update(removed_at=timezone.now())
    for number in range(ENDPOINTS):
        wanted = {"kind": "webhook", "events": [EVENT], "fallback_of": None, "now": timezone.now()}
        add_endpoint(actor=actor, organisation=home, address=f"{address}/{number}", **wanted)
    return [home.pk]


def post_all(homes: list, posted: threading.Event) -> None:
    """Post the letters in transactions of their own; each goes to every endpoint."""
    for _ in range(SIZE // (ENDPOINTS * BATCH)):
        patiently(lambda: post_some(homes))
    connection.close()
    posted.set()


def post_some(homes: list) -> None:
    with transaction.atomic():
        for _ in range(BATCH):
            news = {"type": EVENT, "subject_id": uuid.uuid4(), "path": "/", "ids": {}, "now": timezone.now()}
            post_letters(organisations=homes, **news)


def hurry() -> None:
    """Cut the waits short: what is due later is due now, and who rests is awake."""
    now = timezone.now()
    Delivery.objects.filter(state="DUE", next_attempt_at__gt=now).update(next_attempt_at=now)
    Endpoint.objects.filter(rests_until__gt=now).update(rests_until=now)


def left() -> int:
    return Delivery.objects.filter(letter__type=EVENT).exclude(state__in=["DELIVERED", "PARKED", "FAILED"]).count()


def main() -> int:
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    homes = prepare(f"http://127.0.0.1:{receiver.server_port}")
    workers = [start_worker(number) for number in range(2)]
    clock = start("beat", "--schedule", f"{settings.REDBAG_DATA}/beat", "--loglevel", "CRITICAL")
    posted, began, done = threading.Event(), time.monotonic(), Counter()
    threading.Thread(target=post_all, args=(homes, posted), daemon=True).start()
    next_kill = began + dice.uniform(*KILL_EVERY)
    faults = [("Redis emptied", 0.25), ("PostgreSQL crashed and started again", 0.45), ("Redis emptied", 0.65)]
    try:
        while time.monotonic() - began < LONGEST_SECONDS:
            time.sleep(1)
            patiently(hurry)
            share = len(receiver.took) / SIZE
            if time.monotonic() > next_kill:
                place = dice.randrange(2)
                kill(workers[place])
                workers[place] = start_worker(place)
                done["workers killed and started again"] += 1
                next_kill = time.monotonic() + dice.uniform(*KILL_EVERY)
            if faults and share >= faults[0][1]:
                what, _ = faults.pop(0)
                done[what] += 1
                redis.from_url(settings.BROKER_URL).flushall() if "Redis" in what else crash_postgres()
            if posted.is_set() and patiently(left) == 0:
                break
    finally:
        for process in (*workers, clock):
            kill(process)
    return report(receiver, time.monotonic() - began, done)


def report(receiver: Receiver, seconds: float, done: Counter) -> int:
    deliveries = Delivery.objects.filter(letter__type=EVENT).select_related("endpoint")
    owed = {f"/{each.endpoint.address.rpartition('/')[2]} {each.letter_id}" for each in deliveries}
    states, took = Counter(each.state for each in deliveries), set(receiver.took)
    rows = [
        ("pushes owed", len(owed)),
        ("delivered, as we know it", states["DELIVERED"]),
        ("given up or waiting for a person", states["PARKED"] + states["FAILED"]),
        ("lost: owed, and never taken by the receiver", len(owed - took)),
        ("taken by the receiver, and never owed", len(took - owed)),
        ("calls the receiver had", receiver.calls),
        ("calls it refused", receiver.refused),
        ("calls that brought again what it had, under the same id", sum(receiver.took.values()) - len(took)),
        ("attempts written down", Attempt.objects.filter(delivery__letter__type=EVENT).count()),
        *done.items(),
        ("seconds", round(seconds)),
        ("pushes a second, faults and all", round(len(owed) / seconds)),
    ]
    for what, figure in rows:
        print(f"{what:<62}{figure:>10,}")
    good = states["DELIVERED"] == len(owed) >= SIZE and took == owed
    print("all delivered, none lost, effects once" if good else "NOT all delivered")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
