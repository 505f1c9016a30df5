"""What the measures of a period are made from, and whose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from redbag.discharges.models import DischargeSummary
from redbag.errors import NotAllowed
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Fact, Party, Transfer
from redbag.transfers.route import Hold, Journey
from redbag.transfers.stages import Kind, Stage, after


@dataclass(frozen=True)
class Scope:
    """Whose journeys count: those of some organisations, or of every home in some areas."""

    title: str
    organisations: tuple[UUID, ...] = ()
    areas: tuple[UUID, ...] = ()

    def journeys(self) -> Q:
        """The condition on transfers: they left such a home, or the bag was with such an organisation."""
        party = Party.objects.filter(transfer=OuterRef("pk"), organisation__in=self.organisations)
        if self.areas:
            return Q(home__area__in=self.areas)
        return Q(home__in=self.organisations) | Q(Exists(party))


@dataclass(frozen=True)
class Case:
    """One journey with what was told about it."""

    transfer: Transfer
    facts: dict[UUID, Fact]
    journey: Journey

    def counted(self, kind: Kind) -> Iterator[Fact]:
        """The facts of a kind that nobody took back."""
        return (fact for fact in self.facts.values() if fact.kind == kind and fact.pk not in self.journey.voided_by)

    def receiver(self, fact: Fact) -> str:
        """Who took the bag in a hand-over, as a kind of organisation, `home` or `somebody`."""
        return "home" if fact.to_id == self.transfer.home_id else fact.to_kind or "somebody"

    def spells(self) -> dict[Stage, timedelta]:
        """How long each stage lasted that is over; going back to a stage adds to it."""
        lengths: dict[Stage, timedelta] = {}
        holds: Sequence[Hold] = self.journey.holds
        stage, entered = Stage.PACKED, self.transfer.packed_at
        for hold in holds[1:]:
            onward, _ = after(stage, hold.receiver)
            if onward != stage:
                lengths[stage] = lengths.get(stage, timedelta(0)) + (hold.since - entered)
                stage, entered = onward, hold.since
        return lengths

    def stage_at(self, moment: datetime) -> Stage:
        """Where the bag was at a moment, as the hand-overs up to then say."""
        stage = Stage.PACKED
        for hold in self.journey.holds[1:]:
            if hold.since <= moment:
                stage, _ = after(stage, hold.receiver)
        return stage


@dataclass(frozen=True)
class Material:
    """Journeys packed in the period, summaries sent in it, and bags still away at its end (`moment`)."""

    moment: datetime
    cases: Sequence[Case]
    summaries: Sequence[DischargeSummary]
    away: Sequence[Case]

    def homes(self) -> list[Organisation]:
        """The homes the journeys left from, by name."""
        rows = [case.transfer for case in (*self.cases, *self.away)] + [each.transfer for each in self.summaries]
        return sorted({row.home_id: row.home for row in rows}.values(), key=lambda home: home.name)

    def of(self, home: Organisation) -> "Material":
        """The part that concerns one home."""
        return Material(
            moment=self.moment,
            cases=[case for case in self.cases if case.transfer.home_id == home.pk],
            summaries=[each for each in self.summaries if each.transfer.home_id == home.pk],
            away=[case for case in self.away if case.transfer.home_id == home.pk],
        )


def scope_for(*, actor: Actor | None, organisation: Organisation | None) -> Scope:
    """What the actor may report on, or NotAllowed: their own organisation, or as auditor anyone in the area."""
    own = actor.organisations_with(Permission.READ_REPORTS) if actor and not actor.facts_only else []
    areas = actor.organisations_with(Permission.READ_AREA_REPORTS) if actor and not actor.facts_only else []
    if organisation is not None:
        if organisation.pk in areas:
            return Scope(organisation.name, areas=(organisation.pk,))
        if organisation.pk in own or organisation.area_id in areas:
            return Scope(organisation.name, organisations=(organisation.pk,))
        raise NotAllowed("This organisation's reports are not yours to read.")
    places = [post.organisation for post in actor.posts] if actor else []
    if areas:
        return Scope(", ".join(place.name for place in places if place.pk in areas), areas=tuple(areas))
    if own:
        names = dict.fromkeys(place.name for place in places if place.pk in own)
        return Scope(", ".join(names), organisations=tuple(dict.fromkeys(own)))
    raise NotAllowed("Your role may not read reports.")


def choices_for(*, actor: Actor) -> list[Organisation]:
    """The organisations an auditor may choose between; nothing to choose for anybody else."""
    areas = actor.organisations_with(Permission.READ_AREA_REPORTS)
    kinds = (OrganisationKind.CARE_HOME, OrganisationKind.HOSPITAL, OrganisationKind.AMBULANCE)
    return list(Organisation.objects.filter(area__in=areas, kind__in=kinds).order_by("name"))


def gather(*, scope: Scope, since: datetime, until: datetime, now: datetime) -> Material:
    """Everything the measures need about the time from `since` up to `until`."""
    moment = min(until, now)
    transfers = Transfer.objects.filter(scope.journeys()).select_related("home")
    packed = transfers.filter(packed_at__gte=since, packed_at__lt=until).order_by("packed_at", "pk")
    sent = DischargeSummary.objects.filter(sent_at__gte=since, sent_at__lt=until, transfer__in=transfers)
    away = transfers.filter(left_at__lt=moment).exclude(back_at__lt=moment).exclude(closed_at__lt=moment)
    return Material(
        moment=moment,
        cases=_cases(packed),
        summaries=list(sent.select_related("transfer__home", "acknowledgement").order_by("sent_at", "pk")),
        away=_cases(away.order_by("left_at", "pk")),
    )


def _cases(transfers: Iterable[Transfer]) -> list[Case]:
    return [Case(t, {fact.pk: fact for fact in facts}, journey) for t, facts, journey in journeys_of(transfers)]
