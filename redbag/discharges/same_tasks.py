"""What several letters of a stay ask for in the same words, and what of it is something to do at all."""

from collections.abc import Iterable, Sequence

from redbag.discharges.asking import is_warning
from redbag.discharges.models import DischargeSummary, FollowUp

MOST = 100
State = DischargeSummary.State


def same_words(text: str) -> str:
    """What is asked for, without regard to spaces, capitals and the stop at its end."""
    return " ".join(text.casefold().split()).rstrip(".")


def real_tasks(rows: Iterable[FollowUp]) -> list[FollowUp]:
    """Those that are something to do: a letter's warnings are no such thing."""
    return [each for each in rows if not (each.from_letter and is_warning(each.text))]


def each_once(rows: Iterable[FollowUp], said: set[str]) -> list[FollowUp]:
    """The first of each that is something to do and not said already."""
    found: dict[str, FollowUp] = {}
    for each in real_tasks(rows):
        if (words := same_words(each.text)) not in said:
            found.setdefault(words, each)
    return list(found.values())


def of_replaced(summary: DischargeSummary) -> Sequence[FollowUp]:
    """What replaced letters of the same stay asked for and nobody has done, the newest letter first."""
    replaced = FollowUp.objects.waiting().filter(summary__state=State.SUPERSEDED).exclude(summary=summary)
    if summary.transfer_id is not None:
        rows = replaced.filter(summary__transfer=summary.transfer_id)
    else:
        rows = replaced.filter(
            summary__transfer=None,
            summary__resident=summary.resident_id,
            summary__organisation=summary.organisation_id,
        )
    return list(rows.select_related("summary").order_by("-summary__sent_at", "position")[:MOST])


def newest_of_each(rows: Sequence[FollowUp]) -> list[FollowUp]:
    """Without what a replaced letter asks for in the words of another row of the same journey."""
    current = {(each.summary.transfer_id, same_words(each.text)) for each in rows if each.summary.state == State.SENT}
    return [
        each
        for each in rows
        if each.summary.state == State.SENT
        or each.summary.transfer_id is None
        or (each.summary.transfer_id, same_words(each.text)) not in current
    ]
