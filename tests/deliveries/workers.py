"""Real processes beside the test: workers and web processes that can be killed."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Barrier, Thread

from django.conf import settings
from django.db import connection


def environment(**changes: str) -> dict[str, str]:
    """What a process needs to serve the same database and broker as the test."""
    place = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{place['USER']}:{place['PASSWORD']}" if place["PASSWORD"] else place["USER"]
        database = f"postgres://{who}@{place['HOST'] or 'localhost'}:{place['PORT'] or 5432}/{place['NAME']}"
    else:
        database = f"sqlite:///{place['NAME']}"
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "BROKER_URL": settings.BROKER_URL,
        "REDBAG_DATA": str(settings.REDBAG_DATA),
        "DEMO": "1",
    }
    return os.environ | own | changes


@contextmanager
def worker():
    """A worker of the post office; its process ends with the block, or by `kill`."""
    command = ["celery", "-A", "config", "worker", "--queues", "post", "--concurrency", "1", "--loglevel", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen([sys.executable, "-m", *command, *quiet], env=environment(), start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to the worker and its children: nobody gets to say good-bye."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(code: str, **changes: str) -> subprocess.CompletedProcess:
    """Run Python with the service set up, in a process of its own."""
    start = "import django\ndjango.setup()\nfrom redbag import rows\nrows.outside = rows.ALL\n"
    return subprocess.run(
        [sys.executable, "-c", start + code], env=environment(**changes), capture_output=True, text=True, timeout=60
    )


def at_once(*jobs) -> list:
    """Run functions at the same moment, each with a database connection of its own; their results or exceptions."""
    results, barrier = [None] * len(jobs), Barrier(len(jobs))

    def one(place, job):
        try:
            barrier.wait()
            results[place] = job()
        except Exception as fault:  # handed to the test, which knows which ones it expects
            results[place] = fault
        finally:
            connection.close()

    threads = [Thread(target=one, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
