"""What a paper is made of: lines, chapters and tables, as plain values."""

from collections.abc import Sequence

NOT_RECORDED = "not recorded"


def line(label: str, words: str, *, none: str = NOT_RECORDED) -> dict:
    """A labelled thing; what nobody recorded is said, never left blank."""
    return {"label": label, "words": words or none, "missing": not words}


def chapter(title: str, *, age: str = "", lines: Sequence = (), tables: Sequence = (), pictures: Sequence = ()) -> dict:
    """One chapter; whatever it leaves out is empty."""
    return {"title": title, "age": age, "lines": list(lines), "tables": list(tables), "pictures": list(pictures)}


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int], strong: Sequence[int] = ()
) -> dict:
    """A table; `widths` are shares of the page, `strong` the rows that must stand out."""
    return {"head": list(head), "rows": [list(row) for row in rows], "widths": list(widths), "strong": list(strong)}
