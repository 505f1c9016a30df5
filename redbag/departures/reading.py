"""How journeys stand before somebody goes home: plan, answer and every line, for pages and API alike."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from redbag.departures import knowing
from redbag.departures.lines import Mark, Standing, missing_words, standings, without_words
from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.departures.stays import LEFT, Stay, is_in_hospital, stay_of
from redbag.discharges.models import DischargeSummary
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.route import Journey
from redbag.transfers.story import held_words

SEALED = ("headings", "identity", "structured", "settled_note")


@dataclass(frozen=True)
class Readiness:
    """How one journey stands. `plan` is what the home was told last, `answer` what it said to that.

    `rung` is what the ward says that it agreed with the home by phone, when the home itself has not said yes.
    """

    transfer: Transfer
    stay: Stay
    letter: str
    lines: Sequence[Standing]
    plan: Planned | None = None
    answer: HomeAnswer | None = None
    plans: Sequence[Planned] = field(default_factory=list)
    answers: Sequence[HomeAnswer] = field(default_factory=list)
    rung: Mark | None = None

    @property
    def missing(self) -> list[str]:
        """What is not ready, in words; once they have left, only what is known or was said to be so."""
        return missing_words(row for row in self.lines if not self.left or self._told(row))

    @property
    def unsaid(self) -> list[str]:
        """Of those who have left: what nobody has said anything of."""
        return missing_words(row for row in self.lines if self.left and not self._told(row))

    def _told(self, row: Standing) -> bool:
        return row.mark is not None or (row.line.known and (row.line.name != "home" or self.plan is not None))

    @property
    def without(self) -> list[str]:
        """What they go without and will miss, in words."""
        return without_words(self.lines)

    @property
    def left(self) -> bool:
        """Whether they have left the hospital."""
        return self.transfer.stage in LEFT

    @property
    def waits_for_answer(self) -> bool:
        """Whether the home was asked and has not said anything."""
        return self.plan is not None and self.answer is None and not self.left

    @property
    def at_night(self) -> bool:
        """Whether they are to leave, or left, after ten at night."""
        planned = self.plan.leaves_at if self.plan else None
        moment = self.stay.until or planned
        return moment is not None and knowing.at_night(moment)

    def line(self, name: str) -> Standing | None:
        """One line by its name; None where this journey does not ask for it."""
        return next((row for row in self.lines if row.line.name == name), None)


def readiness_of(transfers: Iterable[Transfer], *, now: datetime, inside: bool) -> dict[UUID, Readiness]:
    """The readiness of journeys (holder, bag and destination joined), by id, in eight statements however many.

    `inside` is how the home reads it, which hears nothing of drafts. Those on which somebody died are left out, and
    those that no hospital has to do with.
    """
    rows = [transfer for transfer in transfers if not is_quiet(transfer)]
    if not rows:
        return {}
    told = _Told(rows)
    found = (_readiness(told, *each, now=now, inside=inside) for each in journeys_of(rows))
    return {each.transfer.pk: each for each in found if each is not None}


def readiness(transfer: Transfer, *, now: datetime, inside: bool) -> Readiness | None:
    """The readiness of one journey; None when no hospital has to do with it, and after a death."""
    return readiness_of([transfer], now=now, inside=inside).get(transfer.pk)


def by_leaving(found: Iterable[Readiness]) -> list[Readiness]:
    """Those who are planned to leave and have not left, by when they leave."""
    planned = [each for each in found if each.plan is not None and not each.left]
    return sorted(planned, key=lambda each: each.plan.leaves_at)


def planned_among(transfers: Iterable[Transfer]) -> set[UUID]:
    """Those still in hospital of whom the home was told that they are to come, in one statement."""
    here = [transfer.pk for transfer in transfers if is_in_hospital(transfer)]
    if not here:
        return set()
    last = dict(Planned.objects.filter(transfer__in=here).order_by("at").values_list("transfer_id", "leaves_at"))
    return {pk for pk, leaves_at in last.items() if leaves_at}


class _Told:
    """Everything people and letters said of some journeys, by journey."""

    def __init__(self, transfers: Sequence[Transfer]):
        self.plans = _by_transfer(
            Planned.objects.filter(transfer__in=transfers).select_related("organisation").order_by("at")
        )
        self.answers = _by_transfer(HomeAnswer.objects.filter(transfer__in=transfers).order_by("at"))
        self.marks = _by_transfer(ReadyMark.objects.filter(transfer__in=transfers).order_by("at"))
        letters = DischargeSummary.objects.filter(transfer__in=transfers).select_related("acknowledgement")
        self.letters = _by_transfer(letters.defer(*SEALED))
        hashes = [transfer.snapshot_hash for transfer in transfers if transfer.snapshot_hash]
        self.snapshots = _by_transfer(Snapshot.objects.filter(transfer__in=transfers, hash__in=hashes))

    def papers(self, transfer: Transfer) -> list[Mapping]:
        """The papers about CPR that were held when they left the home."""
        kept = next(iter(self.snapshots.get(transfer.pk, [])), None)
        summary = json.loads(kept.content).get("summary", []) if kept else []
        section: Mapping = next((each for each in summary if each.get("name") == "resuscitation"), {})
        return (section.get("content") or {}).get("papers") or []


def _by_transfer(rows: Iterable) -> dict[UUID, list]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.transfer_id].append(row)
    return grouped


def _readiness(
    told: _Told, transfer: Transfer, facts: Sequence[Fact], journey: Journey, *, now: datetime, inside: bool
) -> Readiness | None:
    stay = stay_of(transfer, journey)
    if stay is None:
        return None
    plans = [each for each in told.plans[transfer.pk] if each.at >= stay.since]
    newest = plans[-1] if plans else None
    plan = newest if newest is not None and newest.leaves_at else None
    answers = told.answers[transfer.pk]
    answer = next((each for each in reversed(answers) if plan and each.at >= plan.at), None)
    begun = max((each.at for each in plans if each.leaves_at is None), default=stay.since)
    form = knowing.form_that_travelled(journey.items, told.papers(transfer))
    letter, known = knowing.letter_known(_letters(told.letters[transfer.pk], stay), now=now, inside=inside)
    asked = partial(knowing.asked_lines, bag=transfer.bag_id is not None, items=journey.items, form=form)
    lines = standings(
        asked=asked(inside=False),
        known={
            "letter": known,
            "cpr_form": knowing.Known(words=form),
            "transport": knowing.transport_known(_plan(plan), changed=len(plans) > 1, now=now),
            **_seen(transfer, facts, journey, stay, _plan(plan), answer, now),
        },
        marks=[
            _mark(each)
            for each in told.marks[transfer.pk]
            if each.organisation_id == stay.hospital and each.at >= begun
        ],
    )
    rung = next((row.mark for row in lines if row.line.name == "home"), None)
    shown = asked(inside=inside)
    lines = [row for row in lines if row.line.name in shown]
    return Readiness(transfer, stay, letter, lines, plan, answer, plans, answers, rung)


def _seen(transfer, facts, journey, stay, plan, answer, now) -> dict[str, knowing.Known]:
    """What follows from facts, plan and answer."""
    leaves = stay.until or max(now, plan.leaves_at if plan else now)
    said = knowing.Answer(answer.says, answer.not_before, answer.at) if answer else None
    checks = [
        knowing.Check(fact.occurred_at, {row["item"]: row["state"] for row in fact.items})
        for fact in facts
        if fact.organisation_id == stay.hospital
        and fact.pk not in journey.voided_by
        and knowing.is_check(fact.kind, fact.items)
    ]
    return {
        "belongings": knowing.belongings_known(journey.items, checks, leaves=leaves, now=now),
        "bag": knowing.bag_known(
            tracker=transfer.bag.tracker if transfer.bag else "",
            holder=held_words(transfer),
            stage=transfer.stage,
            by_hospital=transfer.holder_id == stay.hospital,
            outcomes=transfer.outcomes,
        ),
        "home": knowing.home_known(plan, said, now=now),
    }


def _plan(plan: Planned | None) -> knowing.Plan | None:
    return knowing.Plan(plan.leaves_at, plan.transport, plan.at) if plan and plan.leaves_at else None


def _letters(rows: Iterable[DischargeSummary], stay: Stay) -> list[knowing.Letter]:
    """The letters of this hospital, and those that the home has copied from paper or got by mail."""
    return [
        _letter(row, copied=copied)
        for row in rows
        if (copied := row.source != DischargeSummary.Source.HOSPITAL) or row.organisation_id == stay.hospital
    ]


def _letter(row: DischargeSummary, *, copied: bool) -> knowing.Letter:
    taken = getattr(row, "acknowledgement", None)
    at, by = (taken.at, taken.name) if taken else (None, "")
    return knowing.Letter(row.state, row.sent_at, at, by, copied, row.opened_at, row.opened_by_name)


def _mark(row: ReadyMark) -> Mark:
    return Mark(row.line, row.says, row.reason, row.note, row.by_name, row.at)
