"""One journey to hospital and back as staff would tell it, planned step by step into the world's diary."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from redbag.bags.life import take_step
from redbag.bags.models import Bag, State
from redbag.discharges.actions import acknowledge, write_summary
from redbag.discharges.following_up import finish_follow_up
from redbag.discharges.medicine_words import for_who_is_trained
from redbag.discharges.models import DischargeSummary
from redbag.journal.recording import record_view
from redbag.management.demo import clinical
from redbag.management.demo.world import World
from redbag.organisations.access import Actor
from redbag.residents.models import Resident
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.intake import take_in
from redbag.transfers.models import Transfer

CREW, WARD, NORTHGATE = "crew@lifeline.example", "ward@stmarys.example", "ward@northgate.example"
SEEN_TO = timedelta(days=1)
DISCHARGE_TEAM = "discharge@stmarys.example"
BELONGINGS = (
    ("clothes", "Nightdress or pyjamas, slippers, cardigan", 1, "bag"),
    ("toiletries", "Blue wash bag", 1, "bag"),
    ("glasses", "Brown frame, reading", 1, "worn"),
    ("dentures_upper", "In a named pot", 1, "bag"),
    ("hearing_aid_left", "Beige, behind the ear", 1, "worn"),
    ("document", "Care plan, original", 1, "bag"),
    ("walking_aid", "Frame with a name band", 1, "alongside"),
    ("phone", "Large buttons, black", 1, "bag"),
)


@dataclass
class Trip:
    """A journey being planned: `at` is how far its story has come. Steps with `late` reach us that much later."""

    world: World
    name: str
    resident: Resident
    bag: Bag | None
    at: datetime
    steps: int = 0

    @property
    def id(self) -> uuid.UUID:
        """The transfer's id, always the same for the same trip."""
        return self._id("transfer")

    @property
    def home(self) -> str:
        """The ODS code of the home."""
        return self.resident.home.ods_code

    def _id(self, what: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{self.name}:{what}")

    def after(self, **length: float) -> "Trip":
        """Let time pass."""
        self.at += timedelta(**length)
        return self

    def pack(self, *, who: str, illness: dict, destination: str | None = "RDEM1", items: int = 6) -> "Trip":
        """The home takes vital signs, and packs."""
        world, number = self.world, self.world.serials[self.resident.pk]
        actor = world.people[who]
        earlier = clinical.before_going(number, dice=Random(self.name))
        signs = clinical.vital_signs(number, dice=world.dice, ill=True)
        for ago, values in (*earlier, (timedelta(minutes=9), signs)):
            world.plan(self.at - ago, self._measured(actor, values))
        packing = Packing(
            id=self.id,
            resident=self.resident,
            bag=self.bag,
            destination=world.organisations[destination] if destination else None,
            destination_place="A&E" if destination else "",
            items=tuple(self._belonging(place) for place in range(items)),
            **illness,
        )
        world.plan(self.at, lambda at: pack_bag(actor=actor, packing=packing, now=at))
        return self

    def _measured(self, actor: Actor, values: dict) -> Callable[[datetime], object]:
        return lambda at: record_observation(actor=actor, resident=self.resident, values=values, now=at)

    def _belonging(self, place: int) -> dict:
        category, description, quantity, where = BELONGINGS[place]
        return {
            "id": str(self._id(f"item {place}")),
            "category": category,
            "description": description,
            "quantity": quantity,
            "where": where,
        }

    def hand_over(self, *, by: str, to: str, **said) -> "Trip":
        """Somebody tells that an organisation has the bag."""
        return self.tell(by, "handoff", to=to, **said)

    def check(self, *, by: str, missing: tuple[int, ...] = (), items: int = 6, **said) -> "Trip":
        """Somebody looks through the bag."""
        rows = [
            {"item": str(self._id(f"item {place}")), "state": "missing" if place in missing else "present"}
            for place in range(items)
        ]
        return self.tell(by, "check", items=rows, **said)

    def look(self, *, by: str, page: str) -> "Trip":
        """Somebody reads a page about the resident."""
        actor, transfer = self.world.people[by], self._transfer
        self.world.plan(
            self.at,
            lambda at: record_view(
                page, transfer(), actor=actor, at=at, organisation=actor.home(), resident=self.resident
            ),
        )
        return self

    def write_home(
        self, *, by: str, letter: dict[str, str], read_by: str | None = None, read_after: timedelta = timedelta(0)
    ) -> "Trip":
        """A hospital sends its discharge summary, and perhaps somebody at the home takes it on."""
        actor, written = self.world.people[by], []

        def write(at: datetime) -> None:
            written.append(
                write_summary(
                    actor=actor,
                    transfer=self._transfer(),
                    organisation=actor.home(),
                    headings=letter,
                    file=None,
                    form=DischargeSummary.Form.HEADINGS,
                    draft=False,
                    now=at,
                )
            )

        self.world.plan(self.at, write)
        if read_by is not None:
            reader = self.world.people[read_by]
            self.world.plan(
                self.at + read_after,
                lambda at: acknowledge(actor=reader, summary=written[0], name=None, role=None, now=at),
            )
            self.world.plan(self.at + read_after + SEEN_TO, lambda at: self._see_to(written[0], reader, at))
        return self

    def _see_to(self, letter: DischargeSummary, reader: Actor, at: datetime) -> None:
        """Somebody arranges what the letter asks for, about medicines only who is trained in them."""
        for each in letter.follow_ups.filter(done_at=None):
            if reader.trained_at(letter.home_id) or not for_who_is_trained(each.text):
                finish_follow_up(actor=reader, follow_up=each, note="Arranged.", now=at)

    def _transfer(self) -> Transfer:
        return Transfer.objects.select_related("home", "resident").get(pk=self.id)

    def end(self, *, by: str, outcome: str = "closed") -> "Trip":
        """The home says how it ended; when it is finished and the bag is there, it is cleaned within the hour."""
        self.tell(by, "outcome", outcome=outcome)
        if self.bag is not None and outcome == "closed":
            self.world.plan(self.at + timedelta(minutes=50), self._cleaned(self.world.people[by], self.bag))
        return self

    def _cleaned(self, actor: Actor, bag: Bag) -> Callable[[datetime], object]:
        def clean(at: datetime) -> None:
            there = Bag.objects.select_related("home").get(pk=bag.pk)
            if there.state == State.CLEANING:
                take_step(actor=actor, bag=there, step="ready", now=at)

        return clean

    def take_back_last(self, *, by: str, reason: str) -> "Trip":
        """Somebody takes back what was told in the step before."""
        return self.tell(by, "void", fact=str(self._id(f"step {self.steps}")), reason=reason)

    def tell(
        self, by: str, kind: str, *, late: timedelta = timedelta(0), clock_ahead: timedelta = timedelta(0), **said
    ) -> "Trip":
        """Plan a fact as a device would send it: `late`, and with its clock that much ahead of ours."""
        self.steps += 1
        actor = self.world.people[by]
        fact = {
            "id": str(self._id(f"step {self.steps}")),
            "kind": kind,
            "transfer": str(self.id),
            "occurred_at": (self.at + clock_ahead).isoformat(),
            **said,
        }
        if self.bag is not None and kind == "handoff":
            fact["token"] = self.world.tokens[self.bag]

        def send(at: datetime) -> None:
            [result] = take_in(actor=actor, sent_at=at + clock_ahead, facts=[fact], now=at)
            if result.outcome != "created":
                raise RuntimeError(f"{self.name}, step {fact['id']}: {result}")

        self.world.plan(self.at + late, send)
        return self
