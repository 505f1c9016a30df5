"""What a grab folder says: a front page, and the emergency summary of each resident as they are at home."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from redbag.organisations.models import Organisation
from redbag.packs.gathering import Gathered
from redbag.packs.parts import line
from redbag.packs.phrases import moment
from redbag.packs.signs import lasting_vital_lines
from redbag.packs.typesetting import Step
from redbag.packs.wording import summary_words
from redbag.residents.models import Resident
from redbag.templatetags.redbag import birthday, day
from redbag.transfers.contents import CATEGORIES

CAUTION = "May be out of date: check with the home"
TO_WRITE = "_" * 24


def front_words(home: Organisation, *, now: datetime) -> dict:
    """Whose folder it is and when it was printed."""
    local = timezone.localtime(now)
    return {
        "title": f"Grab folder of {home.name}",
        "home": home.name,
        "phone": home.phone,
        "drawn": moment(now),
        "day": day(local),
        "clock": f"{local:%H:%M}",
        "date": [local.year, local.month, local.day],
        "caution": CAUTION,
        "demo": settings.DEMO,
        "not_live": settings.CAUTION,
    }


def person_words(known: Gathered, step: Step) -> dict:
    """One resident's page, with room to write what only the day of leaving can tell."""
    words = summary_words(known, step)
    blocks = [_at_home(known, each) for each in words["blocks"]]
    return words | {"blocks": blocks, "caution": CAUTION, "size": step.size, "room": known.transfer.resident.room}


def listed(person: Resident) -> dict:
    """How a resident stands in the list on the front."""
    return {
        "name": person.patient_name,
        "preferred": person.preferred_name,
        "born": birthday(person.date_of_birth),
        "room": person.room,
    }


def _at_home(known: Gathered, block: Mapping) -> Mapping:
    """A part of the page as it is said of somebody who is not going anywhere yet."""
    if block["title"] == "Why they are going":
        written = [
            line("Why", TO_WRITE),
            line("Last seen well", TO_WRITE),
            line("Left at", TO_WRITE),
            line("Red bag", TO_WRITE),
            line("Handed to", TO_WRITE),
            line("Last ate", TO_WRITE),
        ]
        return {**block, "title": "Write here: why they are going", "form": "facts", "lines": written}
    if block["title"] == "Vital signs, NEWS2":
        return {**block, "lines": lasting_vital_lines(known.page)}
    if block["title"] == "Normal for them":
        return {**block, "lines": [each for each in block["lines"] if each["label"] != "Last ate and drank"]}
    if block["title"] == "With them":
        usual = line("Usually takes", "; ".join(_things(known.transfer.resident.usual_items)))
        return {**block, "lines": [usual, *block["lines"][1:]]}
    return block


def _things(items: Sequence[Mapping]) -> list[str]:
    return [each.get("description") or CATEGORIES.get(each.get("category") or "other", "") for each in items]
