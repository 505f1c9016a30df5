"""Medicines before and after in the demo: settled after past stays, half decided of who came back today."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

from redbag.discharges.models import DischargeSummary
from redbag.management.demo.world import World
from redbag.organisations.access import Actor
from redbag.reconciliations.actions import second_check, use_new_mar
from redbag.reconciliations.beginning import begin
from redbag.reconciliations.choices import BY_LETTER, Choice, Outcome, Way, as_letter
from redbag.reconciliations.deciding import decide
from redbag.reconciliations.lists import as_row, before_of
from redbag.reconciliations.models import Line, Reconciliation
from redbag.reconciliations.standing import standing_of
from redbag.transfers.stages import Stage

CARER, SENIOR = "carer@oakview.example", "senior@oakview.example"
FIRST_DECIDER = {"VDEM1": SENIOR, "VDEM2": "manager@millbrook.example", "VDEM3": "manager@fernleigh.example"}
CHANGED = re.compile(r"^(NEW|CHANGED|STOPPED): (\w+)(.*)$", re.M)
CHANGES = {"NEW": "started", "CHANGED": "changed", "STOPPED": "stopped"}
LATELY = timedelta(days=62)
NO_MEDICINE = {"name": "Paracetamol", "dose": "1 g", "frequency": "when needed", "change": "continued"}
PHARMACIST = {
    "name": "Omar Siddiq",
    "role": "Pharmacist",
    "organisation": "St Mary's Hospital",
    "number": "01632 960119",
}
TYPED = (
    {"name": "Insulin glargine", "dose": "12 units", "frequency": "every night at 9 pm", "change": "changed"},
    {"name": "Nitrofurantoin", "dose": "100 mg", "frequency": "twice a day for 4 more days", "change": "started"},
    {"name": "Furosemide", "dose": "40 mg", "frequency": "every morning", "change": "stopped"},
    {"name": "Atorvastatin", "dose": "20 mg", "frequency": "at night"},
)


def plan_medicines(world: World) -> None:
    """Plan that past letters were compared, and today's half of the way. After all letters are planned."""
    world.plan(world.now, lambda at: _settle_past(world))


def _settle_past(world: World) -> None:
    rows = DischargeSummary.objects.sent().filter(transfer__back_at__isnull=False)
    rows = rows.filter(sent_at__gte=world.now - LATELY, reconciliation=None)
    for summary in rows.select_related("transfer", "home", "resident", "organisation").order_by("sent_at", "pk"):
        if summary.transfer and summary.transfer.stage == Stage.CLOSED:
            _settled(world, summary)
        elif summary.home and summary.home.ods_code == "VDEM1":
            _half_decided(world, summary)


def _settled(world: World, summary: DischargeSummary) -> None:
    """What the letter says was typed in, decided, asked about where it is not clear, and checked by phone."""
    arrived = max(filter(None, (summary.sent_at, summary.transfer.back_at if summary.transfer else None)))
    at = min(arrived + timedelta(hours=3), world.now)
    senior = world.people[FIRST_DECIDER[summary.home.ods_code if summary.home else "VDEM1"]]
    said = _said(summary)
    named = {row["name"].lower() for row in said}
    before = [row for each in before_of(summary).listed if (row := as_row(each))]
    same = [{**row, "change": "continued"} for row in before if row["name"].split()[0].lower() not in named]
    compared = begin(actor=senior, summary=summary, rows=[*same, *said] or [NO_MEDICINE], now=at)
    tomorrow = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for each in standing_of(compared).lines:
        choice = _choice(each.line, tomorrow, at)
        decide(actor=senior, line=each.line, choice=choice, seen=each.seen, now=at)
    later = min(at + timedelta(minutes=20), world.now)
    second_check(actor=senior, reconciliation=compared, clinician=PHARMACIST, words="", now=later)
    use_new_mar(actor=senior, reconciliation=compared, now=later)


def _said(summary: DischargeSummary) -> list[dict]:
    """The medicines that the letter names as new, changed or stopped, one on each line of its words."""
    found = CHANGED.findall(summary.texts().get("medications_and_medical_devices", ""))
    return [{"name": name.capitalize(), "dose": rest.strip(" ."), "change": CHANGES[how]} for how, name, rest in found]


def _choice(line: Line, tomorrow: datetime, now: datetime) -> Choice:
    """As the letter says; where that is not clear, as the pharmacist said on the phone."""
    outcome = BY_LETTER.get(Line.Kind(line.kind))
    if outcome is not None:
        return as_letter(line, next_due_at=tomorrow if outcome == Outcome.GIVE else None)
    after = line.comparison()["after"]
    gives = after is not None and after["change"] != "stopped"
    return Choice(
        way=Way.RANG,
        outcome=Outcome.GIVE if gives else Outcome.STOP,
        asked="pharmacist",
        asked_name=PHARMACIST["name"],
        asked_at=now,
        answer="Give it as in the letter." if gives else "Do not give it until the GP says so.",
        gives="after" if gives else "",
        next_due_at=tomorrow if gives else None,
    )


def _half_decided(world: World, summary: DischargeSummary) -> None:
    """Ana typed the letter's list, Grace decided what the letter says itself; the rest waits for a call."""
    begun_at = world.now - timedelta(minutes=50)
    compared = begin(actor=world.people[CARER], summary=summary, rows=TYPED, now=begun_at)
    _by_letter(world.people[SENIOR], compared, now=world.now - timedelta(minutes=35))


def _by_letter(senior: Actor, compared: Reconciliation, *, now: datetime) -> None:
    tonight = timezone.localtime(now).replace(hour=21, minute=0, second=0, microsecond=0)
    doses = {"changed": tonight if tonight > now + timedelta(hours=1) else tonight + timedelta(days=1)}
    doses["started"] = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    for each in standing_of(compared).lines:
        if due := doses.get(each.line.kind):
            choice = as_letter(each.line, next_due_at=due)
            decide(actor=senior, line=each.line, choice=choice, seen=each.seen, now=now)
