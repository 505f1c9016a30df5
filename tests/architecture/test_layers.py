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
EVERYTHING = {"_default_manager", "_base_manager"}


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


def test_what_a_post_grants_is_asked_of_the_post_which_knows_its_place():
    asked = [path for path in REDBAG.rglob("*.py") if "GRANTS[post." in path.read_text()]
    assert asked == [], "ask post.grants: at some places a role grants less"


def test_every_task_goes_to_a_queue_that_a_worker_serves():
    current_app.loader.import_default_modules()
    ours = [name for name in current_app.tasks if name.startswith("redbag.")]
    routed = {name: current_app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert len(ours) >= 7
    assert {name for name, queue in routed.items() if queue not in QUEUES} == set()
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert scheduled - set(ours) == set()


def unscoped(source):
    """What a door looks up by itself, by line."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        called = parents[node].attr if isinstance(parents[node], ast.Attribute) else ""
        if node.attr in EVERYTHING:
            yield f"line {node.lineno}: {node.attr}"
        if node.attr != "objects" or not isinstance(node.value, ast.Name):
            continue
        if node.value.id not in OPEN_TO_DOORS and called not in SCOPED:
            yield f"line {node.lineno}: {node.value.id}.objects.{called}"


def door_files():
    for door in ("web", "api"):
        yield from sorted((REDBAG / door).glob("*.py"))


@pytest.mark.parametrize("path", list(door_files()), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_door_looks_things_up_only_through_what_is_scoped(path):
    wrong = list(unscoped(path.read_text()))
    # One look-up is of whatever an address names: it writes in the journal whose record somebody was refused.
    assert [each.split(": ")[1] for each in wrong] == (["_default_manager"] if path.name == "refused_things.py" else [])


@pytest.mark.parametrize("look", ["Resident.objects.get", "model._default_manager.get", "of(kind)._base_manager.get"])
def test_a_door_that_reads_past_what_is_scoped_is_found(look):
    assert len(list(unscoped(f"{look}(pk=pk)"))) == 1
    assert list(unscoped("Resident.objects.visible_to(actor).get(pk=pk)")) == []
