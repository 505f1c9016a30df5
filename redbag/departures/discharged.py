"""Who went home from a hospital in some days, as it was recorded: what its scorecard is made of."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from redbag.departures.models import HomeAnswer, ReadyMark
from redbag.departures.scorecard import Departure, Score, scores
from redbag.departures.stays import LEFT, Stay, stay_of
from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Actor, Permission, require_anywhere
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Party, Transfer
from redbag.transfers.stages import Stage

PERIODS = (30, 90)
MOST = 5000
Told = Sequence[tuple]
TOLD = (DischargeSummary.State.SENT, DischargeSummary.State.SUPERSEDED)


@dataclass(frozen=True)
class Card:
    """The scorecard of some days: who went home, from which wards, and every score. `ward` is empty for all."""

    days: int
    since: datetime
    ward: str
    wards: Sequence[str]
    departures: Sequence[Departure]
    scores: Sequence[Score]

    @property
    def count(self) -> int:
        return len(self.departures)


@dataclass(frozen=True)
class _Left:
    transfer: Transfer
    stay: Stay
    at: datetime


def card_of(actor: Actor, *, days: int, ward: str, now: datetime) -> Card:
    """The scorecard of the actor's own hospitals over the last days, of one ward or all. NotAllowed for others."""
    require_anywhere(actor, Permission.MAKE_READY)
    since = now - timedelta(days=days)
    everybody = discharged(hospitals=actor.organisations_with(Permission.MAKE_READY), since=since, until=now)
    rows = [each for each in everybody if not ward or each.ward == ward]
    wards = sorted({each.ward for each in everybody if each.ward})
    return Card(days, since, ward, wards, rows, scores(rows))


def discharged(*, hospitals: Collection[UUID], since: datetime, until: datetime) -> list[Departure]:
    """Those who left one of the hospitals for home from `since` up to `until`, the newest first, at most 5000.

    Nobody who died, moved on or went to another hospital. Six statements for every 500.
    """
    party = Party.objects.filter(organisation__in=hospitals, holding=False)
    gone = party.filter(held_until__gte=since, held_until__lt=until).order_by("-held_until")
    ids = list(dict.fromkeys(gone.values_list("transfer_id", flat=True)[:MOST]))
    found: list[Departure] = []
    for first in range(0, len(ids), 500):
        found += _departures(ids[first : first + 500], hospitals, since, until)
    return sorted(found, key=lambda each: each.left_at, reverse=True)


def _departures(ids: Sequence[UUID], hospitals: Collection[UUID], since: datetime, until: datetime) -> list[Departure]:
    rows = Transfer.objects.filter(pk__in=ids, stage__in=LEFT).on_boards().select_related("destination")
    left = [
        _Left(transfer, stay, stay.until)
        for transfer, _, journey in journeys_of(rows)
        if (stay := stay_of(transfer, journey)) and _went_home(transfer, stay, hospitals, since, until)
    ]
    wanted = [each.transfer.pk for each in left]
    sent = DischargeSummary.objects.filter(transfer__in=wanted, state__in=TOLD, source="hospital").order_by("sent_at")
    letters = _grouped(sent.values_list("transfer_id", "organisation_id", "sent_at"))
    marks = ReadyMark.objects.filter(transfer__in=wanted, line="medicines").order_by("at")
    medicines = _grouped(marks.values_list("transfer_id", "organisation_id", "at", "says", "reason"))
    said = HomeAnswer.objects.filter(transfer__in=wanted).order_by("at")
    answers = _grouped(said.values_list("transfer_id", "at", "says", "not_before"))
    return [_departure(each, _of(letters, each), _of(medicines, each), _of(answers, each)) for each in left]


def _went_home(transfer: Transfer, stay: Stay, hospitals: Collection[UUID], since: datetime, until: datetime) -> bool:
    if stay.hospital not in hospitals or stay.until is None or not since <= stay.until < until:
        return False
    return transfer.back_at is not None or transfer.stage == Stage.COMING_HOME


def _departure(
    left: _Left, letters: Sequence[tuple], medicines: Sequence[tuple], answers: Sequence[tuple]
) -> Departure:
    """What was recorded of one; letters and words of other hospitals, or of an earlier stay, are not theirs."""
    stay, back = left.stay, left.transfer.back_at
    own = [sent for hospital, sent in letters if hospital == stay.hospital and sent >= stay.since]
    words = [(says, why) for hospital, at, says, why in medicines if hospital == stay.hospital and at >= stay.since]
    told = [(says, not_before) for at, says, not_before in answers if stay.since <= at <= left.at]
    return Departure(
        transfer=left.transfer.pk,
        ward=stay.ward,
        left_at=left.at,
        back_at=back,
        letter_at=own[0] if own else None,
        medicines=words[-1] if words else None,
        answer=told[-1] if told else None,
    )


def _grouped(rows: Iterable[tuple]) -> dict[UUID, list[tuple]]:
    grouped: dict[UUID, list[tuple]] = {}
    for whose, *rest in rows:
        grouped.setdefault(whose, []).append(tuple(rest))
    return grouped


def _of(grouped: dict[UUID, list[tuple]], left: _Left) -> Told:
    return grouped.get(left.transfer.pk, ())
