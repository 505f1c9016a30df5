"""Whether two phone numbers, as people write them, are one. Pure."""

import re

NUMBER = re.compile(r"[+0-9][0-9 ().-]*")
SHORTEST = 6


def same_phone(one: str | None, other: str | None) -> bool:
    """Whether a number of one text is a number of the other: +44, spaces and a missing dialling code do not differ."""
    return any(a.endswith(b) or b.endswith(a) for a in _numbers(one) for b in _numbers(other))


def _numbers(told: str | None) -> list[str]:
    """The numbers in a text, as digits without the country's code and the leading zero; too short ones are none."""
    found = (re.sub(r"[^0-9+]", "", each.replace("(0)", "")) for each in NUMBER.findall(told or ""))
    plain = (re.sub(r"^(\+44|0044|44(?=[0-9]{10}$))?0?", "", each).lstrip("+") for each in found)
    return [each for each in plain if len(each) >= SHORTEST]
