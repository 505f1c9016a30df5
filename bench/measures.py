"""Every measure twice over many random histories (REDBAG_EXAMPLES, 500 unless told): by the report and the slow way."""

import os
import subprocess
import sys

asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--ds=tests.settings", "-o", "timeout=7200"]
many = {
    "REDBAG_EXAMPLES": os.environ.get("REDBAG_EXAMPLES", "500"),
    "REDBAG_TEST_SEED": os.environ.get("REDBAG_TEST_SEED", ""),
}
sys.exit(subprocess.run([*asked, "tests/reports/test_reference.py"], env={**os.environ, **many}).returncode)
