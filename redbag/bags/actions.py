"""Bags join the register; labels are issued, replaced and printed."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from redbag.bags import codes, tasks, tokens
from redbag.bags.layouts import LAYOUTS
from redbag.bags.life import tracker_of
from redbag.bags.models import Bag, Label, PrintedLabel, PrintJob, State, Tag
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.queues.bells import ring
from redbag.residents.importing import read_csv
from redbag.vault import seal_label, unseal_label

MOST_LABELS = 1000


class TrackerTaken(Refused):
    code = "tracker_taken"


@transaction.atomic
def add_bag(*, actor: Actor, home: Organisation, tracker: str, now: datetime) -> tuple[Bag, Label]:
    """Put a bag on the home's register, with its first label."""
    require(actor, Permission.WRITE_BAGS, home)
    tracker = tracker_of(tracker)
    if home.bags.filter(tracker=tracker).exists():
        raise TrackerTaken(f"Bag {tracker} is already on the register.")
    bag = Bag.objects.create(home=home, tracker=tracker, created_at=now, state_since=now)
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
def reissue_label(*, actor: Actor, bag: Bag, reason: str, now: datetime, instead_of: str = "") -> Label:
    """Void the label a bag carries and make a new one; the old code still leads to the bag's past.

    `instead_of` is the code somebody read when they asked: when it was replaced meanwhile, the newer label stays.
    """
    require(actor, Permission.PRINT_LABELS, bag.home)
    if not reason.strip():
        raise BadInput({"reason": "Say why, for example: label torn."})
    bag = Bag.objects.select_for_update().select_related("home").get(pk=bag.pk)
    if bag.state == State.BLANK:
        raise Refused("This label is on no bag yet. Throw it away, or put it on a bag first.", code="blank_label")
    if instead_of and (known := current_label(bag)).code != instead_of:
        return known
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
    *,
    actor: Actor,
    home: Organisation,
    bags: Sequence[Bag] = (),
    blanks: int = 0,
    tags: Sequence[Tag] = (),
    layout: str,
    reason: str,
    now: datetime,
    id: UUID | None = None,
) -> PrintJob:
    """Have labels printed in the background: of these bags, so many blank ones, or these tags.

    The same `id` again is the same job: nothing is printed twice because somebody pressed twice.
    """
    require(actor, Permission.PRINT_LABELS, home)
    if id is not None and (known := PrintJob.objects.filter(pk=id).first()):
        if known.organisation_id != home.pk:
            raise Refused("Labels with this id were asked for by another home.", code="id_known")
        return known
    _check_order(len(bags) + blanks, len(tags), layout, reason)
    wanted: list[dict] = [{"label": current_label(bag)} for bag in bags] + [
        {"label": _blank(home, now)} for _ in range(blanks)
    ]
    wanted += [{"tag": tag} for tag in tags]
    job = PrintJob.objects.create(
        id=id or uuid4(),
        organisation=home,
        layout=layout,
        reason=reason.strip()[:200],
        total=len(wanted),
        asked_by=actor.user,
        asked_by_name=actor.name,
        asked_at=now,
    )
    PrintedLabel.objects.bulk_create(
        [PrintedLabel(job=job, position=place, **what) for place, what in enumerate(wanted)], batch_size=200
    )
    record("labels.asked", job, actor=actor, at=now, organisation=home, layout=layout, total=len(wanted))
    transaction.on_commit(partial(ring, tasks.draw, job_id=str(job.pk)))
    return job


def _check_order(labels: int, tags: int, layout: str, reason: str) -> None:
    errors = {}
    if layout not in LAYOUTS:
        errors["layout"] = f"Choose one of: {', '.join(LAYOUTS)}."
    elif tags and not LAYOUTS[layout].tag:
        errors["layout"] = "Choose a layout for small tags."
    elif labels and LAYOUTS[layout].tag:
        errors["layout"] = "These are small tags for single things. Choose a layout for bags."
    if labels and tags:
        errors["bags"] = "Print bags and tags apart: they are on different sheets."
    elif not 1 <= labels + tags <= MOST_LABELS:
        errors["bags"] = f"Choose bags, or a number of blank labels: 1 to {MOST_LABELS}."
    if not reason.strip():
        errors["reason"] = "Say why, for example: new bags."
    if errors:
        raise BadInput(errors)


@transaction.atomic
def draw_again(*, actor: Actor, job: PrintJob, now: datetime) -> PrintJob:
    """Have a job that failed drawn once more: what was drawn of it is kept. One that did not fail stays as it is."""
    require(actor, Permission.PRINT_LABELS, job.organisation)
    asked = PrintJob.objects.filter(pk=job.pk, state=PrintJob.State.FAILED)
    if asked.update(state=PrintJob.State.WAITING, tries=0, error="", finished_at=None):
        record("labels.again", job, actor=actor, at=now, organisation=job.organisation)
        transaction.on_commit(partial(ring, tasks.draw, job_id=str(job.pk)))
    job.refresh_from_db()
    return job


def _blank(home: Organisation, now: datetime) -> Label:
    code = codes.new_code()
    bag = Bag.objects.create(home=home, tracker=f"blank-{code}", state=State.BLANK, created_at=now, state_since=now)
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
