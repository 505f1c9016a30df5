"""Small numbers are hidden from whoever stands outside the home. Pure.

The way is that of hospital statistics in England: a count of 1 to 4 is not told, every other is rounded to the nearest
5, and shares and rates are worked out from the rounded counts. So nothing hidden can be found by adding and subtracting
what is told: each told count may be two more or less.
"""

from redbag.reports.figures import Figure, Number, Per, Share

SMALL = 5


def hidden(number: Number, figure: Figure) -> bool:
    """Whether a count behind it is so small that somebody could be known by it."""
    if figure.kind == "count":
        counts = [number.value]
    elif figure.kind == "share":
        rest = number.whole - number.part if number.whole is not None and number.part is not None else None
        counts = [number.whole, number.part, rest]
    else:
        counts = [number.whole, number.part]
    return any(count is not None and 0 < count < SMALL for count in counts)


def for_outsiders(number: Number, figure: Figure) -> Number | None:
    """The number as somebody outside may see it; None when it is hidden."""
    if hidden(number, figure):
        return None
    whole, part = _rounded(number.whole), _rounded(number.part)
    if isinstance(figure, Share | Per):
        times = figure.times if isinstance(figure, Per) else 100
        value = round(times * (part or 0) / whole, 1) if whole else None
        return Number(value, whole, part)
    if figure.kind == "count":
        return Number(_rounded(number.value))
    return Number(number.value, whole, low=number.low, high=number.high, mean=number.mean)


def _rounded(count: float | None) -> float | None:
    """To the nearest 5; a length of time, such as resident-years, stays as it is."""
    return 5 * round(count / 5) if isinstance(count, int) else count
