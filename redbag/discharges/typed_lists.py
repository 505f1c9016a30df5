"""Medicines and allergies that a hospital types beside its letter, so that the home's comparison can rely on them."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from redbag.discharges.allergy_news import NONE_KNOWN
from redbag.discharges.content import structured_of
from redbag.errors import BadInput
from redbag.incoming.headings import known
from redbag.incoming.message import Allergy, Medicine, Message, Person

CHANGES = ("", "started", "stopped", "changed", "continued")
SAYS = ("", "listed", "none_known", "not_available")
STATUSES = ("active", "inactive", "entered_in_error")
MOST, LONGEST = 100, 500
PARTS: dict[type[Medicine] | type[Allergy], tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind)) for kind in (Medicine, Allergy)
}


def typed_lists(
    *,
    medicines: object = None,
    allergies: object = None,
    allergies_say: object = "",
    headings: object = None,
) -> str:
    """What was typed as the JSON that `DischargeSummary.structured` keeps; empty when nothing was. BadInput by field.

    `medicines` and `allergies` are lists of objects with the parts of `incoming.message`. No list of medicines is no
    statement; an empty one says that there are none. Allergies that are listed, or stand in words under their heading
    in `headings`, are never *none known*; a medicine is never both stopped and not to be stopped.
    """
    errors: dict[str, str] = {}
    taken = _rows(medicines, "medicines", Medicine, "name", errors)
    harms = _rows(allergies, "allergies", Allergy, "agent", errors)
    _check_choices(taken, "medicines", "change", CHANGES, errors)
    _check_choices(harms, "allergies", "status", STATUSES, errors)
    say = allergies_say or ("listed" if harms else "")
    if say not in SAYS:
        errors["allergies_say"] = f"Choose one of: {', '.join(SAYS[1:])}."
    elif harms and say != "listed":
        errors["allergies_say"] = "Allergies are listed, so the answer must be: listed."
    elif say == "listed" and not harms:
        errors["allergies"] = "Name what they are allergic to."
    elif say == "none_known" and (words := _allergies_in(headings)):
        errors["allergies_say"] = f"Under Allergies stands “{words[:80]}”. Change that, or do not say none known."
    for place, each in enumerate(taken):
        if each.get("change") == "stopped" and each.get("do_not_stop"):
            errors[f"medicines.{place}.change"] = f"{each.get('name')} cannot be stopped and must not be stopped."
    if errors:
        raise BadInput(errors)
    if medicines is None and not say:
        return ""
    message = Message(
        standard="",
        person=Person(),
        sections=(),
        medicines=tuple(Medicine(**each) for each in taken),
        medicines_listed=medicines is not None,
        allergies=tuple(Allergy(**each) for each in harms),
        allergies_say=str(say),
    )
    return structured_of(message, [])


def _allergies_in(headings: object) -> str:
    """What stands under the heading of allergies, unless it is one sentence that says that none are known."""
    said = headings.items() if isinstance(headings, Mapping) else ()
    words = " ".join(text for name, text in said if isinstance(text, str) and _is_allergies(name)).strip()
    one_sentence = len(re.findall(r"[^.;\n]+", words)) < 2
    return "" if one_sentence and (not words or NONE_KNOWN.match(words)) else words


def _is_allergies(name: object) -> bool:
    heading = known(name) if isinstance(name, str) else None
    return heading is not None and heading.slug == "allergies_and_adverse_reactions"


def _rows(
    told: object, name: str, kind: type[Medicine] | type[Allergy], first: str, errors: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows as their parts, tidied; what is wrong goes into `errors` under its place."""
    if told is None:
        return []
    if not isinstance(told, list) or len(told) > MOST or not all(isinstance(each, Mapping) for each in told):
        errors[name] = f"Send a list of objects, at most {MOST}."
        return []
    rows = []
    for place, row in enumerate(told):
        said = {part: _text(row, part, f"{name}.{place}.{part}", errors) for part in PARTS[kind] if row.get(part)}
        if unknown := set(row) - set(PARTS[kind]):
            errors[f"{name}.{place}"] = f"There is no such part: {', '.join(sorted(map(str, unknown)))}."
        if not said.get(first):
            errors.setdefault(f"{name}.{place}.{first}", "Say what it is called.")
        rows.append(said)
    return rows


def _text(row: Mapping, part: str, place: str, errors: dict[str, str]) -> str:
    words = row[part]
    if not isinstance(words, str) or len(words) > LONGEST:
        errors[place] = f"Send a text of at most {LONGEST} characters."
        return ""
    return words.replace("\0", "").strip()


def _check_choices(rows: list[dict], name: str, part: str, choices: tuple[str, ...], errors: dict[str, str]) -> None:
    for place, row in enumerate(rows):
        if row.get(part, choices[0]) not in choices:
            errors[f"{name}.{place}.{part}"] = f"Choose one of: {', '.join(filter(None, choices))}."
