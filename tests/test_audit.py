"""A known fault in what we depend on stops the gate; a machine that cannot ask says so and goes on."""

import json
import os
import subprocess
import zipfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKED = json.loads((ROOT / "package-lock.json").read_text())["packages"]


def fault(ecosystem, name, *, number="TEST-1", versions=(), events=(), **more):
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    package = {"ecosystem": ecosystem, "name": name}
    return {
        "id": number,
        "affected": [{"package": package, "versions": list(versions), "ranges": ranges}],
        **more,
    }


@pytest.fixture
def audit(tmp_path):
    """Run script/audit against these faults."""

    def run(*faults, packed=False):
        for ecosystem in ("PyPI", "npm"):
            theirs = [each for each in faults if each["affected"][0]["package"]["ecosystem"] == ecosystem]
            theirs.append(fault(ecosystem, "nobody-has-this", number="TEST-0", versions=["1"]))
            (tmp_path / ecosystem).mkdir(exist_ok=True)
            if packed:
                with zipfile.ZipFile(tmp_path / ecosystem / "all.zip", "w") as whole:
                    for number, each in enumerate(theirs):
                        whole.writestr(f"{number}.json", json.dumps(each))
            else:
                for number, each in enumerate(theirs):
                    (tmp_path / ecosystem / f"{number}.json").write_text(json.dumps(each))
        return asked(str(tmp_path))

    return run


def asked(folder):
    environment = {**os.environ, "AUDIT_DB": folder}
    done = subprocess.run(["script/audit"], cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_nothing_known_passes(audit):
    fixed = fault("PyPI", "Django", events=[{"introduced": "0"}, {"fixed": version("django")}])
    gone = fault("PyPI", "Django", versions=[version("django")], withdrawn="2020-01-01T00:00:00Z")
    code, said = audit(fixed, gone)
    assert (code, said.count("0 known faults")) == (0, 2)


def test_a_known_fault_fails_and_is_named(audit):
    python = fault("PyPI", "Django", number="TEST-P", events=[{"introduced": "4.0"}, {"last_affected": "99"}])
    node = fault("npm", "idb", number="TEST-N", versions=[LOCKED["node_modules/idb"]["version"]])
    code, said = audit(python, node, packed=True)
    assert code == 1
    assert f"django {version('django')} has TEST-P" in said
    assert "has TEST-N" in said


def test_a_version_that_cannot_be_compared_counts_as_affected(audit):
    found = fault("npm", "idb", number="TEST-X", events=[{"introduced": "0"}, {"fixed": "0.0.1-next.3"}])
    code, said = audit(found)
    assert (code, "has TEST-X" in said) == (1, True)


def test_whoever_cannot_ask_says_so_and_is_told_apart_from_both(tmp_path):
    for folder in ("", str(tmp_path)):
        code, said = asked(folder)
        assert code == 3
        assert said.count("NOT RUN") == 2


def test_what_was_looked_at_has_a_day_and_a_reason():
    for line in (ROOT / "script/audited.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            _, until, why = line.split(maxsplit=2)
            assert date.fromisoformat(until)
            assert len(why) > 20


def test_the_gate_runs_it():
    gate = (ROOT / ".ci/run").read_text()
    assert "script/audit" in gate
