"""How fast a hand-off and a scan are, as ratios to bare Django views on the same server in the same run.

Eight clients, two web workers, PostgreSQL. The bare hand-off locks a row, inserts and updates in one transaction;
the bare scan is one indexed SELECT and one INSERT; neither has middleware, sign-in or JSON to read.
Then the same hand-offs and scans with the database's policies on rows and without them, turn by turn: what they cost.
"""

import http.client
import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "1")

import django  # noqa: E402

django.setup()

from redbag import rows  # noqa: E402

rows.outside = rows.ALL

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.bare import BareBag, BareFact  # noqa: E402
from redbag.bags.actions import issue_label  # noqa: E402
from redbag.bags.models import Bag  # noqa: E402
from redbag.organisations.access import actor_for  # noqa: E402
from redbag.organisations.actions import open_session  # noqa: E402
from redbag.organisations.models import User  # noqa: E402
from redbag.residents.models import Resident  # noqa: E402
from redbag.transfers.actions import Packing, pack_bag  # noqa: E402
from redbag.vault import unseal_label  # noqa: E402

CLIENTS, BAGS, SECONDS, ROUNDS, TURNS = 8, 800, 4, 3, 5
GUARDED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity"
AIM = 0.4


def prepare() -> tuple[list[str], str, str]:
    """The demo world, and bags out with residents; returns tokens of labels, a crew's and a ward's session."""
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)
    carer = User.objects.get(email="carer@oakview.example")
    actor, home, now = actor_for(carer), carer.memberships.get().organisation, timezone.now() - timedelta(hours=1)
    tokens = []
    for number in range(BAGS):
        resident = Resident.objects.create(
            home=home, first_name="Test", last_name=f"Person{number}", date_of_birth="1936-03-03", created_at=now
        )
        bag = Bag.objects.create(home=home, tracker=f"bench-{number}", created_at=now)
        tokens.append(unseal_label(issue_label(bag=bag, now=now).token_sealed))
        pack_bag(actor=actor, packing=Packing(resident=resident, bag=bag), now=now)
    with connection.schema_editor() as editor:
        editor.create_model(BareBag)
        editor.create_model(BareFact)
    BareBag.objects.bulk_create(
        [BareBag(id=number, token=f"token-{number}", stage="", changes=0) for number in range(BAGS)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    crew, ward = (User.objects.get(email=email) for email in ("crew@lifeline.example", "ward@stmarys.example"))
    return tokens, open_session(user=crew, now=timezone.now())[0], open_session(user=ward, now=timezone.now())[0]


def serve() -> tuple[subprocess.Popen, int]:
    """Two web workers on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["gunicorn", "bench.bare:application", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def rate(port: int, request) -> float:
    """Requests a second that eight clients get answered with 200."""
    end, counts, numbers = time.monotonic() + SECONDS, [0] * CLIENTS, itertools.count()

    def client(place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            method, path, body, headers = request(next(numbers) % BAGS)
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            assert b"quarantined" not in text, text
            counts[place] += 1

    threads = [threading.Thread(target=client, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def guard(*, on: bool) -> None:
    """Switch the policies on rows on or off; the service sends the same statements either way."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDED)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} ROW LEVEL SECURITY")
    connection.close()


def turn(port: int, request) -> tuple[float, float]:
    """Requests a second without the policies and with them, one after the other."""
    guard(on=False)
    without = rate(port, request)
    guard(on=True)
    return without, rate(port, request)


def main() -> None:
    if connection.vendor != "postgresql":
        raise SystemExit("This one needs PostgreSQL: run script/bench custody.")
    tokens, crew, ward = prepare()
    connection.close()
    server, port = serve()
    takers = itertools.cycle([("RDEM9", crew), ("RDEM1", ward)])

    def hand_off(number):
        to, session = next(takers)
        now = timezone.now().isoformat()
        fact = {"id": str(uuid.uuid4()), "kind": "handoff", "token": tokens[number], "to": to, "occurred_at": now}
        body = json.dumps({"sent_at": now, "facts": [fact]})
        return "POST", "/api/v1/facts", body, {"Authorization": f"Bearer {session}", "Content-Type": "application/json"}

    pairs = {
        "hand-off": (lambda n: ("POST", f"/bare/hand-off/{n}", "", {}), hand_off),
        "scan": (
            lambda n: ("GET", f"/bare/scan/{n}", None, {}),
            lambda n: ("GET", f"/api/v1/scan/{tokens[n]}", None, {"Authorization": f"Bearer {crew}"}),
        ),
    }
    try:
        print("| what | bare a second | ours a second | ratio (aim 0.4) |\n|---|---|---|---|")
        for name, (bare, ours) in pairs.items():
            rounds = [(rate(port, bare), rate(port, ours)) for _ in range(ROUNDS)]
            ratio = statistics.median(mine / least for least, mine in rounds)
            least, mine = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(f"| {name} | {least:.0f} | {mine:.0f} | {ratio:.2f} |", flush=True)
        print("\n| what | without policies a second | with them | ratio, and of each turn |\n|---|---|---|---|")
        for name, (_, ours) in pairs.items():
            turns = [turn(port, ours) for _ in range(TURNS)]
            ratios = sorted(guarded / without for without, guarded in turns)
            without, guarded = (statistics.median(column) for column in zip(*turns, strict=True))
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"| {name} | {without:.0f} | {guarded:.0f} | {statistics.median(ratios):.2f} ({each}) |", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


if __name__ == "__main__":
    main()
