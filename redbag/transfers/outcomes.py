"""Everything else that can happen on a journey: how it is called, what it asks, and what comes of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from redbag.transfers.stages import Outcome, Stage

S, Out = Stage, Outcome
UNDER_WAY = (S.PACKED, S.WITH_CREW, S.IN_HOSPITAL, S.COMING_HOME, S.BACK_HOME)
LEFT = (S.WITH_CREW, S.IN_HOSPITAL, S.COMING_HOME, S.BACK_HOME)
IN_HOSPITAL = (S.WITH_CREW, S.IN_HOSPITAL, S.COMING_HOME)
BAG_WAYS = {"with_them": "It went with them", "stays": "It is still here", "": "Not known"}
KINDS = {Out.ANOTHER_HOME: "care_home", Out.ANOTHER_HOSPITAL: "hospital", Out.LEFT_IN_AMBULANCE: "ambulance"}
TEXTS = {"where": 200, "who": 150, "phone": 40, "advised_by": 150, "watch_for": 1000, "why": 200, "note": 1000}
CANNOT_RETURN = (
    "Needs more care than the home can give now",
    "Equipment is not there yet",
    "Medicines or the discharge summary are not there yet",
    "Infection: no safe room at the home",
    "Not enough staff at this hour",
    "The hospital is not ready to let them go",
)


@dataclass(frozen=True)
class Ask:
    """One thing an outcome asks. `kind` is text, long, phone, place, ways (of the bag), when or choice."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    choices: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True)
class Path:
    """One outcome: the button, what comes next in a sentence, what it asks, and at which stages it can happen."""

    outcome: Outcome
    group: str
    button: str
    next: str
    asks: tuple[Ask, ...] = ()
    stages: tuple[Stage, ...] = UNDER_WAY
    home_only: bool = False


PERSON, BAG, END = "The person", "The bag", "Finished"
WHERE_BAG = Ask("bag", "Where is the bag?", kind="ways")
NOTE = Ask("note", "Anything else to know", kind="long")


def _which(label: str, *, hint: str = "", must: bool = True) -> tuple[Ask, ...]:
    return (
        Ask("to", label, kind="place", must=must),
        Ask("where", "Not in the list: write which", hint),
    )


PATHS = {
    path.outcome: path
    for path in (
        Path(
            Out.NOT_TAKEN,
            PERSON,
            "Not taken to hospital",
            "They stay at the home. What to watch for stays on the home's board for two days.",
            (
                Ask("advised_by", "Who advised it?", "Name and job, for example: Sam Reed, paramedic"),
                Ask("watch_for", "What to watch for", "And when to ring again", kind="long"),
            ),
            (S.PACKED, S.WITH_CREW),
        ),
        Path(
            Out.TREATED_ON_SCENE,
            PERSON,
            "Treated at the home",
            "They stay at the home. What to watch for stays on the home's board for two days.",
            (
                Ask("advised_by", "Who treated them?", "Name and job, for example: Sam Reed, paramedic"),
                Ask("watch_for", "What to watch for", "And when to ring again", kind="long"),
            ),
            (S.PACKED, S.WITH_CREW),
        ),
        Path(
            Out.ANOTHER_HOSPITAL,
            PERSON,
            "Other hospital than planned",
            "Nothing is wrong. The other hospital sees them from now on, and the home knows whom to ring.",
            (*_which("Which hospital?"), WHERE_BAG),
        ),
        Path(
            Out.SAME_DAY_RETURN,
            PERSON,
            "Back the same day",
            "The home unpacks the bag, or the hospital sends it after them.",
            (WHERE_BAG, NOTE),
            IN_HOSPITAL,
        ),
        Path(
            Out.ANOTHER_HOME,
            PERSON,
            "Went to another care home",
            "The bag goes with them. That home sends it back to its own home.",
            (*_which("Which home?"), WHERE_BAG),
            LEFT,
        ),
        Path(
            Out.OWN_HOME,
            PERSON,
            "Went to their own home or family",
            "The care home arranges how its bag comes back.",
            (Ask("where", "Where, or with whom?"), Ask("phone", "Phone there", kind="phone"), WHERE_BAG),
            LEFT,
        ),
        Path(
            Out.HOSPICE,
            PERSON,
            "Went to a hospice",
            "The care home arranges how its bag comes back.",
            (Ask("where", "Which hospice?", must=True), Ask("phone", "Phone there", kind="phone"), WHERE_BAG),
            LEFT,
        ),
        Path(
            Out.HOSPITAL_AT_HOME,
            PERSON,
            "Hospital at home",
            "A hospital team looks after them at home. The care home arranges how its bag comes back.",
            (
                Ask("where", "At which address, and which team?"),
                Ask("phone", "Phone of the team", kind="phone"),
                WHERE_BAG,
            ),
            LEFT,
        ),
        Path(
            Out.SELF_DISCHARGE,
            PERSON,
            "Left hospital by their own choice",
            "The care home finds out where they are and that they are safe.",
            (
                Ask("where", "Where did they go?", "Leave empty if nobody knows"),
                Ask("who", "Who saw them leave?"),
                WHERE_BAG,
            ),
            (S.IN_HOSPITAL, S.COMING_HOME),
        ),
        Path(
            Out.CANNOT_RETURN,
            PERSON,
            "Cannot come back yet",
            "They stay in hospital. Home and ward see what has to change first.",
            (Ask("why", "Why?", kind="choice", choices=CANNOT_RETURN, must=True), NOTE),
            (S.IN_HOSPITAL, S.COMING_HOME),
        ),
        Path(
            Out.OUTSIDE_NETWORK,
            PERSON,
            "A place that does not use Red Bag online",
            "The home rings there, says that the bag is the home's, and arranges how it comes back.",
            (Ask("where", "Which place?", must=True), Ask("phone", "Phone there", kind="phone"), WHERE_BAG),
        ),
        Path(
            Out.NO_BAG,
            BAG,
            "Went without a bag",
            "The journey goes on without a bag. The bag is free for somebody else.",
            (),
            (S.PACKED, S.WITH_CREW, S.IN_HOSPITAL),
        ),
        Path(
            Out.LEFT_IN_AMBULANCE,
            BAG,
            "Left in the ambulance",
            "The ambulance service looks in the vehicle and brings it.",
            (
                Ask("to", "Which ambulance service?", kind="place"),
                Ask("where", "Which vehicle?", "Call sign or number, if you know it"),
            ),
            LEFT,
        ),
        Path(
            Out.WITH_FAMILY,
            BAG,
            "Family took it",
            "The home rings the family and asks for the bag.",
            (Ask("who", "Who in the family?", must=True), Ask("phone", "Their phone", kind="phone")),
        ),
        Path(
            Out.FOLLOWS_LATER,
            BAG,
            "The bag follows later",
            "Whoever has the bag sends it after them.",
            (Ask("expected", "When is it expected?", "For example: tonight with the 19:00 taxi"), NOTE),
            (S.PACKED, S.WITH_CREW, S.IN_HOSPITAL, S.COMING_HOME),
        ),
        Path(
            Out.LOST,
            BAG,
            "Nobody can find the bag",
            "The home rings everybody who had it, the last one first. Whoever finds it scans it.",
            (Ask("where", "Where was it seen last?"), NOTE),
        ),
        Path(
            Out.CLOSED,
            END,
            "Finished",
            "The journey leaves the board. Nothing is lost: it stays to be read.",
            home_only=True,
        ),
    )
}
DETAILS = {*TEXTS, "expected", "bag", "together"}


def offered(*, stage: str, at_home: bool, bag: bool, finish: bool) -> dict[str, list[Path]]:
    """What can happen now, by group. What is about the bag is left out where there is none; a death is not here."""
    groups: dict[str, list[Path]] = {}
    for path in PATHS.values():
        now = finish if path.outcome == Out.CLOSED else stage in path.stages
        if now and (bag or path.group != BAG) and (at_home or not path.home_only):
            groups.setdefault(path.group, []).append(path)
    return groups


def read_details(raw: object) -> tuple[dict, dict[str, str]]:
    """What was said about an outcome, only what is there, and what is wrong with it by field."""
    if raw is None:
        return {}, {}
    if not isinstance(raw, Mapping):
        return {}, {"details": f"Send an object with some of: {', '.join(sorted(DETAILS))}."}
    errors = {f"details.{name}": "There is no such field." for name in raw if name not in DETAILS}
    said: dict = {}
    for name, longest in {**TEXTS, "expected": 200}.items():
        value = raw.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > longest or not _can_be_kept(value)):
            errors[f"details.{name}"] = f"Send text of at most {longest} characters."
        elif value and value.strip():
            said[name] = value.strip()
    if raw.get("bag") not in (None, *BAG_WAYS):
        errors["details.bag"] = f"Send one of: {', '.join(filter(None, BAG_WAYS))}."
    elif raw.get("bag"):
        said["bag"] = raw["bag"]
    if raw.get("together") not in (None, True, False):
        errors["details.together"] = "Send true or false."
    elif raw.get("together"):
        said["together"] = True
    return said, errors


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def said(*, outcome: str, details: Mapping, to: str = "") -> str:
    """An outcome as a person would say it, with the place when it is known."""
    if details.get("together"):
        return "Resident and bag are together again"
    where = to or details.get("where", "")
    label = Outcome(outcome).label
    return f"{label}: {where}" if where else label


LABELS = {
    "where": "Where",
    "who": "Who",
    "phone": "Phone",
    "advised_by": "Advised by",
    "watch_for": "Watch for",
    "why": "Why",
    "expected": "Expected",
    "note": "Also",
}


def told_lines(details: Mapping) -> list[str]:
    """What was said about an outcome beside its place, one line each."""
    lines = [f"{label}: {details[name]}" for name, label in LABELS.items() if name != "where" and details.get(name)]
    if details.get("bag"):
        lines.append(f"The bag: {BAG_WAYS[details['bag']].lower()}")
    return lines
