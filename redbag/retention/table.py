"""The table of record classes as a page that people read: `docs/governance/retention.md` holds it word for word."""

from redbag.retention.classes import CLASSES, RecordClass
from redbag.retention.holdings import HOLDINGS, OTHERS

HEAD = "| record | what it holds | who answers for it | kept | counted from | rule | ended by | what is left |"


def tables_of(each: RecordClass) -> list[str]:
    """The tables of a class, by their names in the code."""
    return sorted([row.table for row in HOLDINGS if row.kind == each.name] + list(OTHERS.get(each.name, ())))


def rows() -> str:
    """The table, as Markdown."""
    lines = [HEAD, "|" + "---|" * 8]
    for each in CLASSES:
        said = (each.title, each.holds, each.controller, each.kept, each.since, each.source, each.how, each.leaves)
        lines.append(f"| {' | '.join(said)} |")
    return "\n".join(lines) + "\n"


def held() -> str:
    """Which tables of the database belong to which class, as Markdown."""
    lines = ["| record | tables |", "|---|---|"]
    lines += [f"| {each.title} | {', '.join(tables_of(each)) or 'as the care record'} |" for each in CLASSES]
    return "\n".join(lines) + "\n"
