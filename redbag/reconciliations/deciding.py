"""A medicines-trained person decides what is given, line by line; every decision stays, the last one counts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor
from redbag.reconciliations.choices import Choice, as_letter, checked, faults_of_next, given, would_give
from redbag.reconciliations.keeping import note, open_row, require_trained, whoever
from redbag.reconciliations.models import Decision, Line, Reconciliation
from redbag.reconciliations.standing import decided_before, earlier_of, standing_of


class DecidedMeanwhile(Refused):
    """Somebody else decided this line since the page was opened; `by` and `at` say who and when."""

    code = "decided_meanwhile"


@transaction.atomic
def decide(*, actor: Actor, line: Line, choice: Choice, seen: int, now: datetime) -> Decision:
    """A medicines-trained person decides a line; what was decided before stays, and counts no more.

    `seen` is the number of the last decision they had before them, 0 for none; DecidedMeanwhile when there is a newer
    one of somebody else. BadInput by field, also where only a call can tell what the letter means.
    """
    require_trained(actor, line.reconciliation.home)
    reconciliation = open_row(line.reconciliation)
    line = reconciliation.lines.get(pk=line.pk)
    if line.set_aside_at:
        raise Refused("The letter's list was typed again, and this line is gone.", code="line_set_aside")
    last = line.decisions.order_by("-number").first()
    if last and last.number == seen + 1 and last.by_id == actor.user_id and _same(last, choice, now):
        return last
    if last and last.number != seen:
        who = "You have" if last.by_id == actor.user_id else last.by_name
        words = f"{who} decided this meanwhile: {last.get_outcome_display().lower()}. Look again."
        raise DecidedMeanwhile(words, by=last.by_name, at=last.at.isoformat(), number=last.number)
    return _keep(actor, line, checked(line, choice, now=now), (last.number if last else 0) + 1, now)


@transaction.atomic
def decide_unchanged(
    *, actor: Actor, reconciliation: Reconciliation, next_doses: Mapping[UUID, datetime], now: datetime
) -> int:
    """Every undecided line that is unchanged is given as the letter says; returns how many. Next doses by line."""
    require_trained(actor, reconciliation.home)
    reconciliation = open_row(reconciliation)
    waiting = [each.line for each in standing_of(reconciliation).lines if each.last is None]
    waiting = [line for line in waiting if line.kind == Line.Kind.UNCHANGED]
    chosen: list[tuple[Line, Choice]] = []
    errors: dict[str, str] = {}
    for line in waiting:
        try:
            choice = as_letter(line, next_due_at=next_doses.get(line.pk))
            chosen.append((line, checked(line, choice, now=now)))
        except BadInput as wrong:
            errors |= {f"{name}-{line.pk}": words for name, words in wrong.errors.items()}
    if errors:
        raise BadInput(errors)
    for line, choice in chosen:
        _keep(actor, line, choice, 1, now)
    return len(chosen)


@transaction.atomic
def decide_as_before(*, actor: Actor, line: Line, next_due_at: datetime | None, now: datetime) -> Decision:
    """Decide a line as it was decided on the version of the letter before, where it is the same word for word."""
    require_trained(actor, line.reconciliation.home)
    reconciliation = open_row(line.reconciliation)
    then = decided_before(standing_of(reconciliation), earlier_of(reconciliation.summary)).get(line.pk)
    if then is None:
        raise Refused("This line is decided already, or was not the same in the letter before.", code="not_the_same")
    names = ("way", "outcome", "asked", "asked_name", "asked_at", "answer", "gives")
    if errors := faults_of_next(Choice(way=then.way, outcome=then.outcome, next_due_at=next_due_at), now=now):
        raise BadInput(errors)
    columns = {name: getattr(then, name) for name in names} | {"next_due_at": next_due_at}
    return _write(actor, line, columns, 1, now, as_before=then.pk)


def _keep(actor: Actor, line: Line, choice: Choice, number: int, now: datetime) -> Decision:
    rang = choice.way == Decision.Way.RANG
    columns = {
        "way": choice.way,
        "outcome": choice.outcome,
        "asked": choice.asked if rang else "",
        "asked_name": choice.asked_name.strip() if rang else "",
        "asked_at": choice.asked_at if rang else None,
        "answer": choice.answer.strip() if rang else "",
        "gives": given(line, choice),
        "next_due_at": choice.next_due_at,
    }
    return _write(actor, line, columns, number, now)


def _write(actor: Actor, line: Line, columns: Mapping, number: int, now: datetime, **facts) -> Decision:
    home = line.reconciliation.home
    decision = Decision.objects.create(line=line, number=number, at=now, **columns, **whoever(actor, home))
    told = {name: columns[name] for name in ("way", "outcome", "asked")}
    personal = {"name": columns["asked_name"], "answer": columns["answer"]} if columns["asked"] else None
    facts |= {"line": line.pk, "kind": line.kind, "number": number}
    note("medicines.decided", line.reconciliation, actor, now, personal=personal, **told, **facts)
    return decision


def _same(last: Decision, choice: Choice, now: datetime) -> bool:
    """Whether this is the last decision sent once more: a double tap, or an answer that was lost on the way.

    A call of this very moment is one whose time nobody typed: that alone makes no other decision.
    """
    if (last.way, last.outcome) != (choice.way, choice.outcome or last.outcome):
        return False
    rang = last.way == Decision.Way.RANG
    if rang and (choice.asked_at not in (last.asked_at, now) or would_give(last.line, choice) != last.gives):
        return False
    told = (choice.asked, choice.asked_name.strip(), choice.answer.strip(), choice.next_due_at)
    return told == (last.asked, last.asked_name, last.answer, last.next_due_at)
