"""Every call of the OpenAPI document with many made-up values (REDBAG_EXAMPLES for each call, 200 unless told)."""

import os
import subprocess
import sys

asked = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:xdist",
    "--ds=tests.settings",
    "-o",
    "timeout=7200",
    "--show-capture=no",
]
many = {
    "REDBAG_EXAMPLES": os.environ.get("REDBAG_EXAMPLES", "200"),
    "REDBAG_TEST_SEED": os.environ.get("REDBAG_TEST_SEED", ""),
}
sys.exit(subprocess.run([*asked, "tests/security/test_schema.py"], env={**os.environ, **many}).returncode)
