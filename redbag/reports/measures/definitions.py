"""What a measure is: a question, how it is counted, and how to read the answer."""

from dataclasses import dataclass

from redbag.reports.baseline_year import PerYears
from redbag.reports.figures import Figure

OWN = "No standard: the home's own question"


@dataclass(frozen=True)
class Row:
    """One line of a measure: its words and its figure. `name` stays the same for ever; programs know the line by it."""

    name: str
    title: str
    figure: Figure
    drawn: bool = True  # whether its bar stands in the chart; one that would dwarf the others does not


@dataclass(frozen=True)
class Measure:
    """One measure, complete: whoever reads its number reads the same as whoever counts it by hand.

    `numerator`, `denominator` and `exclusions` say in words what `rows` count; a spread's numerator is the length.
    `unit` is that of the value, `counts` what the headline says after its number. `source` is who asks for it (QS85,
    Sutton, vanguard programme, or no standard), `good` less or more or neither. `headline` is the one number to
    compare; without it that of the first row. `whole` and `part` are the titles of their columns, `first` of the rows.
    """

    name: str
    title: str
    subject: str
    question: str
    numerator: str
    denominator: str
    exclusions: str
    unit: str
    counts: str
    source: str
    good: str
    caveat: str
    first: str
    whole: str
    rows: tuple[Row, ...]
    part: str = "Of these"
    headline: Figure | None = None
    observational: bool = False
    none: str = ""  # what the headline says at nought, where a nought says little

    @property
    def kind(self) -> str:
        """What all its rows are: share, rate, spread or count."""
        return self.rows[0].figure.kind

    def written(self, value: float, *, short: bool = False) -> str:
        """A value with its unit as people write it: 82.4%, £1,080.40, 38.3 hours; `short` where the unit is clear."""
        if self.unit == "pounds":
            return f"£{value:,.2f}".removesuffix(".00")
        if self.kind == "share":
            return f"{value:g}%"
        return f"{value:,.10g}" + ("" if short else f" {self.unit}")

    @property
    def against_a_year(self) -> bool:
        """Whether its rows are these months and the same months before the home had red bags."""
        return isinstance(self.rows[0].figure, PerYears)

    @property
    def told_title(self) -> str:
        """Its title, and in brackets which of several rows its headline tells of."""
        alone = self.headline is not None or self.kind == "count" or len(self.rows) == 1
        return self.title if alone else f"{self.title} ({self.rows[0].title.lower()})"

    @property
    def told_by(self) -> Figure:
        """The figure of the headline."""
        return self.headline or self.rows[0].figure

    def figures(self) -> list[Figure]:
        """Everything that has to be worked out for it."""
        return [*(row.figure for row in self.rows), self.told_by]
