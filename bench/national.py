"""Reports at national size: a home's page beside that on an almost empty database, areas, the nation, and the growth.

`script/bench national` seeds 10 % of the nation (1,500 homes, 40,000 residents, 100,000 journeys) beside a database
that holds the demo world alone; `--full` seeds the whole too, which takes its time; `--on NAME=URL` measures databases
that are there already, the first as the empty one. The demo's own home is asked on each: the same home everywhere.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"tenth": (1_500, 40_000, 100_000), "full": (15_000, 400_000, 1_000_000)}
TIMES, WRITING = 25, 20.0
AIMS = (  # what is asked, what counts, at most how much
    ("own month", "p50", 1.2, "of the empty database"),
    ("own measures", "p50", 1.2, "of the empty database"),
    ("area year cold", "p95", 2.0, "s"),
    ("area year warm", "p95", 2.0, "s"),
    ("nation year", "p95", 5.0, "s"),
    ("nation by area", "p95", 5.0, "s"),
    ("stale", "oldest", 300.0, "s"),
)


def main() -> int:
    """Seed what was asked for, measure each database in a process of its own, and print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--tenth", action="store_true")
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--on", action="append", default=[], metavar="NAME=URL", help="a database that is there")
    asked.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = asked.parse_args()
    if asked.measure:
        print(json.dumps(measure()))
        return 0
    bases = dict(each.split("=", 1) for each in asked.on) or seeded(["tenth", *(["full"] if asked.full else [])])
    told = {name: said(url, "bench/national.py", "--measure") for name, url in bases.items()}
    return show({name: json.loads(text.splitlines()[-1]) for name, text in told.items()})


def seeded(sizes: list[str]) -> dict[str, str]:
    """Databases of their own: one with the demo alone, and one of each size."""
    server = urlsplit(os.environ["DATABASE_URL"])
    bases = {}
    for name in ("empty", *sizes):
        url = server._replace(path=f"/national_{name}").geturl()
        with psycopg.connect(server.geturl(), autocommit=True) as database:
            database.execute(f"CREATE DATABASE national_{name}")
        said(url, "manage.py", "migrate", "-v0")
        said(url, "manage.py", "seed_demo")
        if name in SIZES:
            began = time.monotonic()
            homes, residents, transfers = map(str, SIZES[name])
            asked = ("--homes", homes, "--residents", residents, "--transfers", transfers)
            print(f"{name}: {said(url, 'manage.py', 'seed_national', *asked).splitlines()[-1]}", flush=True)
            print(f"{name}: seeded in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
        bases[name] = url
    return bases


def said(url: str, *command: str) -> str:
    """What a command prints on this database; its faults are seen."""
    environment = {**os.environ, "DATABASE_URL": url, "DEMO": "1", "PYTHONPATH": str(ROOT)}
    run = [sys.executable, *command]
    return subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure() -> dict:
    """Everything that is measured on one database: seconds, statements, memory."""
    import django

    django.setup()
    from bench._national import ask_everything

    told = ask_everything(times=TIMES, writing=WRITING)
    return told | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def show(told: dict[str, dict]) -> int:
    """The table, every database beside the others, then each aim; 1 where one is missed."""
    names = list(told)
    print(f"{'':24}" + "".join(f"{name:>26}" for name in names) + f"{'last / first':>16}")
    for asked in dict.fromkeys(key for each in told.values() for key in each):
        cells = [told[name].get(asked) for name in names]
        print(f"{asked:24}" + "".join(f"{_cell(each):>26}" for each in cells) + f"{_growth(cells):>16}")
    return max(_held(told, *aim) for aim in AIMS)


def _cell(value: Any) -> str:
    if isinstance(value, dict) and "p50" in value:
        statements = f", {value['statements']} st." if "statements" in value else ""
        return "/".join(f"{1000 * value[each]:.0f}" for each in ("best", "p50", "p95")) + f" ms{statements}"
    if isinstance(value, dict):
        return f"{sum(value.values()):,}" if "oldest" not in value else f"{value['oldest']:.1f} s old"
    return "" if value is None else f"{value} MB"


def _growth(cells: list) -> str:
    known = [each["p50"] for each in cells if isinstance(each, dict) and "p50" in each]
    return f"{known[-1] / known[0]:.2f}" if len(known) > 1 else ""


def _held(told: dict[str, dict], asked: str, which: str, most: float, unit: str) -> int:
    """Whether the largest database keeps to an aim."""
    largest, first = list(told.values())[-1], next(iter(told.values()))
    if asked not in largest:
        return 0
    value = largest[asked][which] / (first[asked][which] if unit.startswith("of") else 1)
    print(f"{asked}, {which}: {value:.2f} {unit}, at most {most:g}: {'held' if value <= most else 'MISSED'}")
    return int(value > most)


if __name__ == "__main__":
    sys.exit(main())
