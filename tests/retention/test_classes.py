"""The page about how long records are kept is the table in the code."""

from pathlib import Path

from redbag.retention.classes import BY_NAME, CLASSES
from redbag.retention.holdings import HOLDINGS, OTHERS
from redbag.retention.table import held, rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "governance" / "retention.md"


def test_the_page_and_the_code_are_equal():
    """When this fails, put `redbag.retention.table.rows()` and `held()` into the page."""
    page = PAGE.read_text()
    assert rows() in page
    assert page.endswith(held())


def test_every_table_belongs_to_one_class_that_is_there():
    assert {each.kind for each in HOLDINGS} | OTHERS.keys() <= BY_NAME.keys()
    listed = [each.table for each in HOLDINGS] + [table for tables in OTHERS.values() for table in tables]
    assert len(listed) == len(set(listed))


def test_every_class_says_who_answers_for_how_long_and_by_which_rule():
    for each in CLASSES:
        assert all((each.holds, each.controller, each.kept, each.since, each.source, each.how, each.leaves))
