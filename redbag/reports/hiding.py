"""Small numbers are hidden from whoever stands outside the home. Pure.

The way is that of hospital statistics in England: a count of 1 to 4 is not told, every other is rounded to the nearest
5. Shares and rates are told to the nearest 5, finer where there are many cases; money to 50 pounds; lengths from ten on
and without their mean, which times their number is a sum. What a told total would give away is hidden with its total.
Days are whole months that are over (`Scope.days`).
"""

from redbag.reports.figures import Figure, HowMany, Number, Per, Share

SMALL = 5
ENOUGH_LENGTHS = 10
MONEY = 50


def hidden(number: Number, figure: Figure) -> bool:
    """Whether a count behind it is so small that somebody could be known by it."""
    if figure.kind == "spread":
        return number.whole is not None and 0 < number.whole < ENOUGH_LENGTHS
    counts = [number.whole, number.part]
    if isinstance(figure, Share) and number.whole is not None and number.part is not None:
        counts.append(number.whole - number.part)
    if isinstance(figure, HowMany) and figure.cases is None:
        counts = [number.value]
    return any(count is not None and 0 < count < SMALL for count in counts)


def for_outsiders(number: Number, figure: Figure) -> Number | None:
    """The number as somebody outside may see it; None when it is hidden."""
    if hidden(number, figure):
        return None
    whole, part = _rounded(number.whole), _rounded(number.part)
    if isinstance(figure, Share | Per):
        return Number(_coarse(number.value, number.whole), whole, part)
    if isinstance(figure, HowMany):
        to = SMALL if figure.cases is None else MONEY
        return Number(None if number.value is None else to * round(number.value / to), whole)
    return Number(number.value, whole, low=number.low, high=number.high)


def _coarse(value: float | None, cases: float | None) -> float | None:
    """A share or rate to the nearest 5, of 200 cases or more to the nearest 1, of 2,000 or more to the nearest 0.1."""
    if value is None or cases is None:
        return None
    step = 5 if cases < 200 else 1 if cases < 2000 else 0.1
    return round(step * round(value / step), 1)


def to_five(count: int) -> int:
    """To the nearest 5."""
    return SMALL * round(count / SMALL)


def _rounded(count: float | None) -> float | None:
    """To the nearest 5; a length of time, such as years lived, stays as it is."""
    return to_five(count) if isinstance(count, int) else count
