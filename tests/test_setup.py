"""The set-up is part of the product: it starts, it stops, and what is written for production fits together."""

import ast
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from importlib.metadata import packages_distributions
from pathlib import Path

import psutil
import pytest
import yaml

from config.celery import QUEUES

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
BROUGHT_ALONG = {"kombu"}  # by celery, as its own transport
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_compose_file_is_valid():
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_services_wait_only_for_services_that_exist():
    waited_for = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert waited_for == {"web", "migrate", "postgres", "redis"}
    assert waited_for <= SERVICES.keys()


def test_every_queue_has_one_worker_service():
    commands = [service.get("command", "") for service in SERVICES.values()]
    assert sorted(re.findall(r"worker --queues (\S+)", " ".join(commands))) == sorted(QUEUES)


def test_there_is_one_beat_and_it_cannot_be_scaled():
    beats = [service for service in SERVICES.values() if " beat" in service.get("command", "")]
    assert [beat["container_name"] for beat in beats] == ["redbag-beat"]


def test_every_setting_the_compose_file_asks_for_is_explained():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    assert asked == explained


def test_images_are_pinned():
    used = [service["image"] for service in SERVICES.values() if "build" not in service]
    used += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert [image for image in used if not re.search(r":\d+\.\d+\.\d+|:\d+\.\d+-", image)] == []


def test_no_container_may_do_more_than_it_needs():
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & service.keys(), name
    added = {name: set(service["cap_add"]) for name, service in SERVICES.items() if "cap_add" in service}
    assert added == {
        "front": {"NET_BIND_SERVICE"},
        "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    }
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"front"}
    assert "USER redbag" in (ROOT / "Dockerfile").read_text()


def test_the_services_own_role_cannot_look_past_the_guards_of_rows():
    made = (ROOT / "deploy/postgres-init.sh").read_text()
    for right in ("NOSUPERUSER", "NOBYPASSRLS", "NOCREATEROLE", "NOCREATEDB"):
        assert right in made
    assert "POSTGRES_USER" not in SERVICES["postgres"]["environment"], "that one is a superuser"


@pytest.fixture
def server(tmp_path):
    """A function that starts script/server on a free port; all that it started is stopped after."""
    started = []

    def start(*arguments, data=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DEMO", "DJANGO_SETTINGS_MODULE")
        }
        environment |= {"PORT": str(port), "REDBAG_DATA": str(data or tmp_path / f"data-{port}")}
        log = tmp_path / f"{port}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [ROOT / "script/server", *arguments],
                cwd=tmp_path,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        started.append(process)
        return process, f"http://127.0.0.1:{port}", log

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_until(condition, process, log):
    deadline = time.monotonic() + 240
    while not condition():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def ready(address):
    try:
        with urllib.request.urlopen(f"{address}/readyz") as answer:
            return json.load(answer)["ready"]
    except urllib.error.HTTPError:
        return False


def copy_while_it_runs(data, copy):
    """What a server keeps, for another that need not migrate and load the demo world again."""
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("*.sqlite3*"))
    for file in data.glob("*.sqlite3"):
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy / file.name)) as target:
            source.backup(target)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_servers_run_side_by_side_and_leave_nothing_behind(server, tmp_path):
    one, one_address, one_log = server(data=tmp_path / "one")
    wait_until(lambda: "Ctrl-C stops it." in one_log.read_text(), one, one_log)
    wait_until(lambda: ready(one_address), one, one_log)
    copy_while_it_runs(tmp_path / "one", tmp_path / "two")
    two, two_address, two_log = server(data=tmp_path / "two")
    wait_until(lambda: "Ctrl-C stops it." in two_log.read_text(), two, two_log)
    wait_until(lambda: ready(two_address), two, two_log)
    assert one_address in one_log.read_text()
    assert "carer@oakview.example" in one_log.read_text()

    families = [psutil.Process(server.pid).children(recursive=True) for server in (one, two)]
    assert [len(family) for family in families] == [3, 3]
    one.send_signal(signal.SIGTERM)
    assert one.wait(20) == 128 + signal.SIGTERM
    assert [process for process in families[0] if process.is_running()] == []

    assert ready(two_address)
    two.send_signal(signal.SIGINT)
    assert two.wait(20) == 128 + signal.SIGINT
    assert [process for process in families[1] if process.is_running()] == []


def test_everything_the_service_imports_is_named_in_its_requirements():
    named = {re.split(r"[\[=]", line)[0].lower() for line in (ROOT / "requirements.txt").read_text().splitlines()}
    imported = set()
    for file in [*ROOT.glob("redbag/**/*.py"), *ROOT.glob("config/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {each.name.split(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.split(".")[0])
    comes_from = packages_distributions()
    foreign = {name: comes_from.get(name, [name]) for name in imported - sys.stdlib_module_names - {"redbag", "config"}}
    assert {
        name for name, dists in foreign.items() if not named & {each.lower().replace("_", "-") for each in dists}
    } <= BROUGHT_ALONG
