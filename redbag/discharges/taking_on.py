"""Whose job what is, once somebody has read a letter."""

from collections.abc import Sequence

from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.organisations.models import Membership, Organisation


def trained_colleagues(home: Organisation) -> Sequence[str]:
    """Who works at a home and is trained in medicines, by name."""
    rows = Membership.objects.filter(organisation=home, ended_at=None, medicines_trained=True, user__is_active=True)
    return sorted(set(rows.values_list("user__name", flat=True)))


def nobodys(follow_ups: Sequence[FollowUp]) -> int:
    """How many things are still to do for which nobody is named."""
    return sum(
        each.done_at is None and each.owner == FollowUp.Owner.OTHER and not each.owner_text for each in follow_ups
    )


def may_wait_no_longer(summary: DischargeSummary) -> list[str]:
    """Why a letter is urgent, in words for people."""
    said = {"stopped_medicine": "A medicine was stopped", "new_allergy": "An allergy that is new to us"}
    return [said[each] for each in summary.urgent_for if each in said]
