"""What everybody tells of a journey, fact by fact, up to now; the transfer's row follows from it by replaying."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from redbag.management.national.asked import Asked, new_id, row
from redbag.management.national.places import Home
from redbag.management.national.trips import DOORS, Trip
from redbag.organisations.models import Organisation
from redbag.transfers import replay
from redbag.transfers.journey import Journey, Told
from redbag.transfers.models import Fact, Party, Transfer
from redbag.transfers.route import follow
from redbag.transfers.stages import Kind, Outcome

THINGS = (
    ("glasses", "worn", 0.8, 1.2),
    ("dentures_upper", "bag", 0.55, 2.0),
    ("dentures_lower", "bag", 0.45, 2.0),
    ("hearing_aid_left", "worn", 0.3, 1.8),
    ("hearing_aid_right", "worn", 0.3, 1.8),
    ("phone", "bag", 0.15, 1.0),
    ("walking_aid", "alongside", 0.4, 0.7),
    ("clothes", "bag", 0.95, 0.5),
    ("medicines", "bag", 0.9, 0.4),
    ("document", "bag", 0.6, 0.6),
)
LIKELIHOOD = {category: times for category, _, _, times in THINGS}
MISSED_IN_HOSPITAL, MISSED_AT_HOME = 0.006, 0.011
CREW_SCANS, CODE_GIVEN, FETCHED, NOT_CHECKED = 0.7, 0.5, 0.25, 0.12
LATE, MOVED, LOOKED_AGAIN, WRONG = 0.02, 0.35, 0.5, 0.004
STAYED = (Outcome.NOT_TAKEN, Outcome.TREATED_ON_SCENE)
MOVED_ON = (Outcome.DIED, Outcome.ANOTHER_HOME, Outcome.HOSPICE, Outcome.OWN_HOME)


@dataclass
class Story:
    """A journey while it is being told: its row, its facts, what is missed by item, and what followed."""

    asked: Asked
    home: Home
    trip: Trip
    dice: Random
    transfer: Transfer
    items: list[dict]
    facts: list[Fact] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)
    journey: Journey | None = None

    def tell(self, kind: Kind, who: Organisation, at: datetime, role: str, **said) -> None:
        """Add a fact, unless it has not happened yet or nobody has sent it yet."""
        late = kind != Kind.PACK and said.get("outcome") != Outcome.CLOSED and self.dice.random() < LATE
        recorded = at + timedelta(hours=self.dice.randint(49, 120)) if late else at + timedelta(seconds=20)
        pk = self.transfer.pk if kind == Kind.PACK else new_id(self.dice)
        if at <= self.asked.now and (recorded <= self.asked.now or not late):
            said["intake_flags"] = ["late"] if late else []
            times = {"occurred_at": at, "claimed_at": at, "recorded_at": min(recorded, self.asked.now)}
            said |= {"organisation_id": who.pk, "role": role, "by_name": role.capitalize()}
            self.facts.append(row(Fact, id=pk, kind=kind, transfer_id=self.transfer.pk, **times, **said))

    def hand(self, to: Organisation, at: datetime, teller: Organisation, role: str, **said) -> None:
        """Somebody tells that the bag is with `to`."""
        self.tell(Kind.HANDOFF, teller, at, role, to_id=to.pk, to_kind=to.kind, **said)

    def looked(self, chance: float) -> list[dict]:
        """Each thing looked for once more: half of what was missed is there again, something else may not be."""
        rows = []
        for item in self.items:
            gone = self.dice.random() < chance * LIKELIHOOD[item["category"]] * self.home.losing
            if item["id"] in self.missed:
                gone = self.dice.random() < 0.5
            (self.missed.add if gone else self.missed.discard)(item["id"])
            rows.append({"item": item["id"], "state": "missing" if gone else "present", "note": ""})
        return rows


def tell_journey(asked: Asked, home: Home, trip: Trip, dice: Random) -> Story:
    """Everything told of one journey so far, and the transfer that follows."""
    story = Story(asked, home, trip, dice, _transfer(home, trip, dice), _things(dice) if trip.bag else [])
    stay = trip.stay
    story.tell(Kind.PACK, home.row, stay.packed, "carer", items=story.items)
    if trip.bag is None:
        story.tell(Kind.OUTCOME, home.row, stay.packed + timedelta(minutes=1), "carer", outcome=Outcome.NO_BAG)
    if trip.ending != Outcome.NOT_TAKEN:
        _crew_comes(story)
    if trip.ending in STAYED:
        story.tell(Kind.OUTCOME, home.row, stay.home, "senior", outcome=trip.ending)
    else:
        _in_hospital(story)
        _way_home(story)
    if trip.closes is not None:
        story.tell(Kind.OUTCOME, home.row, trip.closes, "senior", outcome=Outcome.CLOSED)
    _follow(story)
    return story


def parties_of(transfer: Transfer) -> list[Party]:
    """The parties as the transfer's row knows them."""
    return [
        row(
            Party,
            transfer_id=transfer.pk,
            organisation_id=uuid.UUID(place),
            holding=until is None,
            held_until=until and datetime.fromisoformat(until),
        )
        for place, until in transfer.parties_known.items()
        if place != str(transfer.home_id)
    ]


def _transfer(home: Home, trip: Trip, dice: Random) -> Transfer:
    packed = trip.stay.packed
    return Transfer(
        id=new_id(dice),
        home=home.row,
        resident_id=trip.life.row.pk,
        bag_id=trip.bag.pk if trip.bag else None,
        destination=trip.hospital.row,
        destination_place=trip.ward,
        reason={"concern": dice.choice(("Fall", "Short of breath", "Chest pain", "Confused", "Fever", "Not drinking"))},
        packed_at=packed,
        packed_by_name="Carer",
        recorded_at=packed,
        request_digest="",
    )


def _things(dice: Random) -> list[dict]:
    return [
        {"id": str(new_id(dice)), "category": category, "description": "", "quantity": 1, "where": where}
        for category, where, chance, _ in THINGS
        if dice.random() < chance
    ]


def _crew_comes(story: Story) -> None:
    service, at, dice = story.home.area.service, story.trip.stay.left, story.dice
    if dice.random() < CREW_SCANS:
        story.hand(service, at, service, "crew")
    else:
        story.hand(service, at, story.home.row, "carer", code_proved=dice.random() < CODE_GIVEN)


def _in_hospital(story: Story) -> None:
    """The ward takes the bag, or the crew says so because nobody there scans; some move on to another ward."""
    stay, dice, hospital, ward = story.trip.stay, story.dice, story.trip.hospital, story.trip.ward
    if dice.random() < WRONG and story.home.hospitals[-1] is not hospital:
        _put_right(story)
    if dice.random() < hospital.wards[ward]:
        items = [] if dice.random() < NOT_CHECKED else story.looked(MISSED_IN_HOSPITAL)
        content = {"identity": {"photo": True}} if dice.random() < 0.7 else {}
        story.hand(hospital.row, stay.arrived, hospital.row, "ward", place=ward, items=items, content=content)
    else:
        story.hand(hospital.row, stay.arrived, story.home.area.service, "crew", place=ward)
    if stay.out - stay.arrived > timedelta(days=1) and dice.random() < MOVED:
        moved = _whole(stay.arrived + (stay.out - stay.arrived) * 0.3)
        other = list(hospital.wards)[DOORS + dice.randrange(len(hospital.wards) - DOORS)]
        if dice.random() < hospital.wards[other]:
            story.hand(hospital.row, moved, hospital.row, "ward", place=other)
            if dice.random() < LOOKED_AGAIN:
                at = moved + (stay.out - moved) * 0.5
                story.tell(Kind.CHECK, hospital.row, _whole(at), "ward", items=story.looked(MISSED_IN_HOSPITAL / 2))


def _put_right(story: Story) -> None:
    """A hand-over to the wrong hospital, taken back a few minutes later."""
    wrong, service = story.home.hospitals[-1].row, story.home.area.service
    at = story.trip.stay.arrived - timedelta(minutes=4)
    before = len(story.facts)
    story.hand(wrong, at, service, "crew")
    if len(story.facts) > before:
        told = story.facts[-1].pk
        story.tell(Kind.VOID, service, at + timedelta(minutes=3), "crew", target=told, reason="Wrong hospital")


def _way_home(story: Story) -> None:
    """Out of hospital and home again, in an ambulance or fetched, with a look into the bag; or the bag is lost."""
    trip, stay, dice, home, service = story.trip, story.trip.stay, story.dice, story.home.row, story.home.area.service
    if trip.ending in (*MOVED_ON, Outcome.LOST):
        story.tell(Kind.OUTCOME, trip.hospital.row, stay.out, "discharge", outcome=trip.ending)
    if trip.ending == Outcome.LOST:
        return
    if trip.ending == Outcome.SAME_DAY_RETURN:
        content = {"details": {"bag": "with_them"}}
        story.tell(Kind.OUTCOME, home, stay.home, "carer", outcome=trip.ending, content=content)
        story.tell(Kind.CHECK, home, stay.home + timedelta(minutes=1), "carer", items=story.looked(MISSED_AT_HOME))
        return
    if trip.ending not in MOVED_ON and dice.random() > FETCHED:
        story.hand(service, stay.out, service, "crew")
    items = [] if dice.random() < NOT_CHECKED else story.looked(MISSED_AT_HOME)
    story.hand(home, stay.home, home, "carer", items=items)


def _follow(story: Story) -> None:
    transfer = story.transfer
    story.told = [replay.told(fact) for fact in story.facts]
    story.journey = follow(home=transfer.home_id, packed_at=transfer.packed_at, facts=story.told)
    for name, value in replay.columns(story.journey).items():
        setattr(transfer, name, value)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
