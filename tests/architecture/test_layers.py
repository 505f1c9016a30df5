"""What import-linter cannot see: foreign keys, doors that look things up by themselves, addresses without a row."""

import ast
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.urls import get_resolver

from config.celery import QUEUES
from redbag.organisations.access import AGENCY, GRANTS, Permission
from redbag.organisations.models import Role
from redbag.organisations.routes import ROUTES

REDBAG = Path(__file__).resolve().parents[2] / "redbag"
UPWARDS = [
    *("journal", "organisations", "deliveries", "accounts", "drafts", "residents", "summaries"),
    *("documents", "bags", "transfers", "notes", "visitors", "packs", "discharges"),
    *("reconciliations", "departures", "homecomings", "reminders", "counting", "reports", "retention", "api"),
]
# What a door may start a look-up from: what is scoped, or belongs to nobody in particular.
OPEN_TO_DOORS = {"Organisation", "Place", "Answer"}
SCOPED = {"visible_to", "theirs", "readable_by", "known_to"}


def package_of(model):
    return model.__module__.split(".")[1]


def test_foreign_keys_point_back_along_the_journey():
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("redbag").get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and UPWARDS.index(package_of(field.related_model)) > UPWARDS.index(package_of(model))
    ]
    assert wrong == []


def addresses(patterns=None, namespace=""):
    for entry in patterns or get_resolver().url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield namespace + (entry.name or str(entry.pattern))


def test_every_address_has_a_row_in_the_permission_table_and_every_row_an_address():
    assert set(addresses()) == set(ROUTES)


def test_every_role_has_its_grants():
    assert set(GRANTS) == {*Role.values, AGENCY}
    assert set().union(*GRANTS.values()) == set(Permission)


def test_every_task_goes_to_a_queue_that_a_worker_serves():
    current_app.loader.import_default_modules()
    ours = [name for name in current_app.tasks if name.startswith("redbag.")]
    routed = {name: current_app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert len(ours) >= 7
    assert {name for name, queue in routed.items() if queue not in QUEUES} == set()
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert scheduled - set(ours) == set()


def door_files():
    for door in ("web", "api"):
        yield from sorted((REDBAG / door).glob("*.py"))


@pytest.mark.parametrize("path", list(door_files()), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_door_looks_things_up_only_through_what_is_scoped(path):
    wrong = []
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)):
            continue
        called = parents[node].attr if isinstance(parents[node], ast.Attribute) else ""
        if node.value.id not in OPEN_TO_DOORS and called not in SCOPED:
            wrong.append(f"line {node.lineno}: {node.value.id}.objects.{called}")
    assert wrong == []
