"""The hazard log is whole: each hazard says how it comes about, what is done, what guards it, and how bad it is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAFETY = ROOT / "docs" / "safety"
STARTERS = {f"H{number}" for number in range(1, 13)}


def rows(page, first):
    """The cells of every row of a page whose first cell looks like this."""
    lines = (SAFETY / page).read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    return [row for row in cells if re.fullmatch(first, row[0])]


HAZARDS = rows("hazards.md", r"H\d+")
RATINGS = {row[0]: row[1:] for row in rows("matrix.md", r"H\d+")}
MATRIX = {
    row[0]: [int(cell) for cell in row[1:]] for row in rows("matrix.md", "Minor|Significant|Considerable|Major|Catas.*")
}
LIKELY = ["Very low", "Low", "Medium", "High", "Very high"]


def functions(path):
    return {each.name for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.FunctionDef)}


def test_each_hazard_has_an_id_of_its_own_and_a_word_in_every_column():
    ids = [row[0] for row in HAZARDS]
    assert len(ids) == len(set(ids))
    assert set(ids) >= STARTERS
    assert [row[0] for row in HAZARDS if len(row) != 6 or not all(row)] == []


def test_each_hazard_names_a_test_that_exists_or_says_not_yet():
    lacking = []
    for hazard, *_, guards in HAZARDS:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", guards)
        known = {name for path, _ in named if (ROOT / path).exists() for name in functions(ROOT / path)}
        alone = set(re.findall(r"`(test_\w+)`", guards)) | {test for _, test in named if test}
        missing = [path for path, _ in named if not (ROOT / path).exists()] + sorted(alone - known)
        if missing or not (named or "not yet" in guards):
            lacking.append((hazard, missing))
    assert lacking == []


def test_a_rating_is_what_the_matrix_says_and_no_control_makes_it_worse():
    assert STARTERS <= set(RATINGS) <= {row[0] for row in HAZARDS}
    for hazard, (severity, likelihood, before, then, likelihood_then, after) in RATINGS.items():
        assert int(before) == MATRIX[severity][LIKELY.index(likelihood)], hazard
        assert int(after) == MATRIX[then][LIKELY.index(likelihood_then)], hazard
        assert int(after) <= int(before), hazard


def test_a_hazard_without_any_test_is_rated_as_before():
    bare = [row[0] for row in HAZARDS if "`tests/" not in row[-1] and row[0] in RATINGS]
    assert [hazard for hazard in bare if RATINGS[hazard][:3] != RATINGS[hazard][3:]] == []


def test_worse_is_never_rated_lower():
    order = ["Minor", "Significant", "Considerable", "Major", "Catastrophic"]
    assert sorted(MATRIX) == sorted(order)
    for row in MATRIX.values():
        assert row == sorted(row)
    for place in range(5):
        column = [MATRIX[severity][place] for severity in order]
        assert column == sorted(column)
