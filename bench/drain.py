"""How fast the post office empties: due deliveries on PostgreSQL, two real workers, receivers on this machine.

Then the same with one address more that hangs 15 seconds for every call: the others must not be slower than a tenth.
`DRAIN=5000 script/bench drain` takes fewer than 100,000.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
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

from config.celery import app  # noqa: E402
from redbag.deliveries import tasks  # noqa: E402
from redbag.deliveries.endpoints import new_secret  # noqa: E402
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter  # noqa: E402
from redbag.organisations.models import Kind, Organisation  # noqa: E402

COUNT = int(os.environ.get("DRAIN", "100000"))
WORKERS, THREADS, ADDRESSES, HANGING = 2, 8, 20, 200
SWEEP_SECONDS, LONGEST_SECONDS, AIM = 5, 3600, 0.9
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
RECEIVER = """
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(float(sys.argv[2]))
        try:
            self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
        except OSError:
            pass
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.daemon_threads, server.request_queue_size = True, 128
server.serve_forever()
"""


def serve(seconds: float) -> tuple[subprocess.Popen, str]:
    """A receiver that answers after so many seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", RECEIVER, str(port), str(seconds)])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, f"http://127.0.0.1:{port}/"
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a receiver did not start")


def work() -> subprocess.Popen:
    """A worker of the post office with threads, as in docker-compose.yml."""
    command = ["celery", "--app", "config.celery", "worker", "--queues", "post", "--loglevel", "ERROR"]
    more = ["--pool", "threads", "--concurrency", str(THREADS), "--without-gossip", "--without-mingle"]
    name = ["--hostname", f"drain-{uuid.uuid4().hex[:6]}@%h"]
    return subprocess.Popen([sys.executable, "-m", *command, *more, *name], cwd=ROOT, start_new_session=True, **QUIET)


def owe(home: Organisation, address: str, count: int, addresses: int = 1) -> list[Endpoint]:
    """Letters that are due, spread over endpoints with the same receiver."""
    now = timezone.now()
    found = [
        Endpoint(organisation=home, kind="webhook", address=f"{address}{n}", secret=new_secret(), created_at=now)
        for n in range(addresses)
    ]
    Endpoint.objects.bulk_create(found)
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        letters = [
            Letter(organisation=home, type="item.missing", subject_id=uuid.uuid4(), path="/x", written_at=now)
            for _ in numbers
        ]
        Letter.objects.bulk_create(letters)
        Delivery.objects.bulk_create(
            Delivery(
                letter=letter,
                organisation=home,
                endpoint=found[number % addresses],
                next_attempt_at=now,
                created_at=now,
            )
            for number, letter in zip(numbers, letters, strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def drain(endpoints: list[Endpoint]) -> float:
    """Seconds until everything to these endpoints has arrived, with the sweeper ringing as the schedule would."""
    mine = Delivery.objects.filter(endpoint__in=endpoints).exclude(state=Delivery.State.DELIVERED)
    began = swept = time.monotonic()
    tasks.sweep()
    while mine.exists():
        time.sleep(0.1)
        if time.monotonic() - swept >= SWEEP_SECONDS:
            swept = time.monotonic()
            tasks.sweep()
        if time.monotonic() - began > LONGEST_SECONDS:
            raise SystemExit("it did not empty")
    return time.monotonic() - began


def warmed(home: Organisation, address: str) -> list[subprocess.Popen]:
    """Workers that have connected and sent a little."""
    workers = [work() for _ in range(WORKERS)]
    drain(owe(home, address, 200, ADDRESSES))
    return workers


def main() -> None:
    if connection.vendor != "postgresql":
        raise SystemExit("This one needs PostgreSQL and Redis: run script/bench drain.")
    call_command("migrate", verbosity=0)
    home, _ = Organisation.objects.get_or_create(ods_code="VBEN1", name="Bench home", kind=Kind.CARE_HOME)
    (fast, quick), (slow, hanging) = serve(0), serve(30)
    workers: list[subprocess.Popen] = []
    rates = []
    print("| what | letters | seconds | a second | a second and worker |\n|---|---|---|---|---|")
    try:
        workers = warmed(home, quick)
        for name, hangs in (("all answer", 0), ("one address more hangs 15 s a call", HANGING)):
            app.control.purge()
            owe(home, hanging, hangs)
            seconds = drain(owe(home, quick, COUNT, ADDRESSES))
            rates.append(COUNT / seconds)
            each = rates[-1] / WORKERS
            print(f"| {name} | {COUNT} | {seconds:.1f} | {rates[-1]:.0f} | {each:.0f} |", flush=True)
        tried = Attempt.objects.filter(delivery__endpoint__address__startswith=hanging).count()
        ratio = rates[1] / rates[0]
        print(f"\nThe hanging one was tried {tried} times. The others went at {ratio:.2f} (aim {AIM} or more).")
    finally:
        for process in workers:
            os.killpg(process.pid, signal.SIGTERM)
        for process in (fast, slow, *workers):
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    main()
