"""When to ask of a paper whether it is still right; a decision paper has no date but the one it states."""

from datetime import date, timedelta

from redbag.documents.models import Document

Kind = Document.Kind
DAYS = {Kind.MAR: 30, Kind.CARE_PLAN: 180, Kind.THIS_IS_ME: 365, Kind.PASSPORT: 365, Kind.PHOTO: 365}
STATED = {
    Kind.DNACPR: "Review date the form states",
    Kind.RESPECT: "Review date the form states",
    Kind.ADRT: "Review date the form states",
    Kind.ATTORNEY: "Look again on (a date the paper states)",
    Kind.DOLS: "Ends on (the date the paper states)",
}


def usual_date(kind: str, today: date) -> date | None:
    """When to look again at a paper of this kind that is right today; None where only the paper can say."""
    days = DAYS.get(Kind(kind))
    return today + timedelta(days=days) if days else None


def date_label(kind: str) -> str:
    """What the date is called on a form."""
    return STATED.get(Kind(kind), "Look again on")


def words(document: Document, today: date) -> str:
    """What a reader should know of its date; empty when it has none. A decision is never called old."""
    on = document.look_again_on
    if on is None:
        return ""
    said = f"{on.day} {on:%B %Y}" if on.year != today.year else f"{on.day} {on:%B}"
    passed = document.to_look_at(today)
    if document.is_decision:
        return f"Review was due {said}; ask a clinician" if passed else f"The form states a review on {said}"
    if document.kind == Kind.DOLS:
        return f"The paper says it ended {said}; ask the manager" if passed else f"The paper says it ends {said}"
    return f"Look again was due {said}" if passed else f"Look again on {said}"
