"""A table of what the attacker tried, after the last line of the tests."""

import pytest

TRIED = "tried"


@pytest.fixture
def tried(record_property):
    """`tried(230)`: so many attempts were made and none got anywhere; told at the end of the run."""
    return lambda count: record_property(TRIED, count)


def pytest_terminal_summary(terminalreporter):
    lines = [
        (report.nodeid.partition("::")[2].removeprefix("test_").replace("_", " "), value)
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == TRIED
    ]
    if lines:
        terminalreporter.section("attacks that got nowhere", sep="-")
        for words, count in lines:
            terminalreporter.write_line(f"{count:>7}  {words}")
        terminalreporter.write_line(f"{sum(count for _, count in lines):>7}  in all")
