"""What left the home, frozen: some homes write much and often, others little and long ago."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from redbag.management.national.asked import new_id, row
from redbag.management.national.telling import Story
from redbag.summaries.fields import Section
from redbag.summaries.sections import SECTIONS
from redbag.transfers.models import Snapshot

NOT_FROZEN = 0.03
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
FILLED = {"allergies": 0.97, "medicines": 0.97, "resuscitation": 0.92, "normal": 0.9, "conditions": 0.94}
OTHERS_FILLED = 0.75
SAYS: dict[str, tuple[dict, ...]] = {
    "allergies": ({"status": "none_known"}, {"status": "present", "items": [{"agent": "Penicillin"}]}),
    "resuscitation": ({"recommendation": "attempt"}, {"recommendation": "do_not_attempt"}),
    "medicines": ({"items": [{"name": "Paracetamol 500 mg tablets"}], "how": "With water"},),
    "normal": ({"mobility": "Walks with a frame", "confusion": "Knows where they are"},),
    "conditions": ({"diagnoses": "High blood pressure"},),
}
TRAVELLING = [section for section in SECTIONS if section.travels]


@dataclass
class Frozen:
    """A snapshot, and what it says."""

    row: Snapshot
    content: dict


def freeze(story: Story) -> Frozen | None:
    """The snapshot of a journey, RFC 8785 (plain names and whole numbers only: sorted keys suffice); none for a few."""
    transfer, dice = story.transfer, story.dice
    if dice.random() < NOT_FROZEN:
        return None
    content = _content(story)
    text = CANONICAL.encode(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    transfer.snapshot_hash, transfer.snapshot_at = digest, transfer.packed_at
    frozen = row(
        Snapshot,
        id=new_id(dice),
        transfer_id=transfer.pk,
        version=1,
        content=text,
        hash=digest,
        taken_at=transfer.packed_at,
    )
    return Frozen(frozen, content)


def _content(story: Story) -> dict:
    transfer, home, person = story.transfer, story.home, story.trip.life.row
    care = min(1.0, 1.1 / (home.losing**0.3))
    signs = [_signs(transfer.packed_at, story.dice) if story.dice.random() < chance else None for chance in (0.8, 0.6)]
    return {
        "transfer": str(transfer.pk),
        "taken_at": transfer.packed_at.isoformat(),
        "home": {"ods": home.row.ods_code, "name": home.row.name, "phone": home.row.phone},
        "resident": {
            "title": "",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "preferred_name": "",
            "date_of_birth": person.date_of_birth.isoformat(),
            "sex": "",
            "nhs_number": person.nhs_number,
            "nhs_number_status": person.nhs_number_status,
            "gp_practice": "",
            "gp_phone": "",
            "contacts": [],
        },
        "destination": {"ods": story.trip.hospital.row.ods_code, "place": story.trip.ward, "text": ""},
        "reason": transfer.reason,
        "ask": "",
        "return_when": "",
        "summary": _sections(transfer.packed_at, story.dice, care),
        "observation": signs[0],
        "baseline": signs[1],
        "items": story.items,
        "body_map": None,
        "documents": [],
        "changes_since_last": None,
    }


def _sections(packed: datetime, dice: Random, care: float) -> list[dict]:
    """Those that somebody filled; the others are left out, for there are many of them."""
    return [
        _section(section, packed, dice, care)
        for section in TRAVELLING
        if dice.random() < FILLED.get(section.name, OTHERS_FILLED) * care
    ]


def _section(section: Section, packed: datetime, dice: Random, care: float) -> dict:
    age = int((section.fresh_days or 365) * dice.lognormvariate(-1.6, 0.9) / care)
    seen = (packed - timedelta(days=age)).isoformat()
    kinds = SAYS.get(section.name, ({},))
    return {
        "name": section.name,
        "title": section.title,
        "content": kinds[dice.randrange(len(kinds))],
        "version": 1,
        "author": "Senior carer",
        "written_at": seen,
        "verified_at": seen,
        "verified_by": "Senior carer",
        "completeness": 100,
        "due": section.fresh_days is not None and age > section.fresh_days,
    }


def _signs(packed: datetime, dice: Random) -> dict:
    return {
        "taken_at": (packed - timedelta(minutes=dice.randrange(5, 90))).isoformat(),
        "by": "Senior carer",
        "respiratory_rate": dice.randint(12, 28),
        "spo2": dice.randint(88, 99),
        "spo2_scale": 1,
        "on_oxygen": False,
        "systolic_bp": dice.randint(90, 180),
        "pulse": dice.randint(55, 125),
        "acvpu": "A",
        "temperature": f"{dice.randint(355, 392) / 10}",
        "score": None,
        "band": "",
    }
