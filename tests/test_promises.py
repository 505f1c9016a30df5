"""What docs/promises.md and the hazard log name as guard exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "docs" / "promises.md", ROOT / "docs" / "safety" / "hazards.md")
NAMED = [name for page in PAGES for name in re.findall(r"`(tests/[^`]+)`", page.read_text())]


def test_every_promise_names_its_guard():
    rows = [
        line for line in (ROOT / "docs" / "promises.md").read_text().splitlines() if re.match(r"\| [A-H]\d+ ", line)
    ]
    assert len(rows) > 30
    assert [row[:40] for row in rows if "`tests/" not in row] == []


def test_every_test_that_is_named_exists():
    lacking = []
    for name in NAMED:
        path, _, test = name.partition("::")
        file = ROOT / path
        if not file.exists():
            lacking.append(name)
        elif test:
            functions = {
                node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
            }
            lacking += [] if test in functions else [name]
    assert lacking == []
