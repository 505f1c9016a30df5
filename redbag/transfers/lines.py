"""A labelled thing as crew and ward read it, and the labels of what a home says of a journey."""

from collections.abc import Mapping
from dataclasses import dataclass

REASON_LABELS = {
    "concern": "What is wrong",
    "last_seen_well": "Last seen well",
    "action": "What was done",
    "response": "How they responded",
    "examination": "What was found",
    "shared": "Who was told",
    "last_ate": "Last ate and drank",
    "last_doses": "Last doses given today",
    "capacity_today": "Can decide today?",
    "infection_today": "Infection today",
    "in_charge": "In charge at the home",
    "family_told": "Family told",
    "advised": "Advice before leaving",
    "watch_for": "Watch for",
}
ADDED_LABELS = {
    "ask": "What the home asks",
    "return_when": "Can come home when",
    "destination": "Going to",
    "destination_place": "Place",
    "destination_text": "Going to",
}


@dataclass(frozen=True)
class Line:
    """One labelled thing; `words` is empty when nobody recorded it, which never means "none"."""

    name: str
    label: str
    words: str

    @property
    def asks(self) -> bool:
        """Whether the label is a question, which needs no colon."""
        return self.label.endswith("?")

    @property
    def said(self) -> str:
        """The line in one piece: "Speech: clear", "Can decide today? No"."""
        return f"{self.label}{'' if self.asks else ':'} {self.words}"


def lines_of(content: Mapping, **labels: str) -> list[Line]:
    """A line for each of the named fields of a section, filled or not."""
    return [Line(name, label, content.get(name) or "") for name, label in labels.items()]
