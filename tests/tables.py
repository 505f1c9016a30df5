"""Makes the tables once, for every process of tests to begin with a copy: `python -m tests.tables`.

To run every migration takes longer than to run a hundred tests. On SQLite the copy is kept until a migration changes;
on PostgreSQL it is a database beside the service's own, by the name in REDBAG_TABLES.
"""

import fcntl
import gc
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def kept() -> Path:
    """Where the tables for SQLite are kept, by what they are made of."""
    made_of = hashlib.sha256()
    for each in (ROOT / "requirements.txt", *sorted(ROOT.glob("redbag/migrations/*.py"))):
        made_of.update(each.read_bytes())
    return ROOT / ".pytest_cache" / f"tables-{made_of.hexdigest()[:16]}.sqlite3"


def make() -> None:
    """Run every migration on an empty database."""
    if os.environ.get("DATABASE_URL"):
        _make_on_postgres()
    else:
        _make_on_sqlite(kept())


def _make_on_postgres() -> None:
    import psycopg

    url, name = os.environ["DATABASE_URL"], os.environ["REDBAG_TABLES"]
    with psycopg.connect(url, autocommit=True) as beside:
        beside.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    with tempfile.TemporaryDirectory() as data:
        _migrate(data)


def _make_on_sqlite(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    with open(file.parent / "tables.lock", "w") as turn, tempfile.TemporaryDirectory() as data:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two processes of tests begin at once: one makes them, the other waits
        if file.exists():
            return
        _migrate(data)
        for old in file.parent.glob("tables-*.sqlite3"):
            old.unlink(missing_ok=True)
        half = file.with_suffix(f".{os.getpid()}")
        shutil.copy(Path(data) / "redbag.sqlite3", half)
        half.replace(file)


def _migrate(data: str) -> None:
    gc.set_threshold(200_000, 5, 5)  # classes are made by the ten thousand
    os.environ |= {"DEMO": "1", "REDBAG_DATA": data, "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django
    from django.core.management import call_command
    from django.db import connections

    from redbag import rows

    django.setup()
    rows.outside = rows.ALL
    call_command("migrate", verbosity=0)
    connections.close_all()


if __name__ == "__main__":
    make()
