"""Each worked pair of `worked_pairs.md` is called what that page says."""

from pathlib import Path

import pytest

from redbag.medicines.comparing import compare
from redbag.medicines.differences import PARTS
from tests.medicines.lists import one


def _pairs() -> list[list[str]]:
    lines = (Path(__file__).parent / "worked_pairs.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in rows if row[0] != "before"]


PAIRS = _pairs()


def test_there_are_many_worked_pairs_of_every_kind_that_two_lists_can_make():
    assert len(PAIRS) >= 110
    assert {kind for _, _, kind, _ in PAIRS} == {"unchanged", "changed", "stopped", "uncertain"}


@pytest.mark.parametrize(("before", "after", "kind", "parts"), PAIRS, ids=[f"{row[0]} => {row[1]}" for row in PAIRS])
def test_a_pair_is_called_what_a_careful_nurse_would_call_it(before, after, kind, parts):
    (line,) = compare([one(before)], [one(after)])
    assert line.kind == kind, line.why
    assert [difference.part for difference in line.differences] == sorted(parts.split(), key=PARTS.index), line.why
    assert kind == "unchanged" or line.why
