"""What the plan of a letter asks for, word for word: who is to do it and by when, only where it plainly says so.

Whoever is not plainly named stays `other`: somebody must decide. A day is counted only from a day that is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from redbag.discharges.sentences import lines, sentences

PLAN = "plan_and_requested_actions"
HOME, GP, HOSPITAL, OTHER = "home", "gp", "hospital", "other"
SOMEBODY = (
    r"district nurses?|community (?:nurses?|matron|team|dietitian|physio\w*)|DNs?|dietitian|pharmac(?:y|ist)|physio\w*"
    r"|occupational therap\w+|OT|SALT|speech and language \w+|social worker|CPN|TVN|podiatr\w+|optician|dentist|family"
    r"|next of kin|patient"
)
NAMED = (
    (GP, r"(?:the |your )?(?:GP|general practitioner|GP practice|GP surgery|surgery|primary care)s?"),
    (
        HOME,
        r"(?:the )?(?:(?:care|nursing|residential) home(?: staff)?|home staff|care staff|carers?|staff at the home)",
    ),
    (
        HOSPITAL,
        r"(?:the )?(?:hospital|ward|our (?:team|ward|clinic)|we|consultant|outpatients?|(?:[a-z]+ )?clinic)",
    ),
    (OTHER, rf"(?:the )?(?:{SOMEBODY})"),
)
BEGINS = [
    (
        owner,
        re.compile(
            rf"^(?:please,? |for |actions? for |requests? (?:for|to) )*(?P<who>{who})\b(?P<then>.*)$", re.I | re.S
        ),
    )
    for owner, who in NAMED
]
DOES = re.compile(
    r"^\s*(?:actions?|please|kindly|to\b|should|must|will|review|repeat|check|monitor|refer|arrange|consider|:|,|-|–|$)",
    re.I,
)
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
COUNTS |= {"ten": 10, "twelve": 12, "fourteen": 14}
SPAN = re.compile(
    rf"\b(?:in|within)\s+(?:the next\s+)?(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})"
    r"(?:\s*(?:-|–|to)\s*\d{1,3})?(?:\s*(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?)\b|/(?P<short>7|52|12)\b)",
    re.I,
)
ONLY_IF = re.compile(r"^if\b.*\b(?:999|111|call|ring|phone|contact|seek|return)\b", re.I | re.S)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?![\d/-]|\.\d)")
NAMES = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ -]({'|'.join(MONTHS)})[a-z]*[ ,-]+(\d{{4}})", re.I)
LONGEST = timedelta(days=730)
LONG = 25


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing a letter asks for."""

    text: str
    owner: str = OTHER
    owner_text: str = ""
    due_on: date | None = None


def asked_for(told: Mapping, texts: Mapping[str, str], *, left_on: date | None) -> list[Asked]:
    """Everything asked for: what could be read as such, then what the plan says beside it, nothing twice.

    `left_on` is the day they left hospital, from which *in two weeks* counts; None when that is not known.
    """
    found = [_read(each, left_on) for each in told.get("actions") or [] if (each.get("text") or "").strip()]
    said = [_plain(each.text) for each in found]
    return found + [each for each in items(texts.get(PLAN, ""), left_on=left_on) if not _among(_plain(each.text), said)]


def items(plan: str, *, left_on: date | None) -> list[Asked]:
    """The sentences of a plan; a line that ends in a colon says for whom the lines under it are.

    *If ... ring ...* is nothing to do on a day: it is shown under when to call.
    """
    found: list[Asked] = []
    for block in re.split(r"\n\s*\n", plan):
        for_whom: tuple[str, str] | None = None
        for line in lines(block):
            if line.endswith(":"):
                for_whom = owner_of(line)
                continue
            for said in sentences(line):
                if ONLY_IF.match(said):
                    continue
                owner, words = owner_of(said) if owner_of(said) != (OTHER, "") else for_whom or (OTHER, "")
                found.append(Asked(text=said, owner=owner, owner_text=words, due_on=due_of(said, left_on=left_on)))
    return found


def owner_of(sentence: str) -> tuple[str, str]:
    """Who is to do it and in which words the letter names them; other and nothing unless it begins with them."""
    for owner, begins in BEGINS:
        if (found := begins.match(sentence)) and DOES.match(found["then"]):
            return owner, found["who"] if owner == OTHER else ""
    return OTHER, ""


def due_of(sentence: str, *, left_on: date | None) -> date | None:
    """The one day or span of time it names; None for none, for several, and for a day that cannot be meant."""
    days, spans = _days(sentence), list(SPAN.finditer(sentence))
    if len(days) + len(spans) != 1:
        return None
    if days:
        near = left_on is None or left_on <= days[0] <= left_on + LONGEST
        return days[0] if near else None
    return _after(left_on, spans[0]) if left_on else None


def _read(told: Mapping, left_on: date | None) -> Asked:
    """What an importer read as an action; it says itself whose it is and by when, where it knows."""
    text, owner = told["text"].strip(), told.get("owner") or OTHER
    owner = owner if owner in (HOME, GP, HOSPITAL) else OTHER
    words = (told.get("owner_text") or "").strip()
    if owner == OTHER and not words:
        owner, words = owner_of(text)
    due = _iso(told.get("due_on")) or due_of(told.get("due_text") or "", left_on=left_on)
    return Asked(text=text, owner=owner, owner_text=words[:150], due_on=due or due_of(text, left_on=left_on))


def _among(words: str, said: Sequence[str]) -> bool:
    """Whether these words are there already: as a whole, or as a long part of something."""
    return words in said or (len(words) >= LONG and any(words in each for each in said))


def _after(left_on: date, span: re.Match) -> date | None:
    """The end of a span; of *4 to 6 weeks* the earlier, so that nobody hears of it too late."""
    count = COUNTS.get(span["count"].lower()) or int(span["count"])
    unit = {"7": "d", "52": "w", "12": "m"}.get(span["short"] or "") or span["unit"][0].lower()
    if unit == "h":
        return left_on + timedelta(days=-(-count // 24))
    if unit == "m":
        return _months_on(left_on, count)
    return left_on + timedelta(days=count * (7 if unit == "w" else 1))


def _months_on(day: date, count: int) -> date | None:
    year, month = divmod(day.month - 1 + count, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    return date(day.year + year, month + 1, day.day)


def _days(sentence: str) -> Sequence[date]:
    """The days written out in a sentence, British order, each once."""
    numbers = [(int(d), int(m), int(y) + (2000 if len(y) == 2 else 0)) for d, m, y in NUMBERS.findall(sentence)]
    names = [(int(d), MONTHS.index(m.lower()) + 1, int(y)) for d, m, y in NAMES.findall(sentence)]
    found = []
    for day, month, year in numbers + names:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _iso(told: object) -> date | None:
    try:
        return date.fromisoformat(str(told)[:10]) if told else None
    except ValueError:
        return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
