"""Journeys made by hand for the pure rules: who told what, so many minutes after the packing."""

import uuid
from datetime import UTC, datetime, timedelta

from redbag.counting.followed import About, Followed, follow_for_counting
from redbag.transfers.route import Told, follow

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOME, CREW, HOSPITAL, NORTHGATE, MILLBROOK = (uuid.UUID(int=number) for number in range(1, 6))
KINDS = {HOME: "care_home", CREW: "ambulance", HOSPITAL: "hospital", NORTHGATE: "hospital", MILLBROOK: "care_home"}
GLASSES = {"id": "glasses", "category": "glasses", "where": "bag"}
ROLES = {HOME: "senior", MILLBROOK: "senior", CREW: "crew"}


def followed(*said: dict, packed_at: datetime = NOON, items=(), **about) -> Followed:
    """A journey of which these things were told; each is a dict of `took`, `outcome` and the like below."""
    pack = Told(uuid.UUID(int=100), "pack", packed_at, HOME, "carer", items=tuple(items))
    facts = [pack, *(_fact(number, packed_at, **each) for number, each in enumerate(said, start=101))]
    known = {"area": None, "born": None, "bag": True, "destination": HOSPITAL, "destination_place": "A&E"}
    asked = About(transfer=uuid.UUID(int=9), resident=uuid.UUID(int=8), home=HOME, packed_at=packed_at, **known | about)
    journey = follow(home=HOME, packed_at=packed_at, facts=facts)
    return follow_for_counting(about=asked, journey=journey, told=facts)


def _fact(number: int, packed_at: datetime, *, at: int, by: uuid.UUID, **said) -> Told:
    moment, role = packed_at + timedelta(minutes=at), ROLES.get(by, "ward")
    return Told(uuid.UUID(int=number), occurred_at=moment, organisation=by, role=role, **said)


def took(to: uuid.UUID, at: int, *, by: uuid.UUID | None = None, **said) -> dict:
    """Somebody took the bag, and said so unless another one did."""
    return {"kind": "handoff", "at": at, "by": by or to, "to": to, "to_kind": KINDS[to], **said}


def somebody(words: str, at: int, *, by: uuid.UUID) -> dict:
    """Somebody who is only a name in words took the bag."""
    return {"kind": "handoff", "at": at, "by": by, "to_text": words}


def outcome(name: str, at: int, *, by: uuid.UUID = HOME, **details) -> dict:
    return {"kind": "outcome", "at": at, "by": by, "outcome": name, "details": details}


def looked(at: int, *, by: uuid.UUID, state: str = "present") -> dict:
    """Somebody looked for the glasses."""
    return {"kind": "check", "at": at, "by": by, "items": ({"item": "glasses", "state": state},)}


def void(number: int, at: int, *, by: uuid.UUID) -> dict:
    """What was told as the so-manieth thing is taken back."""
    return {"kind": "void", "at": at, "by": by, "target": uuid.UUID(int=100 + number)}


THERE = (took(CREW, 20), took(HOSPITAL, 60, place="A&E"))
BACK = (took(CREW, 180), took(HOME, 240))
