"""What every test stands on: the servers and the browser of this machine, or a word that they are missing."""

import gc
import os
import shutil
import subprocess
import sys
from functools import partial

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples
from whitenoise.middleware import WhiteNoiseMiddleware

from redbag import rows
from tests import tables
from tests.append_only import empty_on_postgresql, empty_on_sqlite
from tests.inline import inline_code
from tests.steady import SEED, drawing_as
from tests.written_again import cast

rows.outside = rows.ALL  # a test itself looks at every row; a request of its opens what requests open
examples.register_profile(  # a busy machine is slow, not wrong
    "patient", suppress_health_check=[HealthCheck.too_slow], derandomize=SEED == "0"
)
examples.load_profile("patient")
REQUIRE_ALL = os.environ.get("REDBAG_REQUIRE_ALL") == "1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart():
    """Tables for SQLite are there before the processes of tests begin, and their making is on no test's clock."""
    if connection.vendor == "sqlite" and "PYTEST_XDIST_WORKER" not in os.environ and not tables.kept().exists():
        subprocess.run([sys.executable, "-m", "tests.tables"], cwd=tables.ROOT, check=True)


def pytest_ignore_collect(collection_path, config):
    """Where only tests marked embedded run, a file that has none is not even read."""
    only_embedded = config.option.markexpr.startswith("embedded") and collection_path.suffix == ".py"
    return True if only_embedded and "embedded" not in collection_path.read_text() else None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")
        if "faults" in item.path.parts:
            item.add_marker("slow")
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: script/test starts one"))
    yield
    # Long files first: the last ones are short, and no process waits for another at the end.
    long = {item.path for item in items if item.get_closest_marker("browser") or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish():
    """What is imported and collected by now stays to the end: searching it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Beside Playwright's event loop a test has a database connection of its own, which nobody else closes."""
    result = yield
    if item.get_closest_marker("browser"):
        connection.close()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return refuse_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return refuse_skips((yield))


def refuse_skips(report):
    """Turn a skip into a failure when everything must run."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"REDBAG_REQUIRE_ALL=1, and this was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium as this machine has it, kept from calling home."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",  # Chromium's sandbox does not run as root
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def playwright(playwright):
    """Playwright; before its event loop ends, the database connection that tests beside it used is closed, for nobody
    finds it afterwards and the test database could not be dropped."""
    yield playwright
    connection.close()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings):
    """On SQLite the test database begins as a copy of tables made once: see tests/tables.py."""
    if connection.vendor != "sqlite" or not tables.kept().exists():
        return django_db_keepdb
    shutil.copy(tables.kept(), connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(autouse=True)
def steady_chance(request):
    """Ids and tokens of a test are the same on every run: see tests/steady.py."""
    with drawing_as(request.node.nodeid):
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    """What one test counted (wrong passwords) is nothing to the next."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def no_page_holds_code():
    """Whatever page any test asks for, in whatever state: a browser would run no code that stands inside it."""
    ask = Client.request

    def ask_and_look(self, **request):
        answer = ask(self, **request)
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            found = inline_code(answer.content.decode())
            assert found == [], f"code inside {request.get('PATH_INFO')}: {found}"
        return answer

    Client.request = ask_and_look
    yield
    Client.request = ask


@pytest.fixture(autouse=True, scope="session")
def new_clients_cost_little():
    """Static files are listed for the first Client alone, and who signs in on a fresh one leaves no session behind."""
    list_files, log_in, listed = WhiteNoiseMiddleware.add_files_from_finders, Client._login, {}

    def list_once(self):
        if not listed:
            list_files(self)
            listed.update(self.files)
        self.files.update(listed)

    def log_in_at_once(self, *who):
        with pytest.MonkeyPatch.context() as patch:
            if settings.SESSION_COOKIE_NAME not in self.cookies:
                patch.setattr(Client, "session", None)
            log_in(self, *who)

    WhiteNoiseMiddleware.add_files_from_finders, Client._login = list_once, log_in_at_once
    yield
    WhiteNoiseMiddleware.add_files_from_finders, Client._login = list_files, log_in


@pytest.fixture
def own_files(settings, tmp_path):
    """A data folder of this test's own, for one that seals every file in it anew."""
    settings.REDBAG_DATA = tmp_path
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def world(db):
    """The cast of tests/world.py."""
    return cast()


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_append_only_triggers():
    """Lift the triggers only while Django empties the tables after a test with real transactions."""
    flush = TransactionTestCase._fixture_teardown

    def empty(self):
        if connection.vendor == "sqlite":
            empty_on_sqlite(partial(flush, self))
        else:
            empty_on_postgresql()

    def empty_although_a_page_still_asks(self):
        try:
            empty(self)
        except (CommandError, OperationalError):  # a request that the test left behind held a table: it has its answer
            empty(self)

    TransactionTestCase._fixture_teardown = empty_although_a_page_still_asks
    yield
    TransactionTestCase._fixture_teardown = flush
