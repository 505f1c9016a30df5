"""The service's own settings, with a data folder and Redis databases for this test process alone."""

import atexit
import os
import re
import shutil
import tempfile

process = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 7)
data = tempfile.mkdtemp(prefix="redbag-test-")
os.mkdir(os.path.join(data, "static"))  # WhiteNoise warns when it is missing
atexit.register(shutil.rmtree, data, ignore_errors=True)

os.environ["DEMO"] = "1"
os.environ["REDBAG_DATA"] = data
# Playwright's synchronous API keeps an event loop in the test's thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
for name, database in (("BROKER_URL", 2 * process), ("CACHE_URL", 2 * process + 1)):
    if os.environ.get(name, "").startswith("redis://"):
        os.environ[name] = os.environ[name].rsplit("/", 1)[0] + f"/{database}"

from config.settings import *  # noqa: E402, F403  (the environment above decides)
from config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory, threads of a live server would meet table locks that no time-out waits for.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(data, "test.sqlite3")}
elif os.environ.get("REDBAG_TABLES"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["REDBAG_TABLES"]}

# A live server's threads end without a word: a connection that outlives its request would hold the test database.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Argon2 is slow on purpose, and tests sign in hundreds of times.
PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
