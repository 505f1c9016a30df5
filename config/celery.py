"""The task application: its queues, and the whole schedule in one place."""

import os

import celery
from celery import Celery
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from redbag.rows import everything

QUEUES = ("post", "print", "reports", "clock")


class Task(celery.Task):
    """Work of the service itself: every row opens to it."""

    def __call__(self, *args, **kwargs):
        with everything():
            return super().__call__(*args, **kwargs)


app = Celery("redbag", task_cls=Task)


def configuration() -> dict:
    """Read on first use: this module is imported while the settings are still being made."""
    return {
        "broker_url": settings.BROKER_URL,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {} if settings.BROKER_URL.startswith("sqla") else {"visibility_timeout": 30},
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_default_queue": "clock",
        "task_routes": {
            "redbag.deliveries.tasks.*": {"queue": "post"},
            "redbag.accounts.tasks.send_letter": {"queue": "post"},
            "redbag.visitors.tasks.*": {"queue": "post"},
            "redbag.bags.tasks.*": {"queue": "print"},
            "redbag.journal.tasks.*": {"queue": "clock"},
            "redbag.transfers.tasks.*": {"queue": "clock"},
            "redbag.api.tasks.*": {"queue": "clock"},
            "redbag.accounts.tasks.*": {"queue": "clock"},
            "redbag.retention.tasks.*": {"queue": "clock"},
            "redbag.packs.tasks.*": {"queue": "print"},
            "redbag.discharges.tasks.*": {"queue": "clock"},
            # Minutes of work: never in the queue of the papers that go with the patient.
            "redbag.reports.file_tasks.make": {"queue": "reports"},
            "redbag.reports.file_tasks.sweep": {"queue": "reports"},
            "redbag.reports.file_tasks.send_monthly": {"queue": "clock"},
            "redbag.reports.file_tasks.throw_away": {"queue": "clock"},
            "redbag.reminders.tasks.*": {"queue": "clock"},
            "redbag.discharges.mail_tasks.*": {"queue": "clock"},
            "redbag.reports.inspection_tasks.*": {"queue": "reports"},
            "redbag.counting.tasks.*": {"queue": "clock"},
        },
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "timezone": "Europe/London",
        "enable_utc": True,
        "beat_schedule": {
            "seal the journal": {"task": "redbag.journal.tasks.seal", "schedule": 5.0, "options": {"expires": 10}},
            "sweep the post": {"task": "redbag.deliveries.tasks.sweep", "schedule": 5.0, "options": {"expires": 10}},
            "sweep the printing": {"task": "redbag.bags.tasks.sweep", "schedule": 10.0, "options": {"expires": 20}},
            "settle held facts": {
                "task": "redbag.transfers.tasks.settle",
                "schedule": 30.0,
                "options": {"expires": 60},
            },
            "read what hospitals sent": {
                "task": "redbag.discharges.tasks.sweep",
                "schedule": 20.0,
                "options": {"expires": 40},
            },
            # The first look after midnight makes the day's; a service that was down then makes it when it is back.
            "sign the journal": {
                "task": "redbag.journal.tasks.checkpoint",
                "schedule": 60.0,
                "options": {"expires": 120},
            },
            "tidy the broker": {"task": "redbag.journal.tasks.tidy_broker", "schedule": 300.0},
            "draw the papers": {"task": "redbag.packs.tasks.sweep", "schedule": 5.0, "options": {"expires": 10}},
            "draw the folders": {
                "task": "redbag.packs.tasks.sweep_folders",
                "schedule": 60.0,
                "options": {"expires": 120},
            },
            "count journeys": {"task": "redbag.counting.tasks.count", "schedule": 60.0, "options": {"expires": 120}},
            "watch the clocks": {"task": "redbag.reminders.tasks.watch", "schedule": 30.0, "options": {"expires": 60}},
            "take in mail": {
                "task": "redbag.discharges.mail_tasks.sweep",
                "schedule": 20.0,
                "options": {"expires": 40},
            },
            "sweep the letters about accounts": {
                "task": "redbag.accounts.tasks.sweep_letters",
                "schedule": 10.0,
                "options": {"expires": 20},
            },
            "let go whose last day is over": {
                "task": "redbag.accounts.tasks.let_go",
                "schedule": 60.0,
                "options": {"expires": 120},
            },
            "forget old letters about accounts": {"task": "redbag.accounts.tasks.forget_letters", "schedule": 3600.0},
            "forget old copies of letters": {"task": "redbag.retention.tasks.forget_letter_copies", "schedule": 3600.0},
            "send one-time codes": {
                "task": "redbag.visitors.tasks.send_codes",
                "schedule": 5.0,
                "options": {"expires": 10},
            },
            "forget old tries": {"task": "redbag.visitors.tasks.forget_tries", "schedule": 3600.0},
            "forget old drafts": {"task": "redbag.retention.tasks.forget_drafts", "schedule": 3600.0},
            "destroy what two agreed on": {
                "task": "redbag.retention.tasks.destroy",
                "schedule": 30.0,
                "options": {"expires": 60},
            },
            "write out records": {
                "task": "redbag.retention.tasks.make_exports",
                "schedule": 20.0,
                "options": {"expires": 40},
            },
            "make inspection packs": {
                "task": "redbag.reports.inspection_tasks.sweep",
                "schedule": 20.0,
                "options": {"expires": 40},
            },
            "throw away old inspection packs": {"task": "redbag.reports.inspection_tasks.forget", "schedule": 3600.0},
            "throw away old exports": {"task": "redbag.retention.tasks.forget_old_exports", "schedule": 3600.0},
            "make report files": {
                "task": "redbag.reports.file_tasks.sweep",
                "schedule": 20.0,
                "options": {"expires": 40},
            },
            "send the reports of the month": {
                "task": "redbag.reports.file_tasks.send_monthly",
                "schedule": 600.0,
                "options": {"expires": 900},
            },
            "throw away old report files": {"task": "redbag.reports.file_tasks.throw_away", "schedule": 3600.0},
            "forget old answers": {"task": "redbag.api.tasks.forget_answers", "schedule": 3600.0},
        },
    }


app.add_defaults(configuration)
PACKAGES = (
    "journal",
    "deliveries",
    "accounts",
    "retention",
    "bags",
    "transfers",
    "visitors",
    "packs",
    "discharges",
    "reminders",
    "counting",
    "api",
)
app.autodiscover_tasks([f"redbag.{package}" for package in PACKAGES], related_name="tasks")
app.autodiscover_tasks(["redbag.discharges"], related_name="mail_tasks")
app.autodiscover_tasks(["redbag.reports"], related_name="inspection_tasks")
app.autodiscover_tasks(["redbag.reports"], related_name="file_tasks")
