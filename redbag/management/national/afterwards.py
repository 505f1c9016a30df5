"""What followed a journey: letters, read soon, late or never; medicines reconciled; things looked for; deaths."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.management.national.asked import new_id, row
from redbag.management.national.telling import STAYED, Story
from redbag.reconciliations.models import Reconciliation
from redbag.transfers.case_models import Case
from redbag.transfers.contents import Item
from redbag.transfers.death_models import Death
from redbag.transfers.stages import Outcome

NEVER_SENT, SENT_BEFORE, PUT_RIGHT = 0.08, 0.75, 0.05
NEVER_READ, RECONCILED = 0.05, 0.65
HEADINGS = '{"clinical_summary":"Synthetic. Seen, treated and well enough to go home."}'
LOOKED_FOR, VALUED, SETTLED_AFTER = 0.85, 0.7, 21
WORTH = {
    "glasses": 180,
    "dentures_upper": 450,
    "dentures_lower": 450,
    "hearing_aid_left": 900,
    "hearing_aid_right": 900,
    "phone": 150,
    "walking_aid": 60,
    "clothes": 40,
    "medicines": 15,
    "document": 10,
}


@dataclass
class Afterwards:
    """The rows that followed one journey."""

    letters: list[DischargeSummary] = field(default_factory=list)
    read: list[Acknowledgement] = field(default_factory=list)
    reconciled: list[Reconciliation] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)


def what_followed(story: Story) -> Afterwards:
    """Everything about a journey that its facts do not say, as far as it has happened by now."""
    after = Afterwards()
    if story.trip.ending not in STAYED and story.trip.ending != Outcome.DIED:
        _letter(story, after)
    if story.journey and story.journey.back_at:
        after.cases += [case for item in story.journey.items if (case := _case(story, item))]
    _death(story, after)
    return after


def _letter(story: Story, after: Afterwards) -> None:
    dice, stay, now, slow = story.dice, story.trip.stay, story.asked.now, story.trip.hospital.letters
    if dice.random() < NEVER_SENT * slow:
        return
    hours = dice.lognormvariate(3.0, 1.0) * slow
    if dice.random() < SENT_BEFORE / slow:
        hours = -dice.lognormvariate(0.3, 0.7)
    sent = max(stay.arrived, _whole(stay.out + timedelta(hours=hours)))
    if sent > now:
        return
    first = _summary(story, sent, 1)
    after.letters.append(first)
    again = _whole(sent + timedelta(hours=dice.lognormvariate(2.5, 0.8)))
    if dice.random() < PUT_RIGHT and again <= now:
        after.letters.append(_summary(story, again, 2, first))
        first.state = DischargeSummary.State.SUPERSEDED
    _read(story, after)


def _summary(story: Story, sent: datetime, version: int, before: DischargeSummary | None = None) -> DischargeSummary:
    return row(
        DischargeSummary,
        id=new_id(story.dice),
        transfer_id=story.transfer.pk,
        home_id=story.home.row.pk,
        resident_id=story.transfer.resident_id,
        organisation_id=story.trip.hospital.row.pk,
        relation=DischargeSummary.Relation.REPLACES if before else "",
        follows_id=before.pk if before else None,
        version=version,
        state=DischargeSummary.State.SENT,
        form=DischargeSummary.Form.HEADINGS,
        headings=HEADINGS,
        written_by_name="Discharge team",
        written_at=sent,
        sent_at=sent,
    )


def _read(story: Story, after: Afterwards) -> None:
    """The newest letter is taken on by somebody at the home, and the new MAR chart taken into use."""
    dice, letter, now = story.dice, after.letters[-1], story.asked.now
    if dice.random() < NEVER_READ:
        return
    at = _whole(letter.sent_at + timedelta(hours=dice.lognormvariate(1.6, 1.3)))
    if at > now:
        return
    letter.opened_at, letter.opened_by_name = at - timedelta(minutes=5), "Senior carer"
    after.read.append(
        row(Acknowledgement, id=new_id(dice), summary_id=letter.pk, name="Senior carer", role="senior", at=at)
    )
    used = _whole(max(at, story.trip.stay.home) + timedelta(hours=dice.lognormvariate(1.9, 0.9)))
    if dice.random() < RECONCILED and story.transfer.back_at and used <= now:
        after.reconciled.append(
            row(
                Reconciliation,
                id=new_id(dice),
                home_id=story.home.row.pk,
                resident_id=story.transfer.resident_id,
                summary_id=letter.pk,
                begun_at=at,
                begun_by_name="Senior carer",
                used_at=used,
                used_by_name="Senior carer",
            )
        )


def _case(story: Story, item: Item) -> Case | None:
    """Somebody looks for a thing that was missing when the bag came home; the last look is the one that missed it."""
    dice, now = story.dice, story.asked.now
    if item.state != "missing" or dice.random() > LOOKED_FOR:
        return None
    last = next((seen.fact for seen in reversed(item.seen) if seen.state != "missing"), None)
    opened, missed = item.seen[-1].at, item.seen[-1].fact
    worth = round(WORTH[item.category] * 100 * dice.lognormvariate(0, 0.4)) if dice.random() < VALUED else None
    closed = _whole(opened + timedelta(days=dice.lognormvariate(2.6, 0.7)))
    outcome = dice.choices(list(Case.Outcome), [40, 20, 15, 20, 5])[0]
    return row(
        Case,
        id=new_id(dice),
        transfer_id=story.transfer.pk,
        item=uuid.UUID(item.id),
        category=item.category,
        opened_at=opened,
        opened_by=missed,
        last_seen=last or story.transfer.pk,
        asked_id=story.trip.hospital.row.pk,
        due_on=(opened + timedelta(days=SETTLED_AFTER)).date(),
        value_pence=worth,
        outcome=outcome if closed <= now else "",
        closed_at=closed if closed <= now else None,
        closed_by_name="Manager" if closed <= now else "",
    )


def _death(story: Story, after: Afterwards) -> None:
    if not story.journey or not story.journey.deaths:
        return
    said = story.trip.stay.out
    after.deaths.append(
        row(
            Death,
            id=new_id(story.dice),
            transfer_id=story.transfer.pk,
            fact=story.journey.deaths[0],
            died_at=said - timedelta(minutes=30),
            family_told="yes",
            said_at=said,
            said_by_name="Ward",
            said_for_id=story.trip.hospital.row.pk,
            confirmed_at=min(story.asked.now, said + timedelta(hours=2)),
            confirmed_by_name="Manager",
        )
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
