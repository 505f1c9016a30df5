"""How far one rate lies from another, and how sure that is. Pure.

Two counts over known lengths of time, each as chance would have it (Poisson): given their sum, one of them is binomial
(Przyborowski and Wilenski, Biometrika 1940). The limits are those at which the mid-P tail is 2.5 % (Berry and Armitage,
The Statistician 1995).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

TAIL = 0.025
STEPS, CLOSE, TINY = 10_000, 1e-14, 1e-300


@dataclass(frozen=True)
class Change:
    """By how many per cent a rate is higher (less than 0: lower) than it was, with the 95 % interval to one decimal.

    None where it cannot be told: the rate then was 0, or nothing limits it upwards.
    """

    percent: float | None
    low: float | None
    high: float | None

    @property
    def sure(self) -> bool:
        """Whether chance alone seldom makes such a change: the interval leaves out *no change*."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


def change_of(*, now: int, time_now: float, then: int, time_then: float) -> Change:
    """The change from the rate then to the rate now; the times in any unit, the same for both."""
    if not (time_now > 0 and time_then > 0 and now + then > 0):
        return Change(None, None, None)
    low, high = _limits(now, now + then)
    longer = time_then / time_now

    def percent(share: float) -> float | None:
        return round(100 * (share / (1 - share) * longer - 1), 1) if share < 1 else None

    return Change(percent(now / (now + then)), percent(low), percent(high))


def _limits(part: int, whole: int) -> tuple[float, float]:
    """Between which shares the true one lies."""
    low = 0.0 if part == 0 else _where(lambda p: at_least(part + 1, whole, p) + _exactly(part, whole, p) / 2, TAIL)
    high = 1.0 if part == whole else _where(lambda p: at_least(part, whole, p) - _exactly(part, whole, p) / 2, 1 - TAIL)
    return low, high


def _where(rising: Callable[[float], float], value: float) -> float:
    """Where a function that rises from 0 to 1 takes a value."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def at_least(part: int, whole: int, chance: float) -> float:
    """How likely so many or more of the whole are, each with this chance: the regularised incomplete beta function."""
    if part <= 0:
        return 1.0
    if part > whole:
        return 0.0
    a, b = float(part), float(whole - part + 1)
    if chance in (0.0, 1.0):
        return chance
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(chance) + b * log1p(-chance))
    if chance < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, chance) / a
    return 1 - front * _fraction(b, a, 1 - chance) / b


def _exactly(part: int, whole: int, chance: float) -> float:
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return exp(ways + part * log(chance) + (whole - part) * log1p(-chance)) if 0 < chance < 1 else 0.0


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by the modified method of Lentz."""
    bottom = value = 1 / _far(1 - (a + b) * x / (a + 1))
    top, step = 1.0, 0.0
    for m in range(1, STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            bottom = 1 / _far(1 + term * bottom)
            top = _far(1 + term / top)
            step = bottom * top
            value *= step
        if abs(step - 1) < CLOSE:
            break
    return value


def _far(number: float) -> float:
    """The number, kept off 0 so that it can be divided by."""
    return number if abs(number) > TINY else TINY
