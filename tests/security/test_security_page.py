"""docs/security.md claims only what is there: every test it names exists, every line has one of four states."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (\w+) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.M)


def test_every_test_that_is_named_exists():
    lacking = []
    for name in sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE))):
        path, _, test = name.partition("::")
        file = ROOT / path
        known = ast.walk(ast.parse(file.read_text())) if file.exists() else ()
        found = file.exists() and (
            not test or test in {each.name for each in known if isinstance(each, ast.FunctionDef)}
        )
        lacking += [] if found else [name]
    assert lacking == []


def test_every_line_stands_once_and_says_how_it_stands():
    assert len(ROWS) > 200
    assert [each for each, count in Counter(row[0] for row in ROWS).items() if count > 1] == []
    assert {row[2] for row in ROWS} == {"met", "part", "deployer", "none"}
    assert [row[0] for row in ROWS if row[2] in ("met", "part") and not (row[3].strip() or row[4].strip())] == []


def test_pages_that_are_named_are_there():
    named = set(re.findall(r"`((?:decisions/|governance/)?[\w-]+\.md)`", PAGE))
    assert sorted(name for name in named if not (ROOT / "docs" / name).exists()) == []
