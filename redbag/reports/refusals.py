"""Whose thing somebody was refused: for the line in the journal, never for the answer they get."""

from dataclasses import dataclass
from uuid import UUID

from redbag.bags.models import Bag
from redbag.discharges.models import DischargeSummary, FollowUp, LetterCopy, MailedLetter
from redbag.documents.models import Document
from redbag.reconciliations.models import Reconciliation
from redbag.residents.models import Resident
from redbag.rows import everything
from redbag.transfers.case_models import Case
from redbag.transfers.models import Transfer

# By the name of an id in a page's address, and by the first word of an API call: the rows, and where they name the home
# and the resident.
KINDS = {
    "resident": (Resident, "home_id", "pk"),
    "transfer": (Transfer, "home_id", "resident_id"),
    "bag": (Bag, "home_id", None),
    "document": (Document, "resident__home_id", "resident_id"),
    "summary": (DischargeSummary, "home_id", "resident_id"),
    "reconciliation": (Reconciliation, "home_id", "resident_id"),
    "follow_up": (FollowUp, "summary__home_id", "summary__resident_id"),
    "copy": (LetterCopy, "home_id", "resident_id"),
    "mailed": (MailedLetter, "home_id", None),
    "case": (Case, "transfer__home_id", "transfer__resident_id"),
}
CALLS = {
    "residents": "resident",
    "transfers": "transfer",
    "bags": "bag",
    "documents": "document",
    "discharge-summaries": "summary",
    "reconciliations": "reconciliation",
    "follow-ups": "follow_up",
    "mailed-letters": "mailed",
    "cases": "case",
}


@dataclass(frozen=True)
class Thing:
    """A row that exists, and whose it is."""

    kind: str
    pk: UUID
    home: UUID | None
    resident: UUID | None


@everything()
def thing_at(kind: str, pk: UUID) -> Thing | None:
    """The row an address names, whoever may see it; None when there is none."""
    model, home, resident = KINDS[kind]
    row = model._default_manager.filter(pk=pk).values_list(home, resident or "pk").first()
    return Thing(kind=kind, pk=pk, home=row[0], resident=row[1] if resident else None) if row else None
