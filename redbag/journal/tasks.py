"""Doorbells of the journal."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from sqlalchemy import create_engine, text

from redbag.journal import checkpoints, missed, sealing

log = structlog.get_logger()


@shared_task
def seal(**_later) -> None:
    """Seal what is committed, and show that worker and schedule are alive; write down looks that were kept aside."""
    now = timezone.now()
    sealing.beat("worker", now=now)
    while sealing.seal_pending(now=now) >= 2000:
        pass
    missed.write_down(now=now)


@shared_task
def checkpoint(**_later) -> None:
    """Sign how far the chain has come, once every London day, and write the file of it."""
    if checkpoints.make_daily(now=timezone.now()):
        checkpoints.write_files()


@shared_task
def tidy_broker(**_later) -> None:
    """Remove delivered messages from the embedded broker; other brokers do it themselves."""
    if not settings.BROKER_URL.startswith("sqla+"):
        return
    engine = create_engine(settings.BROKER_URL.removeprefix("sqla+"))
    with engine.begin() as broker:
        broker.execute(text("DELETE FROM kombu_message WHERE visible = 0"))
    engine.dispose()
