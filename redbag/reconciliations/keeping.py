"""What every step of a comparison shares: who may, the row it is about, and the entry in the journal."""

from datetime import datetime

from redbag.deliveries.actions import post_letters
from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import was_taken_off
from redbag.errors import NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.organisations.pulse import stir
from redbag.reconciliations.models import Reconciliation

NOT_TRAINED = "Ask a colleague who is trained in medicines. A manager sets this under People."


class AskAColleague(NotAllowed):
    """Somebody else has to do this; the message says who."""


class InUse(Refused):
    code = "new_mar_in_use"


class NotCurrent(Refused):
    code = "summary_not_current"


class NotComplete(Refused):
    code = "not_complete"


def require_trained(actor: Actor, home: Organisation) -> None:
    """AskAColleague unless the actor is a person whom this home knows as trained in medicines: never a key."""
    require(actor, Permission.DECIDE_MEDICINES, home)
    if actor.user is None:
        raise AskAColleague("Only a person who is trained in medicines can do this, signed in with their own name.")
    if not actor.trained_at(home.pk):
        raise AskAColleague(NOT_TRAINED)


def require_current(summary: DischargeSummary) -> None:
    """NotCurrent for a letter that was never sent, that was taken off, or that a newer one took the place of."""
    if was_taken_off(summary):
        raise NotCurrent("This letter was somebody else's and was taken off.", state=summary.state)
    if summary.state == DischargeSummary.State.SUPERSEDED:
        raise NotCurrent("There is a newer letter. Compare the medicines with that one.", state=summary.state)
    if summary.state != DischargeSummary.State.SENT:
        raise NotCurrent("This letter has not been sent yet.", state=summary.state)


def row_of(reconciliation: Reconciliation) -> Reconciliation:
    """The row, locked: one after the other."""
    rows = Reconciliation.objects.select_for_update(of=("self",))
    return rows.select_related("summary", "home", "resident").get(pk=reconciliation.pk)


def open_row(reconciliation: Reconciliation) -> Reconciliation:
    """The row, locked, while something can still be decided. InUse after the new MAR chart came into use."""
    reconciliation = row_of(reconciliation)
    if reconciliation.used_at:
        words = f"{reconciliation.used_by_name} has taken the new MAR chart into use. Nothing changes here any more."
        raise InUse(words)
    require_current(reconciliation.summary)
    return reconciliation


def whoever(actor: Actor, home: Organisation) -> dict:
    """Who decides, by name and role, as a decision keeps it."""
    posts = [post for post in actor.posts if post.organisation.pk == home.pk]
    role = next(post.role for post in posts if Permission.DECIDE_MEDICINES in post.grants)
    return {"by": actor.user, "by_name": actor.name, "role": role}


def note(
    action: str, reconciliation: Reconciliation, actor: Actor, now: datetime, *, personal: dict | None = None, **facts
) -> None:
    """Write a step in the journal, and let the home's boards look again."""
    stir([reconciliation.home_id])
    record(
        action,
        reconciliation,
        actor=actor,
        at=now,
        organisation=reconciliation.home_id,
        resident=reconciliation.resident_id,
        summary=reconciliation.summary_id,
        personal=personal,
        **facts,
    )


def tell_decided(reconciliation: Reconciliation, now: datetime) -> None:
    """Tell the home's own systems that the medicines are decided and checked: ids, no medicine."""
    summary = reconciliation.summary
    post_letters(
        organisations=[reconciliation.home_id],
        type="medicines.reconciled",
        subject_id=reconciliation.pk,
        path=f"/api/v1/discharge-summaries/{summary.pk}",
        ids={
            "reconciliation": str(reconciliation.pk),
            "discharge_summary": str(summary.pk),
            "transfer": str(summary.transfer_id) if summary.transfer_id else None,
        },
        now=now,
    )
