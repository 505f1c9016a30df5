"""How a letter stands: whether it may take another's place, and what its hospital and the home must be told of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from redbag.discharges.content import person_in
from redbag.discharges.matching import contradictions
from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import candidate, kept

Form, State, Relation = DischargeSummary.Form, DischargeSummary.State, DischargeSummary.Relation
DOCUMENTS = (Form.FHIR_JSON, Form.FHIR_XML)
SAYS = ("medicines", "allergies", "actions", "attachments")
ONE_STAY = timedelta(days=30)
UNREAD = (
    "This file could not be read here. Open the file, and look whose name is on it. "
    "It takes no other letter’s place: a letter that came before still counts."
)
NOT_FINAL = "The hospital says that this letter is NOT FINAL. Ring them for the final one before you change anything."
NAMES_NONE = (
    "It says that it {does} an earlier letter, but no such letter about this patient is here. "
    "Every other letter about this stay still counts. Ask the hospital which one to work from."
)
AMENDS_NONE = (
    "It says that it was corrected, but not which letter it corrects. "
    "Every other letter about this stay still counts. Ask the hospital which one to work from."
)


def could_not_be_read(summary: DischargeSummary) -> bool:
    """Whether it came as a document of which nothing can be shown but the file; what waits to be read is none yet."""
    said = summary.read()
    if summary.form not in DOCUMENTS or "reading" in said:
        return False
    return not said.get("standard") or not (summary.texts() or any(said.get(each) for each in SAYS))


def cautions(summary: DischargeSummary) -> list[str]:
    """What hospital and home must know before anybody works from this letter, in words for both."""
    said, told = summary.read(), []
    if could_not_be_read(summary):
        return [UNREAD]
    if said.get("status") == "preliminary":
        told.append(NOT_FINAL)
    if summary.sent_at and said.get("relates_to") and summary.follows_id is None:
        told.append(NAMES_NONE.format(does="adds to" if summary.relation == Relation.APPENDS else "replaces"))
    elif summary.sent_at and said.get("status") == "amended" and summary.follows_id is None:
        told.append(AMENDS_NONE)
    return told


def also_counting(summary: DischargeSummary, rows: QuerySet[DischargeSummary]) -> list[DischargeSummary]:
    """Other letters of `rows` about the same stay that count beside this one, the newest first.

    Those that it adds to, or that add to it, are said elsewhere.
    """
    if summary.state != State.SENT or summary.resident_id is None:
        return []
    same = rows.filter(state=State.SENT, resident=summary.resident_id, transfer=summary.transfer_id)
    if summary.transfer_id is None:
        assert summary.sent_at is not None
        near = Q(sent_at__gte=summary.sent_at - ONE_STAY, sent_at__lte=summary.sent_at + ONE_STAY)
        same = same.filter(near, organisation=summary.organisation_id, hospital_name=summary.hospital_name)
    others = same.exclude(pk__in=[summary.pk, summary.follows_id or summary.pk])
    others = others.exclude(follows=summary.pk, relation=Relation.APPENDS)
    return sorted(others.select_related("organisation"), key=dated, reverse=True)


def is_newest(summary: DischargeSummary, others: Iterable[DischargeSummary]) -> bool:
    """Whether none of the others is newer."""
    return all(dated(each) <= dated(summary) for each in others)


def dated(summary: DischargeSummary) -> datetime:
    """When the letter says that it was written, else when it was sent."""
    written = summary.read().get("written_at")
    return datetime.fromisoformat(written) if written else summary.sent_at or summary.written_at


def names_somebody_else(summary: DischargeSummary) -> dict[str, Any] | None:
    """Whom the letter itself names, where that does not fit whom it was sent to; None where nothing contradicts."""
    if summary.resident is None or not summary.identity:
        return None
    person = person_in(summary.identity)
    if not contradictions(person, candidate(kept(summary.resident))):
        return None
    return {
        "name": ", ".join(filter(None, [person.family.upper(), person.given])),
        "born": person.date_of_birth,
        "nhs_number": person.nhs_number,
        "doubts": person.doubts,
    }
