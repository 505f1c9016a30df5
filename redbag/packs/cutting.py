"""What a page has no room for is left to the full pack, and the page says so."""

from collections.abc import Sequence

from redbag.packs.parts import line
from redbag.packs.typesetting import Step

MORE = "[more: full pack]"
PROTECTING = 10  # times as many letters for what protects


class Cut:
    """Leaves to the full pack what a step has no room for, and says how much and where it is."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def words(self, words: str, *, times: int = 1) -> str:
        most = self.step.letters * times
        if not most or len(words) <= most:
            return words
        return f"{words[:most].rsplit(' ', 1)[0]} ... {MORE}"

    def protecting(self, words: str) -> str:
        return self.words(words, times=PROTECTING)

    def rows(self, rows: Sequence, what: str, *, times: int = 1) -> list:
        most = self.step.rows * times
        if not most or len(rows) <= most:
            return list(rows)
        return [*rows[:most], f"{len(rows) - most} more {what}: see the full pack"]

    def protecting_rows(self, rows: Sequence, what: str) -> list:
        """The same for what protects: twice as many; what is left out takes the shape of the rows."""
        shown = self.rows(rows, what, times=2)
        lines = bool(rows) and isinstance(rows[0], dict)
        return [line("", each) if lines and isinstance(each, str) else each for each in shown]

    def block(self, block: dict) -> dict:
        """A part as this step has room for it; lists were cut by rows before."""
        times = 4 if block.get("protects") else 1
        if block["form"] != "list":
            lines = [{**each, "words": self.words(each["words"], times=times)} for each in block["lines"]]
            block = {**block, "lines": lines}
        return {**block, "form": "run" if self.step.dense and block["form"] != "list" else block["form"]}
