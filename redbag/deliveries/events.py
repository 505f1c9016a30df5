"""Every kind of news that goes out, and what it may carry: ids, codes and counts, never anything about a person. Pure.

One kind for each thing that somebody outside would act upon. Nothing is ever sent of a death.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

EVERY_EVENT, TEST = "*", "endpoint.test"
CODE = re.compile(r"[A-Za-z][A-Za-z_]{0,39}")
NOTHING = str(UUID(int=0))
SAMPLES = {
    "version": 1,
    "stage": "IN_HOSPITAL",
    "outcome": "own_home",
    "answer": "yes",
    "reminders": [NOTHING],
    "escalated": False,
}
CODED = ("stage", "outcome", "answer")


@dataclass(frozen=True, kw_only=True)
class Event:
    """A kind of news: its name, its words for people, when it is sent and to whom, and what `data` carries.

    `ids` are the names in `data` beside `address`, where whoever gets it signs in to read the rest. `offered` says that
    people can ask for it; `since` is the day from which it is sent. Who asked for what it is `part_of` gets it too.
    """

    name: str
    words: str
    when: str
    ids: tuple[str, ...]
    since: str = "2026-11-22"
    offered: bool = True
    part_of: str = ""


CATALOGUE = (
    Event(
        name="discharge_summary.available",
        words="A discharge summary has come",
        when="A hospital's discharge summary has come to the home.",
        ids=("discharge_summary", "transfer", "version", "follows"),
        since="2026-11-21",
    ),
    Event(
        name="discharge_summary.replaced",
        words="A newer discharge summary has come",
        when="A newer version of a discharge summary has come to the home and stands in place of the one before.",
        ids=("discharge_summary", "transfer", "version", "follows"),
        since="2026-11-21",
    ),
    Event(
        name="discharge_summary.held",
        words="A discharge summary is held for an identity check",
        when="A summary did not fit one resident: the hospital that sent it must say whose it is.",
        ids=("discharge_summary",),
    ),
    Event(
        name="discharge_summary.opened",
        words="The home has opened a discharge summary",
        when="Somebody at the home opened the summary for the first time. Goes to the hospital that sent it.",
        ids=("discharge_summary", "transfer", "version"),
    ),
    Event(
        name="discharge_summary.acknowledged",
        words="The home has taken a discharge summary on",
        when="A named person at the home has read the summary and takes it on. Goes to the hospital that sent it.",
        ids=("discharge_summary", "transfer", "version"),
    ),
    Event(
        name="medicines.reconciled",
        words="Medicines before and after were compared and decided",
        when="At the home every line of the medicines before and after a stay has been decided and checked.",
        ids=("reconciliation", "discharge_summary", "transfer"),
    ),
    Event(
        name="transfer.packed",
        words="Somebody is going to hospital",
        when="A home has packed for a journey. Goes to the home and to where the journey goes.",
        ids=("transfer", "stage"),
    ),
    Event(
        name="transfer.stage_changed",
        words="A bag has moved on",
        when="A journey reached another stage. Goes to the home and to where the journey goes.",
        ids=("transfer", "stage"),
        since="2026-11-21",
    ),
    Event(
        name="transfer.closed",
        words="A journey is finished",
        when="A journey is finished. Goes to the home and to where the journey went.",
        ids=("transfer", "stage"),
    ),
    Event(
        name="handoff.recorded",
        words="A bag was handed over",
        when="A hand-over was recorded, by either side. Goes to the home and to where the journey goes.",
        ids=("transfer", "fact", "stage"),
    ),
    Event(
        name="outcome.told",
        words="Somebody said how a stay goes on",
        when="An outcome other than a death was recorded, such as another_home or hospice. Goes to the home.",
        ids=("transfer", "fact", "stage", "outcome"),
    ),
    Event(
        name="departure.planned",
        words="A hospital plans to send somebody home",
        when="A ward says when somebody is to leave hospital, and whether they are ready. Goes to the home.",
        ids=("transfer", "departure"),
    ),
    Event(
        name="departure.answered",
        words="A home has answered whether somebody can come home",
        when="The home says whether it is ready. Goes to the hospital that has the person.",
        ids=("transfer", "departure", "answer"),
    ),
    Event(
        name="item.missing",
        words="Something was not found",
        when="Something that left with the bag was not found. Goes to the home.",
        ids=("transfer", "stage"),
        since="2026-11-21",
    ),
    Event(
        name="item.found",
        words="Something that was missing has been found",
        when="Something that had not been found is there after all. Goes to the home.",
        ids=("transfer", "stage"),
    ),
    Event(
        name="bag.found",
        words="Somebody found a bag",
        when="Somebody outside told where a bag is. Goes to its home.",
        ids=("bag", "found"),
        since="2026-11-21",
    ),
    Event(
        name="bag.lost",
        words="A bag was marked as lost",
        when="A home marked a bag as lost. Goes to the home.",
        ids=("bag",),
    ),
    Event(
        name="visitor.let_in",
        words="A crew without an account opened a page",
        when="A crew without an account was let in by code. Goes to the home.",
        ids=("transfer", "visitor"),
        since="2026-11-21",
    ),
    Event(
        name="tablet.guessed",
        words="Too many wrong PINs were tried on a shared tablet",
        when="A shared tablet took so many wrong PINs that all must sign in fully. Goes to its organisation.",
        ids=("tablet",),
    ),
    Event(
        name="break_glass.asked",
        words="Somebody cannot see the tablet and asks to open a page",
        when="A clinician without an account and without the tablet's code asks to read one journey. Goes to the home.",
        ids=("transfer", "asked"),
        part_of="reminder.due",
    ),
    Event(
        name="break_glass.opened",
        words="A page was opened without the tablet's code",
        when="Somebody without an account opened a journey with a code for this once. Goes to the home.",
        ids=("transfer", "visitor"),
        part_of="reminder.due",
    ),
    Event(
        name="reminder.due",
        words="Something is due: a bag waits too long, or a letter is not read",
        when="Something to do has become due, or late. Goes to whom it asks.",
        ids=("reminders", "escalated"),
        since="2026-11-21",
    ),
    Event(
        name="note.written",
        words="Somebody wrote a note about a bag",
        when="The other side of a journey wrote a note.",
        ids=("transfer", "note"),
        since="2026-11-21",
    ),
    Event(
        name="note.answered",
        words="Somebody answered a note",
        when="The other side of a journey answered a note. Sent in place of note.written.",
        ids=("transfer", "note", "answers"),
        part_of="note.written",
    ),
    Event(
        name="endpoint.disabled",
        words="An address was switched off because nothing arrived there",
        when="Nothing arrived at an address for five days. Goes to the others of the same organisation.",
        ids=("endpoint",),
    ),
    Event(
        name=TEST,
        words="A test",
        when="Somebody tried an address out.",
        ids=("endpoint",),
        since="2026-11-21",
        offered=False,
    ),
)
BY_NAME = {event.name: event for event in CATALOGUE}
NAMES = tuple(BY_NAME)
OFFERED = tuple(event.name for event in CATALOGUE if event.offered)


def words_of(name: str) -> str:
    """A kind of news in words; one that is not in the catalogue as it is."""
    return BY_NAME[name].words if name in BY_NAME else name


def asked_for(name: str, wishes: Sequence[str]) -> bool:
    """Whether somebody with these wishes gets this kind of news; without any wish, or with `*`, everybody does."""
    part_of = BY_NAME[name].part_of if name in BY_NAME else ""
    return not wishes or EVERY_EVENT in wishes or name in wishes or (bool(part_of) and part_of in wishes)


def carried(name: str, ids: Mapping[str, Any]) -> dict[str, Any]:
    """What of `ids` may leave the house with this kind of news: only names the catalogue has, and only ids, numbers,
    yes or no, and codes of one word. Everything else stays behind, whoever put it there.
    """
    allowed = BY_NAME[name].ids if name in BY_NAME else ()
    return {
        key: value for key, value in ids.items() if (key in allowed or key == "sample") and _says_nothing(key, value)
    }


def sample(name: str) -> dict[str, Any]:
    """What a sample of this kind of news carries: ids of nothing, and `sample`."""
    return {key: SAMPLES.get(key, NOTHING) for key in BY_NAME[name].ids} | {"sample": True}


def _says_nothing(key: str, value: Any) -> bool:
    if value is None or isinstance(value, bool | int | UUID):
        return True
    if isinstance(value, list | tuple):
        return all(_is_id(each) for each in value)
    if key in CODED:
        return isinstance(value, str) and bool(CODE.fullmatch(value))
    return _is_id(value)


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str | UUID) and bool(UUID(str(value)))
    except ValueError:
        return False
