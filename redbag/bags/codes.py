"""Short codes: what a person reads out when a label cannot be scanned.

Nine symbols of Crockford's base 32 (no I, L, O or U), of which the last guards the other eight. Each symbol
is an element of the field of 32 elements, weighted by a power of x for its place; a code is true when the
weighted symbols add up to nought. Nine different weights, none of them nought: so any one wrong symbol is
noticed, and so are any two that changed places, neighbours or not. The check symbol is from the plain
alphabet, because * and $ are hard to say on the phone.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9

VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
LOOKALIKES = {ord("O"): "0", ord("I"): "1", ord("L"): "1"}
SPACES_AND_DASHES = dict.fromkeys(map(ord, " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"))


def new_code() -> str:
    """A random code; that no other bag has it is for the register to see to."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + ALPHABET[_times_x(_weighted_sum(body))]


def normalise(text: str) -> str:
    """What was typed, as the register has it: upper case, no spaces or dashes, O read as 0, I and L as 1."""
    return text.translate(SPACES_AND_DASHES).upper().translate(LOOKALIKES)


def is_valid(code: str) -> bool:
    """Whether a normalised code has nine symbols that fit together."""
    return len(code) == LENGTH and VALUES.keys() >= set(code) and _weighted_sum(code) == 0


def shown(code: str) -> str:
    """A normalised code in groups of four, as on the label: 7K3M-Q9XP-1."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _weighted_sum(code: str) -> int:
    total = 0
    for symbol in code:
        total = _times_x(total) ^ VALUES[symbol]
    return total


def _times_x(element: int) -> int:
    """Multiply by x in GF(32) = GF(2)[x] / (x^5 + x^2 + 1), whose 31 elements are all powers of x."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
