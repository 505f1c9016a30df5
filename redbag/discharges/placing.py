"""Which place a letter takes among those before it: what it replaces, adds to, or takes back."""

from collections.abc import Sequence
from datetime import datetime

from redbag.discharges.chains import Sent, base_of, is_of_one_version, replaced
from redbag.discharges.content import is_a_mistake
from redbag.discharges.models import DischargeSummary
from redbag.discharges.standing import could_not_be_read
from redbag.discharges.whose import kept
from redbag.residents.models import Resident

Form, State, Relation = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Relation


def choose_before(summary: DischargeSummary) -> None:
    """What was typed for a journey follows what the same hospital sent for it last; a document says so itself.

    A document without a name of its own follows too, but never one that says what it replaces. One of which nothing
    could be read takes the place of nothing: it stands beside the others.
    """
    if could_not_be_read(summary):
        summary.relation, summary.follows = "", None
    stands_alone = could_not_be_read(summary) or is_a_mistake(summary)
    if summary.transfer is None or stands_alone or _speaks_for_itself(summary):
        return
    own = summary.transfer.discharge_summaries.sent().filter(
        organisation=summary.organisation_id, source=DischargeSummary.Source.HOSPITAL
    )
    before = {each.pk: each for each in own.exclude(pk=summary.pk).order_by("version") if not could_not_be_read(each)}
    if summary.follows_id not in before:
        last = [each for each in before.values() if each.relation != Relation.APPENDS and _may_follow(summary, each)]
        summary.follows = last[-1] if last else None
    summary.relation = (summary.relation or Relation.REPLACES) if summary.follows_id else ""


def letters_before(summary: DischargeSummary, about: Resident) -> list[DischargeSummary]:
    """What this hospital has sent about the same person, in the order it came."""
    rows = DischargeSummary.objects.filter(
        organisation=summary.organisation_id,
        resident__in=Resident.objects.records_of(kept(about).pk),
        source=DischargeSummary.Source.HOSPITAL,
        state__in=[State.SENT, State.SUPERSEDED],
    )
    return list(rows.exclude(pk=summary.pk).order_by("sent_at", "written_at"))


def take_place(summary: DischargeSummary, before: Sequence[DischargeSummary], now: datetime) -> list[str]:
    """Decide which letters count now; the ids of those that this one has superseded."""
    letters = [_letter(each) for each in (*before, summary)]
    gone = replaced(letters)
    summary.state, summary.sent_at = State.SUPERSEDED if summary.pk in gone else State.SENT, now
    if summary.follows_id is None:
        base = base_of(letters[-1], letters)
        summary.follows = next((each for each in before if each.pk == base), None)
    rows = DischargeSummary.objects.filter(pk__in=[each.pk for each in before])
    for each, letter in zip(before, letters, strict=False):
        if each.follows_id is None and each.relation and base_of(letter, letters) == summary.pk:
            rows.filter(pk=each.pk).update(follows=summary)
    fresh = [each.pk for each in before if each.pk in gone and each.state == State.SENT]
    rows.filter(pk__in=fresh).update(state=State.SUPERSEDED)
    return [str(pk) for pk in fresh]


def taken_back(summary: DischargeSummary, before: Sequence[DischargeSummary]) -> list[DischargeSummary]:
    """The letters that a document takes back which says that it was entered in error: those whose name it bears."""
    letters = [_letter(each) for each in (*before, summary)]
    gone = replaced(letters)
    return [each for each in before if gone.get(each.pk) == summary.pk]


def _speaks_for_itself(summary: DischargeSummary) -> bool:
    named = is_of_one_version(summary.document_id, summary.document_set)
    return named or bool(summary.document_set or summary.read().get("relates_to"))


def _may_follow(summary: DischargeSummary, before: DischargeSummary) -> bool:
    return summary.form in (Form.HEADINGS, Form.PDF) or not before.read().get("relates_to")


def _letter(summary: DischargeSummary) -> Sent:
    said = summary.read()
    dated = said.get("written_at")
    if could_not_be_read(summary):
        return Sent(key=summary.pk)
    return Sent(
        key=summary.pk,
        document_id=summary.document_id,
        document_set=summary.document_set,
        relation=Relation.REPLACES if is_a_mistake(summary) else summary.relation,
        relates_to=said.get("relates_to", ""),
        follows=None if _speaks_for_itself(summary) else summary.follows_id,
        dated=datetime.fromisoformat(dated) if dated else None,
    )
