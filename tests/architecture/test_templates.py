"""Every page compiles, and everything that a page includes is there."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).parents[2] / "redbag"
PAGES = sorted((ROOT / "templates").rglob("*.html"))
NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"'{}]+)["']""")
IN_CODE = re.compile(r'"((?:[\w-]+/)+[\w-]+\.html)"')


def test_every_template_compiles():
    assert len(PAGES) > 100
    for page in PAGES:
        get_template(str(page.relative_to(ROOT / "templates")))


@pytest.mark.parametrize(("files", "named"), [(PAGES, NAMED), (sorted(ROOT.rglob("*.py")), IN_CODE)])
def test_what_is_included_or_drawn_anywhere_is_there(files, named):
    wanted = {name: file for file in files for name in named.findall(file.read_text())}
    assert len(wanted) > 50
    for name in wanted:
        get_template(name)
