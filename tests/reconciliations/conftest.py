"""A letter with a list of medicines about Peggy, who went with a list of her own."""

import copy
import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connection, transaction

from redbag.discharges.actions import write_summary
from redbag.discharges.models import DischargeSummary
from redbag.incoming.message import Medicine
from redbag.medicines.listed import Difference, Line
from redbag.reconciliations import beginning
from redbag.reconciliations.beginning import begin
from redbag.reconciliations.choices import Choice
from redbag.summaries.actions import write_sections
from redbag.transfers.actions import Packing, pack_bag
from tests.world import NOW, build

LATER = NOW + timedelta(days=6)
BEFORE = (
    {"name": "Bisoprolol", "dose": "2.5 mg", "frequency": "once a day", "reason": "heart"},
    {"name": "Co-careldopa", "dose": "25/100", "frequency": "7, 12 and 18:00", "time_critical": True},
    {"name": "Amlodipine", "dose": "5 mg", "frequency": "once a day"},
    {"name": "Senna", "dose": "7.5 mg", "frequency": "at night"},
)
AFTER = (
    {"name": "Bisoprolol", "dose": "5 mg", "frequency": "once a day", "change": "changed", "last_given": "08:00"},
    {
        "name": "Co-careldopa",
        "dose": "25/100",
        "frequency": "7, 12 and 18:00",
        "change": "continued",
        "do_not_stop": "only with the Parkinson nurse",
    },
    {"name": "Amlodipine", "dose": "5 mg", "frequency": "once a day", "change": "stopped", "change_reason": "Low BP"},
    {"name": "Apixaban", "dose": "2.5 mg", "frequency": "twice a day"},
)
KINDS = ["changed", "unchanged", "stopped", "not_mentioned", "new_to_us"]


def laid_side_by_side(before, after):
    """The comparison of these two lists, said by hand: how medicines are compared is tested with the rules."""
    by_name = {each.name: each for each in after}
    lines = []
    for each in before:
        other = by_name.pop(each.name, None)
        kind = {"changed": "changed", "stopped": "stopped"}.get(other.change, "unchanged") if other else "not_mentioned"
        differs = (Difference(part="dose", before=each.dose, after=other.dose),) if kind == "changed" else ()
        lines.append(Line(kind=kind, before=each, after=other, differences=differs))
    return lines + [Line(kind="new_to_us", before=None, after=each) for each in by_name.values()]


@pytest.fixture
def compared(monkeypatch):
    monkeypatch.setattr(beginning, "compare", laid_side_by_side)


@pytest.fixture(scope="module")
def gone(django_db_setup, django_db_blocker):
    """The cast, and Peggy's journey with BEFORE: written once for a file of tests; each ends as it found them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(connection, "close", lambda: None)  # after each test Django would, and end what was begun here
        world = build()
        contents = {"medicines": {"items": list(BEFORE)}}
        write_sections(actor=world.actor("manager"), resident=world.peggy, contents=contents, seen={}, now=NOW)
        packing = Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys)
        yield world, pack_bag(actor=world.actor("carer"), packing=packing, now=NOW)[0]
        transaction.set_rollback(True)


@pytest.fixture
def world(gone, db):
    """The cast of tests/world.py."""
    return copy.deepcopy(gone[0])


@pytest.fixture
def letter(gone, world, compared):
    """Peggy went with BEFORE, and St Mary's sends a letter that lists AFTER; or none, with medicines=None."""
    transfer = copy.deepcopy(gone[1])

    def send(*, medicines=AFTER, now=LATER) -> DischargeSummary:
        summary = write_summary(
            actor=world.actor("discharge"),
            transfer=transfer,
            organisation=world.stmarys,
            headings={"diagnoses": "Pneumonia", "medications_and_medical_devices": "Bisoprolol is 5 mg now."},
            file=None,
            form="headings",
            draft=False,
            now=now,
        )
        if medicines is not None:
            rows = [asdict(Medicine(**row)) for row in medicines]
            summary.structured = json.dumps({"medicines": rows, "medicines_listed": True})
            summary.save(update_fields=["structured"])
        return summary

    return send


@pytest.fixture
def begun(world, letter):
    """The comparison of such a letter, begun by the senior."""
    return begin(actor=world.actor("senior"), summary=letter(), rows=None, now=LATER)


def line_of(reconciliation, kind):
    """The one counting line of a kind."""
    return reconciliation.lines.counting().get(kind=kind)


RANG = Choice(
    way="rang",
    outcome="give",
    asked="ward",
    asked_name="Sister Byrne",
    asked_at=LATER,
    answer="Yes, keep giving it.",
)
