"""The attacker's run in its long form: every way as everybody, with the counts."""

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
    "timeout=3600",
    "--show-capture=no",
]
sys.exit(subprocess.run([*asked, "tests/security/test_attacks.py"], env={**os.environ, "REDBAG_LONG": "1"}).returncode)
