"""What the plan of a letter asks for, word for word: who is to do it and by when, only where it plainly says so.

Whoever is not plainly named stays `other`: somebody must decide. A day is counted only from a day that is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from redbag.discharges.medicine_words import GOES_ON
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
        (
            r"(?:the )?(?:(?:care|nursing|residential) home(?: staff)?|home staff|care staff|carers?|staff at the home"
            r"|home(?=\s*:|\s+(?:to|please)\b(?! be\b)))"
        ),
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
NEAR = re.compile(r"\b(?:(?P<next>tomorrow)|today|tonight|this (?:morning|afternoon|evening))\b", re.I)
BY_THE_CLOCK = re.compile(
    r"\bby (?:\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|hrs)\b|\d{1,2}:\d\d\b|noon\b|midday\b|midnight\b|bed-?time\b)", re.I
)
UNTIL = re.compile(r"\b(?:until|till|up to)\s+(?:the\s+)?\d", re.I)
NO_ONE_DAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:daily|every|each|weekly)\b", re.I)
RING = r"(?:call|ring|phone|telephone|contact|dial)"
BACK = r"(?:return|come back|go (?:back )?to|seek|re-?admit|bring (?:him|her|them) back)"
ONLY_IF = re.compile(rf"^(?:please,? )?if\b.*\b(?:999|111|{RING}|{BACK})\b", re.I | re.S)
BACK_IF = re.compile(rf"^(?:please,? )?(?:{RING} (?:999|111)|{BACK})\b.*\b(?:if|should|in case|unless)\b", re.I | re.S)
RING_IF = re.compile(rf"^(?:please,? )?{RING}\b.*\b(?:if|should|in case)\b", re.I | re.S)
EMERGENCY = re.compile(r"\b999\b")
KEEP_ON = re.compile(
    rf"^(?:please,? )?(?:{GOES_ON.pattern}|[^.;:,]{{0,60}}\b(?:must|should) not be (?:stopped|missed|omitted))", re.I
)
DOES_MORE = re.compile(
    r"(?:^|[:;,]\s*|\b(?:and|then|to|please)\s+)(?:check|give|take|weigh|monitor|watch|observe|measure|record|turn"
    r"|change|remove|collect|repeat|continue|start|stop|book|arrange|refer|review|apply|encourage|keep|test)\b",
    re.I,
)
ANOTHERS = re.compile(r"(?<=[.;,)])\s+(?=\S)")
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
    read = [each for each in told.get("actions") or [] if (each.get("text") or "").strip()]
    found = [one for each in read for one in _read(each, left_on) if not is_warning(one.text)]
    said = [_plain(each.text) for each in found]
    return found + [each for each in items(texts.get(PLAN, ""), left_on=left_on) if not _among(_plain(each.text), said)]


def items(plan: str, *, left_on: date | None) -> list[Asked]:
    """The sentences of a plan; a line that ends in a colon says for whom the lines under it are.

    A warning is nothing to do on a day: it is shown under when to call, or first among what must not stop.
    """
    found: list[Asked] = []
    for block in re.split(r"\n\s*\n", plan):
        for_whom: tuple[str, str] | None = None
        for line in lines(block):
            if line.endswith(":"):
                for_whom = owner_of(line)
                continue
            for said in _tasks(line):
                if is_warning(said):
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


def is_warning(sentence: str) -> bool:
    """Whether it only says when to call or what must not stop; with something to do in it, it is none."""
    if ONLY_IF.match(sentence) or BACK_IF.match(sentence):
        return True
    if emergency := EMERGENCY.search(sentence):
        return not DOES_MORE.search(sentence[: emergency.start()])
    if RING_IF.match(sentence):
        return not (_days(sentence) or SPAN.search(sentence) or NEAR.search(sentence))
    return bool(KEEP_ON.match(sentence)) and not (NEAR.search(sentence) or DOES_MORE.search(sentence))


def due_of(sentence: str, *, left_on: date | None) -> date | None:
    """The one day or span of time it names; None for none, for several, and for a day that cannot be meant.

    *Today*, *tonight* and *tomorrow* count before any other, and a clock time alone is of that day; what goes on
    *until* a day is not due on it.
    """
    soon = list(NEAR.finditer(sentence))
    if soon and left_on:
        return left_on + timedelta(days=all(each["next"] for each in soon))
    if UNTIL.search(sentence):
        return None
    days, spans = _days(sentence), list(SPAN.finditer(sentence))
    if not days and not spans and BY_THE_CLOCK.search(sentence) and not NO_ONE_DAY.search(sentence):
        return left_on
    if len(days) + len(spans) != 1:
        return None
    if days:
        near = left_on is None or left_on <= days[0] <= left_on + LONGEST
        return days[0] if near else None
    return _after(left_on, spans[0]) if left_on else None


def _read(told: Mapping, left_on: date | None) -> list[Asked]:
    """What an importer read as an action, cut where somebody else is told; it says whose it is and by when."""
    first, *others = _by_owner(told["text"].strip())
    owner = told.get("owner") or OTHER
    owner = owner if owner in (HOME, GP, HOSPITAL) else OTHER
    words = (told.get("owner_text") or "").strip()
    if others or (owner == OTHER and not words):
        owner, words = owner_of(first) if owner_of(first) != (OTHER, "") else (owner, words)
    due = _iso(told.get("due_on")) or due_of(told.get("due_text") or "", left_on=left_on)
    found = [Asked(text=first, owner=owner, owner_text=words[:150], due_on=due or due_of(first, left_on=left_on))]
    for each in others:
        owner, words = owner_of(each)
        due = due_of(each, left_on=left_on)
        found.append(Asked(text=each, owner=owner, owner_text=words[:150], due_on=due))
    return found


def _tasks(line: str) -> list[str]:
    """The sentences of a line, each cut where it goes on to tell somebody else."""
    return [said for sentence in sentences(line) for said in _by_owner(sentence)]


def _by_owner(text: str) -> list[str]:
    """The text, cut where the words that follow begin with who is to do them; what begins with *if* stays whole."""
    cut, begun = [], 0
    if re.match(r"if\b", text, re.I):
        return [text]
    for gap in ANOTHERS.finditer(text):
        told = text[gap.end() :]
        named = next((found for _, begins in BEGINS if (found := begins.match(told))), None)
        tells = r"\s*:" if text[gap.start() - 1] == "," else r"\s*:|\s+(?:to|please)\b"
        if named and re.match(tells, named["then"]):
            cut.append(text[begun : gap.start()].strip())
            begun = gap.end()
    return [*cut, text[begun:].strip()]


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
