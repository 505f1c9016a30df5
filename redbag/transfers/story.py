"""A transfer as a story: who had the bag when, what was in it, and how sure each line is. For pages and API alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from redbag.organisations.models import Organisation
from redbag.rows import everything
from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.next_steps import AWAITED, is_quiet, owner
from redbag.transfers.outcomes import said
from redbag.transfers.route import Journey
from redbag.transfers.stages import Kind, Stage

AWAITING = {
    Stage.PACKED: "the ambulance crew",
    Stage.WITH_CREW: "the hospital",
    Stage.IN_HOSPITAL: "going home",
    Stage.COMING_HOME: "the home",
    Stage.BACK_HOME: "unpacking and cleaning",
}
LEFT_AT, LEFT_THERE = "left at ", "left there"
NOBODY_SAID = "Nobody there has said they have it yet"
WHO = {"crew": "the crew", "ward": "the ward", "discharge": "the discharge team"}


@dataclass(frozen=True)
class Line:
    """One fact of the timeline, with its flags and the fact that took it back."""

    fact: Fact
    organisation: Organisation
    to: Organisation | None
    flags: Sequence[str]
    voided_by: UUID | None
    bag: bool = True
    unlooked: int = 0

    @property
    def told_by(self) -> str:
        """Who says so, in words: the home, the crew, the ward."""
        return WHO.get(self.fact.role, "the home" if self.organisation.kind == "care_home" else self.organisation.name)

    @property
    def says(self) -> str:
        """What happened, as a person would say it."""
        fact = self.fact
        if fact.kind == Kind.HANDOFF:
            receiver = self.to.name if self.to else fact.to_text
            if left := left_at(name=receiver, place=fact.place):
                return f"{left}. {NOBODY_SAID}" if "unconfirmed" in self.flags else left
            return f"{receiver}{f', {fact.place}' if fact.place else ''} has {'the bag' if self.bag else 'taken over'}"
        if fact.kind == Kind.CHECK:
            return f"Contents checked: {_found(fact, self.unlooked)}"
        if fact.kind == Kind.OUTCOME:
            return said(
                outcome=fact.outcome,
                details=fact.content.get("details") or {},
                to=self.to.name if self.to else "",
            )
        return {
            Kind.PACK: "Bag packed" if self.bag else "Ready to go, without a bag",
            Kind.OPENED: "Bag opened",
            Kind.VOID: "An entry was taken back",
            Kind.ADDITION: "The home added something",
        }[Kind(fact.kind)]


@dataclass(frozen=True)
class Story:
    """Everything a page about one transfer shows."""

    transfer: Transfer
    journey: Journey
    lines: Sequence[Line]
    organisations: dict[UUID, Organisation]

    @property
    def items(self) -> Sequence[Item]:
        return self.journey.items

    @property
    def holder_words(self) -> str:
        """Who has the bag: an organisation with its place, or the name that was given."""
        hold = self.journey.holder
        name = self.organisations[hold.organisation].name if hold.organisation else hold.text
        return _where(name=name, place=hold.place, confirmed=hold.confirmed)

    @property
    def awaiting(self) -> str | None:
        """What is expected next, in words; None when nothing is."""
        return awaiting(self.transfer)

    @property
    def additions(self) -> Sequence[Line]:
        """What the home added after the bag had left, newest first."""
        left = self.journey.left_at
        return [
            line
            for line in reversed(self.lines)
            if line.fact.kind == Kind.ADDITION and left and line.fact.occurred_at >= left
        ]

    def line(self, fact_id: UUID) -> Line:
        return next(line for line in self.lines if line.fact.pk == fact_id)


def tell(transfer: Transfer) -> Story:
    """The story of a transfer, in two statements."""
    facts = replay.facts_of(transfer)
    return _story(transfer, facts, Organisation.objects.in_bulk(_named(facts)))


@everything()
def tell_all(transfers: Sequence[Transfer]) -> list[Story]:
    """The stories of several transfers in their order, in two statements however many there are."""
    if not transfers:
        return []
    theirs = Fact.objects.filter(transfer__in=transfers)
    facts = list(Fact.objects.filter(Q(transfer__in=transfers) | Q(kind=Kind.VOID, target__in=theirs.values("pk"))))
    organisations = Organisation.objects.in_bulk(_named(facts) | {transfer.home_id for transfer in transfers})
    return [_story(transfer, _of(transfer, facts), organisations) for transfer in transfers]


def _of(transfer: Transfer, facts: Iterable[Fact]) -> list[Fact]:
    """The facts of one transfer, with voids that were filed under another one."""
    own = {fact.pk for fact in facts if fact.transfer_id == transfer.pk}
    return [fact for fact in facts if fact.pk in own or (fact.kind == Kind.VOID and fact.target in own)]


def _named(facts: Iterable[Fact]) -> set[UUID]:
    """Every organisation that told of something or was named as a receiver; nobody else can have held the bag."""
    return {fact.organisation_id for fact in facts} | {fact.to_id for fact in facts if fact.to_id}


def _story(transfer: Transfer, facts: Sequence[Fact], organisations: Mapping[UUID, Organisation]) -> Story:
    journey = replay.journey_of(transfer, facts)
    by_id = {fact.pk: fact for fact in facts}
    lines = [
        Line(
            fact=by_id[fact_id],
            organisation=organisations[by_id[fact_id].organisation_id],
            to=organisations.get(by_id[fact_id].to_id),
            flags=journey.flags[fact_id],
            voided_by=journey.voided_by.get(fact_id),
            bag=transfer.bag_id is not None,
            unlooked=_unlooked(by_id[fact_id], facts) if by_id[fact_id].kind == Kind.CHECK else 0,
        )
        for fact_id in journey.order
    ]
    return Story(transfer=transfer, journey=journey, lines=lines, organisations=dict(organisations))


def _unlooked(check: Fact, facts: Iterable[Fact]) -> int:
    """How many things that travelled by then a check says nothing of."""
    listed = (fact for fact in facts if fact.kind in (Kind.PACK, Kind.ADDITION))
    rows = [row for fact in listed if fact.occurred_at <= check.occurred_at for row in fact.items]
    return len({row["id"] for row in rows if row.get("where") != "home"} - {row["item"] for row in check.items})


def _found(check: Fact, unlooked: int) -> str:
    """What a check found, in words: all there only when everything was looked for and found."""
    missing = sum(row["state"] == "missing" for row in check.items)
    there = len(check.items) - missing
    if not (missing or unlooked):
        return "all there"
    counts = ((there if not missing else 0, "there"), (missing, "not found yet"), (unlooked, "not checked"))
    return ", ".join(f"{count} {words}" for count, words in counts if count) or "nothing looked at"


def held_words(transfer: Transfer) -> str:
    """Who has the bag, from the row alone (its holder joined): for lists."""
    name = transfer.holder.name if transfer.holder else transfer.holder_text
    return _where(name=name, place=transfer.holder_place, confirmed=transfer.holder_confirmed)


def left_at(*, name: str, place: str) -> str:
    """That a bag was left with nobody taking it, in words: Left at the desk, St Mary's Hospital. Else empty."""
    if place.startswith(LEFT_THERE):
        return f"Left at {name}"
    return f"Left at {place.removeprefix(LEFT_AT)}, {name}" if place.startswith(LEFT_AT) else ""


def _where(*, name: str, place: str, confirmed: bool) -> str:
    """Who has it with the place; of a bag that was left, in brackets where, until they say that they have it."""
    if not left_at(name=name, place=place):
        return f"{place}, {name}" if place else name
    return name if confirmed or place.startswith(LEFT_THERE) else f"{name} ({place})"


def awaiting(transfer: Transfer) -> str | None:
    """What is expected next, in words; None when the journey is finished, and after a death."""
    if is_quiet(transfer):
        return None
    return AWAITED.get(owner(transfer).why) or AWAITING.get(Stage(transfer.stage))
