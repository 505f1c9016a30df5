"""How far a comparison of medicines has come: its lines with what was decided last, what is due next, the check."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import was_taken_off
from redbag.reconciliations.models import Decision, Line, Reconciliation, SecondCheck

TAKEN_OFF = "The letter was somebody else's and was taken off. Nothing of it counts here."
UNDO = "The MAR chart was changed from a letter that was taken off: undo it, ring the GP"
NEWER = "Set aside: there is a newer letter. Compare the medicines with that one."
TAKEN_OFF_SINCE = Q(summary__settled_at__isnull=False) & ~Q(summary__source=DischargeSummary.Source.HOSPITAL)
CALL = ("outcome", "asked", "asked_name", "asked_at", "answer", "gives")
STILL_IN_USE = "The MAR chart in use was made from this one."
SAYS_NOTHING = (Line.Kind.NOT_MENTIONED, Line.Kind.NEW_TO_US, Line.Kind.UNCERTAIN)


@dataclass(frozen=True)
class Decided:
    """A line with its decisions, the last one first; nobody has decided where there are none."""

    line: Line
    decisions: Sequence[Decision]

    @property
    def last(self) -> Decision | None:
        """The one that counts."""
        return self.decisions[0] if self.decisions else None

    @property
    def seen(self) -> int:
        """The number by which a form knows that nobody decided meanwhile."""
        return self.last.number if self.last else 0

    @property
    def settled(self) -> bool:
        """Whether it is known what is to be given or not."""
        return self.last is not None and self.last.outcome != Decision.Outcome.WAIT

    @property
    def compared(self) -> dict:
        """Both sides and what differs."""
        return self.line.comparison()

    @property
    def name(self) -> str:
        """What the medicine is called: as the letter says, else as the list before."""
        both = self.compared
        return (both["after"] or both["before"])["name"]

    @property
    def gives(self) -> dict | None:
        """The medicine as it is to be given; None when it is not, or not yet known."""
        return json.loads(self.last.gives) if self.last and self.last.gives else None


@dataclass(frozen=True)
class Standing:
    """All that counts of one comparison. `check` is the last second check, if it is about these very decisions."""

    reconciliation: Reconciliation
    lines: Sequence[Decided]
    check: SecondCheck | None
    void_check: SecondCheck | None

    @property
    def set_aside(self) -> str:
        """Why nothing here counts any more, in words; empty while the letter stands."""
        if was_taken_off(self.reconciliation.summary):
            return f"{UNDO}." if self.reconciliation.used_at else TAKEN_OFF
        if self.reconciliation.summary.state != DischargeSummary.State.SUPERSEDED:
            return ""
        return f"{NEWER} {STILL_IN_USE}" if self.reconciliation.used_at else NEWER

    @property
    def decided(self) -> int:
        """How many lines somebody has decided; a wait is no decision."""
        return sum(each.settled for each in self.lines)

    @property
    def complete(self) -> bool:
        """Whether every line is decided, none waits, a second person found them right, and the letter stands."""
        return self.all_decided and self.check is not None and not self.set_aside

    @property
    def all_decided(self) -> bool:
        """Whether every line is decided and none waits."""
        return self.decided == len(self.lines)

    @property
    def words(self) -> str:
        """In one breath, for the top of a page, for paper and for programs."""
        if self.set_aside:
            return self.set_aside
        told, count = self.decided, len(self.lines)
        lines = f"{told} of {count} line{'' if count == 1 else 's'} decided."
        if self.reconciliation.used_at:
            return f"{lines} The new MAR chart is in use."
        if self.complete and self.undated:
            due = f"Before you use the new MAR chart, say when the next dose is due of: {', '.join(self.undated)}."
            return f"{lines} Checked by a second person. {due}"
        if self.complete:
            return f"{lines} Checked by a second person. The new MAR chart may be used."
        if self.all_decided:
            return f"{lines} A second check is missing. Do not change the MAR chart yet."
        return f"{lines} Do not change the MAR chart yet."

    @property
    def undated(self) -> list[str]:
        """What is given and must not be late, and of which nobody has said when the next dose is due: by name."""
        if self.set_aside:
            return []
        given = [(each.name, each.gives, each.last) for each in self.lines]
        return [name for name, gives, last in given if gives and gives["time_critical"] and not last.next_due_at]

    def deciders(self) -> set[UUID]:
        """Who made the decisions that count."""
        return {each.last.by_id for each in self.lines if each.last}

    def due_next(self) -> list[Decided]:
        """What is to be given next, in the order of time; nothing once the letter does not count."""
        if self.set_aside:
            return []
        given = [each for each in self.lines if each.last and each.last.next_due_at]
        return sorted(given, key=lambda each: each.last.next_due_at)


def digest_of(lines: Iterable[Decided]) -> str:
    """What a second check is about: which decision counts on each line."""
    told = sorted(f"{each.line.pk}:{each.last.pk if each.last else ''}" for each in lines)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def standing_of(reconciliation: Reconciliation) -> Standing:
    """Where a comparison stands now, in three statements.

    Of a letter that was taken off nothing is shown, but where its MAR chart has to be undone.
    """
    if was_taken_off(reconciliation.summary) and not reconciliation.used_at:
        return Standing(reconciliation, [], check=None, void_check=None)
    decided: dict[UUID, list[Decision]] = {}
    rows = Decision.objects.filter(line__reconciliation=reconciliation, line__set_aside_at=None)
    for each in rows.order_by("-number"):
        decided.setdefault(each.line_id, []).append(each)
    lines = [Decided(line, decided.get(line.pk, [])) for line in reconciliation.lines.counting()]
    checks, digest = list(reconciliation.second_checks.order_by("-at", "-pk")), digest_of(lines)
    fits = next((each for each in checks if each.digest == digest), None)
    return Standing(reconciliation, lines, check=fits, void_check=None if fits or not checks else checks[0])


def earlier_of(summary: DischargeSummary) -> Reconciliation | None:
    """The comparison of the version that a letter took the place of, if one was begun."""
    rows = Reconciliation.objects.filter(resident=summary.resident_id, home=summary.home_id)
    rows = rows.filter(summary__state=DischargeSummary.State.SUPERSEDED).exclude(summary=summary)
    rows = rows.exclude(TAKEN_OFF_SINCE)
    if summary.transfer_id:
        rows = rows.filter(summary__transfer=summary.transfer_id, summary__version__lt=summary.version)
    else:
        rows = rows.filter(summary=summary.follows_id)
    return rows.order_by("-begun_at").first()


def decided_before(now: Standing, earlier: Reconciliation | None) -> dict[UUID, Decision]:
    """For each undecided line what was decided of the very same one, word for word, on the version before."""
    if earlier is None:
        return {}
    same = {each.line.compared: each.last for each in standing_of(earlier).lines if each.settled}
    open_ones = [each for each in now.lines if each.last is None and each.line.compared in same]
    return {each.line.pk: same[each.line.compared] for each in open_ones}


def taken_over(now: Standing, earlier: Reconciliation | None) -> dict[UUID, str]:
    """For each line whose call somebody else made on the version before: who decided so then, in words."""
    rang = [each for each in now.lines if each.last and each.last.way == Decision.Way.RANG]
    if earlier is None or not rang:
        return {}
    then = {each.line.compared: each.last for each in standing_of(earlier).lines if each.last}
    same = [(each, then[each.line.compared]) for each in rang if each.line.compared in then]
    words = f"As decided on version {earlier.summary.version} of the letter by"
    return {
        each.line.pk: f"{words} {last.by_name}"
        for each, last in same
        if all(getattr(each.last, name) == getattr(last, name) for name in CALL)
    }


def needs_answer(line: Line) -> bool:
    """Whether the letter alone decides nothing here: somebody has to ring."""
    return line.kind in SAYS_NOTHING
