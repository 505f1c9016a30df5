"""Runs the tests of the browser's modules with Node, as part of every run."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_browser_module(name):
    node = shutil.which("node")
    assert node, "Node is not installed; script/bootstrap brings it."
    run = subprocess.run([node, "--test", HERE / name], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
