"""The embedded worker: every queue and the schedule in one process of threads."""

import os
import sys
import warnings
from pathlib import Path

from celery.beat import EmbeddedService
from celery.platforms import SecurityWarning
from celery.signals import worker_ready, worker_shutting_down

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.celery import app

warnings.simplefilter("ignore", SecurityWarning)  # nothing but this machine's own files reaches the embedded broker
# `celery worker --beat` would fork a second process of the same size.
beat = EmbeddedService(app, thread=True, schedule_filename=os.path.join(os.environ["REDBAG_DATA"], "schedule"))
worker_ready.connect(lambda **_: beat.start(), weak=False)
worker_shutting_down.connect(lambda **_: beat.service.stop(), weak=False)

app.worker_main(
    [
        *["--quiet", "worker", "--loglevel", "WARNING"],
        *["--pool", "threads", "--concurrency", os.environ.get("WORKER_THREADS", "4")],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],
        *["--hostname", f"redbag-{os.environ.get('PORT', '8000')}@%h"],
    ]
)
