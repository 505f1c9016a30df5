"""Turns what was told about a transfer into its state, and keeps the row true to it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from redbag.bags.life import follow_journey
from redbag.bags.models import State as BagState
from redbag.organisations.pulse import stir
from redbag.rows import everything
from redbag.transfers.death_models import Death
from redbag.transfers.models import Fact, Party, Transfer
from redbag.transfers.route import Journey, Told, follow
from redbag.transfers.stages import Kind, Outcome, Stage, Where

BAG_STATES = {
    Stage.PACKED: BagState.PACKED,
    Stage.WITH_CREW: BagState.WITH_CREW,
    Stage.IN_HOSPITAL: BagState.IN_HOSPITAL,
    Stage.COMING_HOME: BagState.COMING_HOME,
    Stage.BACK_HOME: BagState.BACK,
}


# Written out because every hand-off and every scan asks it: building it anew took longer than answering it.
FACTS_OF = """
    SELECT * FROM redbag_fact WHERE transfer_id = %s
    UNION ALL
    SELECT void.* FROM redbag_fact void JOIN redbag_fact target ON target.id = void.target
    WHERE void.kind = 'void' AND target.transfer_id = %s AND void.transfer_id <> %s
"""


@everything()
def facts_of(transfer: Transfer) -> list[Fact]:
    """Every fact of a transfer, with voids that were filed under another one; in no order."""
    key = Transfer._meta.pk.get_db_prep_value(transfer.pk, connection)
    return list(Fact.objects.raw(FACTS_OF, [key] * 3))


def told(fact: Fact) -> Told:
    """A fact as the fold sees it."""
    return Told(
        id=fact.pk,
        kind=fact.kind,
        occurred_at=fact.occurred_at,
        organisation=fact.organisation_id,
        role=fact.role,
        to=fact.to_id,
        to_kind=fact.to_kind,
        to_text=fact.to_text,
        place=fact.place,
        items=tuple(fact.items),
        outcome=fact.outcome,
        target=fact.target,
        intake_flags=tuple(fact.intake_flags),
        code_proved=fact.code_proved,
        identity=bool(fact.content.get("identity")),
        details=fact.content.get("details") or {} if fact.kind == Kind.OUTCOME else {},
    )


def journey_of(transfer: Transfer, facts: Iterable[Fact]) -> Journey:
    """The state that follows from the facts."""
    return follow(home=transfer.home_id, packed_at=transfer.packed_at, facts=map(told, facts))


def columns(journey: Journey) -> dict:
    """What the transfer's row must say after this journey."""
    holder = journey.holder
    return {
        "stage": journey.stage,
        "stage_since": journey.stage_since,
        "holder_id": holder.organisation,
        "holder_text": holder.text,
        "holder_place": holder.place,
        "holder_since": holder.since,
        "holder_confirmed": holder.confirmed,
        "flags": journey.all_flags(),
        "outcomes": journey.outcomes,
        "missing_items": journey.missing,
        "resident_is": journey.resident_is,
        "resident_is_at": journey.resident_at,
        "apart_since": journey.apart_since,
        "left_at": journey.left_at,
        "back_at": journey.back_at,
        "closed_at": journey.closed_at,
        "parties_known": {str(party): until and until.isoformat() for party, until in journey.parties.items()},
    }


def differences(transfer: Transfer, journey: Journey) -> dict:
    """The columns of the row that do not say what the journey says, with what they should say."""
    return {name: value for name, value in columns(journey).items() if getattr(transfer, name) != value}


def settle(transfer: Transfer, journey: Journey) -> dict:
    """Make the row, its parties and its bag say what the journey says; returns what changed.

    The caller holds the transfer's lock. A bag that has gone on to another journey is left alone.
    """
    if journey.deaths or transfer.resident_is == Where.DIED:
        _note_death(transfer, journey)
    changed = differences(transfer, journey)
    was_closed = transfer.stage == Stage.CLOSED
    if not changed:
        return changed
    known = dict(transfer.parties_known)
    for name, value in changed.items():
        setattr(transfer, name, value)
    transfer.changes += 1
    transfer.save(update_fields=[name.removesuffix("_id") for name in changed] + ["changes"])
    stir([transfer.home_id, transfer.destination_id, *journey.parties])
    if "parties_known" in changed:
        _note_parties(transfer, journey, known, reads=not was_closed)
    if transfer.bag_id is not None and not was_closed and changed.keys() & {"stage", "outcomes"}:
        _move_bag(transfer.bag_id, journey)
    return changed


def _note_death(transfer: Transfer, journey: Journey) -> None:
    """A death that was told stands as said, not yet confirmed; one whose telling was taken back is taken back too."""
    stands = Death.objects.filter(transfer=transfer, taken_back_at=None).first()
    if stands is not None and stands.fact in journey.voided_by:
        void = Fact.objects.get(pk=journey.voided_by[stands.fact])
        stands.taken_back_at, stands.taken_back_by_name = void.recorded_at, void.by_name
        stands.taken_back_why = void.reason
        stands.save(update_fields=["taken_back_at", "taken_back_by_name", "taken_back_why"])
        stands = None
    if stands is None and journey.deaths:
        told = Fact.objects.get(pk=journey.deaths[0])
        Death.objects.create(
            transfer=transfer,
            fact=told.pk,
            family_told="not_known",
            said_at=told.recorded_at,
            said_by=told.by,
            said_by_name=told.by_name,
            said_for_id=told.organisation_id,
        )


def _note_parties(transfer: Transfer, journey: Journey, known: dict, *, reads: bool) -> None:
    """Keep who held the bag and until when; whoever comes new once the journey is closed reads nothing of it."""
    changed = {
        party: until
        for party, until in journey.parties.items()
        if party != transfer.home_id and known.get(str(party), "") != (until and until.isoformat())
    }
    gone = [UUID(party) for party in known if UUID(party) not in journey.parties]
    if gone:
        transfer.parties.filter(organisation__in=gone).delete()
    Party.objects.bulk_create(
        [
            Party(transfer=transfer, organisation_id=party, holding=until is None, held_until=until, reads=reads)
            for party, until in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["transfer", "organisation"],
        update_fields=["holding", "held_until"],
    )


def _move_bag(bag_id: UUID, journey: Journey) -> None:
    state = BAG_STATES[journey.last_stage]
    if Outcome.LOST in journey.outcomes:
        state = BagState.LOST
    elif journey.stage == Stage.CLOSED and state == BagState.BACK:
        out = journey.left_at is not None  # what was out is washed before it is available
        state = BagState.CLEANING if out else BagState.AVAILABLE
    follow_journey(bag_id=bag_id, state=state, at=journey.stage_since)
