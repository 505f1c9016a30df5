"""The list before and the letter's are laid side by side, and put right where the letter was typed wrong."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from redbag.discharges.models import DischargeSummary
from redbag.errors import Refused
from redbag.medicines.comparing import RULES_VERSION, compare, urgency
from redbag.medicines.high_risk import do_not_stop, flags, is_time_critical
from redbag.medicines.listed import Line as Compared
from redbag.medicines.listed import Listed
from redbag.organisations.access import Actor, Permission, require
from redbag.reconciliations.keeping import note, open_row, require_current, require_trained
from redbag.reconciliations.lists import after_of, before_of, typed, typed_words
from redbag.reconciliations.models import Decision, Line, Reconciliation
from redbag.residents.models import Resident

LONGEST = 200


@transaction.atomic
def begin(*, actor: Actor, summary: DischargeSummary, rows: Sequence[Mapping] | None, now: datetime) -> Reconciliation:
    """Lay the list before beside the letter's, both as they are now; once for each letter.

    `rows` are the letter's medicines as somebody typed them, where it lists none one by one; BadInput when they are
    needed and missing. A second time gives the first comparison back. Refused for a letter that is not sent or that a
    newer one took the place of.
    """
    require(actor, Permission.DECIDE_MEDICINES, summary.home_id)
    list(Resident.objects.select_for_update().filter(pk=summary.resident_id))  # before the letter, as everywhere
    summary = DischargeSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    if seen := Reconciliation.objects.filter(summary=summary).first():
        return seen
    require_current(summary)
    after, words = after_of(summary), f"Listed by {summary.hospital} in the letter"[:LONGEST]
    if after is None:
        after, words = typed(rows), typed_words(actor.name, now)
    before = before_of(summary)
    reconciliation = Reconciliation.objects.create(
        home_id=summary.home_id,
        resident_id=summary.resident_id,
        summary=summary,
        snapshot=before.snapshot,
        before_from=before.words,
        after_from=words,
        rules_version=RULES_VERSION,
        begun_at=now,
        begun_by_name=actor.name,
    )
    lines = compare(before.listed, after)
    Line.objects.bulk_create(_line(reconciliation, place, each) for place, each in enumerate(lines))
    note("medicines.begun", reconciliation, actor, now, lines=len(lines), rules=RULES_VERSION)
    return reconciliation


@transaction.atomic
def put_right(*, actor: Actor, reconciliation: Reconciliation, rows: Sequence[Mapping], now: datetime) -> None:
    """What was typed from the letter is typed again: lines that came out the same stay, with what was decided of them.

    The others are set aside and kept. Once anything is decided it takes somebody trained in medicines. Refused for a
    list that the hospital sent, and once the new MAR is in use.
    """
    require(actor, Permission.DECIDE_MEDICINES, reconciliation.home_id)
    reconciliation = open_row(reconciliation)
    if any_decided(reconciliation):
        require_trained(actor, reconciliation.home)
    if after_of(reconciliation.summary) is not None:
        raise Refused("The hospital sent this list. It stays as it is: ring them if it is wrong.", code="not_typed")
    after = typed(rows)
    fresh = [_line(reconciliation, 0, each) for each in compare(_frozen_before(reconciliation), after)]
    spare: dict[str, list[Line]] = defaultdict(list)
    for each in reconciliation.lines.counting():
        spare[each.compared].append(each)
    added = [line for line in fresh if not (spare[line.compared] and spare[line.compared].pop(0))]
    gone = [each.pk for left in spare.values() for each in left]
    Line.objects.filter(pk__in=gone).update(set_aside_at=now)
    place = (reconciliation.lines.aggregate(last=Max("position"))["last"] or 0) + 1
    for offset, line in enumerate(added):
        line.position = place + offset
    Line.objects.bulk_create(added)
    reconciliation.after_from = typed_words(actor.name, now)
    reconciliation.save(update_fields=["after_from"])
    note("medicines.typed_again", reconciliation, actor, now, lines=len(added), set_aside=len(gone))


def any_decided(reconciliation: Reconciliation) -> bool:
    """Whether somebody has decided a line that counts."""
    return Decision.objects.filter(line__reconciliation=reconciliation, line__set_aside_at=None).exists()


def _frozen_before(reconciliation: Reconciliation) -> list[Listed]:
    """The list before as it was when the comparison was begun: all of it stands on the lines that count."""
    rows = [line.comparison()["before"] for line in reconciliation.lines.counting()]
    return [Listed(**row) for row in rows if row]


def _line(reconciliation: Reconciliation, place: int, compared: Compared) -> Line:
    """A line with the whole comparison and its dangers, as the rules said on that day."""
    dangers = {
        "flags": flags(compared),
        "do_not_stop": do_not_stop(compared),
        "must_not_be_late": is_time_critical(compared),
        "urgency": urgency(compared),
    }
    words = json.dumps(asdict(compared) | dangers, sort_keys=True)
    return Line(reconciliation=reconciliation, position=place, kind=compared.kind, compared=words)
