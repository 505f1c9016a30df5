"""The table of PRSB headings is the one that the definitions make, and every element says where it is or why not."""

import re

import pytest

from redbag.management.commands.prsb_coverage import PAGE
from redbag.reports import prsb_coverage
from redbag.reports.prsb_coverage import ORDER, table


def test_the_page_in_the_documents_is_what_the_definitions_make():
    assert PAGE.read_text(encoding="utf-8") == table(), "Run manage.py prsb_coverage."


def test_every_heading_has_an_element_and_every_element_a_place_or_a_reason():
    rows = re.findall(r"^\| (?!PRSB|-)([^|]+) \| ([^|]+) \| ([^|]+) \|$", table(), re.MULTILINE)
    assert {heading for heading, _, _ in rows} == set(ORDER)
    assert [row for row in rows if not (row[2].startswith("`") or row[2].startswith("not held: "))] == []
    assert len({row[:2] for row in rows}) == len(rows)


def test_a_place_that_does_not_exist_is_no_place(monkeypatch):
    monkeypatch.setattr(prsb_coverage, "PLACES", {"GP practice": {"name": "resident.gp"}})
    with pytest.raises(ValueError, match=r"There is no resident\.gp"):
        table()
