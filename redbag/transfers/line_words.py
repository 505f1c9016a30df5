"""What is told with a fact, in words: its flags, how it was proved, what was found. For pages, papers and the API."""

from collections.abc import Mapping
from uuid import UUID

from redbag.transfers.additions import added_lines
from redbag.transfers.models import Fact
from redbag.transfers.stages import Kind

FLAGS = {
    "unexpected": "not the usual next step",
    "unconfirmed": "not confirmed by the other side",
    "late": "told more than two days later",
    "clock_corrected": "the device's clock was wrong, the time is put right",
    "before_packing": "told as before the bag was packed",
    "after_close": "told after the journey was finished, changes nothing",
    "void_label": "scanned on a label that was replaced",
    "differs": "sent again with other words",
    "unchecked": "contents not checked here",
    "missing_items": "something was not found",
    "identity_not_checked": "identity not checked",
    "not_possible": "could not be taken back",
    "bag_elsewhere": "the bag that was named is on another journey: look who has it",
}
TICKS = {"photo": "photo", "born": "date of birth", "wristband": "wristband"}
CODES = {
    "right": "confirmed by both sides with the hand-over code",
    "wrong": "the code that was typed did not fit: said by one side",
    "old": "the code that was typed had changed by then: said by one side",
    "void": "the code that was typed had been guessed at too often: said by one side",
    "own": "with the hand-over code, sent by the giver",
}
STATES = {"present": "there", "missing": "not found yet", "extra": "extra", "changed": "changed"}


def details_of(fact: Fact, *, names: Mapping[str, str], seals: Mapping[UUID, str]) -> list[str]:
    """Everything told with a fact beside what it says, line by line; `names` are those of belongings by their ids."""
    return [*_details(fact, names), *_seen(fact, seals)]


def _details(fact: Fact, names: Mapping[str, str]) -> list[str]:
    if fact.kind == Kind.ADDITION:
        return [f"{line.label}: {line.words}" for line in added_lines(fact)]
    if fact.kind == Kind.OPENED:
        return [f"Opened by {fact.from_name or fact.by_name}", *([f"Why: {fact.reason}"] if fact.reason else [])]
    lines = [f"written down later from paper by {fact.by_name}"] if fact.content.get("paper") else []
    lines += [f"why: {fact.content['why']}"] if fact.content.get("why") else []
    lines += [f"bag named: {fact.content['named_bag']['tracker']}"] if fact.content.get("named_bag") else []
    lines += [f"taken by {fact.to_name}"] if fact.to_name else []
    for row in fact.items:
        if row.get("state") in ("missing", "changed", "extra"):
            note = f" ({row['note']})" if row.get("note") else ""
            lines.append(f"{names.get(row['item'], 'something')}: {STATES[row['state']]}{note}")
    return lines


def _seen(fact: Fact, seals: Mapping[UUID, str]) -> list[str]:
    """The code, the seal and who the person was checked to be."""
    lines = [CODES[fact.content["code"]]] if fact.content.get("code") in CODES else []
    ticks = [words for name, words in TICKS.items() if (fact.content.get("identity") or {}).get(name)]
    lines += [f"identity checked: {', '.join(ticks)}"] if ticks else []
    lines += [f"opened by {fact.by_name}"] if fact.kind == Kind.OPENED and fact.by_name else []
    return [*lines, seals[fact.pk]] if fact.pk in seals else lines
