"""Which residents of a home could be taken for one another by name."""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Mapping

SOFT = re.compile(r"[aeiouyhw]")
TWICE = re.compile(r"(.)\1+")


def similar(names: Mapping[Hashable, tuple[str, str]]) -> set[Hashable]:
    """Of people by key with (name they are called, surname): those who share a surname, nearly share it, or share the
    name they are called and the first letter of the surname."""
    signs = {key: _signs(*name) for key, name in names.items()}
    seen = Counter(sign for own in signs.values() for sign in own)
    return {key for key, own in signs.items() if any(seen[sign] > 1 for sign in own)}


def _signs(called: str, surname: str) -> set[tuple[str, str]]:
    first, last = _plain(called), _plain(surname)
    return {("surname", _skeleton(last)), (first, last[:1])}


def _plain(name: str) -> str:
    """Letters only, without accents, in lower case."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalpha())


def _skeleton(name: str) -> str:
    """The first letter and the hard consonants after it: Jones and Johns are the same, Jones and Johnson are not."""
    return name[:1] + TWICE.sub(r"\1", SOFT.sub("", name[1:]))
