"""What the kept record of one person takes over from the other, and which NHS number stands. No table is written."""

from collections.abc import Mapping, Sequence

from redbag.residents.details import CONTACT_FLAGS, CONTACT_WORDS
from redbag.residents.models import Resident
from redbag.residents.phones import same_phone
from redbag.vault import seal

FILLED = {
    "title": "Title",
    "preferred_name": "Likes to be called",
    "sex": "Sex",
    "room": "Room",
    "gp_practice": "GP practice",
    "gp_phone": "GP phone",
}
LISTED = {"contacts": "People to ring", "usual_items": "What usually goes with them"}
NUMBER = ("nhs_number", "nhs_number_index", "nhs_number_status", "nhs_number_elsewhere")


def must_choose_number(kept: Resident, other: Resident) -> bool:
    """Whether a person has to say which NHS number stands: they differ, and the kept one was not checked."""
    differ = bool(kept.nhs_number and other.nhs_number) and kept.nhs_number != other.nhs_number
    return differ and kept.nhs_number_status != Resident.Number.VERIFIED


def number_errors(number: object, kept: Resident, other: Resident) -> dict[str, str]:
    """What is wrong with the choice of an NHS number: "kept", "other", or nothing where none is asked for."""
    if number not in ("", "kept", "other"):
        return {"nhs_number": "Choose one of: kept, other."}
    if must_choose_number(kept, other) and not number:
        return {"nhs_number": "The NHS numbers differ: choose which one stands."}
    if number and not must_choose_number(kept, other):
        return {"nhs_number": "There is no NHS number to choose."}
    return {}


def takes_number(number: str, kept: Resident, other: Resident) -> bool:
    """Whether the other record's NHS number becomes the kept one's."""
    return bool(other.nhs_number_index) and (not kept.nhs_number_index or number == "other")


def numbers_before(kept: Resident, other: Resident) -> dict:
    """How both NHS numbers stood; the kept record's own, which another one takes the place of, is sealed."""
    told = {"status": other.nhs_number_status, "elsewhere": other.nhs_number_elsewhere}
    if not kept.nhs_number_index:
        return told
    return told | {"own": {name: getattr(kept, name) for name in NUMBER} | {"nhs_number": seal(kept.nhs_number)}}


def set_number(resident: Resident, values: Mapping) -> None:
    """Give a record an NHS number with what is known of it; the caller saves."""
    for name in NUMBER:
        setattr(resident, name, values[name])


def fill(kept: Resident, other: Resident) -> dict:
    """Give the kept record what it lacks and the other has; lists of both together. Answers what undoing it needs."""
    values = {name: getattr(other, name) for name in FILLED if not getattr(kept, name) and getattr(other, name)}
    if kept.gp_practice and kept.gp_practice != other.gp_practice:
        values.pop("gp_phone", None)  # the phone of another practice
    values["contacts"] = contacts_of_both(kept.contacts, other.contacts)
    values["usual_items"] = [*kept.usual_items, *(each for each in other.usual_items if each not in kept.usual_items)]
    changed = {name: value for name, value in values.items() if value != getattr(kept, name)}
    done = {name: {"before": getattr(kept, name), "after": value} for name, value in changed.items()}
    for name, value in changed.items():
        setattr(kept, name, value)
    return done


def empty_again(kept: Resident, done: Mapping) -> list[str]:
    """Put back what was there before, where nobody has changed it since; the labels of what stays."""
    stays = []
    for name, value in done.items():
        if getattr(kept, name) == value["after"]:
            setattr(kept, name, value["before"])
        else:
            stays.append((FILLED | LISTED)[name])
    return stays


def contacts_of_both(ours: Sequence[Mapping], theirs: Sequence[Mapping]) -> list[dict]:
    """Everybody of both lists. Who must not be told by one list, by name or by phone, must not be told at all."""
    rows = [dict(each) for each in ours]
    for each in theirs:
        same = next((row for row in rows if _one_contact(row, each)), None)
        if same is None:
            rows.append(dict(each))
        else:
            same |= {name: words for name, words in each.items() if words and not same.get(name)}
    for flag in CONTACT_FLAGS:
        kept_from = [row for row in rows if row.get(flag)]
        for row in rows:
            if any(_may_be_one(row, each) for each in kept_from):
                row[flag] = True
    return rows


def _may_be_one(one: Mapping, other: Mapping) -> bool:
    """The same name or the same phone."""
    named = bool(_plain(one, "name")) and _plain(one, "name") == _plain(other, "name")
    return named or same_phone(one.get("phone"), other.get("phone"))


def _one_contact(one: Mapping, other: Mapping) -> bool:
    """The same name, and nothing that contradicts."""
    words = ((_plain(one, name), _plain(other, name)) for name in CONTACT_WORDS)
    return _plain(one, "name") == _plain(other, "name") and all(a == b or not a or not b for a, b in words)


def _plain(row: Mapping, name: str) -> str:
    return "".join((row.get(name) or "").split()).casefold()
