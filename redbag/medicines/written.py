"""What is written in one shape: small letters, plain signs, and numbers as exact fractions."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
SIGNS = str.maketrans({"×": "x", "–": "-", "—": "-", "−": "-", "’": "'", "µ": "μ", "\u00a0": " ", "⁄": "/"})
COUNTED = {
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
    "one": Fraction(1),
    "two": Fraction(2),
    "three": Fraction(3),
    "four": Fraction(4),
    "five": Fraction(5),
    "six": Fraction(6),
    "seven": Fraction(7),
    "eight": Fraction(8),
    "nine": Fraction(9),
    "ten": Fraction(10),
    "twelve": Fraction(12),
}
# A number: 1,000 or 2.5 or 1/2 or 1 1/2 or "one and a half". A bare ".5" and a comma as point are no numbers here.
# Short runs of digits only, so that any text is read in a moment.
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})(?:\.[0-9]{1,9})?"
NUMBER = (
    r"(?<![\w.,/])(?:[0-9]{1,3} [1-3]/[234]|[1-3]/[234](?![0-9/])|"
    rf"{DIGITS}(?!\.?[0-9]|,[0-9])|one and a half|half an?\b|an? half|half|a quarter|quarter|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|twelve)(?![0-9])"
)


def tidy(text: str) -> str:
    """The same words in small letters, with one space between them and one way to write each sign."""
    if text.isascii():
        return " ".join(text.lower().split())
    for sign, plain in FRACTIONS.items():
        text = text.replace(sign, f" {plain}")
    text = unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)
    return " ".join(text.lower().split())


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same but for spaces, letter case and a full stop at the end."""
    return tidy(one).rstrip(". ") == tidy(other).rstrip(". ")


def number(text: str) -> Fraction:
    """What NUMBER found, exactly."""
    if text == "one and a half":
        return Fraction(3, 2)
    if "half" in text or "quarter" in text:
        return COUNTED["half" if "half" in text else "quarter"]
    if text in COUNTED:
        return COUNTED[text]
    whole, _, part = text.rpartition(" ")
    top, _, bottom = part.partition("/")
    value = Fraction(top.replace(",", "")) / Fraction(bottom or 1)
    return value + (Fraction(whole) if whole else 0)


def either(words: Iterable[str]) -> str:
    """A pattern for any of these words or phrases, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def blank(text: str, found: re.Match) -> str:
    """The text with what was found taken out."""
    return f"{text[: found.start()]} {text[found.end() :]}"
