"""Bags join the register; labels are issued, replaced and printed."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.bags import codes, tasks, tokens
from redbag.bags.models import Bag, Label, PrintedLabel, PrintJob, State
from redbag.bags.sheets import LAYOUTS
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.importing import read_csv
from redbag.vault import seal_label, unseal_label

MOST_LABELS = 1000


class TrackerTaken(Refused):
    code = "tracker_taken"


@transaction.atomic
def add_bag(*, actor: Actor, home: Organisation, tracker: str, now: datetime) -> tuple[Bag, Label]:
    """Put a bag on the home's register, with its first label."""
    require(actor, Permission.WRITE_BAGS, home)
    tracker = tracker.strip()
    if not tracker or len(tracker) > 30:
        raise BadInput({"tracker": "Enter the tracker number on the bag, at most 30 characters."})
    if home.bags.filter(tracker=tracker).exists():
        raise TrackerTaken(f"Bag {tracker} is already on the register.")
    bag = Bag.objects.create(home=home, tracker=tracker, created_at=now)
    label = issue_label(bag=bag, now=now)
    record("bag.added", bag, actor=actor, at=now, organisation=home)
    return bag, label


def issue_label(*, bag: Bag, now: datetime) -> Label:
    """A fresh label for a bag, without asking who wants it."""
    token = tokens.new_token()
    return Label.objects.create(
        bag=bag,
        token_digest=tokens.token_digest(token),
        token_sealed=seal_label(token),
        code=codes.new_code(),
        issued_at=now,
    )


@transaction.atomic
def reissue_label(*, actor: Actor, bag: Bag, reason: str, now: datetime) -> Label:
    """Void the label a bag carries and make a new one; the old code still leads to the bag's past."""
    require(actor, Permission.PRINT_LABELS, bag.home)
    if not reason.strip():
        raise BadInput({"reason": "Say why, for example: label torn."})
    bag = Bag.objects.select_for_update().select_related("home").get(pk=bag.pk)
    bag.labels.filter(voided_at=None).update(voided_at=now, voided_why=reason.strip()[:200])
    label = issue_label(bag=bag, now=now)
    record("label.reissued", bag, actor=actor, at=now, organisation=bag.home, personal={"reason": reason})
    return label


@transaction.atomic
def reveal_token(*, actor: Actor, bag: Bag, now: datetime) -> str:
    """The token of the label a bag carries, for a reprint; written in the journal."""
    require(actor, Permission.READ_BAGS, bag.home)
    label = current_label(bag)
    record("label.shown", bag, actor=actor, at=now, organisation=bag.home)
    return unseal_label(label.token_sealed)


def current_label(bag: Bag) -> Label:
    """The label the bag carries now."""
    return bag.labels.get(voided_at=None)


@transaction.atomic
def print_labels(
    *, actor: Actor, home: Organisation, bags: Sequence[Bag], blanks: int, layout: str, reason: str, now: datetime
) -> PrintJob:
    """Have labels printed in the background: of these bags, or so many blank ones."""
    require(actor, Permission.PRINT_LABELS, home)
    errors = {}
    if layout not in LAYOUTS:
        errors["layout"] = f"Choose one of: {', '.join(LAYOUTS)}."
    if not 1 <= len(bags) + blanks <= MOST_LABELS:
        errors["bags"] = f"Choose bags, or a number of blank labels: 1 to {MOST_LABELS}."
    if not reason.strip():
        errors["reason"] = "Say why, for example: new bags."
    if errors:
        raise BadInput(errors)
    labels = [current_label(bag) for bag in bags] + [_blank(home, now) for _ in range(blanks)]
    job = PrintJob.objects.create(
        organisation=home,
        layout=layout,
        reason=reason.strip()[:200],
        total=len(labels),
        asked_by=actor.user,
        asked_by_name=actor.name,
        asked_at=now,
    )
    PrintedLabel.objects.bulk_create(
        [PrintedLabel(job=job, label=label, position=place) for place, label in enumerate(labels)], batch_size=200
    )
    record("labels.asked", job, actor=actor, at=now, organisation=home, layout=layout, total=len(labels))
    transaction.on_commit(partial(ring, job))
    return job


def ring(job: PrintJob) -> None:
    """Ring the printer's bell; when the broker is away, the sweeper finds the job."""
    try:
        tasks.draw.delay(job_id=str(job.pk))
    except tasks.BROKER_AWAY:
        tasks.log.warning("broker away", job=str(job.pk))


def _blank(home: Organisation, now: datetime) -> Label:
    code = codes.new_code()
    bag = Bag.objects.create(home=home, tracker=f"blank-{code}", state=State.BLANK, created_at=now)
    return issue_label(bag=bag, now=now)


@transaction.atomic
def import_bags(*, actor: Actor, home: Organisation, file: bytes, now: datetime) -> int:
    """Add bags from CSV with the column tracker; all of them or none. BadInput names each wrong line."""
    require(actor, Permission.WRITE_BAGS, home)
    rows = read_csv(file, must=("tracker",), may=())
    errors: dict[str, str] = {}
    for line, row in rows:
        try:
            with transaction.atomic():
                add_bag(actor=actor, home=home, tracker=row["tracker"], now=now)
        except BadInput as wrong:
            errors |= {f"line {line}, {field}": text for field, text in wrong.errors.items()}
        except TrackerTaken as taken:
            errors[f"line {line}, tracker"] = str(taken)
    if errors:
        raise BadInput(errors)
    return len(rows)
