"""Counts every measure twice over many random histories: by the report, and the slow way of tests/reports/reference.py."""

import os
import subprocess
import sys

HISTORIES = os.environ.get("HISTORIES", "500")


def main() -> int:
    """Run the test of the suite with as many histories as asked for."""
    told = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--timeout", "0", "tests/reports/test_reference.py"]
    done = subprocess.run(told, env={**os.environ, "REDBAG_EXAMPLES": HISTORIES}, check=False)
    print(f"{HISTORIES} random histories: {'the two agree' if done.returncode == 0 else 'THE TWO DIFFER, see above'}")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
