"""The governance pack is whole, names only what is there, and claims nothing that nobody has signed."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "docs/governance"
PAGES = sorted(PACK.glob("*.md"))
SIGNED_BY_OTHERS = ("dpia", "controllers", "sharing-agreement", "clinical-safety-case", "dcb0160", "dspt", "dtac")


def test_the_index_names_every_page_and_no_other():
    named = re.findall(r"^\| `([\w-]+\.md)`", (PACK / "README.md").read_text(), re.M)
    assert sorted(named) == [page.name for page in PAGES if page.name != "README.md"]


def test_files_and_tests_that_are_named_are_there():
    lacking = []
    for page in PAGES:
        for name in re.findall(r"`([\w./-]+\.md|[\w.-]+/[\w./-]+\.(?:py|txt))`", page.read_text()):
            lacking += [] if (PACK / name).exists() or (ROOT / name).exists() else [f"{page.name}: {name}"]
    assert lacking == []


def test_what_others_must_say_is_left_open_for_them():
    for name in SIGNED_BY_OTHERS:
        assert re.search(r"\[(DEPLOYER|MAKER)", (PACK / f"{name}.md").read_text()), name


def test_the_safety_case_is_not_accepted_while_nobody_is_named():
    case = (PACK / "clinical-safety-case.md").read_text()
    assert "**Status: not accepted. Not for live use.**" in case
    assert "[MAKER: clinical safety officer" in case
