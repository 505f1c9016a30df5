"""Holds every installed Python package and everything in package-lock.json against known faults (script/audit)."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 180
FINE, FAULTY, NOT_RUN = 0, 1, 3
Found = list[tuple[str, str]]  # (package and version, id of the fault)


class NobodyKnows(Exception):
    """There was nothing to hold the packages against; the message says why."""


def python_packages() -> dict[str, str]:
    """Name and version of what is installed beside this program."""
    return {canonicalize_name(each.name): each.version for each in distributions()}


def node_packages() -> dict[str, str]:
    """Name and version of what package-lock.json holds."""
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {path.rpartition("node_modules/")[2]: told["version"] for path, told in lock.items() if path}


def accepted(today: date) -> set[str]:
    """Faults that were looked at, as long as that holds."""
    rows = [line.split(maxsplit=2) for line in (ROOT / "script/audited.txt").read_text().splitlines()]
    rows = [row for row in rows if row and not row[0].startswith("#")]
    return {name for name, until, _ in rows if date.fromisoformat(until) >= today}


def known_faults(folder: Path, ecosystem: str) -> Iterator[dict]:
    """Every fault that a folder of osv.dev's data tells of one ecosystem; NobodyKnows when it has none."""
    packed, unpacked = folder / ecosystem / "all.zip", sorted((folder / ecosystem).glob("*.json"))
    if packed.exists():
        with zipfile.ZipFile(packed) as whole:
            yield from (json.loads(whole.read(name)) for name in whole.namelist() if name.endswith(".json"))
    elif unpacked:
        yield from (json.loads(each.read_text()) for each in unpacked)
    else:
        raise NobodyKnows(f"{folder / ecosystem} holds no all.zip and no *.json")


def in_folder(folder: Path, ecosystem: str, packages: dict[str, str]) -> Found:
    """Which of the packages have a fault that the folder tells of."""
    found = []
    for fault in known_faults(folder, ecosystem):
        if fault.get("withdrawn"):
            continue
        for told in fault.get("affected", []):
            named = told.get("package", {})
            name = canonicalize_name(named.get("name", "")) if ecosystem == "PyPI" else named.get("name", "")
            if named.get("ecosystem") == ecosystem and name in packages and _is_affected(told, packages[name]):
                found.append((f"{name} {packages[name]}", fault["id"]))
    return sorted(set(found))


def _is_affected(told: dict, version: str) -> bool:
    """Whether a version is among those a fault is in; yes where one of the versions cannot be read."""
    if version in told.get("versions", []):
        return True
    ranges = [each for each in told.get("ranges", []) if each.get("type") in ("ECOSYSTEM", "SEMVER")]
    try:
        return any(_is_within(each.get("events", []), _order(version)) for each in ranges)
    except InvalidVersion:
        return True


def _is_within(events: list[dict], ours: Version) -> bool:
    """Whether a version lies in a range: introduced, and neither fixed nor past the last one affected."""
    inside = False
    for event in sorted(events, key=_when):
        if "introduced" in event and ours >= _order(event["introduced"]):
            inside = True
        if "fixed" in event and ours >= _order(event["fixed"]):
            inside = False
        if "last_affected" in event and ours > _order(event["last_affected"]):
            inside = False
    return inside


def _when(event: dict) -> tuple[Version, bool]:
    (kind, version), *_ = event.items()
    return _order(version), kind != "introduced"


def _order(version: str) -> Version:
    """A version that can be compared; raises InvalidVersion for one that cannot be read."""
    return Version(version.partition("+")[0])


def python_online() -> Found:
    """What pip-audit finds; NobodyKnows when it reached nobody."""
    told = _told([sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"])
    if "dependencies" not in told:
        raise NobodyKnows("pip-audit reached no database")
    rows = [(each, fault) for each in told["dependencies"] for fault in each.get("vulns", [])]
    return [(f"{each['name']} {each['version']}", fault["id"]) for each, fault in rows]


def node_online() -> Found:
    """What npm audit finds; NobodyKnows when there is no npm or it reached nobody."""
    npm = shutil.which("npm")
    if npm is None:
        raise NobodyKnows("there is no npm here")
    told = _told([npm, "audit", "--json", "--package-lock-only"])
    if "vulnerabilities" not in told:
        raise NobodyKnows("npm audit reached no database")
    faults = [(name, via) for name, each in told["vulnerabilities"].items() for via in each["via"]]
    return [(name, via["url"].rpartition("/")[2]) for name, via in faults if isinstance(via, dict)]


def _told(command: list[str]) -> dict:
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
        told = json.loads(said.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return {}
    return told if isinstance(told, dict) else {}


def look(what: str, packages: dict[str, str], ecosystem: str, online) -> int:
    """Say what is known of these packages."""
    folder = os.environ.get("AUDIT_DB")
    try:
        if folder == "":
            raise NobodyKnows("AUDIT_DB is empty")
        found = in_folder(Path(folder), ecosystem, packages) if folder else online()
    except NobodyKnows as why:
        print(f"{what}: NOT RUN for {len(packages)} packages: {why}. AUDIT_DB may name a folder of osv.dev's data.")
        return NOT_RUN
    known = [(package, fault) for package, fault in found if fault not in accepted(datetime.now(tz=UTC).date())]
    for package, fault in known:
        print(f"{what}: {package} has {fault}: https://osv.dev/vulnerability/{fault}")
    print(f"{what}: {len(packages)} packages, {len(known)} known faults")
    return FAULTY if known else FINE


def main() -> int:
    """Both kinds; a fault outweighs what could not be told."""
    results = {
        look("Python", python_packages(), "PyPI", python_online),
        look("Node", node_packages(), "npm", node_online),
    }
    return next(each for each in (FAULTY, NOT_RUN, FINE) if each in results)


if __name__ == "__main__":
    sys.exit(main())
